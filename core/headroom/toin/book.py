"""Counts on the disk: a small SQLite file of the owner's, opened for each use, shared by many processes.

A file that is damaged, or of an older version, is set aside; a new one takes its place, with the counts that can
be read of it.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from headroom.digests import digest
from headroom.store.database import DAMAGED, SIDE_FILES, DamagedRow, Database, Layout, salvaged
from headroom.toin import counts
from headroom.toin.counts import KEPT_DAYS, MOST_CELLS, MOST_STRUCTURES, Cell, Counts, bucket

FILE: Final = "toin.sqlite3"
_MOST_FORMS: Final = 5000
"""So many forms are remembered, so that a lookup is known to be one of them."""
_FORM_DAYS: Final = 30
_MOST_ASKERS: Final = 5000
_AHEAD_DAYS: Final = 1
"""Clocks differ by so much."""
_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
CREATE TABLE me (machine TEXT NOT NULL);
INSERT INTO me VALUES (lower(hex(randomblob(8))));
CREATE TABLE kinds (structure TEXT PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counts (
    machine TEXT NOT NULL, day INTEGER NOT NULL, structure TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (machine, day, structure, what)
) WITHOUT ROWID;
CREATE TABLE forms (
    original TEXT NOT NULL, structure TEXT NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL,
    day INTEGER NOT NULL, was_asked INTEGER NOT NULL, lacking TEXT NOT NULL, units BLOB NOT NULL,
    conversation TEXT NOT NULL,
    PRIMARY KEY (original, structure)
) WITHOUT ROWID;
CREATE TABLE askers (
    structure TEXT NOT NULL, level INTEGER NOT NULL, conversation TEXT NOT NULL, day INTEGER NOT NULL,
    PRIMARY KEY (structure, level, conversation)
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
_OF_A_FORM: Final = "original, structure, kind, level, day, was_asked, lacking, units, conversation"
_KEEP = f"INSERT OR REPLACE INTO forms ({_OF_A_FORM}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
# The smaller name, so that the order in which two files are taken in does not matter.
_NAME = "INSERT INTO kinds VALUES (?, ?) ON CONFLICT DO UPDATE SET kind = min(kind, excluded.kind)"
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
    conversation: str = ""
    """The hash of the one that it was sent in first, see `Book.hashed`."""


class Asker(NamedTuple):
    """A conversation that asked for more room than a level of the budget gives."""

    structure: str
    level: int
    conversation: str
    """Its hash, see `Book.hashed`."""


class Kept(NamedTuple):
    """All that is in the book and may leave it."""

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
        for name in (FILE, FILE + SIDE_FILES[0]):
            with contextlib.suppress(FileNotFoundError):
                info = (self.folder / name).stat()
                found = (info.st_ino, info.st_mtime_ns, info.st_size + found[2])
        return found

    def read(self) -> Kept:
        """Return all counts; none where there is no file."""
        return self._look(_everything) or Kept({}, {})

    def form(self, original: str) -> list[Form]:
        """Return the lossy forms of the parts of an original."""
        return self._look(lambda connection: _forms(connection, original)) or []

    def hashed(self, conversation: str) -> str:
        """Return what a conversation is called here, 8 hex digits: nothing outside this file is called so."""

        def work(connection: sqlite3.Connection) -> str:
            (machine,) = connection.execute("SELECT machine FROM me").fetchone()
            return digest(str(machine), conversation)[:8]

        with self._opened() as database:
            return database.read(work)

    def raise_counts(
        self,
        day: int,
        said: Iterable[tuple[str, str, int]],
        forms: Iterable[Form] = (),
        askers: Iterable[Asker] = (),
    ) -> None:
        """Add to this machine's counts of today, and keep forms; all of it or nothing.

        Args:
            said: structure, what is counted, and by how much.
            forms: new ones, or old ones that were looked up.
            askers: each is counted once, however often it asks.
        """
        rows = [(bucket(day), structure, what, n) for structure, what, n in said if n > 0]
        kept = [form._replace(lacking=" ".join(sorted(form.lacking))) for form in forms]  # type: ignore[arg-type]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_RAISE, rows)
            connection.executemany(_KEEP, kept)
            connection.executemany(
                "INSERT OR IGNORE INTO kinds VALUES (?, ?)", [(form.structure, form.kind) for form in kept]
            )
            for asker in askers:
                if connection.execute("INSERT OR IGNORE INTO askers VALUES (?, ?, ?, ?)", (*asker, day)).rowcount:
                    connection.execute(_RAISE, (bucket(day), asker.structure, f"w{asker.level}", 1))
            _trim(connection, day)

        with self._opened() as database:
            database.write(work)

    def merge(self, theirs: Counts, kinds: Mapping[str, str], day: int) -> None:
        """Take in what another machine counted; the larger count of each cell stays.

        Args:
            day: today, for what is too old to be kept; what is of days to come is not taken in.
        """
        rows = [(*cell, n) for cell, n in theirs.items() if cell.day <= day + _AHEAD_DAYS]
        named = [(structure, kinds[structure]) for structure in {row[2] for row in rows} & kinds.keys()]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_MERGE, rows)
            connection.executemany(_NAME, named)
            _trim(connection, day)

        with self._opened() as database:
            database.write(work)

    def reset(self) -> None:
        """Forget everything, with files that were set aside.

        The machine goes on under another id, so that old files of its own still merge.
        """

        def work(connection: sqlite3.Connection) -> None:
            for table in ("counts", "kinds", "forms", "askers"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("UPDATE me SET machine = lower(hex(randomblob(8)))")

        with self._opened() as database:
            if database.exists():
                database.write(work)
        for file in self.folder.glob(f"{DAMAGED}*"):
            file.unlink(missing_ok=True)

    def damaged(self) -> list[Path]:
        """Return files that were set aside."""
        with self._opened() as database:
            return database.damaged()

    def _look(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Ask the database; one that is not there has nothing to say, and is not made."""
        with self._opened() as database:
            return database.read(work) if database.exists() else None

    def _opened(self) -> contextlib.closing[Database]:
        return contextlib.closing(Database(self.folder, self.wait_ms, _LAYOUT))


