"""Runs a child in the foreground, on the real terminal, as if the shell had started it."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from headroom.system import processes

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_LEFT_TO_CHILD = ("SIGINT", "SIGQUIT", "SIGBREAK")
"""The terminal sends these to the whole foreground group, the console to all that share it: the child has them
already. Without a terminal they came to us alone, and are sent on. Ctrl-break is SIGBREAK, on Windows alone."""
_TERMINAL = "/dev/tty"
_SHELL = "/bin/sh"
_LOOKED_AT = 256
"""Bytes at the start of a file."""


def keep_places() -> None:
    """Take the numbers of standard input, output and error where they are closed.

    Else a socket or a pipe of ours would get one, and a process that we start another thing in its place. What we
    start finds them closed, as we did: the null device that is opened here is not inherited.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


def run(
    argv: Sequence[str],
    env: Mapping[str, str],
    started: Callable[[int], None],
    early: Sequence[int] = (),
) -> int:
    """Start the child, wait for its end and return its exit code (128 + N when signal N ended it).

    The child shares our process group and terminal. When it stops (ctrl-Z) so do we, and the shell's `fg`
    lets both go on. Signals that reach us alone are sent on to it.

    Args:
        started: called with the child's process id.
        early: signals that came before, see `held_back`.

    Raises:
        OSError: it cannot be executed.
    """
    with _signals(early) as forward_to:
        child = _started(argv, env)
        forward_to(child.pid)
        started(child.pid)
        return processes.wait_in_foreground(child)


def _started(argv: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a child; a script whose first line names no interpreter is the shell's, as with execvp(3)."""
    try:
        return subprocess.Popen(list(argv), env=dict(env))
    except OSError as error:
        if error.errno != errno.ENOEXEC or not _is_text(argv[0]):
            raise
        return subprocess.Popen([_SHELL, str(Path.cwd() / argv[0]), *argv[1:]], env=dict(env))


def _is_text(path: str) -> bool:
    """Tell whether a file may be a script: shells run no program of another machine as one."""
    try:
        with Path(path).open("rb") as file:
            start = file.read(_LOOKED_AT)
    except OSError:
        return False
    return b"\0" not in start and not start.startswith(b"\x7fELF")


@contextmanager
def held_back() -> Iterator[list[int]]:
    """Let no signal end us for the time of the block, and note those that come.

    For what must be brought to its end: a terminal that is closed sends SIGHUP more than once, and who ends an
    agent by ctrl-C may press it once more when the agent is gone already.
    """
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    with _handled(dict.fromkeys((*_FORWARDED, *_LEFT_TO_CHILD), note)):
        yield came


@contextmanager
def _signals(before: Sequence[int]) -> Iterator[Callable[[int], None]]:
    """Handle signals for the time of the block."""
    target: list[int] = []
    early: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        if not target:
            early.append(number)
        for pid in target:
            processes.send(pid, number)

    def leave(number: int, frame: FrameType | None) -> None:
        if not _has_terminal():
            forward(number, frame)

    def forward_to(pid: int) -> None:
        target.append(pid)
        for number in (*before, *early):
            processes.send(pid, number)

    with _handled(dict.fromkeys(_FORWARDED, forward) | dict.fromkeys(_LEFT_TO_CHILD, leave)):
        yield forward_to


def _has_terminal() -> bool:
    """Tell whether a terminal may send us signals. A console of Windows always may."""
    if os.name == "nt":
        return True
    try:
        os.close(os.open(_TERMINAL, os.O_RDONLY | getattr(os, "O_NOCTTY", 0)))
    except OSError:
        return False
    return True


@contextmanager
def _handled(table: Mapping[str, Callable[[int, FrameType | None], None]]) -> Iterator[None]:
    """Have signals handled, by name, for the time of the block; those that are ignored stay so.

    Handlers, not SIG_IGN, which the child would inherit.
    """
    numbers = {getattr(signal, name): handler for name, handler in table.items() if hasattr(signal, name)}
    before = {
        number: signal.signal(number, handler)
        for number, handler in numbers.items()
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
