"""Runs a child in the foreground, on the real terminal, as if the shell had started it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

_FORWARDED = ("SIGTERM", "SIGHUP")
_LEFT_TO_CHILD = ("SIGINT", "SIGQUIT")
"""The terminal sends these to the whole foreground group: the child has them already."""


def run(argv: Sequence[str], env: Mapping[str, str], started: Callable[[int], None]) -> int:
    """Start the child, wait for its end and return its exit code (128 + N when signal N ended it).

    The child shares our process group and terminal. When it stops (ctrl-Z) so do we, and the shell's `fg`
    lets both go on. SIGTERM and SIGHUP that reach us are sent on to it.

    Args:
        started: called with the child's process id.

    Raises:
        OSError: it cannot be executed.
    """
    with _signals() as forward_to:
        child = subprocess.Popen(list(argv), env=dict(env))
        forward_to(child.pid)
        started(child.pid)
        return _wait(child)


@contextmanager
def _signals() -> Iterator[Callable[[int], None]]:
    """Handle signals for the time of the block. Handlers, not SIG_IGN, which the child would inherit."""
    target: list[int] = []
    early: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        if not target:
            early.append(number)
        for pid in target:
            _send(pid, number)

    def leave(_number: int, _frame: FrameType | None) -> None:
        return

    def forward_to(pid: int) -> None:
        target.append(pid)
        for number in early:
            _send(pid, number)

    table = dict.fromkeys(_FORWARDED, forward) | dict.fromkeys(_LEFT_TO_CHILD, leave)
    before = {
        number: signal.signal(number, handler)
        for name, handler in table.items()
        if (number := getattr(signal, name, None)) is not None and signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield forward_to
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait(child: subprocess.Popen[bytes]) -> int:
    if sys.platform == "win32":
        return child.wait()
    while True:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.kill(os.getpid(), signal.SIGSTOP)
        _send(child.pid, signal.SIGCONT)  # we were continued, so the child is to go on too
    code = os.waitstatus_to_exitcode(status)
    child.returncode = code
    return 128 - code if code < 0 else code
