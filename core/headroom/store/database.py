"""A database of SQLite: opened late, shared by many processes, made anew when it is damaged.

The one beside the originals holds what can be lost: an index over the originals (which are plain files, and found
without it) and the memo's decisions. So a damaged database is moved aside and an empty one takes its place;
originals stay. Another's holds what it says in its `Layout`, with what can be saved of a damaged one.
"""

import contextlib
import errno
import os
import secrets
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import quote

from headroom.store import files
from headroom.system import files as system

FILE = "index.sqlite3"
LOCK = "lock"
"""Held exclusively while names in the folder are taken away, shared while one is relied on."""
DAMAGED = "damaged-"
"""How the name of a database begins that was moved aside."""

# The long column comes last, so that a look at the others does not read it.
_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE originals (
    key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, created REAL NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE decisions (
    key TEXT PRIMARY KEY, used REAL NOT NULL, compressor TEXT NOT NULL, reason TEXT NOT NULL,
    lossless INTEGER NOT NULL, tokens_before INTEGER NOT NULL, tokens_after INTEGER NOT NULL,
    original TEXT NOT NULL, text BLOB
);
CREATE TABLE left_alone (
    conversation TEXT PRIMARY KEY, used REAL NOT NULL, reason TEXT NOT NULL
);
"""
SIDE_FILES: Final = ("-wal", "-shm")
"""What SQLite adds to a database's name for the files that belong to it."""
_PRAGMAS = ("PRAGMA synchronous = NORMAL", "PRAGMA journal_size_limit = 8000000")

_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DAMAGE_WORDS = ("no such table", "no such column", "has no column", "Could not decode to UTF-8")
_FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What a statement may raise; the second one where the schema itself is damaged."""
_OS_ERRORS = {
    sqlite3.SQLITE_BUSY: (errno.EBUSY, "another process holds the database too long"),
    sqlite3.SQLITE_FULL: (errno.ENOSPC, "the disk is full"),
    sqlite3.SQLITE_READONLY: (errno.EROFS, "the database cannot be written"),
    sqlite3.SQLITE_CANTOPEN: (errno.EACCES, "the database cannot be opened"),
}

_T = TypeVar("_T")


class DamagedRow(sqlite3.DatabaseError):
    """A row that our code cannot have written; the database is treated as damaged."""


class Layout(NamedTuple):
    """What a database is."""

    file: str
    """Its name in the folder."""
    schema: str
    """The statements that make it."""
    pragmas: tuple[str, ...] = ()
    """Of each connection, besides the common ones."""
    save: Callable[[Path, sqlite3.Connection], None] | None = None
    """Takes what can be read of a damaged database over into the new one."""


STORE: Final = Layout(FILE, _SCHEMA)


class _Connection(sqlite3.Connection):
    """A connection that ends with its holder, whoever forgets to close it: Python 3.13 and later warn of that."""

    def __del__(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # it may not even have been opened
            self.close()


class Database:
    """One connection, used by one thread at a time, opened at the first use.

    A database that another process deleted or replaced meanwhile is noticed, and the new one is used. Not to be
    carried across a fork: open a new one.

    Args:
        folder: where the database lies, with its lock; made when it is missing.
        wait_ms: how long to wait for another process's transaction.
        layout: what it is; the store's unless told.
    """

    def __init__(self, folder: Path, wait_ms: int, layout: Layout = STORE) -> None:
        self._folder = folder
        self._file = folder / layout.file
        self._layout = layout
        self._wait_ms = wait_ms
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def exists(self) -> bool:
        """Tell whether there is a database yet; the first use makes one."""
        return _identity(self._file) is not None

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work` on one unchanging view of the database. Raises OSError when none can be had."""
        return self._run("BEGIN", work)

    def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work` in one transaction: all of it holds, for every process, or nothing. Raises OSError.

        What is committed outlives a kill of this process. A power cut may take the last transactions back.
        """
        return self._run("BEGIN IMMEDIATE", work)

    def damaged(self) -> list[Path]:
        """Return the databases in the folder that were moved aside, each without the files that belong to it."""
        found = self._folder.glob(f"{DAMAGED}*")
        return sorted(path for path in found if not path.name.endswith(SIDE_FILES))

    def settle(self, *, compact: bool = False) -> None:
        """Empty the file of late changes, so that what was deleted is not in it either. Raises OSError.

        Args:
            compact: whether to give the space of deleted rows back, too.
        """
        with self._mutex:
            try:
                for statement in (*(("VACUUM",) if compact else ()), "PRAGMA wal_checkpoint(TRUNCATE)"):
                    self._opened().execute(statement).fetchall()
            except _FAILURES as error:
                raise self._explained(error) from error

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        with self._mutex:
            self._drop()

    def _run(self, begin: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._mutex:
            try:
                return self._transact(begin, work)
            except _FAILURES as error:
                damaged = self._identity
                self._drop()
                if not _is_damage(error):
                    raise self._explained(error) from error
            try:
                self._set_aside(damaged)
                return self._transact(begin, work)
            except _FAILURES as error:
                self._drop()
                raise self._explained(error) from error

    def _transact(self, begin: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        connection = self._opened()
        try:
            # Within, because the thread may be broken off at any line, also right after this one.
            connection.execute(begin)
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return result

    def _opened(self) -> sqlite3.Connection:
        identity = _identity(self._file)
        if self._connection is not None and identity == self._identity:
            return self._connection
        self._drop()
        files.make_private_folder(self._folder)
        if identity is None:
            self._create()
            identity = _identity(self._file)
        # Looked at before opening: should the file be replaced in between, the next use sees that it is not ours.
        self._identity = identity
        self._connection = sqlite3.connect(
            f"file:{quote(os.fsencode(self._file))}?mode=rw",
            uri=True,
            timeout=self._wait_ms / 1000,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        for pragma in (*_PRAGMAS, *self._layout.pragmas):
            self._connection.execute(pragma)
        return self._connection

    def _create(self) -> None:
        with files.locked(self._folder / LOCK, exclusive=True):
            if _identity(self._file) is None:
                self._make(None)

    def _make(self, damaged: Path | None) -> None:
        """Make the database under a temporary name, so that it appears whole or not at all. The lock is held."""
        # Side files of a database that is gone would be taken for those of the new one.
        for suffix in SIDE_FILES:
            _beside(self._file, suffix).unlink(missing_ok=True)
        temporary, descriptor = files.create(self._folder)
        os.close(descriptor)
        try:
            with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
                connection.executescript(self._layout.schema)
                if damaged and self._layout.save:
                    self._layout.save(damaged, connection)
            system.replace(temporary, self._file)
        finally:
            for suffix in ("", *SIDE_FILES):
                _beside(temporary, suffix).unlink(missing_ok=True)

    def _set_aside(self, damaged: tuple[int, int] | None) -> None:
        """Put a new database in a damaged one's place, unless another process did so already."""
        with files.locked(self._folder / LOCK, exclusive=True):
            if _identity(self._file) not in (None, damaged):
                return
            aside = self._folder / (DAMAGED + secrets.token_hex(4))
            for suffix in (*reversed(SIDE_FILES), ""):
                with contextlib.suppress(FileNotFoundError):
                    system.rename(_beside(self._file, suffix), _beside(aside, suffix))
            self._make(aside)

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None
        self._identity = None

    def _explained(self, error: Exception) -> OSError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        number, why = _OS_ERRORS.get(code, (errno.EIO, "the database failed"))
        return OSError(number, f"{why} ({error})", str(self._file))


def salvaged(damaged: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that can be read of a damaged database, up to the first that cannot; with texts that are no
    UTF-8 as far as they are."""
    with contextlib.suppress(*_FAILURES):
        source = f"file:{quote(os.fsencode(damaged))}?mode=ro"
        with contextlib.closing(sqlite3.connect(source, uri=True)) as connection:
            connection.text_factory = lambda data: data.decode(errors="replace")
            yield from connection.execute(query)


def _identity(file: Path) -> tuple[int, int] | None:
    """Name the file itself rather than its path; None when it is missing or not a plain file."""
    try:
        info = file.lstat()
    except FileNotFoundError:
        return None
    return (info.st_dev, info.st_ino) if stat.S_ISREG(info.st_mode) else None


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _is_damage(error: Exception) -> bool:
    if isinstance(error, (DamagedRow, UnicodeDecodeError)) or any(words in str(error) for words in _DAMAGE_WORDS):
        return True
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _DAMAGE_CODES or code == sqlite3.SQLITE_READONLY_DBMOVED
