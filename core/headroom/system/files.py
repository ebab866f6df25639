"""Files for their owner alone, opened, written and replaced in the way of each platform.

POSIX has a mode for each file. Windows has lists of rights that a new file takes over from its folder; those below
a user's profile, where our state folder is, let the user, the system and administrators in and nobody else. So
there is nothing to set there, and a folder elsewhere (HEADROOM_HOME) is as private as its owner has made it.
"""

import errno
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from headroom.system import locks

FILE_MODE = 0o600
FOLDER_MODE = 0o700

_ATTEMPTS = 10
_PAUSE_S = 0.02
"""Doubled with every attempt, up to half a second."""
_LONGEST_PAUSE_S = 0.5


def persistently(work: Callable[[], object], pause: Callable[[float], object] = time.sleep) -> None:
    """Do what is refused while another program has the file open, again until it is not, for about three seconds.

    Python, like most programs on Windows, opens files without FILE_SHARE_DELETE, and a file that is open so can
    neither be replaced nor removed: https://learn.microsoft.com/windows/win32/fileio/creating-and-opening-files.

    Raises the last PermissionError, and any other OSError at once.
    """
    for attempt in range(_ATTEMPTS - 1):
        try:
            work()
        except PermissionError:
            pause(min(_PAUSE_S * 2**attempt, _LONGEST_PAUSE_S))
        else:
            return
    work()


if sys.platform == "win32":
    _FLAGS = os.O_BINARY | os.O_NOINHERIT
    """Without O_BINARY the C library makes CRLF of LF: https://learn.microsoft.com/cpp/c-runtime-library/reference/open-wopen"""
    NOT_WAITING = 0
    """No file of that name makes an opener wait: pipes have names of their own kind."""
    NO_HARD_LINKS = (errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.EMLINK)
    """Python has EINVAL for errors that it does not know, as ERROR_INVALID_FUNCTION on FAT."""

    def open_private(path: Path, flags: int, mode: int = FILE_MODE) -> int:
        """Open a file, made where `flags` say so, for us alone; a link is not followed. Raises OSError.

        There is no O_NOFOLLOW. Who could put a link in its place between our look and the opening has the right
        to write to the folder already.
        """
        if path.is_symlink():
            raise OSError(errno.ELOOP, "it is a link", str(path))
        return os.open(path, flags | _FLAGS, mode)

    def keep_private(descriptor: int) -> None:
        """Take the rights of all others from an open file: they have none, see above."""

    def make_like(descriptor: int, info: os.stat_result) -> None:
        """Give an open file the owner and the mode of another: those of its folder's files, see above."""

    def is_ours(info: os.stat_result) -> bool:
        """Tell whether a file belongs to this user. Windows does not say; see above for who could write there."""
        return True

    def sync_folder(folder: Path) -> None:
        """Flush a folder's names to the disk. Windows has no call for it: NTFS keeps a journal of its names."""

    def last_byte(descriptor: int, size: int) -> bytes:
        """Return the last byte of a file of `size` bytes, by moving the descriptor's place."""
        os.lseek(descriptor, size - 1, os.SEEK_SET)
        return os.read(descriptor, 1)

    def append(descriptor: int, data: bytes) -> int:
        """Write to the end of a file as one piece, and return how many bytes were written. Raises OSError.

        O_APPEND is the C library's doing there: it looks for the end, and then writes
        (https://learn.microsoft.com/cpp/c-runtime-library/reference/write). Two processes could choose one place.
        """
        locks.take(descriptor, exclusive=True)
        try:
            return os.write(descriptor, data)
        finally:
            locks.release(descriptor)

    def replace(part: Path, file: Path) -> None:
        """Give a written file the name of another, which goes, in one step. Raises OSError."""
        persistently(lambda: part.replace(file))

    def rename(file: Path, name: Path) -> None:
        """Give a file a name that no other has. Raises OSError."""
        persistently(lambda: file.rename(name))

else:
    _FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC
    NOT_WAITING = os.O_NONBLOCK
    """Without it, a pipe by that name would make us wait for a writer."""
    NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
    """What a file system says that has none."""

    def open_private(path: Path, flags: int, mode: int = FILE_MODE) -> int:
        """Open a file, made where `flags` say so, for us alone; a link is not followed. Raises OSError."""
        return os.open(path, flags | _FLAGS, mode)

    def keep_private(descriptor: int) -> None:
        """Take the rights of all others from an open file, and give us ours whatever the umask. Raises OSError."""
        os.fchmod(descriptor, FILE_MODE)

    def make_like(descriptor: int, info: os.stat_result) -> None:
        """Give an open file the owner and the mode of another. Raises OSError."""
        ours = os.fstat(descriptor)
        if (ours.st_uid, ours.st_gid) != (info.st_uid, info.st_gid):
            os.fchown(descriptor, info.st_uid, info.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(info.st_mode))

    def is_ours(info: os.stat_result) -> bool:
        """Tell whether a file belongs to this user."""
        return info.st_uid == os.geteuid()

    def sync_folder(folder: Path) -> None:
        """Flush a folder's names to the disk: a name given before outlives a power cut. Raises OSError."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def last_byte(descriptor: int, size: int) -> bytes:
        """Return the last byte of a file of `size` bytes."""
        return os.pread(descriptor, 1, size - 1)

    def append(descriptor: int, data: bytes) -> int:
        """Write to the end of a file (O_APPEND) as one piece, and return how many bytes were written."""
        return os.write(descriptor, data)

    def replace(part: Path, file: Path) -> None:
        """Give a written file the name of another, which goes, in one step. Raises OSError."""
        part.replace(file)

    def rename(file: Path, name: Path) -> None:
        """Give a file a name that no other has. Raises OSError."""
        file.rename(name)


def is_open_to_others(info: os.stat_result) -> bool:
    """Tell whether anybody but the owner has a right to a file, as far as its mode says."""
    return sys.platform != "win32" and bool(stat.S_IMODE(info.st_mode) & 0o077)
