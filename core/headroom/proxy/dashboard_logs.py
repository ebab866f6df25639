"""Reads session logs as they grow, each byte once, into a dashboard's board. Slow: for a thread of its own."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson

from headroom import session_log
from headroom.dashboard.board import Board
from headroom.pricing import Row
from headroom.session_log import events

_KEPT_S: Final = 31 * 86_400
"""Logs that nobody wrote to for longer are not read: the page looks back a month."""
_STEP_BYTES: Final = 2 << 20
"""How much is read at a time; the page asks again, and requests go on meanwhile."""
_LINES: Final = 32
"""How many are read without looking up: about a millisecond."""


class Logs:
    """The session logs below a state folder, as far as they are read.

    Args:
        root: the state folder.
        prices: rows of the user's.
    """

    def __init__(self, root: Path, prices: Sequence[Row] = ()) -> None:
        self._root = root
        self._prices = prices
        self._read: dict[Path, int] = {}
        """How many bytes of each are read."""
        self.board = Board(prices)
        self.waiting = 0
        """Bytes that are still to be read."""

    def refresh(self, now: float) -> None:
        """Read what was written since, newest sessions first, up to a limit. Raises OSError for the folder only.

        Args:
            now: seconds since 1970.
        """
        sizes = _sizes(session_log.sessions(self._root, now - _KEPT_S))
        if any(_is_another(path, at, sizes) for path, at in self._read.items()):
            # A session was deleted: what it added to the sums cannot be taken away from them.
            self._read.clear()
            self.board = Board(self._prices)
        left = _STEP_BYTES
        for path in reversed(sizes):
            if left > 0 and sizes[path] > self._read.get(path, 0):
                left -= self._more(path, left)
        unread = sum(max(size - self._read.get(path, 0), 0) for path, size in sizes.items())
        self.waiting = unread if left <= 0 else 0  # else what is left is a line that is being written

    def _more(self, path: Path, most: int) -> int:
        """Read the lines that a log has more, up to so many bytes; return how many."""
        at = self._read.get(path, 0)
        try:
            with path.open("rb") as log:
                log.seek(at)
                data = log.read(most)
        except OSError:
            return 0
        whole = data.rfind(b"\n") + 1
        if not whole and len(data) == most:
            whole = len(data)  # no line of ours is so long
        for number, line in enumerate(data[:whole].splitlines()):
            if number % _LINES == 0:
                time.sleep(0)  # requests that wait for the interpreter go first
            try:
                event = events.from_dict(orjson.loads(line))
            except ValueError:
                continue
            if event is not None:
                self.board.add(path.stem, event)
        self._read[path] = at + whole
        return len(data)


def _sizes(paths: Sequence[Path]) -> dict[Path, int]:
    sizes = {}
    for path in paths:
        try:
            sizes[path] = path.stat().st_size
        except OSError:
            continue
    return sizes


def _is_another(path: Path, at: int, sizes: dict[Path, int]) -> bool:
    """Tell whether a log is gone, or shorter than what was read of it."""
    size = sizes.get(path)
    return size < at if size is not None else not path.is_file()
