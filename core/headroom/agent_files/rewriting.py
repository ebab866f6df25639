"""One file given new content, whole or not at all: its mode, its owner and a link that leads to it stay."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from headroom.store.files import give_name, sync_folder
from headroom.system import files as system

Step = Callable[[str], None]
"""Told the name of each step as it is about to be taken, for tests."""


class CannotWrite(RuntimeError):
    """A file is not changed; the message says which, why, and what to do."""


class BeingWritten(CannotWrite):
    """Somebody else has changed the file in this moment."""


def resolved(file: Path) -> Path:
    """Return the file that a path leads to. Raises CannotWrite for a link to something else than it says."""
    real = Path(os.path.realpath(file))
    if file.is_symlink() and real.suffix.lower() != file.suffix.lower():
        raise CannotWrite(f"{file} is a link to {real}, no {file.suffix} file: point it at one, or remove it")
    return real


def content_of(file: Path) -> bytes | None:
    """Return what a file holds; None where there is none. Raises CannotWrite for what is no plain file."""
    try:
        info = file.stat()
        if not stat.S_ISREG(info.st_mode):
            raise CannotWrite(f"{file} is no plain file")
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotWrite(f"{file} cannot be read: {error.strerror or error}") from None


def check(file: Path) -> None:
    """Raise CannotWrite where a file may not be changed, or could not be without a loss."""
    try:
        info = file.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise CannotWrite(f"{file}: {error.strerror or error}") from None
    if not stat.S_ISREG(info.st_mode):
        raise CannotWrite(f"{file} is no plain file")
    if not info.st_mode & 0o222 or not os.access(file, os.W_OK):
        raise CannotWrite(f"{file} is read-only: chmod u+w it first")
    if info.st_nlink > 1 + _is_half_named(file, info):
        raise CannotWrite(f"{file} has several names (hard links), of which one alone would change")


def replace(file: Path, before: bytes | None, after: bytes | None, step: Step = lambda _name: None) -> None:
    """Give a file new content; None stands for no file.

    Args:
        file: where it is, with links followed.
        before: what it is expected to hold.

    Raises BeingWritten when it holds something else by now, and CannotWrite.
    """
    if before == after:
        return
    check(file)
    part = part_of(file)
    try:
        part.unlink(missing_ok=True)
        if after is not None:
            step("part")
            _write(part, after, file.stat() if before is not None else None)
        step("replace")
        if content_of(file) != before:
            raise BeingWritten(f"{file} is being written by another program: try again")
        if after is None:
            file.unlink()
        elif before is not None:
            part.replace(file)
        elif not give_name(part, file):
            raise BeingWritten(f"{file} was made by another program just now: try again")
        step("replaced")
        sync_folder(file.parent)
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def part_of(file: Path) -> Path:
    """Return where a file's new content is written before it takes its place."""
    return file.with_name(f".{file.name}.headroom-part")


def _is_half_named(file: Path, info: os.stat_result) -> bool:
    """Tell whether who gave a new file its name was killed before the other name was taken away."""
    try:
        return os.path.samestat(part_of(file).lstat(), info)
    except OSError:
        return False


def make_folders(folder: Path) -> list[Path]:
    """Make a folder and those missing above it; return them, the deepest first. Raises CannotWrite."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be made: {error.strerror or error}") from None
    return missing


def _write(part: Path, content: bytes, like: os.stat_result | None) -> None:
    """Write a file durably, with the mode and the owner of another; else as any new file of the user's."""
    mode = 0o666 if like is None else 0o600
    descriptor = system.open_private(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as to:
        to.write(content)
        if like is not None:
            system.make_like(descriptor, like)
        to.flush()
        os.fsync(descriptor)
