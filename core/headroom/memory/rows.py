"""Facts as rows of the database, and back. Functions over an open connection; the transaction is the caller's."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import Final

from headroom.memory import record, terms
from headroom.memory.database import has_index, is_indexed
from headroom.memory.facts import LEARN, Change, Fact, Origin
from headroom.memory.record import fact_of

_SELECT: Final = f"SELECT {', '.join(f'facts.{name}' for name in record.NAMES)} FROM facts"
_OF_A_PLACE: Final = "facts.scope = ? AND (facts.scope != 'project' OR facts.project = ?)"
_PER_QUERY: Final = 500


def every(connection: sqlite3.Connection) -> list[Fact]:
    """Return all facts, history too, the latest first."""
    return [
        fact_of(row) for row in connection.execute(f"{_SELECT} ORDER BY facts.updated DESC, facts.number DESC")
    ]


def beginning_with(connection: sqlite3.Connection, prefix: str) -> list[Fact]:
    """Return the facts whose ids begin so (hex digits only)."""
    return [fact_of(row) for row in connection.execute(f"{_SELECT} WHERE facts.id GLOB ?", (f"{prefix}*",))]


def same(connection: sqlite3.Connection, text: str, scope: str, project: str, now: float) -> Fact | None:
    """Return the fact that says the same in the same place and holds; None where there is none."""
    query = f"{_SELECT} WHERE facts.normal = ? AND {_OF_A_PLACE}"
    found = (fact_of(row) for row in connection.execute(query, (record.normal(text), scope, project)))
    return next((fact for fact in found if fact.holds(now)), None)


def of_a_place(connection: sqlite3.Connection, scope: str, project: str, now: float) -> list[Fact]:
    """Return the facts that hold in a place: the user's, or those of one project."""
    found = connection.execute(f"{_SELECT} WHERE {_OF_A_PLACE}", (scope, project))
    return [fact for fact in map(fact_of, found) if fact.holds(now)]


def insert(connection: sqlite3.Connection, fact: Fact) -> Fact:
    """Write a new fact, with its words, and return it: under another id where its own is taken."""
    while not connection.execute(record.INSERT, record.values(fact)).rowcount:
        fact = replace(fact, id=secrets.token_hex(4))
    _index(connection, fact)
    return fact


def update(connection: sqlite3.Connection, fact: Fact) -> None:
    """Write a fact anew under its id."""
    connection.execute(record.UPDATE, (*record.values(fact), fact.id))
    connection.execute("DELETE FROM vectors WHERE fact = ?", (_number(connection, fact.id),))
    _index(connection, fact)


def put_in_place(connection: sqlite3.Connection, fact: Fact, others: Iterable[str], now: float) -> None:
    """Make facts history, by their ids, which another one replaces."""
    for id_ in others:
        for old in beginning_with(connection, id_):
            update(connection, replace(old, replaced_by=fact.id, updated=now))
            note(connection, old.id, Change(now, f"replaced by {fact.id}", "", fact.origin))
            note(connection, fact.id, Change(now, f"replaced {old.id}", "", fact.origin))


def delete(connection: sqlite3.Connection, fact: Fact) -> None:
    """Remove a fact with all that is known of it; who was replaced by it stays history.

    Of one that was learnt a hash stays, so that it is not learnt again.
    """
    number = _number(connection, fact.id)
    if fact.origin.how == LEARN:
        connection.execute("INSERT OR IGNORE INTO unlearnt VALUES (?)", (_hash(fact.text),))
    if has_index(connection):
        connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
        # Else its words would stay in the index's segments until they are merged.
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    for statement in ("DELETE FROM vectors WHERE fact = ?", "DELETE FROM unindexed WHERE fact = ?"):
        connection.execute(statement, (number,))
    connection.execute("DELETE FROM changes WHERE fact = ?", (fact.id,))
    connection.execute("DELETE FROM facts WHERE id = ?", (fact.id,))


