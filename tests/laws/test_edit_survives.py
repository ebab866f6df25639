"""Law 6: what an edit could name stands verbatim in what the model saw, after any reads of source files."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.conversations import requests
from tests.laws.engines import Engine
from tests.laws.test_repeats import calls, last, sent_results

RUN_LINES = 12
"""Runs up to so many lines are looked for: each must stand in one piece."""

LINE = st.sampled_from(
    [
        *("", "    return value", "def run(self) -> None:", '    "id": 1,', "2026-11-20 10:00:00 ERROR it failed"),
        *("| a | b |", "import os", "}", "{", '{"a": 1, "b": [1, 2]}', "-    old", "+    new", "@@ -1,3 +1,3 @@"),
        *(
            "src/app.py:12: hit",
            "PASSED",
            "[headroom: 1 of 2 lines omitted]",
            "# é 🙂",
            "\tx = 1",
            "error: no such file",
        ),
    ]
)
FILE = st.lists(LINE, min_size=1, max_size=12).flatmap(
    lambda lines: st.integers(20, 60).map(lambda times: [f"{line} {n}" for n in range(times) for line in lines])
)


def numbered(lines: list[str], first: int = 1) -> str:
    return "\n".join(f"{n:6}\t{line}" for n, line in enumerate(lines, first))


def reading(way: str, lines: list[str], path: str) -> tuple[str, dict[str, Any], str]:
    """A call that reads a file in one of the ways that agents have, and its result."""
    half = len(lines) // 2
    top = "\n".join(lines[:half])
    return {
        "read": ("Read", {"file_path": path}, numbered(lines)),
        "read a part": ("Read", {"file_path": path, "offset": half + 1}, numbered(lines[half:], half + 1)),
        "cat": ("Bash", {"command": f"cat {path}"}, "\n".join(lines)),
        "cat -n": ("Bash", {"command": f"cat -n {path}"}, numbered(lines)),
        "sed": ("Bash", {"command": f"sed -n '1,{half}p' {path}"}, top),
        "head": ("shell", {"command": ["bash", "-lc", f"cd /srv && head -{half} {path}"]}, top),
        "mcp": ("mcp__fs__read_text_file", {"path": path}, "\n".join(lines)),
    }[way]


WAYS = ["read", "read a part", "cat", "cat -n", "sed", "head", "mcp"]
PROTECTED = {"protected_tools": ("Read", "Edit", "*read_text_file*")}


@settings(max_examples=60, deadline=None)
@given(FILE, st.lists(st.sampled_from(WAYS), min_size=1, max_size=4), st.data())
def test_every_run_of_lines_stands_verbatim(lines: list[str], ways: list[str], data: st.DataObject) -> None:
    results = []
    for way in ways:
        results.append(reading(way, lines, "/srv/shop/app.py"))
        if data.draw(st.booleans()):
            at = data.draw(st.integers(0, len(lines) - 1))
            lines = [*lines[:at], data.draw(LINE) + " changed", *lines[at + 1 :]]
    with TemporaryDirectory() as folder:
        engine = Engine(Path(folder), **PROTECTED)
        sent = [engine.send(body).body for body in requests(calls(results))][-1]
    seen = "\n\0\n".join(sent_results(sent))
    for _, _, text in results:
        said = text.split("\n")
        starts = range(0, max(1, len(said) - RUN_LINES + 1), 5)
        assert all("\n".join(said[start : start + RUN_LINES]) in seen for start in starts)


CODE = "\n\n".join(
    f"def function_{n}(a: int) -> int:\n" + "".join(f"    a += {m}\n" for m in range(30)) for n in range(20)
)


@pytest.mark.parametrize("code_mode", [False, True])
@pytest.mark.parametrize(
    "before",
    [
        [("Edit", {"file_path": "/srv/app.py", "old_string": "a", "new_string": "b"}, "done")],
        [("Read", {"file_path": "/srv/app.py", "offset": 3, "limit": 2}, "     3\ta\n     4\tb")],
    ],
)
def test_in_code_mode_a_file_edited_or_read_in_part_stays(
    before: list[tuple[str, dict[str, Any], str]], code_mode: bool, tmp_path: Path
) -> None:
    read = ("Read", {"file_path": "/srv/app.py"}, CODE)
    sent = Engine(tmp_path, code_mode=code_mode).send(last(calls([*before, read])))
    assert sent_results(sent.body)[-1] == CODE


def test_in_code_mode_a_file_read_for_the_first_time_is_an_outline(tmp_path: Path) -> None:
    pytest.importorskip("tree_sitter_python")
    read = ("Read", {"file_path": "/srv/app.py"}, CODE)
    edit = ("Edit", {"file_path": "/srv/app.py", "old_string": "a", "new_string": "b"}, "done")
    messages = calls([read, edit, read])
    engine = Engine(tmp_path, code_mode=True)
    outline, _, whole = sent_results(engine.send(last(messages)).body)
    assert len(outline) < len(CODE) / 2
    assert "def function_7(a: int) -> int:" in outline
    assert whole == CODE
    later = [("Read", {"file_path": "/srv/app.py", "offset": 1}, "     1\tx"), *[read] * 2]
    assert sent_results(Engine(tmp_path, code_mode=True).send(last(calls(later))).body)[1] == CODE


def test_what_was_sent_for_a_file_does_not_depend_on_what_is_done_to_it_later(tmp_path: Path) -> None:
    read = ("Read", {"file_path": "/srv/app.py"}, CODE)
    edit = ("Edit", {"file_path": "/srv/app.py", "old_string": "a", "new_string": "b"}, "done")
    engine = Engine(tmp_path / "a", code_mode=True)
    (first,) = sent_results(engine.send(last(calls([read]))).body)
    assert sent_results(engine.send(last(calls([read, edit]))).body)[0] == first
    fresh = Engine(tmp_path / "b", code_mode=True)
    alone = sent_results(fresh.send(last(calls([read, edit]))).body)[0]
    assert alone.replace(str(tmp_path / "b"), str(tmp_path / "a")) == first
