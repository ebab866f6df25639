"""What is the same for many rows, said once: a row has the number of its kind, and is grouped by it quickly."""

import json
import sqlite3
from typing import Any, NamedTuple


class Exchange(NamedTuple):
    """Of a request and its usage. What was not logged has these values."""

    asked: bool = False
    """Whether there is a request event."""
    answered: bool = False
    """Whether there is a usage event."""
    dialect: str = ""
    asked_model: str = ""
    upstream: str = ""
    mode: str = "optimize"
    holdout: bool = False
    is_taken: bool = False
    """Whether the provider answered with a status of 200 to 299."""
    retried: bool = False
    is_round: bool = False
    """Whether it is an extra round of ours."""
    model: str = ""
    """The one that answered."""
    cause: str | None = None
    """Why the cache was missed: empty where it was not, None where that is not known."""
    written: bool = False
    """Whether anything was written to the cache."""
    written_1h: bool = False
    """With the lifetime of an hour."""

    @property
    def named(self) -> str:
        """The model that answered, if it is told, else the one that was asked for."""
        return self.model or self.asked_model or "unknown"


class Block(NamedTuple):
    """Of a block."""

    audit: bool
    tool: str
    compressor: str
    lossless: bool
    reason: str
    retrieval: bool


Kind = Exchange | Block
_CLASSES: dict[str, Any] = {cls.__name__: cls for cls in (Exchange, Block)}


class Kinds:
    """Numbers of kinds, made at need, in the table `kinds` of a database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[Kind, int] = {}

    def number(self, kind: Kind) -> int:
        """Return the number of a kind."""
        known = self._numbers.get(kind)
        if known is None:
            said = json.dumps((type(kind).__name__, *kind))
            self._connection.execute("INSERT OR IGNORE INTO kinds (said) VALUES (?)", (said,))
            found = self._connection.execute("SELECT kind FROM kinds WHERE said = ?", (said,)).fetchone()
            known = self._numbers[kind] = int(found[0])
        return known


def read(said: str) -> Kind:
    """Read a kind. Raises sqlite3.DatabaseError for anything else."""
    try:
        name, *values = json.loads(said)
        kind: Kind = _CLASSES[name](*values)
    except (ValueError, TypeError, KeyError) as error:
        raise sqlite3.DatabaseError("a kind that no row has") from error
    return kind
