"""A project is known by the path of its repository, without links."""

from pathlib import Path

from headroom.memory.projects import project_of


def test_a_project_is_its_repositorys_path(tmp_path: Path) -> None:
    inner = tmp_path / "app" / "src"
    inner.mkdir(parents=True)
    (tmp_path / "app" / ".git").mkdir()
    (tmp_path / "link").symlink_to(inner)
    assert project_of(inner) == project_of(tmp_path / "link") == str(tmp_path / "app")
