"""Locks: one holder, by both platforms' means."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from headroom.system import locks as ours
from tests.core.system import pretended


@pytest.fixture(params=pretended.HALVES)
def locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    return ours if request.param == "real" else pretended.load("locks", monkeypatch)


def opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT)


def test_a_second_holder_is_refused_until_the_first_lets_go(locks: Any, tmp_path: Path) -> None:
    first, second = opened(tmp_path / "lock"), opened(tmp_path / "lock")
    locks.take(first, exclusive=True)
    with pytest.raises(BlockingIOError):
        locks.take(second, exclusive=True, wait=False)
    locks.release(first)
    os.close(first)
    locks.take(second, exclusive=True, wait=False)
    os.close(second)


def test_who_waits_has_it_next(locks: Any, tmp_path: Path) -> None:
    first, second = opened(tmp_path / "lock"), opened(tmp_path / "lock")
    order: list[str] = []

    def take() -> None:
        locks.take(second, exclusive=True)
        order.append("second")

    locks.take(first, exclusive=True)
    thread = threading.Thread(target=take)
    thread.start()
    thread.join(0.2)
    order.append("first")
    locks.release(first)
    os.close(first)
    thread.join(5)
    assert order == ["first", "second"]
    os.close(second)


@pretended.ONLY_POSIX
def test_readers_share_where_there_are_shared_locks(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "lock"), opened(tmp_path / "lock")
    ours.take(first, exclusive=False)
    ours.take(second, exclusive=False, wait=False)
    os.close(first)
    os.close(second)


@pretended.ONLY_POSIX
def test_a_fault_is_no_lock_that_another_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    locks: Any = pretended.load("locks", monkeypatch)
    descriptor = opened(tmp_path / "lock")
    os.close(descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        locks.take(descriptor, exclusive=True)


def test_asking_goes_on_until_it_is_granted() -> None:
    answers = [False, False, True]
    pauses: list[float] = []
    ours.wait_for(lambda: answers.pop(0), pauses.append)
    assert len(pauses) == 2


HOLDER = """
import os, sys
from headroom.system import locks
locks.take(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), exclusive=True)
print("held", flush=True)
sys.stdin.read()
"""


def test_who_dies_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        descriptor = opened(tmp_path / "lock")
        with pytest.raises(BlockingIOError):
            ours.take(descriptor, exclusive=True, wait=False)
        holder.kill()
        ours.take(descriptor, exclusive=True)
        os.close(descriptor)
