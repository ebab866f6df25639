"""A folder's project is its repository; a home full of dot files is none."""

from pathlib import Path

import pytest

from headroom.memory.projects import project_of


def test_the_repository_that_a_folder_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    inner = home / "work" / "app" / "src"
    inner.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (home / ".git").mkdir()
    assert project_of(inner) == str(inner)
    assert project_of(home) == str(home)
    (inner.parent / ".git").write_text("gitdir: elsewhere")  # a worktree
    assert project_of(inner) == project_of(inner.parent) == str(inner.parent)
    link = tmp_path / "link"
    link.symlink_to(inner)
    assert project_of(link) == str(inner.parent)
    assert project_of(tmp_path / "gone") == str(tmp_path / "gone")
