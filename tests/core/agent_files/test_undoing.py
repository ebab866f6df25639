"""The last change taken back: byte for byte, and never over what the user has written since."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.agent_files import journal
from headroom.agent_files.rewriting import CannotWrite
from headroom.agent_files.undoing import undoable, would_undo
from headroom.agent_files.writing import Changed
from headroom.learn.applying import NAME
from tests.core.learn.memory_files import Desk, finding, made, tree


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return made(tmp_path)


def test_nothing_to_undo(desk: Desk) -> None:
    assert desk.undo() is None
    assert undoable(desk.state, NAME, desk.project) == []


def test_what_can_be_undone_is_listed_by_project(desk: Desk) -> None:
    desk.apply()
    (known,) = undoable(desk.state, NAME, desk.project)
    assert known.file == str(desk.file)
    assert known.agents == ("claude",)
    assert undoable(desk.state, NAME, desk.project.parent) == []


def test_text_outside_that_was_written_since_stays(desk: Desk) -> None:
    desk.file.write_text("mine\n")
    desk.apply()
    desk.file.write_text("new\n" + desk.file.read_text() + "more\n")
    done = desk.undo()
    assert done and done.after == b"new\nmine\nmore\n" == desk.file.read_bytes()


def test_a_file_of_ours_with_words_of_the_users_stays_and_git_still_ignores_it(desk: Desk) -> None:
    desk.apply()
    desk.file.write_text(desk.file.read_text() + "mine\n")
    desk.undo()
    assert desk.file.read_text() == "mine\n"
    assert "/CLAUDE.local.md" in desk.exclude().read_text()


def test_git_looks_away_until_the_last_worktree_is_undone(desk: Desk) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    git = ["git", "-C", str(desk.project), *author]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    tree = Desk(desk.project.parent / "tree", desk.state)
    subprocess.run([*git, "worktree", "add", "-q", str(tree.project)], check=True)
    before = desk.exclude().read_bytes()
    desk.apply()
    tree.apply()
    assert desk.undo()
    assert b"/CLAUDE.local.md" in desk.exclude().read_bytes()
    assert tree.undo()
    assert desk.exclude().read_bytes() == before


def test_a_changed_section_is_left_alone_and_shown(desk: Desk) -> None:
    desk.apply()
    changed = desk.file.read_text().replace("python3", "python3.12")
    desk.file.write_text(changed)
    before, kept = tree(desk.project), tree(desk.state)
    with pytest.raises(Changed) as caught:
        desk.undo()
    assert b"`python3`" in caught.value.ours
    assert b"`python3.12`" in caught.value.theirs
    assert (tree(desk.project), tree(desk.state)) == (before, kept)
    desk.file.write_text(changed.replace("python3.12", "python3"))
    assert desk.undo()
    assert not desk.file.exists()


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_text("mine\n")])
def test_a_section_that_the_user_deleted_is_forgotten(lose, desk: Desk) -> None:  # type: ignore[no-untyped-def]
    desk.apply()
    lose(desk.file)
    there = desk.file.exists()
    done = desk.undo()
    assert done and done.before == done.after
    assert journal.everything(desk.state) == []
    assert desk.file.exists() == there
    assert desk.undo() is None


def test_what_would_be_undone_is_told_and_nothing_touched(desk: Desk) -> None:
    assert would_undo(desk.state, NAME, desk.file, "") is None
    desk.apply()
    desk.apply([finding("Use `rg`.")])
    before = tree(desk.project.parent)
    told = would_undo(desk.state, NAME, desk.file, "")
    whole = would_undo(desk.state, NAME, desk.file, "", whole=True)
    assert tree(desk.project.parent) == before
    assert told and (told.after, told.left) != (None, 0)
    assert whole and (whole.after, whole.left) == (None, 0)
    assert told == desk.undo()


def test_a_read_only_file_is_left_alone(desk: Desk) -> None:
    desk.file.write_text("mine\n")
    desk.apply()
    desk.file.chmod(0o444)
    before = tree(desk.project)
    with pytest.raises(CannotWrite, match="read-only"):
        desk.undo()
    assert tree(desk.project) == before


WORDS = (b"text", b"```\n", b"\xff", b"\xef\xbb\xbf", b"- x\n", b"<!-- -->")
PIECES = st.sampled_from([b"\n", b"\r\n", b"\r", *WORDS])


@settings(max_examples=60, deadline=None)
@given(
    st.none() | st.lists(PIECES | st.binary(max_size=6), max_size=10).map(b"".join),
    st.lists(st.integers(0, 5), min_size=1, max_size=4),
)
def test_law_applied_and_undone_is_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | None, rounds: list[int]
) -> None:
    desk = made(tmp_path_factory.mktemp("desk"), git=False)
    if content is not None:
        desk.file.write_bytes(content)
    before = tree(desk.project)
    try:
        for number in rounds:
            desk.apply([finding(f"Use version {number}.", subject="it", t=float(number)), finding("Use `a`.")])
    except CannotWrite:
        assert tree(desk.project) == before
        return
    while desk.undo():
        pass
    assert tree(desk.project) == before
