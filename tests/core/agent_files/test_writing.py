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
from headroom.agent_files.targets import Target
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


@pytest.mark.parametrize("killed", ["record", "part", "replace", "replaced", "exclude", "done"])
@pytest.mark.parametrize("first", NAMES)
def test_an_undo_that_is_killed_takes_nothing_from_the_other_section(
    tmp_path: Path, killed: str, first: str
) -> None:
    desk = made(tmp_path)
    desk.file.write_bytes(b"no line end")
    before = tree(desk.project)
    (second,) = {*NAMES} - {first}
    put(desk, first, "- one")
    put(desk, second, "- two")

    def step(name: str) -> None:
        if name == killed:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undoing.undo(desk.state, first, desk.file, "", step=step)
    undo(desk, second)
    undo(desk, first)
    assert tree(desk.project) == before
    assert journal.everything(desk.state) == []


@pytest.mark.parametrize("link", ["CLAUDE.md", ".claude"])
def test_what_a_team_shares_does_not_lead_out_of_the_project(tmp_path: Path, link: str) -> None:
    """Else a repository would choose a file of the user's, which speaks to all projects."""
    desk, outside = made(tmp_path), tmp_path / "home" / ".claude"
    outside.mkdir(parents=True)
    (outside / "CLAUDE.md").write_text("mine")
    (desk.project / link).symlink_to(outside / "CLAUDE.md" if link.endswith(".md") else outside)
    target = desk.target(is_shared=True)
    assert target.file.exists()
    with pytest.raises(CannotWrite, match="outside of the project"):
        writing.write(desk.state, "learn", target, lambda content, _: added(target, content), 5.0)
    assert (outside / "CLAUDE.md").read_text() == "mine"


def test_a_personal_file_that_git_would_show_is_not_written(tmp_path: Path) -> None:
    desk = made(tmp_path)
    (desk.project / ".gitignore").write_text("*\n!*.md\n")
    before = tree(desk.project)
    with pytest.raises(CannotWrite, match=r"a \.gitignore makes git show it"):
        put(desk, "learn", "- a")
    assert tree(desk.project) == before
    assert journal.everything(desk.state) == []


def added(target: Target, content: bytes | None) -> Edit:
    after, done = section.put(content or b"", [b"- a"], "learn")
    return Edit(target, content, after, done, {}, {})


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
