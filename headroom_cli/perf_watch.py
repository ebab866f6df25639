"""`headroom perf --watch`: the page is drawn over, or a line is added where nothing can be drawn over."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headroom_cli.figures import count, money, percent
from headroom_cli.page import DIM, Page, is_live, live
from headroom_cli.perf_print import net_words

if TYPE_CHECKING:
    from rich.console import Console

    from headroom.report import Overview

EVERY_S: Final = 2.0
_KILLED: Final = 128 + signal.SIGTERM


def watch(
    root: Path,
    read: "Callable[[], Overview]",
    show: "Callable[[Overview, Console], None]",
    to: "Console",
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Show what is told of sessions until ctrl-C, whenever it has changed.

    Args:
        root: the state folder; while no log in it changes, nothing is read.
        read: returns what is told now.
        show: prints it.
    """
    before: object = None
    with contextlib.suppress(KeyboardInterrupt), _ended_by_signal():
        if not is_live(to):
            line = ""
            while True:
                before, line = _tell(root, read, to, before, line)
                sleep(EVERY_S)
        with live(to) as draw:
            while True:
                now = (_state(root), to.size)
                if now != before:
                    told = read()
                    draw(lambda page, told=told: _fill(page, told, show))  # type: ignore[misc]
                    before = now
                sleep(EVERY_S)


def _fill(page: Page, told: "Overview", show: "Callable[[Overview, Console], None]") -> None:
    show(told, page.to)
    page.line((f" Live since {time.strftime('%H:%M:%S')}; ctrl-C ends it.", DIM))


def _tell(
    root: Path, read: "Callable[[], Overview]", to: "Console", before: object, line: str
) -> tuple[object, str]:
    now = _state(root)
    if now == before:
        return before, line
    said = line_of(read())
    if said != line:
        to.file.write(f"{time.strftime('%H:%M:%S')} {said}\n")
        to.file.flush()
    return now, said


def line_of(told: "Overview") -> str:
    """Return what is told in a line of ASCII and plain words, for a pipe."""
    total = told.summary.total
    if not told.summary.ids:
        return "no sessions yet"
    who = told.summary.ids[0] if len(told.summary.ids) == 1 else count(len(told.summary.ids), "session")
    parts = [who, count(total.requests, "request")]
    if total.with_usage:
        parts += [f"{money(total.paid)[0]} paid"] if total.priced else []
        parts += [net_words(total).replace("≈ ", "~"), f"{percent(total.cache_hit_percent)} cached"]
    return "; ".join(part.encode("ascii", "replace").decode() for part in parts)


def _state(root: Path) -> object:
    """Return what is another whenever a log has grown, come or gone."""
    from headroom import session_log

    found = []
    for log in session_log.sessions(root):
        with contextlib.suppress(FileNotFoundError):
            info = log.stat()
            found.append((log.name, info.st_size, info.st_mtime_ns))
    return tuple(found)


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Leave the terminal as it was when the process is asked to end."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_KILLED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
