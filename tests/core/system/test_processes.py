"""Processes beside ours, by the means of every platform."""

import os
import signal
import subprocess
import sys
from typing import Any

import psutil
import pytest

from headroom.system import processes
from tests.core.system import pretended

SESSION = "import os; print(os.getsid(0) == os.getpid())"


@pretended.ONLY_POSIX
def test_a_process_apart_has_a_session_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", SESSION], stdout=subprocess.PIPE, check=True, **processes.APART)
    assert done.stdout == b"True\n"


@pretended.ONLY_POSIX
def test_on_windows_it_has_a_group_and_a_console_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    windows: Any = pretended.load("processes", monkeypatch)
    assert windows.APART == {"creationflags": 0x8000200}


FAMILY = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.parametrize("half", pretended.HALVES)
def test_what_a_process_apart_has_started_ends_with_it(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs: Any = processes if half == "real" else pretended.load("processes", monkeypatch)
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, **processes.APART) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        theirs.kill_apart(parent.pid)
        assert parent.wait(10) != 0
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    theirs.kill_apart(parent.pid)


STOPPED = """
import asyncio, os, signal, sys
from headroom.system import processes

class Without(asyncio.SelectorEventLoop):
    def add_signal_handler(self, *arguments):
        raise NotImplementedError

async def main():
    stop = asyncio.Event()
    processes.on_stop(asyncio.get_running_loop(), stop.set)
    print("ready", flush=True)
    await stop.wait()
    print("stopped", flush=True)

with asyncio.Runner(loop_factory=Without if sys.argv[1] == "without" else None) as runner:
    runner.run(main())
"""


@pretended.ONLY_POSIX
@pytest.mark.parametrize("loop", ["with", "without"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_loop_is_stopped_by_a_signal_whether_it_has_handlers_or_not(loop: str, number: int) -> None:
    with subprocess.Popen([sys.executable, "-c", STOPPED, loop], stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(number)
        assert child.stdout.readline() == b"stopped\n"
    assert child.returncode == 0


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("print('a line'); input()", b"a line"),
        ("print('half', end='')", b""),
        ("", b""),
        ("input()", None),
    ],
)
def test_a_line_comes_or_the_pipe_ends_or_it_takes_too_long(code: str, line: bytes | None) -> None:
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        found = processes.read_line(child.stdout, 0.3 if line is None else 30)
        assert (found and found.rstrip(b"\r\n")) == line
        child.kill()


def test_a_pipe_that_was_closed_has_no_line() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        pipe.close()
        assert processes.read_line(pipe, 5) == b""


@pytest.mark.parametrize(
    ("returncode", "code"),
    [(0, 0), (3, 3), (-15, 143), (255, 255), (0xC000013A, -1073741510), (1 << 31, -(1 << 31))],
)
def test_exit_codes_are_a_shells(returncode: int, code: int) -> None:
    assert processes.exit_code(returncode) == code


def test_a_process_that_is_gone_takes_no_signal() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    processes.send(child.pid, signal.SIGTERM)


def test_a_child_in_the_foreground_is_waited_for_without_stopping_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"]) as child:
        monkeypatch.setattr(sys, "platform", "win32")
        assert processes.wait_in_foreground(child) == 7
