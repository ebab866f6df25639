"""Files that only the user may read, for the time of one run."""

import os
import stat
import time
from pathlib import Path

import pytest

from headroom import session_log
from headroom_wrappers.private import remove_private, write_private


def test_modes_hold_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "run" / "a.json", "secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run" / "a.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700
    assert (tmp_path / "run" / "a.json").read_text() == "secret"


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "a.json").symlink_to(tmp_path / "victim")
    write_private(tmp_path / "a.json", "secret")
    assert (tmp_path / "victim").read_text() == "mine"


def test_what_killed_runs_left_goes_after_a_week(tmp_path: Path) -> None:
    for name, age_days in (("ours", 0), ("recent", 2), ("old", 8)):
        write_private(tmp_path / "run" / name, "x")
        os.utime(tmp_path / "run" / name, (time.time() - age_days * 86_400,) * 2)
    remove_private(tmp_path / "run" / "ours")
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["recent"]


def test_what_a_killed_run_left_goes_once_its_log_has_ended(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    for name, ends in (("over", True), ("going-on", False)):
        write_private(tmp_path / "run" / f"{name}.json", "x")
        log = tmp_path / "sessions" / f"{name}.jsonl"
        session_log.append(log, session_log.error_event("proxy", "a line"))
        if ends:
            session_log.append(log, session_log.end_event(None, 1.0, "the wrapper was killed"))
    remove_private(tmp_path / "run" / "ours.json")
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["going-on.json"]


def test_nothing_to_remove_is_no_error(tmp_path: Path) -> None:
    remove_private(tmp_path / "none" / "x")
    with pytest.raises(OSError):
        write_private(Path("/proc/none/x"), "x")
