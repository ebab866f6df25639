"""The database of facts: one SQLite file, for many processes. One that is damaged is moved aside, never deleted.

root/memory/              0700
  memory.sqlite3          0600: facts, what became of them, their words (FTS5), their vectors
  damaged-*               databases that could not be read; what could be read of them was taken over
  lock                    held for moments, while the database is made or moved
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from headroom.memory import record
from headroom.memory.facts import Fact
from headroom.store import files
from headroom.store.database import DAMAGED, LOCK, DamagedRow, Database
from headroom.system import files as system

FILE: Final = "memory.sqlite3"
_WAIT_MS: Final = 5_000
_SIDE_FILES: Final = ("", "-wal", "-shm")

_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
CREATE TABLE facts (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, normal TEXT NOT NULL,
    scope TEXT NOT NULL, how TEXT NOT NULL, agent TEXT NOT NULL, project TEXT NOT NULL, session TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, expires REAL, replaced_by TEXT NOT NULL, seen INTEGER NOT NULL
);
CREATE INDEX facts_normal ON facts (normal);
CREATE TABLE changes (
    number INTEGER PRIMARY KEY, fact TEXT NOT NULL, t REAL NOT NULL, what TEXT NOT NULL, text TEXT NOT NULL,
    how TEXT NOT NULL, agent TEXT NOT NULL, project TEXT NOT NULL, session TEXT NOT NULL
);
CREATE INDEX changes_fact ON changes (fact);
CREATE TABLE vectors (
    fact INTEGER PRIMARY KEY, model TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE TABLE unindexed (fact INTEGER PRIMARY KEY);
"""
_WORDS_TABLE: Final = "CREATE VIRTUAL TABLE words USING fts5(terms, tokenize = 'unicode61 remove_diacritics 2')"
"""Its rows have the numbers of the facts. The terms are cut by us (headroom.memory.terms), so that any version of
FTS5 will do: its own trigrams need SQLite 3.34, and find no word of two characters."""


class FactsDatabase(Database):
    """The store's way of handling a database, for the facts; see headroom.store.database.

    Args:
        folder: where it lies.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, _WAIT_MS)
        self._file = folder / FILE
        self._rescued: list[Fact] = []
        """What could be read of a database that was moved aside, for the new one."""

    def _create(self) -> None:
        with files.locked(self._folder / LOCK, exclusive=True):
            if self._file.exists():
                return
            for suffix in _SIDE_FILES[1:]:
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
            temporary, descriptor = files.create(self._folder)
            os.close(descriptor)
            try:
                with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
                    connection.executescript(_SCHEMA)
                    with connection:
                        connection.executemany(record.INSERT, [record.values(fact) for fact in self._rescued])
                        connection.execute("INSERT INTO unindexed SELECT number FROM facts")
                system.replace(temporary, self._file)
            finally:
                for suffix in _SIDE_FILES:
                    temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)

    def _opened(self) -> sqlite3.Connection:
        connection = super()._opened()
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        return connection

    def _set_aside(self, damaged: tuple[int, int] | None) -> None:
        before = self.damaged()
        super()._set_aside(damaged)
        self._rescued = [fact for file in self.damaged() if file not in before for fact in _rescue(file)]

    def settle(self) -> None:
        """Empty the side file, so that what is forgotten is not in it either. Raises OSError."""
        with self._mutex:
            try:
                self._opened().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                raise self._explained(error) from error

    def damaged(self) -> list[Path]:
        """Return the databases that were moved aside, each a file that SQLite could not read."""
        return sorted(path for path in self._folder.glob(f"{DAMAGED}*") if not path.name.endswith(_SIDE_FILES[1:]))


def has_index(connection: sqlite3.Connection) -> bool:
    """Tell whether facts can be found by FTS5 here; makes the table where SQLite can and it is missing.

    To be called in a transaction that writes, when something is to be written.
    """
    if not can_index(connection):
        return False
    if not _has_table(connection):
        connection.execute(_WORDS_TABLE)
        connection.execute("INSERT OR IGNORE INTO unindexed SELECT number FROM facts")
    return True


def can_index(connection: sqlite3.Connection) -> bool:
    """Tell whether this SQLite was built with FTS5."""
    return connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is not None


def is_indexed(connection: sqlite3.Connection) -> bool:
    """Tell whether every fact is in the index, which can be read here."""
    if not can_index(connection) or not _has_table(connection):
        return False
    return connection.execute("SELECT 1 FROM unindexed LIMIT 1").fetchone() is None


def _has_table(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'words'"
    return connection.execute(query).fetchone() is not None


def _rescue(file: Path) -> Iterator[Fact]:
    """Yield the facts that can be read from a damaged database."""
    with contextlib.suppress(sqlite3.Error):
        source = f"file:{quote(os.fsencode(file))}?mode=ro"
        with contextlib.closing(sqlite3.connect(source, uri=True)) as connection:
            for row in connection.execute(f"SELECT {', '.join(record.NAMES)} FROM facts NOT INDEXED"):
                with contextlib.suppress(DamagedRow):
                    yield record.fact_of(row)
