"""Which facts, of those that hold in the same place, say something similar to one that is told."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from headroom.memory import likeness, rows
from headroom.memory.facts import USER, Fact
from headroom.memory.likeness import Embedder
from headroom.store.database import Database

_CANDIDATES: Final = 100

_T = TypeVar("_T")


def nearby(database: Database, fact: Fact, now: float, embedder: Embedder | None = None) -> tuple[Fact, ...]:
    """Return the few facts that are most like one: by their words, or by their sense where there is a model.

    Vectors that are made are kept. Raises OSError.

    Args:
        now: in seconds since 1970; facts that have expired by then do not count.
    """
    if embedder is None:
        return likeness.alike(fact.text, _candidates(database, fact, now))
    held = _of_its_place(database, fact, now)
    if not held:
        return ()
    model = embedder.name
    known = _read(database, lambda connection: rows.vectors(connection, model, [each.id for each in held])) or {}
    without = [each for each in held if each.id not in known]
    ours, *made = embedder.vectors([fact.text, *(each.text for each in without)])
    fresh = [(each.id, each.text, vector) for each, vector in zip(without, made, strict=True)]
    if fresh:
        database.write(lambda connection: rows.keep_vectors(connection, model, fresh))
    return likeness.alike(fact.text, held, ours, known | {id_: vector for id_, _, vector in fresh})


def _candidates(database: Database, fact: Fact, now: float) -> Sequence[Fact]:
    """Return facts that may be alike: those that share the most, and the rarest, words."""
    found = _read(database, lambda connection: rows.found(connection, fact.text, _CANDIDATES))
    if found is None:
        return _of_its_place(database, fact, now)
    return [
        each
        for each in found
        if each.holds(now)
        and each.scope == fact.scope
        and (each.scope == USER or each.origin.project == fact.origin.project)
    ]


def _of_its_place(database: Database, fact: Fact, now: float) -> Sequence[Fact]:
    place = fact.scope, fact.origin.project
    return _read(database, lambda connection: rows.of_a_place(connection, *place, now)) or []


def _read(database: Database, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
    return database.read(work) if database.exists() else None
