"""Stores as sessions leave them, and as accidents do."""

import sqlite3
from pathlib import Path

import pytest

from headroom.store import SqliteStore
from headroom_cli.doctor_findings import Finding
from headroom_cli.doctor_store import check, judge, look


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store = SqliteStore(tmp_path / "store")
    for n in range(50):
        store.put(f"original {n}\n" * 500)
    store.close()
    return tmp_path


def only(root: Path) -> Finding:
    (found,) = check(root)
    return found


def test_a_store_is_counted(root: Path) -> None:
    found = only(root)
    assert found.verdict == "ok"
    assert found.told.startswith("50 originals, 0.")
    assert (only(root / "none").verdict, only(root / "none").told) == ("ok", "no originals yet")


@pytest.mark.parametrize("damage", ["header", "middle", "empty", "table"])
def test_a_damaged_database_is_a_problem_and_is_left_as_it_is(root: Path, damage: str) -> None:
    file = root / "store" / "index.sqlite3"
    data = file.read_bytes()
    if damage == "table":
        with sqlite3.connect(file) as connection:
            connection.execute("DROP TABLE decisions")
        connection.close()
    else:
        middle = data[:4096] + b"\xff" * (len(data) - 4096)
        file.write_bytes({"header": b"x" * 100 + data[100:], "middle": middle, "empty": b""}[damage])
    before = file.read_bytes()
    found = only(root)
    assert found.verdict == "problem"
    assert "headroom wrap demo" in found.todo
    assert file.read_bytes() == before
    # The remedy is one: whoever uses the store next makes it sound.
    store = SqliteStore(root / "store")
    store.put("another")
    store.prune(0, 1e9, 1 << 30)
    store.close()
    assert only(root).verdict == "note"
    assert "set aside: damaged-" in only(root).told


def test_a_database_that_another_process_holds_is_said(root: Path) -> None:
    holder = sqlite3.connect(root / "store" / "index.sqlite3", isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    found = only(root)
    holder.close()
    assert (found.verdict, "another process holds" in found.told) == ("note", True)


def test_more_than_is_allowed_is_said(root: Path) -> None:
    stored = look(root / "store")._replace(total_bytes=6 << 20)
    assert judge(stored, root / "store", 5).verdict == "note"
    assert judge(stored, root / "store", 6).verdict == "ok"


def test_a_store_that_is_no_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("")
    found = only(tmp_path)
    assert (found.verdict, found.todo) == ("problem", "move it away")
