"""The facts' own database: made whole, one for all processes, and moved aside when it cannot be read."""

from pathlib import Path

from headroom.memory import record, rows
from headroom.memory.database import facts_database, is_indexed
from headroom.memory.facts import Fact, Origin

FACT = Fact("0123abcd", "A fact.", "user", Origin(), 1.0, 1.0)


def test_it_is_made_at_the_first_use_and_found_by_all(tmp_path: Path) -> None:
    one, other = facts_database(tmp_path / "memory"), facts_database(tmp_path / "memory")
    assert not one.exists()
    one.write(lambda connection: rows.insert(connection, FACT))
    assert other.read(rows.every) == [FACT]
    assert other.read(is_indexed)
    assert sorted(path.name for path in (tmp_path / "memory").glob("*"))[:2] == ["lock", "memory.sqlite3"]


def test_a_row_that_nobody_wrote_is_left_behind_with_its_database(tmp_path: Path) -> None:
    database = facts_database(tmp_path)
    database.write(lambda connection: rows.insert(connection, FACT))
    odd = [*record.values(FACT)]
    odd[0], odd[2], odd[7] = "ffffffff", "user", "no time"
    database.write(lambda connection: connection.execute(record.INSERT, odd))
    assert database.read(rows.every) == [FACT]
    assert len(database.damaged()) == 1
    database.write(lambda connection: connection.execute("UPDATE facts SET agent = CAST(x'ff' AS TEXT)"))
    assert [fact.text for fact in database.read(rows.every)] == [FACT.text]
    assert len(database.damaged()) == 2
    database.settle()
    database.close()
    assert not (tmp_path / "memory.sqlite3-wal").exists()
