import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import tokens
from headroom.compressors import search, search_lines
from headroom.types import Context, PassThrough
from tests.core.compressors import decode_listing
from tests.core.compressors.decode_search import decode
from tests.core.compressors.search_texts import searches

NUMBERED = "\n".join(f"src/app/mod{at % 7}.py:{at}:    value = load({at})" for at in range(60)) + "\n"


@settings(max_examples=600, deadline=None)
@given(searches() | st.text(alphabet=":-/\\\n\t0 1a.b>=", max_size=300))
def test_the_lossless_form_restores_the_text(text: str) -> None:
    with contextlib.suppress(PassThrough):
        done = search.lossless(search_lines.read(text), text.endswith("\n"))
        assert decode(done.text) == text
        assert done.lossless


@pytest.mark.parametrize(
    "lines",
    [
        ["a.py:1:x", "a.py:2:y", "b.py:1:z", "b.py:2:z"],
        ["a.py-1-x", "a.py:2:y", "--", "b.py:1:z", "b.py:2:z", "b.py=9=def f"],
        ["src/a.py:x", "src/a.py-y", "src/b.py:z", "src/b.py:z"],
        ["src/a b.py:1:x", "grep: c: Is a directory", "src/a b.py:2:x", "src/a b.py:9:x"],
        ["C:\\a\\b.cs:1:x", "C:\\a\\b.cs:2:x", "C:\\a\\c.cs:3:x", "C:\\a\\c.cs:4:x"],
        ["src/app/a.py", "1:x", "2-y", "", "src/app/b.py", "1:x", "--", "3:x"],
        ["a.py:1:5:x\r", "a.py:2:5:x\r", "b.py:2:5:x\r"],
    ],
)
def test_the_forms_of_grep_and_its_kin_are_restored(lines: list[str]) -> None:
    for end in ("", "\n"):
        text = "\n".join(lines * 12 if lines[-1] != "3:x" else lines) + end
        assert decode(search.lossless(search_lines.read(text), text.endswith("\n")).text) == text


def test_each_path_stands_once() -> None:
    done = search.compress(NUMBERED, Context())
    assert decode(done.text) == NUMBERED
    lines = sorted(NUMBERED.splitlines())
    done = search.compress("\n".join(lines), Context())
    assert done.text.count("mod3.py") == 1
    assert tokens.count(done.text) < 0.8 * tokens.count(NUMBERED)


def test_it_knows_its_own_and_leaves_others_alone() -> None:
    assert search.looks_like(NUMBERED)
    others = [
        "\n".join(f"src/a.py:{at}: error: Incompatible types  [assignment]" for at in range(20)),
        "\n".join(f"src/a.c:{at}:5: warning: unused variable 'x'" for at in range(20)),
        "\n".join(f"src/a.py:{at}:1: E302 expected 2 blank lines" for at in range(20)),
        "\n".join(f"2024-01-15T10:{at:02}:01 INFO started" for at in range(20)),
        "\n".join(f"10:{at:02}:01 started worker" for at in range(20)),
        "\n".join(f"server.port.n{at}: 80" for at in range(20)),
        "\n".join(f"https://example.com:80{at}:x" for at in range(20)),
        "root:x:0:0:root:/root:/bin/sh\n" * 20,
        "diff --git a/x b/x\n" + NUMBERED,
        "Prose: it has a colon here and there.\n" * 20,
        "def f(x):\n    return x\n" * 20,
        "tests/test_cart.py::test_total PASSED [ 10%]\n" * 20,
        "",
    ]
    assert not [text for text in others if search.looks_like(text)]


def test_paths_and_counts_alone_become_a_list() -> None:
    paths = "".join(f"src/deep/folder/file{at}.py\n" for at in range(40))
    context = Context(tool_input='{"command": "grep -rl x"}')
    assert "40 paths" in search.compress(paths, context).text
    counts = "".join(f"src/deep/folder/file{at}.py:{at}\n" for at in range(40))
    assert "40 paths and counts" in search.compress(counts, context).text


def test_an_agents_own_notes_are_not_touched() -> None:
    with pytest.raises(PassThrough, match="verbatim"):
        search.compress(NUMBERED + "<system-reminder>x</system-reminder>", Context())


def test_colours_go_from_a_coloured_result() -> None:
    coloured = NUMBERED.replace("src/", "\x1b[35msrc/").replace(".py:", ".py\x1b[m:")
    assert search.looks_like(coloured)
    assert search.compress(coloured, Context()).text == search.compress(NUMBERED, Context()).text


@pytest.mark.parametrize(
    "text",
    [
        "a:1:" * 1_250_000,
        "[" * 100_000,
        "a/b.py:1:" + "x" * 5_000_000,
        "\0" * 100_000,
        "a/" * 500_000 + ":1:x\n" * 5,
        "a.py:1:\ud800\n" * 5000,
        "-" * 1_000_000,
        ":" * 1_000_000,
        "a " * 1_000_000 + ":x",
        "a.py:x\r\n" * 50_000,
    ],
    ids=range(10),
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    search.looks_like(text)
    for budget in (None, 500):
        with contextlib.suppress(PassThrough):
            search.compress(text, Context(query="what failed in a.py", budget_tokens=budget))


def test_the_fixtures_are_restored() -> None:
    folder = Path(__file__).parents[2] / "fixtures" / "search"
    restored = 0
    for file in folder.glob("*.in"):
        text, context = file.read_bytes().decode(), json.loads(file.with_suffix(".json").read_text())
        with contextlib.suppress(PassThrough):
            done = search.compress(text, Context(tool=context["tool"], tool_input=context["tool_input"]))
            is_search = " of a search" in done.text.split("\n")[0]
            assert (decode if is_search else decode_listing.decode)(done.text) == text
            restored += 1
    assert restored >= 12
