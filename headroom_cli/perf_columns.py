"""What the tables of `headroom perf` are made of.

Money is in picodollars, shares are in percent, times in milliseconds. What is not known is None: never 0.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

Value = str | int | float | None

TEXT, COUNT, PERCENT, MONEY, MS = "text", "count", "percent", "money", "ms"

SAVINGS: Final = frozenset(("net_saved_usd", "estimated_tokens_saved"))
"""Columns in which more is better."""


class Column(NamedTuple):
    """A column, by three names: of a CSV file, of a table, and of what kind its values are."""

    name: str
    """In CSV and in JSON-like uses: an interface, as is the order."""
    head: str
    """What a person reads above it."""
    kind: str
    width: int = 0
    """At how many columns of a terminal it is shown: 0 always, 999 never."""


class Table(NamedTuple):
    """Rows of values."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Value, ...]]
    bar: str = ""
    """The column that is drawn as a bar; empty where none is."""

    def at(self, column: str) -> int:
        """Return a column's place by its name."""
        return next(place for place, row in enumerate(self.columns) if row.name == column)
