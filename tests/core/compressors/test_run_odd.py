"""Lines that are not as the others of their class."""

import random

import pytest

from headroom.compressors import run_odd

COMPILED = [f"cc -O2 -Wall -Iinclude -c -o build/a{n}.o src/a{n}.c" for n in range(100)]
LOADED = [f"  Downloading shop_{n}-1.9-py3-none-any.whl ({9 + n % 80} kB)" for n in range(100)]


@pytest.mark.parametrize(
    "line",
    ["cc -O0 -Wall -Iinclude -c -o build/b.o src/b.c", "cc -O2 -g -Wall -Iinclude -c -o build/b.o src/b.c"],
)
def test_an_option_that_the_others_do_not_have_is_odd(line: str) -> None:
    assert run_odd.odd([*COMPILED[:50], line, *COMPILED[50:]]) == [50]


def test_a_size_far_beyond_the_usual_is_odd() -> None:
    lines = [*LOADED[:40], "  Downloading torchling-2.1-py3-none-any.whl (2451.7 MB)", *LOADED[40:]]
    assert run_odd.odd(lines) == [40]
    assert run_odd.odd([*LOADED, "  Downloading torchling-2.1-py3-none-any.whl (9999 kB)"]) == [100]


def test_other_names_and_numbers_are_not_odd() -> None:
    assert run_odd.odd(COMPILED) == []
    assert run_odd.odd(LOADED) == []
    assert run_odd.odd([]) == []


def test_where_all_lines_differ_none_is_odd() -> None:
    chance = random.Random(3)
    words = [f"{chance.getrandbits(40):x}" for _ in range(900)]
    assert run_odd.odd([" ".join(words[n : n + 1 + n % 9]) for n in range(800)]) == []


def test_only_large_classes_have_samples() -> None:
    assert run_odd.samples(199) == []
    assert run_odd.samples(600) == [100, 300, 500]


def test_hostile_lines_are_cut() -> None:
    assert run_odd.odd(["9" * 1_000_000, *["- " * 100_000] * 60]) == [0]