def _everything(connection: sqlite3.Connection) -> Kept:
    found = connection.execute("SELECT machine, day, structure, what, n FROM counts")
    held = {Cell(*cell): n for *cell, n in found}
    kinds = dict(connection.execute("SELECT structure, kind FROM kinds").fetchall())
    if ({type(cell.day) for cell in held} | set(map(type, held.values()))) - {int}:
        raise DamagedRow("not counts")
    return Kept(held, kinds)


def _forms(connection: sqlite3.Connection, original: str) -> list[Form]:
    found = map(Form._make, connection.execute(f"SELECT {_OF_A_FORM} FROM forms WHERE original = ?", (original,)))
    return [form._replace(lacking=frozenset(str(form.lacking).split())) for form in found]


def _trim(connection: sqlite3.Connection, today: int) -> None:
    """Take away what is too old, the structures seen least lately, and the oldest forms."""
    connection.execute("DELETE FROM counts WHERE day < ?", (today - KEPT_DAYS,))
    connection.execute("DELETE FROM forms WHERE day < ?", (today - _FORM_DAYS,))
    connection.execute("DELETE FROM askers WHERE day < ?", (today - KEPT_DAYS,))
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
    for table, key, most in (
        ("forms", "original, structure", _MOST_FORMS),
        ("askers", "structure, level, conversation", _MOST_ASKERS),
    ):
        connection.execute(
            f"DELETE FROM {table} WHERE ({key}) IN "
            f"(SELECT {key} FROM {table} ORDER BY day DESC, {key} LIMIT -1 OFFSET ?)",
            (most,),
        )


def _save(damaged: Path, connection: sqlite3.Connection) -> None:
    """Take the counts that can be read over from a damaged file, or one of an older version."""
    for older in damaged.parent.glob(f"{DAMAGED}*"):
        if not older.name.startswith(damaged.name):
            with contextlib.suppress(OSError):
                older.unlink()
    found = map(counts.of, salvaged(damaged, "SELECT machine, day, structure, what, n FROM counts"))
    connection.execute("BEGIN")
    connection.executemany(_MERGE, ((*count.cell, count.n) for count in found if count))
    named = salvaged(damaged, "SELECT structure, kind FROM kinds")
    connection.executemany(_NAME, (row for row in named if counts.is_kind(*row)))
    connection.execute("COMMIT")


_LAYOUT: Final = Layout(FILE, _SCHEMA, save=_save)
