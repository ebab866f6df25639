"""What installing leaves on the disk: files, written whole or not at all, and folders, taken back when empty.

The folders that we make are noted before we make them, so that uninstalling leaves a home as it was even when
installing was killed at any point.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

_NOTE = "made.json"
_PART = ".headroom-part"
"""Ends the name of a file that is being written."""


def write(file: Path, content: bytes) -> None:
    """Put a file in place, whole, durable, 0600, whatever the umask. Raises OSError."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}{_PART}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as to:
            to.write(content)
            to.flush()
            os.fsync(to.fileno())
        part.chmod(0o600)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def make_folders(note_in: Path, folders: Iterable[Path]) -> None:
    """Make folders, 0700, and note in `note_in`, which is made too, which were not there. Raises OSError."""
    wanted = [above for folder in (note_in, *folders) for above in (*reversed(folder.parents), folder)]
    missing = [folder for folder in dict.fromkeys(wanted) if not folder.exists()]
    known = _noted(note_in)
    note = json.dumps([*known, *(str(folder) for folder in missing if str(folder) not in known)]).encode()
    if note_in in missing:
        _make_with_note(note_in, missing[0] if note_in.is_relative_to(missing[0]) else note_in, note)
    else:
        write(note_in / _NOTE, note)
    for folder in missing:
        _make(folder)


def _make_with_note(note_in: Path, top: Path, note: bytes) -> None:
    """Make the chain of folders from `top` to `note_in` appear at once, with the note in it."""
    part = top.with_name(f".{top.name}.{secrets.token_hex(4)}{_PART}")
    inner = part / note_in.relative_to(top)
    for folder in (*(above for above in reversed(inner.parents) if above.is_relative_to(part)), inner):
        _make(folder)
    write(inner / _NOTE, note)
    part.rename(top)


def take_back(note_in: Path, files: Iterable[Path], folders: Iterable[Path]) -> None:
    """Remove files, folders with all that is in them, and those noted in `note_in` that are empty then.

    Raises OSError for what is there and cannot be removed.
    """
    made = [Path(name) for name in _noted(note_in)]
    for file in files:
        file.unlink(missing_ok=True)
        for part in file.parent.glob(f".*{_PART}"):
            part.unlink(missing_ok=True)
    for part in (part for above in (note_in, *note_in.parents) for part in above.glob(f".*{_PART}")):
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)
    _remove_empty(made)
    if made and any(entry.name != _NOTE for entry in note_in.iterdir()):
        write(note_in / _NOTE, json.dumps([str(folder) for folder in made if folder.exists()]).encode())
        return
    if note_in in made:
        _remove_with_note(note_in, made)
    else:
        (note_in / _NOTE).unlink(missing_ok=True)


def _remove_with_note(note_in: Path, made: Sequence[Path]) -> None:
    """Make `note_in`, where nothing but the note is left, go at once with it, and so folders that hold no more."""
    top = note_in
    while top.parent in made and list(top.parent.iterdir()) == [top]:
        top = top.parent
    part = top.with_name(f".{top.name}.{secrets.token_hex(4)}{_PART}")
    inner = part / note_in.relative_to(top)
    top.rename(part)
    if [entry.name for entry in inner.iterdir()] != [_NOTE]:  # somebody put something there that moment
        part.rename(top)
        return
    (inner / _NOTE).unlink()
    _remove_empty((inner, *(above for above in inner.parents if above.is_relative_to(part))))


def _make(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        folder.chmod(0o700)


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):  # gone, or the user put something there
            folder.rmdir()


def _noted(note_in: Path) -> list[str]:
    try:
        noted = json.loads((note_in / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [name for name in noted if isinstance(name, str)] if isinstance(noted, list) else []
