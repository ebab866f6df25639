"""Files for their owner's eyes only, under names that never stand for half a content.

A file is written under a temporary name, flushed to the disk, and only then given its final name, in one
atomic step. Who is killed in between leaves a temporary file behind and nothing else.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from headroom.system import files as system
from headroom.system import locks

TEMPORARY = ".tmp-"
"""How the name of a file begins that is still being written."""


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those missing above it, for the owner alone; an existing one loses its laxer rights.

    Raises OSError, also when the folder belongs to another user, who could put anything into it.
    """
    try:
        info = folder.stat()
    except FileNotFoundError:
        _make_folders(folder)
        info = folder.stat()
    if not stat.S_ISDIR(info.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", str(folder))
    if not system.is_ours(info):
        raise PermissionError(errno.EPERM, "it belongs to another user", str(folder))
    mode = stat.S_IMODE(info.st_mode)
    if mode & ~system.FOLDER_MODE:
        folder.chmod(mode & system.FOLDER_MODE)


def _make_folders(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        with contextlib.suppress(FileExistsError):
            path.mkdir(system.FOLDER_MODE)
            path.chmod(system.FOLDER_MODE)
            sync_folder(path.parent)


def create(folder: Path) -> tuple[Path, int]:
    """Create an empty file under a temporary name; return its path and descriptor. Raises OSError."""
    path = folder / (TEMPORARY + secrets.token_hex(8))
    descriptor = system.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    system.keep_private(descriptor)
    return path, descriptor


def write_temporary(folder: Path, data: bytes) -> Path:
    """Write a new file under a temporary name and flush it to the disk. Raises OSError, leaving nothing."""
    path, descriptor = create(folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def give_name(temporary: Path, final: Path) -> bool:
    """Give a written file its final name if no other file has it; return whether it was free.

    The temporary name may stay: its owner removes it. Raises OSError.
    """
    try:
        os.link(temporary, final)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in system.NO_HARD_LINKS:
            raise
        if os.path.lexists(final):
            return False
        system.replace(temporary, final)
    return True


def read(file: Path) -> bytes | None:
    """Return a plain file's content; None when there is none (a link is not followed). Raises OSError."""
    try:
        descriptor = system.open_private(file, os.O_RDONLY | system.NOT_WAITING)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            return None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read()
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Flush a folder's names to the disk, so that a name given before outlives a power cut. Raises OSError."""
    system.sync_folder(folder)


@contextlib.contextmanager
def locked(file: Path, exclusive: bool) -> Iterator[None]:
    """Hold a lock among processes and threads while the block runs; the kernel frees it when its holder dies.

    Raises OSError when the lock file cannot be opened.
    """
    descriptor = system.open_private(file, os.O_RDWR | os.O_CREAT)
    try:
        system.keep_private(descriptor)
        locks.take(descriptor, exclusive=exclusive)
        try:
            yield
        finally:
            locks.release(descriptor)
    finally:
        os.close(descriptor)
