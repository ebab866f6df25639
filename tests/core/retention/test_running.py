"""A session goes on while a process has its log open, or while it may."""

import subprocess
import sys
from pathlib import Path

import pytest

from headroom.retention import running


def test_a_file_that_another_process_has_open_is_found(tmp_path: Path) -> None:
    log, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for path in (log, other):
        path.touch()
    script = f"file = open({str(log)!r}, 'a'); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        process.stdout.readline()
        assert running.open_logs(tmp_path) == {log}
        assert running.running([(log, 0.0, True), (other, 0.0, False)], 1e9) == {log}
        process.stdin.write("\n")
    assert running.open_logs(tmp_path) == set()
    assert running.running([], 1e9) == set()


@pytest.mark.parametrize(
    ("last", "is_ended", "goes_on"), [(0, False, True), (0, True, False), (-3601, False, False)]
)
def test_by_what_the_log_says(last: float, is_ended: bool, goes_on: bool) -> None:
    assert running.may_go_on(1e6 + last, is_ended, 1e6) is goes_on
