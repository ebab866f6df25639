"""The index file beside the logs: shared by processes, brought up to date before it is asked, never needed.

The logs stay the truth. A file that is damaged or of another version is made anew. Where none can be had, as in a
folder that cannot be written to, the logs are read into memory by the same code: slower, and with the same result.

A lock file orders the processes: many may ask at once, one alone brings up to date. As nobody has the file open
without the lock, a damaged one can be taken away. What the file's bytes sum up to is written into the lock file:
an index that is not as its last writer left it, by damage or because that one was killed, is made anew.
"""

import contextlib
import os
import sqlite3
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from headroom.session_index.kinds import Kinds
from headroom.session_index.lines import Place, is_current, read_on
from headroom.session_index.rows import SCHEMA, VERSION, add_events, add_log, forget
from headroom.session_log import Session
from headroom.system import files, locks

FILE: Final = "index.sqlite3"
LOCK: Final = "index.lock"
_WAIT_S: Final = 2.0
"""How long to wait for another process; a first index of 100,000 events takes a few seconds."""
_PART_BYTES: Final = 1 << 20
_BATCH: Final = 20_000
"""Events from one commit to the next."""

T = TypeVar("T")
Question = Callable[[sqlite3.Connection], T]
"""Is asked of a connection with the tables of `rows`, and `chosen`: the logs asked about, by `position`."""


class _Unusable(Exception):
    """The file cannot be had, for whatever reason; the logs can."""


class _Behind(Exception):
    """The file must be brought up to date first."""


def ask(logs: Sequence[Path], question: Question[T]) -> T:
    """Ask a question about logs of one folder, in their order. Raises OSError when a log cannot be read.

    A log that has been deleted meanwhile is not there to be asked about.
    """
    if logs:
        for exclusive in (False, True):
            with contextlib.suppress(_Behind, _Unusable):
                return _ask_file(logs[0].parent, logs, question, exclusive=exclusive)
    with contextlib.closing(_in_memory()) as connection:
        numbers = Kinds(connection)
        for path in logs:
            _update(connection, numbers, path, None)
        return question(_choose(connection, [path.stem for path in logs]))


def ask_sessions(sessions: Iterable[Session], question: Question[T]) -> T:
    """Ask a question about sessions as they were read, in their order."""
    with contextlib.closing(_in_memory()) as connection:
        numbers = Kinds(connection)
        for session in sessions:
            add_events(connection, numbers, add_log(connection, session.id), session.events, session.damaged)
        connection.execute(_CHOSEN)
        connection.execute("INSERT INTO chosen SELECT log, log FROM logs")
        return question(connection)


def forget_deleted(folder: Path) -> None:
    """Take out of an index what it has of logs that are not in the folder any more, as `ask` does by itself.

    Where that cannot be done the index goes; where not even that can, it stays as it is.
    """
    with contextlib.suppress(_Unusable, _Behind):
        if (folder / FILE).exists():
            _ask_file(folder, (), lambda _connection: None, exclusive=True)


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    return connection


_CHOSEN = "CREATE TEMP TABLE chosen (log INTEGER PRIMARY KEY, position INTEGER NOT NULL)"


def _choose(connection: sqlite3.Connection, names: Iterable[str]) -> sqlite3.Connection:
    connection.execute(_CHOSEN)
    connection.executemany(
        "INSERT INTO chosen SELECT log, ? FROM logs WHERE name = ?",
        [(position, name) for position, name in enumerate(names)],
    )
    return connection


def _ask_file(folder: Path, logs: Sequence[Path], question: Question[T], *, exclusive: bool) -> T:
    file = folder / FILE
    with _locked(folder / LOCK, exclusive=exclusive) as lock:
        if _seal(file) != _written_seal(lock):
            if not exclusive:
                raise _Behind
            _remove(file)
        for is_last in (not exclusive, True):
            try:
                with contextlib.closing(_opened(file, exclusive)) as connection:
                    if exclusive:
                        _bring_up_to_date(connection, folder, logs)
                        _write_seal(lock, _seal(file))
                    elif _gone(connection, folder) or _changed(connection, logs):
                        raise _Behind
                    return question(_choose(connection, [path.stem for path in logs]))
            except sqlite3.Error as error:
                if is_last:
                    raise _Unusable from error
            _remove(file)
    raise _Unusable


