"""That git does not see a personal file."""

import subprocess
from pathlib import Path

import pytest

from headroom.agent_files.ignoring import add, exclude_file, is_seen, is_tracked, needed, take_back


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    git(made, "init", "-q")
    return made


@pytest.mark.parametrize("content", [None, b"", b"*.log\n", b"*.log", b"*.log\r\n", b"\xff\n"])
def test_a_line_is_added_and_taken_back(content: bytes | None, repository: Path) -> None:
    exclude = repository / ".git" / "info" / "exclude"
    exclude.unlink()
    if content is not None:
        exclude.write_bytes(content)
    file = repository / "CLAUDE.local.md"
    file.write_text("mine\n")
    line = needed(repository, file)
    assert line
    add(line)
    add(line)
    assert exclude.read_bytes() == (content or b"") + line.added.encode()
    assert git(repository, "status", "--short") == ""
    assert needed(repository, file) is None
    take_back(line)
    assert (exclude.read_bytes() if exclude.exists() else None) == content


def test_lines_that_came_since_stay(repository: Path) -> None:
    line = needed(repository, repository / "CLAUDE.local.md")
    assert line
    add(line)
    exclude = Path(line.file)
    exclude.write_text(exclude.read_text() + "mine\n")
    take_back(line)
    assert exclude.read_text().endswith("\nmine\n")
    assert "CLAUDE" not in exclude.read_text()
    exclude.unlink()
    take_back(line)
    assert not exclude.exists()


def test_a_gitignore_may_be_stronger(repository: Path) -> None:
    file = repository / "CLAUDE.local.md"
    assert is_seen(repository, file)
    line = needed(repository, file)
    assert line
    add(line)
    assert not is_seen(repository, file)
    (repository / ".gitignore").write_text("*\n!*.md\n")
    assert is_seen(repository, file)
    assert not is_seen(repository.parent, repository.parent / "CLAUDE.local.md"), "no repository"


def test_a_name_is_taken_as_it_is(repository: Path) -> None:
    file = repository / "a [b]*.md"
    line = needed(repository, file)
    assert line
    add(line)
    for name in (file.name, "a b.md"):
        (repository / name).write_text("")
    assert git(repository, "status", "--short").strip() == '?? "a b.md"'


def test_worktrees_share_one_file(repository: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")
    tree = repository.parent / "tree"
    git(repository, "worktree", "add", "-q", str(tree))
    assert exclude_file(tree) == exclude_file(repository) == repository / ".git" / "info" / "exclude"
    line = needed(tree, tree / "CLAUDE.local.md")
    assert line
    add(line)
    (tree / "CLAUDE.local.md").write_text("")
    assert git(tree, "status", "--short") == ""


def test_a_tracked_file_is_told(repository: Path) -> None:
    file = repository / "CLAUDE.local.md"
    file.write_text("")
    assert not is_tracked(repository, file)
    git(repository, "add", "CLAUDE.local.md")
    assert is_tracked(repository, file)


def test_outside_a_repository_nothing_is_needed(tmp_path: Path) -> None:
    assert needed(tmp_path, tmp_path / "a.md") is None
    assert not is_tracked(tmp_path, tmp_path / "a.md")
    (tmp_path / ".git").write_text("nonsense")
    assert exclude_file(tmp_path) is None
