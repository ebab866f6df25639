"""The database is shared by many processes, and made anew when it is damaged, locked out or gone."""

import contextlib
import ctypes
import errno
import itertools
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from headroom.store.database import DAMAGED, FILE, Database, Layout


def add(number: int) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO left_alone (conversation, used, reason) VALUES (?, 0, '')", (str(number),))

    return work


def numbers(connection: sqlite3.Connection) -> list[int]:
    return sorted(int(row[0]) for row in connection.execute("SELECT conversation FROM left_alone"))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "store", 200)) as opened:
        yield opened


def test_nothing_is_made_before_the_first_use(tmp_path: Path, database: Database) -> None:
    assert list(tmp_path.iterdir()) == []
    assert database.read(numbers) == []
    assert stat.S_IMODE((tmp_path / "store" / FILE).stat().st_mode) == 0o600


def test_what_is_written_is_seen_by_others_and_after_closing(tmp_path: Path, database: Database) -> None:
    database.write(add(1))
    with closing(Database(tmp_path / "store", 200)) as other:
        assert other.read(numbers) == [1]
        other.write(add(2))
    database.close()
    assert database.read(numbers) == [1, 2]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        add(1)(connection)
        raise KeyError

    with pytest.raises(KeyError):
        database.write(fail)
    assert database.read(numbers) == []
    database.write(add(2))
    assert database.read(numbers) == [2]


class BrokenOff(BaseException):
    """Raised into a thread from outside, at whatever line it is."""


def test_a_thread_broken_off_anywhere_leaves_no_lock_behind(tmp_path: Path, database: Database) -> None:
    def work() -> None:
        with contextlib.suppress(BrokenOff):
            for number in itertools.count():
                database.write(add(number))

    with closing(Database(tmp_path / "store", 200)) as other:
        for round_ in range(40):
            thread = threading.Thread(target=work)
            thread.start()
            time.sleep(0.001 * (round_ % 5))
            ident = ctypes.c_ulong(thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(BrokenOff))
            thread.join(10)
            assert not thread.is_alive()
            database.write(clear)
            other.write(clear)


