"""Runs a child in the foreground, on the real terminal, as if the shell had started it."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from headroom.system import processes

_FORWARDED = ("SIGTERM", "SIGHUP")
_LEFT_TO_CHILD = ("SIGINT", "SIGQUIT", "SIGBREAK")
"""The terminal sends these to the whole foreground group, the console to all that share it: the child has them
already. Ctrl-break is SIGBREAK, on Windows alone."""


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
    lets both go on. SIGTERM and SIGHUP that reach us are sent on to it.

    Args:
        started: called with the child's process id.
        early: signals that came before, see `held_back`.

    Raises:
        OSError: it cannot be executed.
    """
    with _signals(early) as forward_to:
        child = subprocess.Popen(list(argv), env=dict(env))
        forward_to(child.pid)
        started(child.pid)
        return processes.wait_in_foreground(child)


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

    def leave(_number: int, _frame: FrameType | None) -> None:
        return

    def forward_to(pid: int) -> None:
        target.append(pid)
        for number in (*before, *early):
            processes.send(pid, number)

    with _handled(dict.fromkeys(_FORWARDED, forward) | dict.fromkeys(_LEFT_TO_CHILD, leave)):
        yield forward_to


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
