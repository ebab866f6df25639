"""Sections of several owners in one file: written and taken out in any order, they leave no trace."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.agent_files import journal, section, undoing, writing
from headroom.agent_files.journal import Record
from headroom.agent_files.rewriting import CannotWrite
from headroom.agent_files.writing import Edit
from tests.core.learn.memory_files import Desk, made, tree

NAMES = ("learn", "memory")


def put(desk: Desk, name: str, line: str, notes: Mapping[str, Any] | None = None, kept: int = 20) -> Edit:
    """Write one line into a section, whatever stands there."""
    target = desk.target()

    def plan(content: bytes | None, known: Record) -> Edit:
        after, done = section.put(content or b"", [line.encode()], name)
        remembered = notes or {"lines": [line]}
        earlier = {"lines": known.notes.get("lines", [])}
        return Edit(target, content, after, done if after != content else None, remembered, earlier)

    return writing.write(desk.state, name, target, plan, 5.0, kept=kept)


def undo(desk: Desk, name: str, *, whole: bool = False) -> undoing.Undone | None:
    return undoing.undo(desk.state, name, desk.file, "", whole=whole)


STEP = st.tuples(st.sampled_from(NAMES), st.sampled_from(["put", "put", "undo"]), st.integers(0, 3))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([None, b"", b"x", b"x\n", b"x\r\n\r\n", b"\xef\xbb\xbf# Mine\n"]),
    st.lists(STEP, min_size=1, max_size=6),
    st.permutations(NAMES),
    st.booleans(),
)
def test_law_in_whatever_order_they_come_and_go_nothing_is_left(
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes | None,
    steps: list[tuple[str, str, int]],
    last: list[str],
    whole: bool,
) -> None:
    desk = made(tmp_path_factory.mktemp("desk"))
    if content is not None:
        desk.file.write_bytes(content)
    before = tree(desk.project)
    for name, what, number in steps:
        if what == "put":
            put(desk, name, f"- line {number}")
        else:
            undo(desk, name)
    for name in last:
        while undo(desk, name, whole=whole):
            pass
    assert tree(desk.project) == before
    assert journal.everything(desk.state) == []


def test_notes_are_kept_and_those_of_a_change_come_back(tmp_path: Path) -> None:
    desk = made(tmp_path)
    put(desk, "learn", "- a", {"lines": ["- a"], "refused": []})
    put(desk, "learn", "- b", {"lines": ["- b"], "refused": ["- c"]})
    assert put(desk, "learn", "- b", {"lines": ["- b"], "refused": ["- d"]}).put is None
    (known,) = journal.everything(desk.state)
    assert known.notes == {"lines": ["- b"], "refused": ["- d"]}
    undo(desk, "learn")
    (known,) = journal.everything(desk.state)
    assert known.notes == {"lines": ["- a"], "refused": ["- d"]}


def test_where_one_change_is_kept_it_is_the_whole_section(tmp_path: Path) -> None:
    desk = made(tmp_path)
    for number in range(3):
        put(desk, "memory", f"- line {number}", kept=1)
    (known,) = journal.everything(desk.state)
    assert len(known.entries) == 1
    assert undo(desk, "memory")
    assert not desk.file.exists()


def test_a_plan_that_finds_the_file_unsafe_changes_nothing(tmp_path: Path) -> None:
    desk = made(tmp_path)
    desk.file.write_bytes(b"```\n")
    before = tree(desk.project)
    with pytest.raises(CannotWrite, match=r"CLAUDE.local.md is left alone: line 1"):
        put(desk, "learn", "- a")
    assert tree(desk.project) == before
