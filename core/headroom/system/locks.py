"""Locks on open files, among processes and threads: whoever dies holds none."""

import sys
import time
from collections.abc import Callable

_PAUSE_S = 0.01


def wait_for(ask: Callable[[], bool], pause: Callable[[float], object] = time.sleep) -> None:
    """Ask until it is granted: where nobody wakes us when a lock is free."""
    while not ask():
        pause(_PAUSE_S)


if sys.platform == "win32":
    import errno
    import msvcrt
    import os

    _PLACE = 0x7FFF_0000
    """The byte that stands for the file: far behind its end, since what is locked nobody else can read, and below
    2^31, since `_locking` counts in 32 bits."""
    _HELD = (errno.EACCES, errno.EDEADLOCK)

    def take(descriptor: int, *, exclusive: bool, wait: bool = True) -> None:
        """Lock a file. There are no shared locks by this call: a shared one is exclusive, too.

        https://learn.microsoft.com/cpp/c-runtime-library/reference/locking

        Raises BlockingIOError where another holds it and `wait` is not set, and OSError.
        """
        if wait:
            wait_for(lambda: _has_taken(descriptor))
        elif not _has_taken(descriptor):
            raise BlockingIOError(errno.EAGAIN, "another process holds the lock")

    def release(descriptor: int) -> None:
        """Give a lock back, before the file is closed: Windows may take its time with what is left to it."""
        os.lseek(descriptor, _PLACE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _has_taken(descriptor: int) -> bool:
        os.lseek(descriptor, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno not in _HELD:
                raise
            return False
        return True

else:
    import fcntl

    def take(descriptor: int, *, exclusive: bool, wait: bool = True) -> None:
        """Lock a file.

        Raises BlockingIOError where another holds it and `wait` is not set, and OSError.
        """
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB))

    def release(descriptor: int) -> None:
        """Give a lock back, before the file is closed: closing does."""
