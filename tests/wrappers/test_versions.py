"""Versions from an agent's files."""

import json
from pathlib import Path

import pytest

from headroom_wrappers.versions import version_of


def npm(root: Path, package: object) -> Path:
    real = root / "node_modules" / "@maker" / "agent" / "bin" / "agent.js"
    real.parent.mkdir(parents=True)
    real.write_text("")
    text = package if isinstance(package, str) else json.dumps(package)
    (real.parent.parent / "package.json").write_text(text)
    link = root / "node_modules" / ".bin" / "agent"
    link.parent.mkdir()
    link.symlink_to(real)
    return link


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ({"name": "@maker/agent", "version": "2.1.329"}, "2.1.329"),
        ({"name": "@maker/agent", "version": "1.0.0-beta.2"}, "1.0.0-beta.2"),
        ({"type": "module"}, ""),
        ({"name": "@maker/agent", "version": "latest"}, ""),
        ({"name": "@maker/agent", "version": 2}, ""),
        ({"name": "@maker/agent", "version": "9.9.9\nheadroom: all is well"}, ""),
        ("[1, 2]", ""),
        ("{", ""),
        ("[" * 100_000, ""),
    ],
)
def test_an_npm_package_says_its_version(tmp_path: Path, package: object, version: str) -> None:
    assert version_of(npm(tmp_path, package)) == version


@pytest.mark.parametrize("place", ["share/claude/versions/2.1.181", "versions/2.1.181/claude"])
def test_a_native_installer_names_the_folder_or_file(tmp_path: Path, place: str) -> None:
    real = tmp_path / place
    real.parent.mkdir(parents=True)
    real.write_text("")
    (tmp_path / "claude").symlink_to(real)
    assert version_of(tmp_path / "claude") == "2.1.181"


def test_others_tell_none(tmp_path: Path) -> None:
    (tmp_path / "agent").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert [version_of(tmp_path / name) for name in ("agent", "loop", "missing")] == ["", "", ""]
