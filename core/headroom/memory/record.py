"""A fact as one row of the database, and back."""

from collections.abc import Sequence
from typing import Any, Final

from headroom.memory import terms
from headroom.memory.facts import Fact, Origin
from headroom.store.database import DamagedRow

NAMES: Final = (
    *("id", "text", "scope", "how", "agent", "project", "session"),
    *("created", "updated", "expires", "replaced_by", "seen", "accepted"),
)
"""The columns of a fact, in the order in which they are read."""
INSERT: Final = (
    f"INSERT OR IGNORE INTO facts ({', '.join(NAMES)}, normal) VALUES ({', '.join('?' * (len(NAMES) + 1))})"
)
UPDATE: Final = f"UPDATE facts SET {', '.join(f'{name} = ?' for name in NAMES)}, normal = ? WHERE id = ?"


def fact_of(row: Sequence[Any]) -> Fact:
    """Read a row of NAMES. Raises DamagedRow for one that we cannot have written."""
    try:
        id_, text, scope, how, agent, project, session, created, updated, expires, replaced_by, *counts = row
        if not all(
            isinstance(value, str) for value in (id_, text, scope, how, agent, project, session, replaced_by)
        ):
            raise TypeError("a text is none")
        until = None if expires is None else float(expires)
        origin = Origin(how, agent, project, session)
        seen, accepted = map(int, counts)
        times = float(created), float(updated), until
        return Fact(id_, text, scope, origin, *times, replaced_by, seen, bool(accepted))
    except (TypeError, ValueError) as error:
        raise DamagedRow(f"a fact cannot be read: {error}") from error


def values(fact: Fact) -> tuple[object, ...]:
    """Return what is written of a fact: its columns, and the words by which the same fact is known again."""
    origin = fact.origin
    return (
        *(fact.id, fact.text, fact.scope, origin.how, origin.agent, origin.project, origin.session),
        *(fact.created, fact.updated, fact.expires, fact.replaced_by, fact.seen, int(fact.accepted)),
        normal(fact.text),
    )


def normal(text: str) -> str:
    """Return what is equal for two texts that are the same fact."""
    return " ".join(terms.content(text)) or terms.normal(text) or text
