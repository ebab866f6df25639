"""One installing or uninstalling at a time, and no trace of that on the disk."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Wait until no other process of ours holds the user's home folder, and hold it: by a lock, not by a file.

    Where folders cannot be locked (some network file systems) nothing is waited for.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
