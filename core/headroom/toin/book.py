"""Counts on the disk: a small SQLite file of the owner's, opened for each use, shared by many processes.

A file that is damaged is set aside, and an empty one takes its place: what it held was only advice.
"""

import contextlib
import errno
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from urllib.parse import quote

from headroom.store import files
from headroom.toin.counts import KEPT_DAYS, MOST_CELLS, MOST_STRUCTURES, Cell, Counts, bucket

FILE: Final = "toin.sqlite3"
LOCK: Final = "lock"
_SUFFIXES: Final = ("", "-wal", "-shm")
_DAMAGED: Final = "damaged-toin.sqlite3"
_DAMAGE: Final = re.compile("no such|Could not decode")
"""In what SQLite says without a code of its own: of a table that is not there, of a text that is none."""
_MOST_FORMS: Final = 5000
"""So many forms are remembered, so that a lookup is known to be one of them."""
_FORM_DAYS: Final = 30
_AHEAD_DAYS: Final = 1
"""Clocks differ by so much."""
_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
CREATE TABLE me (machine TEXT NOT NULL);
CREATE TABLE kinds (structure TEXT PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counts (
    machine TEXT NOT NULL, day INTEGER NOT NULL, structure TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (machine, day, structure, what)
) WITHOUT ROWID;
CREATE TABLE forms (
    original TEXT NOT NULL, structure TEXT NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL,
    day INTEGER NOT NULL, was_asked INTEGER NOT NULL, lacking TEXT NOT NULL, units BLOB NOT NULL,
    PRIMARY KEY (original, structure)
) WITHOUT ROWID;
"""
_RAISE = (
    "INSERT INTO counts (machine, day, structure, what, n) VALUES ((SELECT machine FROM me), ?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET n = n + excluded.n"
)
_MERGE = (
    "INSERT INTO counts (machine, day, structure, what, n) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET n = max(n, excluded.n)"
)
_T = TypeVar("_T")


def today() -> int:
    """Return the day, counted from 1970."""
    return int(time.time() // 86_400)


class Form(NamedTuple):
    """A lossy form that was sent: what a lookup of its original is compared with."""

    original: str
    """The original's key in the store."""
    structure: str
    kind: str
    level: int
    """Of its budget."""
    day: int
    asked: int
    """How often it was looked up."""
    lacking: frozenset[str]
    """Hashes of the fields that it does not show."""
    units: bytes
    """Which rows or lines it shows, packed."""


class Kept(NamedTuple):
    """All that is in the book, but for forms."""

    counts: Counts
    kinds: Mapping[str, str]
    """The row that reads each structure."""


@dataclass(frozen=True, slots=True)
class Book:
    """The file with the counts. Its methods raise OSError where it cannot be read or written.

    Args:
        folder: where it lies; made when it is first written.
        wait_ms: how long to wait for another process.
    """

    folder: Path
    wait_ms: int = 2000

    @property
    def file(self) -> Path:
        """The file itself."""
        return self.folder / FILE

    def stamp(self) -> tuple[int, int, int]:
        """Return what changes whenever the file does; zeros where there is none."""
        found = (0, 0, 0)
        for suffix in _SUFFIXES[:2]:
            with contextlib.suppress(FileNotFoundError):
                info = self.file.with_name(FILE + suffix).stat()
                found = (info.st_ino, info.st_mtime_ns, info.st_size + found[2])
        return found

    def read(self) -> Kept:
        """Return all counts; none where there is no file."""
        if not self.file.exists():
            return Kept({}, {})

        def work(connection: sqlite3.Connection) -> Kept:
            found = connection.execute("SELECT machine, day, structure, what, n FROM counts")
            counts = {Cell(*cell): n for *cell, n in found}
            kinds = dict(connection.execute("SELECT structure, kind FROM kinds").fetchall())
            if ({type(cell.day) for cell in counts} | set(map(type, counts.values()))) - {int}:
                raise OSError(errno.EBADMSG, "not counts", str(self.file))
            return Kept(counts, kinds)

        return self._run("BEGIN", work)

    def form(self, original: str) -> list[Form]:
        """Return the lossy forms of the parts of an original."""
        if not self.file.exists():
            return []
        query = (
            "SELECT original, structure, kind, level, day, was_asked, lacking, units FROM forms WHERE original = ?"
        )

        def work(connection: sqlite3.Connection) -> list[Form]:
            return [
                Form(key, structure, kind, level, day, asked, frozenset(lacking.split()), units)
                for key, structure, kind, level, day, asked, lacking, units in connection.execute(
                    query, (original,)
                )
            ]

        return self._run("BEGIN", work)

    def raise_counts(self, day: int, counts: Iterable[tuple[str, str, int]], forms: Iterable[Form] = ()) -> None:
        """Add to this machine's counts of today, and keep forms; all of it or nothing.

        Args:
            counts: structure, what is counted, and by how much.
            forms: new ones, or old ones that were looked up.
        """
        rows = [(bucket(day), structure, what, n) for structure, what, n in counts if n > 0]
        kept = [
            (
                *(form.original, form.structure, form.kind, form.level, form.day, form.asked),
                *(" ".join(sorted(form.lacking)), form.units),
            )
            for form in forms
        ]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_RAISE, rows)
            connection.executemany("INSERT OR REPLACE INTO forms VALUES (?, ?, ?, ?, ?, ?, ?, ?)", kept)
            connection.executemany("INSERT OR IGNORE INTO kinds VALUES (?, ?)", [(row[1], row[2]) for row in kept])
            _trim(connection, day)

        self._run("BEGIN IMMEDIATE", work)

    def merge(self, counts: Counts, kinds: Mapping[str, str], day: int) -> None:
        """Take in what another machine counted; the larger count of each cell stays.

        Args:
            day: today, for what is too old to be kept; what is of days to come is not taken in.
        """
        rows = [(*cell, n) for cell, n in counts.items() if cell.day <= day + _AHEAD_DAYS]
        named = [(structure, kinds[structure]) for structure in {row[2] for row in rows} & kinds.keys()]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_MERGE, rows)
            # The smaller name, so that the order in which two files are taken in does not matter.
            connection.executemany(
                "INSERT INTO kinds VALUES (?, ?) ON CONFLICT DO UPDATE SET kind = min(kind, excluded.kind)",
                named,
            )
            _trim(connection, day)

        self._run("BEGIN IMMEDIATE", work)

    def reset(self) -> None:
        """Forget everything; the machine goes on under another id, so that old files of its own still merge."""

        def work(connection: sqlite3.Connection) -> None:
            for table in ("counts", "kinds", "forms"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("UPDATE me SET machine = ?", (secrets.token_hex(8),))

        if self.file.exists():
            self._run("BEGIN IMMEDIATE", work)

    def set_aside(self) -> None:
        """Move a damaged file out of the way. Where another process made a new one meanwhile, that is lost."""
        with files.locked(self.folder / LOCK, exclusive=True), contextlib.suppress(FileNotFoundError):
            self.file.replace(self.folder / _DAMAGED)
            for suffix in _SUFFIXES[1:]:
                self.file.with_name(FILE + suffix).unlink(missing_ok=True)

    def _run(self, begin: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            if not self.file.exists():
                self._create()
            # What its owner put there is used; a link is not followed to anywhere else.
            if self.file.is_symlink():
                raise OSError(errno.ELOOP, "it is a link", str(self.file))
            uri = f"file:{quote(str(self.file))}?mode=rw"
            with contextlib.closing(
                sqlite3.connect(uri, uri=True, timeout=self.wait_ms / 1000, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(begin)
                result = work(connection)
                connection.execute("COMMIT")
                return result
        except UnicodeDecodeError as error:  # of a damaged schema or row
            raise OSError(errno.EBADMSG, "no text", str(self.file)) from error
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or _DAMAGE.search(str(error))
            raise OSError(errno.EBADMSG if damaged else errno.EIO, f"{error}", str(self.file)) from error

    def _create(self) -> None:
        """Make the file under a temporary name, so that it appears complete or not at all."""
        files.make_private_folder(self.folder)
        with files.locked(self.folder / LOCK, exclusive=True):
            if self.file.exists():
                return
            temporary = files.write_temporary(self.folder, b"")
            try:
                with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
                    connection.executescript(_SCHEMA)
                    connection.execute("INSERT INTO me VALUES (?)", (secrets.token_hex(8),))
                temporary.replace(self.file)
            finally:
                for suffix in _SUFFIXES:
                    temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _trim(connection: sqlite3.Connection, today: int) -> None:
    """Take away what is too old, the structures seen least lately, and the oldest forms."""
    connection.execute("DELETE FROM counts WHERE day < ?", (today - KEPT_DAYS,))
    connection.execute("DELETE FROM forms WHERE day < ?", (today - _FORM_DAYS,))
    connection.execute(
        "DELETE FROM counts WHERE structure != '' AND structure NOT IN (SELECT structure FROM counts "
        "WHERE structure != '' GROUP BY structure ORDER BY max(day) DESC, structure LIMIT ?)",
        (MOST_STRUCTURES,),
    )
    if connection.execute("SELECT count(*) FROM counts").fetchone()[0] > MOST_CELLS:
        connection.execute(
            "DELETE FROM counts WHERE day <= (SELECT day FROM counts ORDER BY day DESC LIMIT 1 OFFSET ?)",
            (MOST_CELLS,),
        )
    connection.execute("DELETE FROM kinds WHERE structure NOT IN (SELECT structure FROM counts)")
    connection.execute(
        "DELETE FROM forms WHERE (original, structure) IN (SELECT original, structure FROM forms "
        "ORDER BY day DESC, original, structure LIMIT -1 OFFSET ?)",
        (_MOST_FORMS,),
    )
