import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import terminal_repeats
from tests.core.compressors import decode_terminal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n" + "b\n" * 5 + "c", "a\nb\n[the line above, 5 times in all]\nc"),
        ("b\n" * 4, "b\n" * 4),
        ("\n" * 20, "\n" * 20),
        ("A\nB\n" * 40 + "end", "A\nB\n[the 2 lines above, 40 times in all]\nend"),
        ("A\nB\n" * 4 + "end", "A\nB\n" * 4 + "end"),
        ("- a\n* a\n+ a\n- a\n* a", "- a\n* a\n+ a\n- a\n* a"),
        ("b\n" * 9 + "[the line above, 3 times in all]", "b\n" * 9 + "[the line above, 3 times in all]"),
        ("b\n" * 9 + "[the 2 lines above, 3 times in all]", "b\n" * 9 + "[the 2 lines above, 3 times in all]"),
    ],
)
def test_runs_are_counted(text: str, expected: str) -> None:
    assert terminal_repeats.counted(text) == expected


def test_a_group_may_hold_equal_lines() -> None:
    text = "start\n" + "same\nsame\nother line of the group\n" * 30
    assert "[the 3 lines above, 30 times in all]" in terminal_repeats.counted(text)


groups = st.lists(
    st.sampled_from(["a", "b", "warning: slow", "", " ", "x\r", "[the line"]), min_size=1, max_size=4
)


@given(st.lists(st.tuples(groups, st.integers(1, 12)), max_size=12))
def test_counting_loses_nothing(runs: list[tuple[list[str], int]]) -> None:
    text = "\n".join(line for group, times in runs for line in group * times)
    assert decode_terminal.decode(terminal_repeats.counted(text)) == text


@given(st.text(st.sampled_from("ab\n"), max_size=300))
def test_counting_loses_nothing_of_any_text(text: str) -> None:
    assert decode_terminal.decode(terminal_repeats.counted(text)) == text


def test_has_runs() -> None:
    assert terminal_repeats.has_runs("same\n" * 50)
    assert terminal_repeats.has_runs("a\nb\nc\n" * 10)
    assert not terminal_repeats.has_runs("same\n" * 3)
    assert not terminal_repeats.has_runs("\n".join(map(str, range(100))))


@pytest.mark.parametrize("most", [2, 61, 977])
def test_any_period_takes_linear_time(most: int) -> None:
    chance = random.Random(1)
    text = "\n".join(str(chance.randrange(most)) for _ in range(200_000))
    assert decode_terminal.decode(terminal_repeats.counted(text)) == text