def _seal(file: Path) -> bytes:
    """Return a checksum of the file, and nothing where there is none: SQLite does not notice all damage."""
    size = total = 0
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise _Unusable
        with file.open("rb") as index:
            while part := index.read(_PART_BYTES):
                size, total = size + len(part), zlib.crc32(part, total)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _Unusable from error
    return b"%d %08x" % (size, total)


def _written_seal(lock: int) -> bytes:
    try:
        os.lseek(lock, 0, os.SEEK_SET)
        return os.read(lock, 100)
    except OSError as error:  # no plain file
        raise _Unusable from error


def _write_seal(lock: int, seal: bytes) -> None:
    try:
        os.ftruncate(lock, 0)
        os.lseek(lock, 0, os.SEEK_SET)
        os.write(lock, seal)
    except OSError as error:
        raise _Unusable from error


@contextlib.contextmanager
def _locked(file: Path, *, exclusive: bool) -> Iterator[int]:
    try:
        descriptor = files.open_private(file, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise _Unusable from error
    try:
        until = time.monotonic() + _WAIT_S
        while not _has_taken(descriptor, exclusive):
            if time.monotonic() > until:
                raise _Unusable
            time.sleep(0.01)
        try:
            yield descriptor
        finally:
            locks.release(descriptor)
    finally:
        os.close(descriptor)


def _has_taken(descriptor: int, exclusive: bool) -> bool:
    try:
        locks.take(descriptor, exclusive=exclusive, wait=False)
    except BlockingIOError:
        return False
    except OSError as error:  # a file system without locks
        raise _Unusable from error
    return True


def _opened(file: Path, make: bool) -> sqlite3.Connection:
    """Open the file, or make it. Raises sqlite3.Error for one that is damaged or of another version."""
    try:
        if make and not os.path.lexists(file):
            os.close(files.open_private(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        info = file.lstat()
    except FileNotFoundError as error:
        raise _Behind from error
    except OSError as error:
        raise _Unusable from error
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        if make and not info.st_size:
            connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT")
        if connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
            raise sqlite3.DatabaseError("rows of another version")
    except BaseException:
        connection.close()
        raise
    return connection


def _remove(file: Path) -> None:
    try:
        for suffix in ("-journal", ""):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise _Unusable from error


def _known(connection: sqlite3.Connection) -> dict[str, tuple[int, Place]]:
    rows = connection.execute("SELECT name, log, inode, bytes, changed, place, mark FROM logs")
    return {name: (log, Place(*place)) for name, log, *place in rows}


def _gone(connection: sqlite3.Connection, folder: Path) -> list[int]:
    """Return the logs that were deleted."""
    there = {path.name for path in folder.iterdir()}
    return [log for name, (log, _) in _known(connection).items() if f"{name}.jsonl" not in there]


def _changed(connection: sqlite3.Connection, logs: Sequence[Path]) -> list[Path]:
    """Return the logs that are not what was read of them; a deleted one is none."""
    known, found = _known(connection), []
    for path in logs:
        with contextlib.suppress(FileNotFoundError):
            info = path.stat()
            if path.stem not in known or not is_current(known[path.stem][1], info):
                found.append(path)
    return found


def _bring_up_to_date(connection: sqlite3.Connection, folder: Path, logs: Sequence[Path]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for log in _gone(connection, folder):
        forget(connection, log)
    known, numbers = _known(connection), Kinds(connection)
    pending = 0
    for path in _changed(connection, logs):
        pending += _update(connection, numbers, path, known.get(path.stem))
        if pending > _BATCH:
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
            pending = 0
    connection.execute("COMMIT")


def _update(connection: sqlite3.Connection, numbers: Kinds, path: Path, known: tuple[int, Place] | None) -> int:
    """Read what is new in a log; return how many events. Raises OSError, but not for a log that was deleted."""
    log, place = known or (0, Place())
    try:
        part = read_on(path, place)
        if part is None:
            forget(connection, log)
            log, part = 0, read_on(path, Place())
    except FileNotFoundError:
        return 0
    if part is None:
        return 0
    log = log or add_log(connection, path.stem)
    add_events(connection, numbers, log, part.events, part.damaged)
    connection.execute(
        "UPDATE logs SET inode = ?, bytes = ?, changed = ?, place = ?, mark = ?, torn = ? WHERE log = ?",
        (*part.place, part.torn, log),
    )
    return len(part.events)
