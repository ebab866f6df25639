"""Files that only the user may read, for the time of one run.

The run holds a lock on its file, which dies with it: so the next run knows what a killed one has left behind.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from headroom import session_log
from headroom.system import files, locks

_LEFT_OVER_S = 7 * 86_400
"""Where the file system has no locks, and the session's log no end."""


@contextmanager
def private(path: Path, text: str) -> Iterator[None]:
    """Keep a text in a new file with mode 0600 in a folder with mode 0700, for the time of the block.

    Raises OSError where the file cannot be made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = _made(path)
    try:
        os.write(descriptor, text.encode("utf-8"))
        yield
    finally:
        os.close(descriptor)
        with suppress(OSError):
            path.unlink()


def _made(path: Path) -> int:
    """Return the descriptor of a new file with a lock on it."""
    while True:
        path.unlink(missing_ok=True)
        descriptor = files.open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        with suppress(OSError):  # no locks on this file system
            locks.take(descriptor, exclusive=True, wait=False)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)  # another run's sweep came between its making and its lock


def sweep(folder: Path) -> None:
    """Remove the private files of runs that are over, as far as it can be told and done."""
    with suppress(OSError):
        for file in folder.iterdir():
            with suppress(OSError):
                if _is_left_over(file):
                    file.unlink()


def _is_left_over(file: Path) -> bool:
    """Tell whether the run of a private file is over: its lock is free, its log has ended, or it is a week old."""
    if file.lstat().st_mtime < time.time() - _LEFT_OVER_S or _has_ended(file):
        return True
    descriptor = files.open_private(file, os.O_RDWR)
    try:
        locks.take(descriptor, exclusive=True, wait=False)
        locks.release(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _has_ended(file: Path) -> bool:
    """Tell whether a log has its end: it has the name of the private file, in a folder beside it."""
    try:
        return session_log.has_end(file.parent.parent / "sessions" / f"{file.stem}.jsonl")
    except OSError:
        return False
