"""`headroom doctor` on the store: do the originals and the database beside them hold. A look repairs nothing."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from headroom_cli.doctor_findings import NOTE, OK, PROBLEM, Finding

_DATABASE, _DAMAGED, _ORIGINALS = "index.sqlite3", "damaged-", "originals"
_TABLES = ("originals", "decisions", "left_alone")
_WAIT_S = 1.0
_STEPS_AT_A_TIME, _MOST_STEPS = 100_000, 2_000
"""The database's virtual machine is stopped after so many steps: a look takes seconds at most."""


class Stored(NamedTuple):
    """What a look at the store's folder found."""

    originals: int
    total_bytes: int
    damaged: tuple[str, ...]
    """Databases that were set aside."""
    database: str
    """What is wrong with the database; empty for nothing, or for none yet."""
    is_busy: bool
    """Whether another process holds it."""


def check(root: Path) -> Iterator[Finding]:
    """Look at the store of a state folder."""
    folder = root / "store"
    if folder.is_dir():
        yield judge(look(folder), folder, _most_mb())
    elif os.path.lexists(folder):
        yield Finding("store", PROBLEM, f"{folder} is no folder: no original can be kept", "move it away")
    else:
        yield Finding("store", OK, "no originals yet")


def look(folder: Path) -> Stored:
    """Look at the files, and open the database for reading. Raises OSError."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    originals = sum(path.parent.name == _ORIGINALS and path.suffix == ".txt" for path in files)
    damaged = {
        path.name.removesuffix("-wal").removesuffix("-shm") for path in files if path.name.startswith(_DAMAGED)
    }
    wrong, is_busy = _opened(folder / _DATABASE)
    return Stored(originals, sum(path.stat().st_size for path in files), tuple(sorted(damaged)), wrong, is_busy)


def _opened(file: Path) -> tuple[str, bool]:
    """Return what is wrong with a database, and whether that is only that another process holds it."""
    if not file.exists():
        return "", False
    if not file.with_name(f"{file.name}-wal").exists():
        wrong, is_busy = _asked(
            file, "ro&immutable=1"
        )  # nobody has it open, so a look need leave no files beside it
        if not wrong:
            return wrong, is_busy
    return _asked(file, "ro")


def _asked(file: Path, mode: str) -> tuple[str, bool]:
    steps = iter(range(_MOST_STEPS))
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=_WAIT_S)
        ) as connection:
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            missing = sorted(set(_TABLES) - names)
            if missing:
                return f"has no table {missing[0]}", False
            connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS_AT_A_TIME)
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return ("" if said == "ok" else said), False
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_INTERRUPT:
            return "", False  # too large for a whole look; what was seen is well
        return str(error), code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    except sqlite3.DatabaseError as error:
        return str(error), False


def judge(stored: Stored, folder: Path, most_mb: int) -> Finding:
    """Say whether the store holds.

    Args:
        most_mb: how much it may take, `store.max_mb`.
    """
    told = f"{stored.originals:,} originals, {stored.total_bytes / 1e6:,.1f} MB in all"
    file = folder / _DATABASE
    if stored.is_busy:
        return Finding(
            "store", NOTE, f"{told}; another process holds {file}", "try again; if it stays so: fuser " + str(file)
        )
    if stored.database:
        todo = "any session sets it aside and makes a new one, the originals stay: headroom wrap demo"
        return Finding("store", PROBLEM, f"{told}; {file} is damaged: {stored.database}", todo)
    if stored.damaged:
        names = ", ".join(stored.damaged)
        todo = "they go away by themselves after store.ttl_days; if it happens again, see that the disk is sound"
        return Finding("store", NOTE, f"{told}; a damaged database was set aside: {names}", todo)
    if stored.total_bytes >> 20 > most_mb:
        return Finding(
            "store",
            NOTE,
            f"{told}, more than store.max_mb = {most_mb:,}",
            "the next session takes away the oldest",
        )
    return Finding("store", OK, told)


def _most_mb() -> int:
    from headroom import settings

    try:
        return int(settings.load(folder=settings.working_folder())["store.max_mb"])
    except settings.SettingError:
        return int(str(settings.ROWS["store.max_mb"].default))