def clear(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM left_alone")


def delete(file: Path) -> None:
    file.unlink()


def delete_folder(file: Path) -> None:
    for path in file.parent.iterdir():
        path.unlink()
    file.parent.rmdir()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    os.truncate(file, 5000)


def fill_with_garbage(file: Path) -> None:
    file.write_bytes(b"garbage " * 10_000)


def garble_pages(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def replace_by_alien(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE left_alone (what TEXT)")


def replace_by_link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to(file.with_name("elsewhere"))


DAMAGES = [delete, delete_folder, empty, cut, fill_with_garbage, garble_pages, replace_by_alien, replace_by_link]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_made_anew(
    tmp_path: Path, database: Database, damage: Callable[[Path], None]
) -> None:
    for number in range(200):
        database.write(add(number))
    database.close()
    damage(tmp_path / "store" / FILE)
    database.write(add(777))
    assert database.read(numbers) == [777]


@pytest.mark.parametrize("damage", DAMAGES)
def test_who_has_a_damaged_database_open_finds_the_new_one(
    tmp_path: Path, database: Database, damage: Callable[[Path], None]
) -> None:
    for number in range(200):
        database.write(add(number))
    with closing(sqlite3.connect(tmp_path / "store" / FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(tmp_path / "store" / FILE)
    with closing(Database(tmp_path / "store", 200)) as other:
        other.write(add(777))
        database.write(add(778))
        assert other.read(numbers) == database.read(numbers) == [777, 778]


def test_a_damaged_database_is_moved_aside_whole(tmp_path: Path, database: Database) -> None:
    database.write(add(1))
    database.close()
    fill_with_garbage(tmp_path / "store" / FILE)
    database.read(numbers)
    (aside,) = (tmp_path / "store").glob(DAMAGED + "*")
    assert aside.read_bytes() == b"garbage " * 10_000


def test_side_files_of_a_deleted_database_do_not_leak_into_the_new_one(tmp_path: Path, database: Database) -> None:
    database.write(add(1))
    file = tmp_path / "store" / FILE
    assert file.with_name(FILE + "-wal").stat().st_size > 0
    file.unlink()
    with closing(Database(tmp_path / "store", 200)) as other:
        assert other.read(numbers) == []


def test_a_locked_database_is_waited_for_and_then_named(tmp_path: Path, database: Database) -> None:
    database.write(add(1))
    with closing(sqlite3.connect(tmp_path / "store" / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(OSError, match="another process holds the database") as caught:
            database.write(add(2))
        assert time.monotonic() - began > 0.15
        assert caught.value.errno == errno.EBUSY
        assert str(tmp_path) in str(caught.value)
        assert database.read(numbers) == [1], "reading does not wait for a writer"
        holder.execute("ROLLBACK")
    database.write(add(3))
    assert database.read(numbers) == [1, 3]


def test_a_folder_in_its_place_is_an_error_of_the_system(tmp_path: Path, database: Database) -> None:
    (tmp_path / "store" / FILE).mkdir(parents=True)
    with pytest.raises(OSError, match=FILE):
        database.read(numbers)


def test_paths_may_have_any_characters(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20é\udcff"
    with closing(Database(folder, 200)) as database:
        database.write(add(1))
        assert database.read(numbers) == [1]
    assert (folder / FILE).is_file()


FILL = """
import resource, sys
from pathlib import Path
from headroom.store.database import Database
database = Database(Path(sys.argv[1]), 200)
add = "INSERT INTO left_alone (conversation, used, reason) VALUES (?, 0, ?)"
count = "SELECT count(*) FROM left_alone"
database.read(lambda connection: None)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    for number in range(1000):
        database.write(lambda connection: connection.execute(add, (number, "x" * 4000)))
except OSError as error:
    print(error)
    print(database.read(lambda connection: connection.execute(count).fetchone()) > (0,))
"""


def test_a_disk_without_room_is_an_error_of_the_system(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FILL, tmp_path], capture_output=True, text=True, check=True)
    message, still_readable = done.stdout.splitlines()
    assert str(tmp_path) in message
    assert still_readable == "True"


KILLED = """
import os, signal, sys
from pathlib import Path
from headroom.store.database import Database
database = Database(Path(sys.argv[1]), 200)
insert = "INSERT INTO left_alone (conversation, used, reason) VALUES (?, 0, '')"
database.write(lambda connection: connection.execute(insert, (1,)))
def die(connection):
    connection.execute(insert, (2,))
    os.kill(os.getpid(), signal.SIGKILL)
database.write(die)
"""


def test_a_kill_takes_back_nothing_but_the_transaction_under_way(tmp_path: Path, database: Database) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path / "store"], check=False)
    assert database.read(numbers) == [1]


def test_another_layout_is_made_kept_to_and_saved_from_damage(tmp_path: Path) -> None:
    def save(damaged: Path, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO words VALUES (?)", (f"saved from {damaged.read_bytes()[:2].decode()}",))

    layout = Layout("words.sqlite3", "CREATE TABLE words (word TEXT);", ("PRAGMA secure_delete = ON",), save)
    with closing(Database(tmp_path, 200, layout)) as database, closing(Database(tmp_path, 200, layout)) as other:
        for each in (database, other):
            each.write(lambda connection: connection.execute("INSERT INTO words VALUES ('secret')"))
        assert database.read(lambda connection: connection.execute("PRAGMA secure_delete").fetchone()) == (1,)
        database.write(lambda connection: connection.execute("DELETE FROM words"))
        database.settle()
        assert not [file for file in tmp_path.iterdir() if b"secret" in file.read_bytes()]
        assert database.damaged() == []
        (tmp_path / "words.sqlite3").write_bytes(b"no database" * 500)
        for each in (database, other):
            rows = each.read(lambda connection: connection.execute("SELECT word FROM words").fetchall())
            assert rows == [("saved from no",)]
        (aside,) = database.damaged()
        assert aside.read_bytes().startswith(b"no database")
