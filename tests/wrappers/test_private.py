"""Files that only the user may read, for the time of one run."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from headroom import session_log
from headroom_wrappers.private import private, sweep

HOLDS = """
import sys, pathlib
from headroom_wrappers.private import private
with private(pathlib.Path(sys.argv[1]), "secret"):
    print("there", flush=True)
    sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_modes_hold_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with private(tmp_path / "run" / "a.json", "secret é"):
            assert stat.S_IMODE((tmp_path / "run" / "a.json").stat().st_mode) == 0o600
            assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700
            assert (tmp_path / "run" / "a.json").read_text(encoding="utf-8") == "secret é"
    finally:
        os.umask(before)
    assert names(tmp_path / "run") == []


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "a.json").symlink_to(tmp_path / "victim")
    with private(tmp_path / "a.json", "secret"):
        assert (tmp_path / "victim").read_text() == "mine"
    assert names(tmp_path) == ["victim"]


def test_what_a_killed_run_left_goes_and_what_a_living_one_holds_stays(tmp_path: Path) -> None:
    runs = []
    for name in ("killed", "living"):
        argv = [sys.executable, "-c", HOLDS, str(tmp_path / "run" / f"{name}.json")]
        runs.append(subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert runs[-1].stdout
        assert runs[-1].stdout.readline() == "there\n"
    killed, living = runs
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert names(tmp_path / "run") == ["killed.json", "living.json"]
    sweep(tmp_path / "run")
    assert names(tmp_path / "run") == ["living.json"]
    assert (tmp_path / "run" / "living.json").read_text() == "secret"
    living.communicate()
    assert names(tmp_path / "run") == []


@pytest.mark.parametrize(("age_days", "ends", "stays"), [(0, False, True), (8, False, False), (0, True, False)])
def test_without_a_free_lock_its_age_and_its_log_tell(
    age_days: int, ends: bool, stays: bool, tmp_path: Path
) -> None:
    (tmp_path / "sessions").mkdir()
    log = tmp_path / "sessions" / "one.jsonl"
    session_log.append(log, session_log.error_event("proxy", "a line"))
    if ends:
        session_log.append(log, session_log.end_event(None, 1.0, "the wrapper was killed"))
    file = tmp_path / "run" / "one.json"
    with private(file, "x"):
        os.utime(file, (time.time() - age_days * 86_400,) * 2)
        sweep(file.parent)
        assert file.exists() is stays


def test_links_and_folders_among_them_are_left(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    sweep(tmp_path)
    assert names(tmp_path) == ["folder", "link"]


def test_nothing_to_remove_is_no_error_and_a_file_that_cannot_be_made_is_one(tmp_path: Path) -> None:
    sweep(tmp_path / "none")
    with pytest.raises(OSError), private(Path("/proc/none/x"), "x"):
        pass
