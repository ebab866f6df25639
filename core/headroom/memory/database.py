"""The database of facts: one SQLite file, for many processes. One that is damaged is moved aside, never deleted.

root/memory/              0700
  memory.sqlite3          0600: facts, what became of them, their words (FTS5), their vectors
  damaged-*               databases that could not be read; what could be read of them was taken over
  lock                    held for moments, while the database is made or moved
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from headroom.memory import record
from headroom.memory.facts import Fact
from headroom.store.database import DamagedRow, Database, Layout, salvaged

_FILE: Final = "memory.sqlite3"
_WAIT_MS: Final = 5_000

_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
CREATE TABLE facts (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, normal TEXT NOT NULL,
    scope TEXT NOT NULL, how TEXT NOT NULL, agent TEXT NOT NULL, project TEXT NOT NULL, session TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, expires REAL, replaced_by TEXT NOT NULL, seen INTEGER NOT NULL,
    accepted INTEGER NOT NULL
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
CREATE TABLE unlearnt (rule TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_WORDS_TABLE: Final = "CREATE VIRTUAL TABLE words USING fts5(terms, tokenize = 'unicode61 remove_diacritics 2')"
"""Its rows have the numbers of the facts. The terms are cut by us (headroom.memory.terms), so that any version of
FTS5 will do: its own trigrams need SQLite 3.34, and find no word of two characters."""


def facts_database(folder: Path) -> Database:
    """Return the database of facts in a folder; it is made at its first use."""
    # What is forgotten is overwritten.
    return Database(folder, _WAIT_MS, Layout(_FILE, _SCHEMA, ("PRAGMA secure_delete = ON",), _save))


def _save(damaged: Path, connection: sqlite3.Connection) -> None:
    """Take the facts that can be read of a damaged database over into a new one."""
    connection.execute("BEGIN")
    connection.executemany(record.INSERT, (record.values(fact) for fact in _read(damaged)))
    connection.execute("INSERT INTO unindexed SELECT number FROM facts")
    connection.execute("COMMIT")


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


def _read(file: Path) -> Iterator[Fact]:
    """Yield the facts that can be read from a damaged database."""
    for row in salvaged(file, f"SELECT {', '.join(record.NAMES)} FROM facts NOT INDEXED"):
        with contextlib.suppress(DamagedRow):
            yield record.fact_of(row)
