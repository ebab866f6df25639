"""A file given new content, whole or not at all."""

import os
from pathlib import Path

import pytest

from headroom.agent_files.rewriting import BeingWritten, CannotWrite, make_folders, part_of, replace, resolved


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "CLAUDE.md"
    made.write_bytes(b"old")
    return made


def test_content_changes_and_rights_stay(file: Path) -> None:
    file.chmod(0o604)
    replace(file, b"old", b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o604
    replace(file, b"new", None)
    assert list(file.parent.iterdir()) == []


def test_a_new_file_has_the_rights_of_any(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        replace(tmp_path / "a.md", None, b"new")
    finally:
        os.umask(umask)
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


def test_the_same_content_is_not_written(file: Path) -> None:
    file.chmod(0o444)
    inode = file.stat().st_ino
    replace(file, b"old", b"old")
    assert file.stat().st_ino == inode


@pytest.mark.parametrize(("before", "after"), [(b"older", b"new"), (None, b"new"), (b"older", None)])
def test_what_another_has_written_stays(before: bytes | None, after: bytes | None, file: Path) -> None:
    with pytest.raises(BeingWritten, match="CLAUDE"):
        replace(file, before, after)
    assert file.read_bytes() == b"old"
    assert not part_of(file).exists()


def test_a_file_made_in_the_last_moment_stays(tmp_path: Path) -> None:
    def step(name: str) -> None:
        if name == "part":
            (tmp_path / "a.md").write_bytes(b"theirs")

    with pytest.raises(BeingWritten):
        replace(tmp_path / "a.md", None, b"ours", step)
    assert (tmp_path / "a.md").read_bytes() == b"theirs"


def test_what_a_killed_run_left_is_no_obstacle(file: Path) -> None:
    part_of(file).write_bytes(b"half")
    replace(file, b"old", b"new")
    assert [path.name for path in file.parent.iterdir()] == ["CLAUDE.md"]


def test_a_run_that_was_killed_between_two_names_is_no_obstacle(file: Path) -> None:
    """A new file is given its name beside the one that it was written under."""
    part_of(file).hardlink_to(file)
    replace(file, b"old", b"new")
    assert [(path.name, path.read_bytes()) for path in file.parent.iterdir()] == [("CLAUDE.md", b"new")]


def test_a_file_with_other_names_is_left_alone(file: Path) -> None:
    (file.parent / "other.md").hardlink_to(file)
    with pytest.raises(CannotWrite, match="several names"):
        replace(file, b"old", b"new")


def test_a_link_is_followed_to_a_file_of_its_kind_alone(file: Path) -> None:
    link = file.with_name("AGENTS.md")
    link.symlink_to(file)
    assert resolved(link) == file.resolve()
    other = file.with_name("GEMINI.md")
    other.symlink_to("/etc/passwd")
    with pytest.raises(CannotWrite, match="passwd"):
        resolved(other)


def test_folders_are_told_the_deepest_first(tmp_path: Path) -> None:
    assert make_folders(tmp_path / "a" / "b") == [tmp_path / "a" / "b", tmp_path / "a"]
    assert make_folders(tmp_path / "a" / "b") == []
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="cannot be made"):
        make_folders(tmp_path / "file" / "c")
