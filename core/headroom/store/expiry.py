"""What goes away, and when: originals and decisions that were not used for long, and what killed writers left.

An original's last use is the later of its file's two times: written (by us, at every use) and read (by an
agent's own tools). The index is made to agree with the files here, and nowhere else.
"""

import contextlib
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from headroom.store import files
from headroom.store.database import DAMAGED, LOCK, Database

_NAME = re.compile(r"([0-9a-f]{12})\.txt")
_WRITING_S = 3600
"""A file under a temporary name that is older than this has no writer any more."""
_STEP = 200
"""How much is removed at a time, so that others need not wait for long."""
_OLD_ROWS = (
    f"DELETE FROM decisions WHERE rowid IN (SELECT rowid FROM decisions WHERE used < ? LIMIT {_STEP})",
    f"DELETE FROM left_alone WHERE rowid IN (SELECT rowid FROM left_alone WHERE used < ? LIMIT {_STEP})",
)


class Pruned(NamedTuple):
    """What a prune removed."""

    originals: int
    bytes: int
    decisions: int
    """Rows of the memo: decisions, and conversations left alone."""
    strays: int
    """Files left behind by killed writers, and old damaged databases."""


class Original(NamedTuple):
    """An original's file, as a look at the folder shows it."""

    bytes: int
    used: float
    """When it was last used, in seconds since the epoch."""


def scan(folder: Path) -> Iterator[tuple[str, Original]]:
    """Yield the key and file of every original in a folder, which may be missing. Raises OSError."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(FileNotFoundError):
                    yield match[1], _look(entry.stat(follow_symlinks=False))


def prune(originals: Path, database: Database, now: float, ttl_s: float, max_bytes: int) -> Pruned:
    """Remove originals, decisions, strays and rows without a file; see SqliteStore.prune.

    The store's folder is the one above `originals`, and must be there. Raises OSError.
    """
    found = dict(scan(originals))
    removed = _remove(originals, _doomed(found, now - ttl_s, max_bytes))
    kept = {key: original for key, original in found.items() if key not in removed}
    strays = _remove_strays(originals, now - _WRITING_S, now - ttl_s)
    _reindex(originals, database, kept)
    decisions = sum(_delete_in_steps(database, delete, now - ttl_s) for delete in _OLD_ROWS)
    return Pruned(len(removed), sum(original.bytes for original in removed.values()), decisions, strays)


def _doomed(found: dict[str, Original], before: float, max_bytes: int) -> list[tuple[str, Original]]:
    """Return what was last used before a time, and then the longest unused until the rest fits."""
    total = sum(original.bytes for original in found.values())
    doomed = []
    for key, original in sorted(found.items(), key=lambda item: (item[1].used, item[0])):
        if original.used >= before and total <= max_bytes:
            break
        doomed.append((key, original))
        total -= original.bytes
    return doomed


def _remove(originals: Path, doomed: list[tuple[str, Original]]) -> dict[str, Original]:
    """Remove what nobody used since it was found, and return that."""
    removed = {}
    for start in range(0, len(doomed), _STEP):
        with files.locked(originals.parent / LOCK, exclusive=True):
            for key, original in doomed[start : start + _STEP]:
                file = originals / f"{key}.txt"
                with contextlib.suppress(FileNotFoundError):
                    if _look(file.lstat()) == original:
                        file.unlink()
                        removed[key] = original
    return removed


def _remove_strays(originals: Path, writing_since: float, damaged_since: float) -> int:
    count = 0
    for folder in (originals, originals.parent):
        for file in folder.glob("*"):
            since = writing_since if file.name.startswith(files.TEMPORARY) else damaged_since
            if file.name.startswith((files.TEMPORARY, DAMAGED)):
                with contextlib.suppress(FileNotFoundError):
                    info = file.lstat()
                    if info.st_mtime < since and not stat.S_ISDIR(info.st_mode):
                        file.unlink()
                        count += 1
    return count


def _reindex(originals: Path, database: Database, found: dict[str, Original]) -> None:
    rows = database.read(_rows)
    # A row without a file may be newer than our look at the folder.
    gone = [(key,) for key in rows.keys() - found.keys() if not (originals / f"{key}.txt").exists()]
    wrong = [(key, *original) for key, original in found.items() if rows.get(key) != original]
    for start in range(0, max(len(gone), len(wrong)), _STEP):
        end = start + _STEP
        database.write(partial(_correct, gone=gone[start:end], wrong=wrong[start:end]))


def _rows(connection: sqlite3.Connection) -> dict[str, Original]:
    return {
        key: Original(size, used)
        for key, size, used in connection.execute("SELECT key, bytes, used FROM originals")
    }


def _correct(connection: sqlite3.Connection, gone: list[tuple[str]], wrong: list[tuple[str, int, float]]) -> None:
    connection.executemany("DELETE FROM originals WHERE key = ?", gone)
    connection.executemany(
        "INSERT INTO originals (key, bytes, used, created) VALUES (?1, ?2, ?3, ?3) "
        "ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, used = excluded.used",
        wrong,
    )


def _delete_in_steps(database: Database, delete: str, before: float) -> int:
    def step(connection: sqlite3.Connection) -> int:
        return connection.execute(delete, (before,)).rowcount

    count = 0
    while deleted := database.write(step):
        count += deleted
    return count


def _look(info: os.stat_result) -> Original:
    return Original(info.st_size, max(info.st_mtime, info.st_atime))
