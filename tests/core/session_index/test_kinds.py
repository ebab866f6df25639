"""Kinds have one number each, and are read as they were written."""

import sqlite3

import pytest

from headroom.session_index.kinds import Block, Exchange, Kind, Kinds, read

KINDS: tuple[Kind, ...] = (
    Exchange(),
    Exchange(asked=True, asked_model="claude-opus-5-5", mode="audit", is_taken=True),
    Exchange(answered=True, model="gpt-5.1", cause="", written=True),
    Block(False, "Bash", "logs", False, "", False),
    Block(False, "Bash", "", True, "floor", True),
)


def test_a_kind_has_one_number_in_all_processes() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE kinds (kind INTEGER PRIMARY KEY, said TEXT NOT NULL UNIQUE)")
    one, other = Kinds(connection), Kinds(connection)
    numbers = [one.number(kind) for kind in KINDS]
    assert len(set(numbers)) == len(KINDS)
    assert [other.number(kind) for kind in reversed(KINDS)] == numbers[::-1]
    assert [read(said) for (said,) in connection.execute("SELECT said FROM kinds ORDER BY kind")] == list(KINDS)


def test_a_request_is_named_by_the_model_that_answered() -> None:
    assert Exchange(model="b", asked_model="a").named == "b"
    assert Exchange(asked_model="a").named == "a"
    assert Exchange().named == "unknown"


@pytest.mark.parametrize("said", ["", "[]", "7", '["Block", 1]', '["x"]'])
def test_anything_else_is_damage(said: str) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        read(said)
