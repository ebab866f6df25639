"""Originals by content: one plain file each, which any program can read, and an index over them in SQLite.

What is durable, and when:

- `put` returns after the original's bytes and its name are flushed to the disk. A marker that names an
  original may be sent from then on, and not before.
- A file named `<key>.txt` is always whole: it is written under another name first (see files.py). One whose
  content does not match its key, because something else wrote to it, is never returned.
- The files are the truth, their times included. The index only answers questions about all of them quickly:
  it may be locked, deleted or damaged at any time without an original being lost, and `prune` sets it right.
- An original goes away in `prune` and nowhere else, and never when another process put it again after it had
  been chosen for removal.
"""

import contextlib
import errno
import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from headroom.store import expiry, files
from headroom.store.database import LOCK, Database
from headroom.store.expiry import Pruned

_KEY = re.compile(r"[0-9a-f]{12}")
_WAIT_MS = 250
"""The index is not worth a long wait: what it misses, it learns in the next prune."""


class Stats(NamedTuple):
    """What the index knows. After a lost database it is complete again with the next prune."""

    originals: int
    bytes: int
    decisions: int


class SqliteStore:
    """Originals under one folder. Safe for many threads and processes at once; opened at the first use.

    Args:
        root: the folder for everything; made, for its owner alone, when it is missing.
        clock: seconds since the epoch.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self._root = root.absolute()
        self._clock = clock
        self._database = Database(self._root, _WAIT_MS)
        self.originals = self._root / "originals"
        """The folder with the originals, to which an agent needs to be let in."""

    def path(self, key: str) -> str:
        """Return the file of an original, which need not exist. Raises ValueError for what is not a key."""
        return str(self._file(key))

    def put(self, text: str) -> str:
        """Keep a text and return its key, once it is durable.

        Raises ValueError (UnicodeEncodeError) for a text with lone surrogates, which has no UTF-8 form; OSError
        when the disk is full, the folder cannot be written, or another text already has the key.
        """
        data = text.encode()
        key = _digest(data)
        now = self._clock()
        with _explained(f"keep an original in {self.originals}"):
            self._make_folders()
            with files.locked(self._root / LOCK, exclusive=False):
                is_held = self._holds(key, data, now)
            if not is_held:
                self._write(key, data, now)
            # Also for a file that was there: who wrote it may not have come to this line yet.
            files.sync_folder(self.originals)
        self._index(key, len(data), now)
        return key

    def get(self, key: str) -> str | None:
        """Return the text, byte for byte what was put; None when it is gone, damaged, or the key is not one.

        Raises OSError when the file is there and cannot be read.
        """
        if not _KEY.fullmatch(key):
            return None
        file = self._file(key)
        with _explained(f"read {file}"):
            data = files.read(file)
        if data is None or _digest(data) != key:
            return None
        now = self._clock()
        with contextlib.suppress(OSError):
            os.utime(file, (now, now))
        self._index(key, len(data), now)
        return data.decode()

    def matches(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, in order. Raises OSError when the folder cannot be read."""
        return sorted(key for key, _ in expiry.scan(self.originals) if key.startswith(prefix))

    def stats(self) -> Stats:
        """Return figures over everything kept. Raises OSError when there is no database to be had."""
        return self._database.read(_stats)

    def prune(self, now: float, ttl_s: float, max_bytes: int) -> Pruned:
        """Remove what was not used for `ttl_s` seconds, then the longest unused until `max_bytes` are left.

        Decisions and conversations not recalled for `ttl_s` seconds go too, as does what killed writers left
        behind; the index is set right. Costs a look at every file: for a program's start, not for a request.
        Raises OSError when the folder or the database cannot be used; what was removed by then stays removed.
        """
        with _explained(f"remove old originals from {self.originals}"):
            self._make_folders()
            return expiry.prune(self.originals, self._database, now, ttl_s, max_bytes)

    def close(self) -> None:
        """Close the index; the next use opens it again."""
        self._database.close()

    def _file(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not the key of an original: {key!r}")
        return self.originals / f"{key}.txt"

    def _make_folders(self) -> None:
        files.make_private_folder(self._root)
        files.make_private_folder(self.originals)

    def _holds(self, key: str, data: bytes, now: float) -> bool:
        """Tell whether the original is there, and count this as a use of it.

        To be called under the lock, so that a prune that has chosen it sees that it is wanted again.
        """
        file = self._file(key)
        held = files.read(file)
        if held is None or _digest(held) != key:
            return False
        if held != data:
            raise OSError(errno.EEXIST, f"another text has the key {key}")
        os.utime(file, (now, now))
        return True

    def _write(self, key: str, data: bytes, now: float) -> None:
        temporary = files.write_temporary(self.originals, data)
        try:
            os.utime(temporary, (now, now))
            with files.locked(self._root / LOCK, exclusive=False):
                # Another process may have been faster, with this text or with another one of the same key.
                is_named = files.give_name(temporary, self._file(key)) or self._holds(key, data, now)
                if not is_named:
                    temporary.replace(self._file(key))
        finally:
            temporary.unlink(missing_ok=True)

    def _index(self, key: str, size: int, now: float) -> None:
        def upsert(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO originals (key, bytes, created, used) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET used = excluded.used",
                (key, size, now, now),
            )

        with contextlib.suppress(OSError):
            self._database.write(upsert)


@contextlib.contextmanager
def _explained(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, f"cannot {doing}: {error.strerror or error}") from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _stats(connection: sqlite3.Connection) -> Stats:
    originals, size = connection.execute("SELECT count(*), coalesce(sum(bytes), 0) FROM originals").fetchone()
    (decisions,) = connection.execute("SELECT count(*) FROM decisions").fetchone()
    return Stats(originals, size, decisions)
