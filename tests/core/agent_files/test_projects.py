"""A folder's project is its repository; a home full of dot files is none."""

from pathlib import Path

import pytest

from headroom.agent_files.projects import root_of


def test_the_repository_that_a_folder_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    inner = home / "work" / "app" / "src"
    inner.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (home / ".git").mkdir()
    assert root_of(inner) == inner
    assert root_of(home) == home
    (inner.parent / ".git").write_text("gitdir: elsewhere")  # a worktree
    assert root_of(inner) == root_of(inner.parent) == inner.parent
    link = tmp_path / "link"
    link.symlink_to(inner)
    assert root_of(link) == inner.parent
    assert root_of(tmp_path / "gone") == tmp_path / "gone"
