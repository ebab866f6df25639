"""State folders that are well, and such as are not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from headroom.settings import STATE
from headroom_cli.doctor_findings import Finding
from headroom_cli.doctor_state import check, judge_disk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "état 中 x"
    for each in (folder, folder / "store", folder / "store" / "originals"):
        each.mkdir(mode=0o700)
    file = folder / "store" / "originals" / "0123456789ab.txt"
    file.write_text("original")
    file.chmod(0o600)
    return folder


def state(root: Path) -> Finding:
    found, *rest = check(root)
    assert found.name == "state"
    assert [each.name for each in rest] in ([], ["disk"])
    return found


def test_a_private_folder_is_well(root: Path) -> None:
    assert state(root) == Finding("state", "ok", f"{root}: writable, and private")


def test_what_our_own_commands_make_is_ours(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    root = tmp_path / "state"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM_")}
    environ |= {"HEADROOM_HOME": str(root), "HEADROOM_CONFIG": str(tmp_path / "none.toml"), "HOME": str(tmp_path)}
    for arguments in (
        ["wrap", "--quiet", "demo"],
        ["memory", "add", "Use uv."],
        ["memory", "sync", "--agent", "claude"],
        ["shell-init", "bash", "--save"],
        ["toin", "status"],
        ["perf"],
    ):
        argv = [sys.executable, "-m", "headroom_cli", *arguments]
        done = subprocess.run(argv, cwd=tmp_path / "project", env=environ, capture_output=True, timeout=60)
        assert done.returncode == 0, (arguments, done.stderr)
    made = {path.name for path in root.iterdir()}
    assert {"agent_files", "memory", "sessions", "store"} <= made <= STATE
    assert state(root).verdict == "ok"


def test_a_folder_that_is_not_there_yet_is_well(root: Path) -> None:
    assert "not there yet" in state(root / "new" / "er").told
    assert not (root / "new").exists()


@pytest.mark.parametrize("place", [".", "store", "store/originals/0123456789ab.txt"])
@pytest.mark.parametrize("more", [0o040, 0o004, 0o001])
def test_what_others_can_read_is_a_problem(root: Path, place: str, more: int) -> None:
    path = root / place
    path.chmod(path.stat().st_mode | more)
    found = state(root)
    assert (found.verdict, found.todo) == ("problem", f"chmod -R go= '{root}'")
    assert found.told == f"others can read {path}"


def test_a_link_is_not_followed(root: Path) -> None:
    (root / "link").symlink_to("/")
    assert state(root).verdict == "ok"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_a_problem(root: Path) -> None:
    os.chown(root / "store" / "originals" / "0123456789ab.txt", 12345, -1)
    found = state(root)
    assert found.verdict == "problem"
    assert found.told.endswith("0123456789ab.txt belongs to another user")
    assert found.todo.startswith("sudo chown -R")


def test_a_file_in_its_place_is_a_problem(root: Path) -> None:
    file = root / "store" / "originals" / "0123456789ab.txt"
    for place in (file, file / "below"):
        found = state(place)
        assert found.verdict == "problem"
        assert found.told == f"{file} is a file, not a folder"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("inner", ["", "new"])
def test_a_place_that_cannot_be_written_is_a_problem(root: Path, inner: str) -> None:
    root.chmod(0o500)
    found = state(root / inner)
    root.chmod(0o700)
    assert found.verdict == "problem"
    assert found.todo.startswith("set HEADROOM_HOME")


@pytest.mark.parametrize(
    ("free_mb", "verdict"), [(0, "problem"), (63, "problem"), (64, "note"), (1023, "note"), (1024, "ok")]
)
def test_room_on_the_disk(free_mb: int, verdict: str) -> None:
    found = judge_disk(free_mb, Path("/x"))
    assert (found.name, found.verdict) == ("disk", verdict)
    assert bool(found.todo) is (verdict != "ok")


def test_a_folder_that_is_not_ours_alone_is_not_to_be_given_other_rights(root: Path) -> None:
    for name in ("passwd", "ssh"):
        (root / name).mkdir(mode=0o755)
    found = state(root)
    assert (found.verdict, found.todo) == ("problem", "set HEADROOM_HOME to a folder of its own")


def test_a_link_to_nowhere_is_a_problem(root: Path) -> None:
    (root / "link").symlink_to(root / "gone")
    found = state(root / "link")
    assert (found.verdict, found.told) == ("problem", f"{root / 'link'} is a link to what is not there")
