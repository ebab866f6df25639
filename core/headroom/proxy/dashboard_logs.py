"""Reads session logs as they grow, each byte once, into a dashboard's board. Slow: for a thread of its own."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
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
        self._inodes: dict[Path, int] = {}
        self.board = Board(prices)
        self.waiting = 0
        """Bytes that are still to be read."""

    def refresh(self, now: float) -> None:
        """Read what was written since, newest sessions first, up to a limit. Raises OSError for the folder only.

        Args:
            now: seconds since 1970.
        """
        found = _statuses(session_log.sessions(self._root, now - _KEPT_S))
        sizes = {path: status.st_size for path, status in found.items()}
        if any(self._is_another(path, found.get(path)) for path in self._read):
            # A session was deleted: what it added to the sums cannot be taken away from them.
            self._read.clear()
            self._inodes.clear()
            self.board = Board(self._prices)
        for path in sizes.keys() - self._inodes.keys():
            self._inodes[path] = found[path].st_ino
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

    def _is_another(self, path: Path, status: os.stat_result | None) -> bool:
        """Tell whether a log is gone, shorter than what was read of it, or another file."""
        if status is None:
            return not path.is_file()
        return status.st_size < self._read[path] or status.st_ino != self._inodes[path]


def _statuses(paths: Sequence[Path]) -> dict[Path, os.stat_result]:
    found = {}
    for path in paths:
        with suppress(OSError):
            found[path] = path.stat()
    return found