def is_unlearnt(connection: sqlite3.Connection, text: str) -> bool:
    """Tell whether a fact with this text was learnt once, and forgotten by the user."""
    found = connection.execute("SELECT 1 FROM unlearnt WHERE rule = ?", (_hash(text),))
    return found.fetchone() is not None


def note(connection: sqlite3.Connection, id_: str, change: Change) -> None:
    """Write down what happened to a fact."""
    connection.execute(
        "INSERT INTO changes (fact, t, what, text, how, agent, project, session) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (id_, change.t, change.what, change.text, *astuple(change.origin)),
    )


def changes(connection: sqlite3.Connection, id_: str) -> list[Change]:
    """Return what happened to a fact, oldest first."""
    query = "SELECT t, what, text, how, agent, project, session FROM changes WHERE fact = ? ORDER BY number"
    return [
        Change(float(t), str(what), str(text), Origin(*map(str, origin)))
        for t, what, text, *origin in connection.execute(query, (id_,))
    ]


def reindex(connection: sqlite3.Connection) -> bool:
    """Bring facts into the index that are not in it; return False where this SQLite has none."""
    if not has_index(connection):
        return False
    waiting = connection.execute(f"{_SELECT} WHERE facts.number IN (SELECT fact FROM unindexed)").fetchall()
    for row in waiting:
        _index(connection, fact_of(row))
    connection.execute("DELETE FROM unindexed")
    return True


def found(connection: sqlite3.Connection, query: str, limit: int = -1) -> list[Fact] | None:
    """Return the facts with a word of a query, the best first (bm25); None where there is no whole index.

    Args:
        limit: how many at most; -1 for all.
    """
    if not is_indexed(connection):
        return None
    matching = terms.match(query)
    if not matching:
        return []
    ranked = (
        f"{_SELECT} JOIN words ON words.rowid = facts.number WHERE words MATCH ? "
        "ORDER BY bm25(words), facts.updated DESC LIMIT ?"
    )
    return [fact_of(row) for row in connection.execute(ranked, (matching, limit))]


def vectors(connection: sqlite3.Connection, model: str, ids: Iterable[str]) -> dict[str, bytes]:
    """Return the vectors that a model made of facts, by the facts' ids."""
    wanted = list(ids)
    held: dict[str, bytes] = {}
    for start in range(0, len(wanted), _PER_QUERY):
        part = wanted[start : start + _PER_QUERY]
        query = (
            "SELECT facts.id, vectors.vector FROM vectors JOIN facts ON facts.number = vectors.fact "
            f"WHERE vectors.model = ? AND facts.id IN ({','.join('?' * len(part))})"
        )
        held.update(connection.execute(query, (model, *part)).fetchall())
    return held


def keep_vectors(connection: sqlite3.Connection, model: str, made: Iterable[tuple[str, str, bytes]]) -> None:
    """Keep vectors: of each the fact's id, the text that it was made of, and the vector."""
    connection.executemany(
        "INSERT OR REPLACE INTO vectors (fact, model, vector) "
        "SELECT number, ?, ? FROM facts WHERE id = ? AND text = ?",
        [(model, vector, id_, text) for id_, text, vector in made],
    )


def _index(connection: sqlite3.Connection, fact: Fact) -> None:
    number = _number(connection, fact.id)
    if has_index(connection):
        connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
        words = " ".join(terms.indexed(fact.text))
        connection.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (number, words))
        connection.execute("DELETE FROM unindexed WHERE fact = ?", (number,))
    else:
        connection.execute("INSERT OR IGNORE INTO unindexed VALUES (?)", (number,))


def _hash(text: str) -> str:
    return hashlib.sha256(record.normal(text).encode(errors="replace")).hexdigest()


def _number(connection: sqlite3.Connection, id_: str) -> int:
    row = connection.execute("SELECT number FROM facts WHERE id = ?", (id_,)).fetchone()
    return int(row[0]) if row else 0
