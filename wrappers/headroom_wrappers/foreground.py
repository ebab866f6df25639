"""Runs a child in the foreground, on the real terminal, as if the shell had started it."""

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
        return processes.wait_in_foreground(child)


@contextmanager
def _signals() -> Iterator[Callable[[int], None]]:
    """Handle signals for the time of the block. Handlers, not SIG_IGN, which the child would inherit."""
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
        for number in early:
            processes.send(pid, number)

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
