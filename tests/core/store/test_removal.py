"""Single originals and rows are taken away, and what stood in the database is overwritten."""

import sqlite3
from contextlib import closing
from pathlib import Path

from headroom.store import SqliteMemo, SqliteStore
from headroom.store.database import FILE
from headroom.store.removal import Removal
from headroom.types import Decision

SECRET = "a sentence that nothing else holds"


def test_what_is_forgotten_is_in_no_file_any_more(tmp_path: Path) -> None:
    memo = SqliteMemo(tmp_path)
    memo.remember({"k1": Decision(None, reason=SECRET), "k2": Decision(None, reason="stays")})
    memo.leave_alone("c", SECRET)
    removal = Removal(tmp_path)
    assert removal.kept()[:3] == (2, 0, 1)
    assert removal.forget([row for row in removal.rows() if row.key != "k2"]) == 2
    removal.overwrite()
    memo.close()
    removal.close()
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.iterdir())
    assert set(SqliteMemo(tmp_path).recall(["k1", "k2"])) == {"k2"}


def test_a_link_in_the_databases_place_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "theirs.sqlite3"
    with closing(sqlite3.connect(outside)) as connection:
        connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(90000)); DELETE FROM t")
    before = outside.read_bytes()
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / FILE).symlink_to(outside)
    removal = Removal(tmp_path / "store")
    assert removal.rows() == []
    removal.overwrite()
    assert outside.read_bytes() == before


def test_originals_go_with_their_rows_in_the_index(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    keys = [store.put(f"text {number}") for number in range(450)]
    removal = Removal(tmp_path)
    chosen = {key: original for key, original in removal.originals().items() if key != keys[0]}
    assert removal.remove(chosen).keys() == chosen.keys()
    assert (store.stats().originals, list(removal.originals())) == (1, keys[:1])
    assert removal.remove(chosen) == {}


def test_a_row_that_was_used_since_stays(tmp_path: Path) -> None:
    SqliteMemo(tmp_path, clock=lambda: 1e6).remember({"k": Decision(None, reason="r")})
    removal = Removal(tmp_path)
    (row,) = removal.rows()
    SqliteMemo(tmp_path, clock=lambda: 2e6).recall(["k"])
    assert removal.forget([row]) == 0


def test_decisions_tell_their_originals(tmp_path: Path) -> None:
    SqliteMemo(tmp_path).remember(
        {f"k{n}": Decision("t", "logs", original="ab" * 6 if n % 2 else "") for n in range(500)}
    )
    named = Removal(tmp_path).named_by({f"k{n}" for n in range(500)} | {"other"})
    assert named == {f"k{n}": "ab" * 6 for n in range(1, 500, 2)}
