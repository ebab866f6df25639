"""What a purge takes away: single originals and decisions, by their keys, and overwritten on the disk.

`prune` (expiry.py) goes by age and size; here somebody has named what is to go.
"""

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from headroom.store import expiry, files
from headroom.store.database import DAMAGED, FILE, LOCK, Database
from headroom.store.expiry import Original

_STEP: Final = 200
"""How much is removed at a time, so that others need not wait for long."""
_WAIT_MS: Final = 5_000
_FOLDER: Final = "originals"
_TABLES: Final = (("decisions", "key"), ("left_alone", "conversation"))


class Row(NamedTuple):
    """A row of the memo, as far as it tells whether it may go."""

    table: str
    key: str
    used: float
    """Refreshed once a day at most, see memo.py. In seconds since 1970."""


class Kept(NamedTuple):
    """What the database beside the originals holds."""

    decisions: int
    """About blocks."""
    notes: int
    """Texts about conversations: their policies, rounds that were answered, and the like."""
    left_alone: int
    """Conversations that are not changed any more."""
    bytes: int
    """Of its files."""


class Removal:
    """The store's folder, for who takes things out of it. Methods raise OSError when it cannot be used.

    Args:
        root: the store's folder; one that is missing is empty, and is not made.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._database = Database(self._root, _WAIT_MS)

    def originals(self) -> dict[str, Original]:
        """Return every original by its key."""
        return dict(expiry.scan(self._root / _FOLDER))

    def file(self, key: str) -> Path:
        """Return an original's file."""
        return self._root / _FOLDER / f"{key}.txt"

    def named_by(self, decisions: Collection[str]) -> dict[str, str]:
        """Return the originals that decisions name, by the decisions' keys; those without one are left out."""
        if not self._database.exists():
            return {}
        return self._database.read(lambda connection: dict(_named(connection, sorted(decisions))))

    def rows(self) -> list[Row]:
        """Return all rows of the memo."""
        return self._database.read(lambda connection: list(_rows(connection))) if self._database.exists() else []

    def kept(self) -> Kept:
        """Count what the database holds."""
        counts = self._database.read(_count) if self._database.exists() else (0, 0, 0)
        return Kept(*counts, sum(map(_size, self._root.glob(f"{FILE}*"))))

    def remove(self, originals: Mapping[str, Original]) -> dict[str, Original]:
        """Remove originals, but for those that were used since they were looked at; return what is gone."""
        removed: dict[str, Original] = {}
        chosen = sorted(originals.items())
        for start in range(0, len(chosen), _STEP):
            step = chosen[start : start + _STEP]
            with files.locked(self._root / LOCK, exclusive=True):
                for key, original in step:
                    with contextlib.suppress(FileNotFoundError):
                        if _look(self.file(key)) == original:
                            self.file(key).unlink()
                            removed[key] = original
        if removed and self._database.exists():
            for start in range(0, len(removed), _STEP):
                keys = list(removed)[start : start + _STEP]
                self._database.write(partial(_delete, table="originals", column="key", keys=keys))
        return removed

    def forget(self, rows: Sequence[Row]) -> int:
        """Remove rows of the memo, but for those that were used since; return how many are gone."""
        count = 0
        for table, column in _TABLES:
            chosen = [(row.key, row.used) for row in rows if row.table == table]
            for start in range(0, len(chosen), _STEP):
                step = chosen[start : start + _STEP]
                count += self._database.write(partial(_delete_unused, table=table, column=column, rows=step))
        return count

    def overwrite(self) -> None:
        """Give the space of removed rows back, so that what stood there is nowhere in the files.

        Where another process is in the way it is done as far as it can be: the rows were overwritten already.
        """
        if self._database.exists():
            with contextlib.suppress(OSError):
                self._database.settle(compact=True)

    def damaged(self) -> list[Path]:
        """Return the files of databases that were set aside."""
        return sorted(self._root.glob(f"{DAMAGED}*"))

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except FileNotFoundError:  # whoever was the last to use the database has tidied up
        return 0


def _look(file: Path) -> Original:
    info = os.lstat(file)
    return Original(info.st_size, max(info.st_mtime, info.st_atime))


def _named(connection: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(keys), _STEP):
        part = keys[start : start + _STEP]
        marks = ",".join("?" * len(part))
        query = f"SELECT key, original FROM decisions WHERE original != '' AND key IN ({marks})"
        yield from connection.execute(query, part)


def _rows(connection: sqlite3.Connection) -> Iterator[Row]:
    for table, column in _TABLES:
        for key, used in connection.execute(f"SELECT {column}, used FROM {table}"):
            yield Row(table, key, used)


def _count(connection: sqlite3.Connection) -> tuple[int, int, int]:
    # A note has a text that no compressor made (headroom.notes).
    notes = "SELECT count(*) FROM decisions WHERE compressor = '' AND text IS NOT NULL"
    counted = (notes, "SELECT count(*) FROM decisions", "SELECT count(*) FROM left_alone")
    of_notes, of_all, alone = (connection.execute(query).fetchone()[0] for query in counted)
    return of_all - of_notes, of_notes, alone


def _delete(connection: sqlite3.Connection, table: str, column: str, keys: Sequence[str]) -> None:
    marks = ",".join("?" * len(keys))
    connection.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", keys)


def _delete_unused(
    connection: sqlite3.Connection, table: str, column: str, rows: Sequence[tuple[str, float]]
) -> int:
    connection.execute("PRAGMA secure_delete = ON")
    deletes = (connection.execute(f"DELETE FROM {table} WHERE {column} = ? AND used = ?", row) for row in rows)
    return sum(deleted.rowcount for deleted in deletes)
