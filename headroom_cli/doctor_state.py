"""`headroom doctor` on the state folder: can it be written, is it private, and is there room on the disk."""

import os
import shlex
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from headroom_cli.doctor_findings import NOTE, OK, PROBLEM, Finding

_MOST_ENTRIES = 50_000
"""A look at more would take long."""
_LITTLE_MB, _NONE_MB = 1024, 64
_OTHERS = 0o077


class Entry(NamedTuple):
    """A file or folder in the state folder."""

    path: str
    mode: int
    """As in st_mode."""
    uid: int


def check(root: Path) -> Iterator[Finding]:
    """Look at the state folder and the disk below it."""
    if root.is_symlink() and not root.exists():
        yield Finding("state", PROBLEM, f"{root} is a link to what is not there", "remove it, or make the folder")
        return
    there = root if root.exists() else next(folder for folder in root.parents if folder.exists())
    if not there.is_dir():
        yield Finding("state", PROBLEM, f"{there} is a file, not a folder", "set HEADROOM_HOME, or move it away")
        return
    if not os.access(there, os.W_OK | os.X_OK):
        what = "cannot be written" if there == root else f"cannot be made: {there} is not yours"
        todo = "set HEADROOM_HOME, or chown it" if there == root else "set HEADROOM_HOME"
        yield Finding("state", PROBLEM, f"{root} {what}", todo)
    elif there != root:
        yield Finding("state", OK, f"{root}: not there yet, the first run makes it")
    else:
        if not is_our_own(path.name for path in root.iterdir()):
            told = f"{root} holds what is not headroom's: others may have a right to it"
            yield Finding("state", PROBLEM, told, "set HEADROOM_HOME to a folder of its own")
            return
        entries = entries_below(root) if os.name == "posix" else ()
        yield judge(entries, os.geteuid() if hasattr(os, "geteuid") else -1, root)
    yield judge_disk(shutil.disk_usage(there).free >> 20, there)


def is_our_own(names: Iterable[str]) -> bool:
    """Tell by what a folder holds whether it is ours alone, so that a remedy may change all of it."""
    from headroom.settings import STATE

    found = list(names)
    return sum(name not in STATE for name in found) <= len(found) / 2


def entries_below(root: Path) -> Iterator[Entry]:
    """Yield the folder and what is in it, no links followed, up to a number. Raises OSError."""
    info = root.stat()
    yield Entry(str(root), info.st_mode, info.st_uid)
    folders, seen = [str(root)], 1
    while folders and seen < _MOST_ENTRIES:
        with os.scandir(folders.pop()) as found:
            for entry in found:
                try:
                    info = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # a session that ends meanwhile
                seen += 1
                if stat.S_ISDIR(info.st_mode):
                    folders.append(entry.path)
                if not stat.S_ISLNK(info.st_mode):
                    yield Entry(entry.path, info.st_mode, info.st_uid)


def judge(entries: Iterable[Entry], uid: int, root: Path) -> Finding:
    """Say whether all of it is this user's, and nobody else's to read."""
    found = list(entries)
    foreign = [entry.path for entry in found if uid >= 0 and entry.uid != uid]
    if foreign:
        told = f"{_first(foreign)} belongs to another user"
        return Finding("state", PROBLEM, told, f'sudo chown -R "$(id -u)" {shlex.quote(str(root))}')
    opened = [entry.path for entry in found if entry.mode & _OTHERS]
    if opened:
        return Finding(
            "state", PROBLEM, f"others can read {_first(opened)}", f"chmod -R go= {shlex.quote(str(root))}"
        )
    return Finding("state", OK, f"{root}: writable, and private")


def _first(paths: list[str]) -> str:
    more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
    return min(paths) + more


def judge_disk(free_mb: int, where: Path) -> Finding:
    """Say whether the disk has room for originals."""
    told = f"{free_mb:,} MB free at {where}"
    if free_mb < _NONE_MB:
        return Finding(
            "disk",
            PROBLEM,
            f"{told}: nothing can be left out of an output, since no original can be kept",
            "make room",
        )
    if free_mb < _LITTLE_MB:
        return Finding("disk", NOTE, told, "make room, or lower store.max_mb")
    return Finding("disk", OK, told)
