"""Processes beside ours: started out of the terminal's reach, listened to, and told to stop."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

# APART: options of Popen for a process that ctrl-C does not reach, which is the agent's.
if sys.platform == "win32":
    APART: Mapping[str, Any] = {
        # Ctrl-C is off in a new group, and a console of its own, without a window, keeps the end of ours away:
        # https://learn.microsoft.com/windows/win32/procthread/process-creation-flags
        "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    }

    def kill_apart(pid: int) -> None:
        """Kill a process that was started apart, and what it has started as far as it still lives."""
        import psutil

        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

else:
    APART: Mapping[str, Any] = {"start_new_session": True}

    def kill_apart(pid: int) -> None:
        """Kill a process that was started apart, and what it has started in its session's first group."""
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


PYTHON = (sys.executable, "-P", "-X", "utf8")
"""Our interpreter, for a process that takes file names and text as UTF-8 whatever the locale (PEP 540), and no
module from the folder that it is started in, which is a project's: a queue.py there is not the library's, and may
be anybody's."""

_LOOKS, _LOOK_S = 10, 0.01
"""How often, and how far apart in seconds, it is looked whether a stopped child goes on."""

STOPS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))
"""The signals that ask a process to end; the last is ctrl-break, on Windows alone."""


def on_stop(loop: "asyncio.AbstractEventLoop", stop: Callable[[], object]) -> None:
    """Call `stop` in a loop when a signal asks for the end. To be called by the main thread."""
    for number in STOPS:
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # https://docs.python.org/3/library/asyncio-platforms.html#windows
            by_handler(number, loop, stop)


def by_handler(number: int, loop: "asyncio.AbstractEventLoop", stop: Callable[[], object]) -> None:
    """Call `stop` in a loop when a signal comes, by a handler of Python's, which every loop wakes for."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    signal.signal(number, handle)


def read_line(pipe: IO[bytes], timeout_s: float) -> bytes | None:
    """Read a line from a pipe; None after the timeout, empty when the pipe ended.

    By a thread, since Windows cannot wait for pipes with `select`. After a timeout the thread ends with the pipe.
    """
    found: list[bytes] = []

    def read() -> None:
        try:
            line = pipe.readline()
        except (OSError, ValueError):  # closed meanwhile
            line = b""
        found.append(line if line.endswith(b"\n") else b"")

    reader = threading.Thread(target=read, name="headroom-line", daemon=True)
    reader.start()
    reader.join(timeout_s)
    return found[0] if found else None


def answer(line: bytes) -> dict[str, Any] | None:
    """Return what a process of ours says on a line; None for anything but a JSON object."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def exit_code(returncode: int) -> int:
    """Return a child's end as a shell has it: 128 + N where signal N ended it.

    On Windows, codes are unsigned: 0xC000013A stands for ctrl-C. `sys.exit` takes the same 32 bits, signed.
    """
    if returncode < 0:
        return 128 - returncode
    return returncode - (1 << 32) if returncode >= 1 << 31 else returncode


def wait_in_foreground(child: subprocess.Popen[bytes]) -> int:
    """Wait for a child that shares our terminal, and return its exit code.

    When it stops (ctrl-Z) so do we, and the shell's `fg` lets both go on. Windows knows no stopping.
    """
    if sys.platform == "win32":
        return exit_code(child.wait())
    while True:
        _, status = os.waitpid(child.pid, os.WUNTRACED | os.WCONTINUED)
        if os.WIFCONTINUED(status):
            continue
        if not os.WIFSTOPPED(status):
            break
        # The terminal stops, and the shell continues, one of us before the other: what we were told may be over.
        found, status = _soon(child.pid)
        if found and not os.WIFCONTINUED(status):
            break
        if not found:
            os.kill(os.getpid(), signal.SIGSTOP)
            send(child.pid, signal.SIGCONT)  # we were continued, so the child is to go on too
    child.returncode = os.waitstatus_to_exitcode(status)
    return exit_code(child.returncode)


def _soon(pid: int) -> tuple[int, int]:
    """Return what `waitpid` tells of a stopped child that goes on or ends within a moment, else (0, 0)."""
    if sys.platform == "win32":  # where nothing stops
        return 0, 0
    for _ in range(_LOOKS):
        time.sleep(_LOOK_S)
        found, status = os.waitpid(pid, os.WNOHANG | os.WCONTINUED)
        if found:
            return found, status
    return 0, 0


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone. On Windows any but those of the console ends it."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except OSError:
        if sys.platform != "win32":  # where a process that has ended is an invalid argument, or denied
            raise
