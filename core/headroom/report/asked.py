"""What is asked of the index: which logs, and since when. Every question starts from here."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import PurePath
from typing import NamedTuple

from headroom.pricing import Row
from headroom.report.rates import Rates
from headroom.session_index import kinds
from headroom.session_index.rows import USUAL

UNKNOWN = "unknown"

EXCHANGES = "exchanges e JOIN asked a USING (log) WHERE e.at >= :since"
"""The requests in question; `a` has the log's `position`, and `who`, the number of its agent and project."""
PROMPT = "(e.input + e.cache_write + e.cache_read)"
"""A request's input tokens."""
SAVED = "(e.saved_input + e.saved_write + e.saved_read)"
"""How many fewer they are than without us, or would have been."""
_RANGE = (
    f"min(e.at), min(e.used_t), max(e.at), max(e.used_t), min({PROMPT} - abs{SAVED}), max({PROMPT} + abs{SAVED})"
)
BLOCKS = "blocks b JOIN asked a USING (log) WHERE b.at >= :since"
"""The blocks in question, as often as they were listed."""
BLOCK_ORDER = "(a.position << 43) | (b.n << 11) | min(b.place, 2047)"
"""A number for when a block was listed: by the order of the logs, of their requests, and in these."""


class Who(NamedTuple):
    """Whose a session is."""

    agent: str
    project: str
    """The folder it was begun in; empty where no log tells."""


class Session(NamedTuple):
    """A log in question."""

    id: str
    who: Who
    damaged: int


class Asked:
    """The logs in question, as a table `asked` of the connection.

    Args:
        connection: with the tables of `session_index`, and `chosen`.
        prices: the user's rows.
        since: in seconds since 1970.
        agent: only its sessions.
        project: only sessions begun in this folder: its path or its name.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        prices: Sequence[Row] = (),
        since: float | None = None,
        agent: str | None = None,
        project: str | None = None,
    ) -> None:
        self.connection = connection
        self.whose: list[Who] = []
        """By `who`."""
        self.sessions: list[Session] = []
        self._names = count()
        self._since = -1.0 if since is None else since
        self._choose(agent, project)
        most = connection.execute("SELECT max(most) FROM asked JOIN logs USING (log)").fetchone()[0] or 0
        self.sum = "sum" if most <= USUAL else "exact_sum"
        """The SQL function for sums; what it returns may be a number in text."""
        connection.create_aggregate("exact_sum", 1, _ExactSum)  # type: ignore[arg-type]
        *moments, least, longest = self.rows(f"SELECT {_RANGE} FROM {EXCHANGES}").fetchone()
        self.moments: Sequence[float | None] = moments
        """When the first and the last request and usage in question were logged."""
        told = [moment for moment in moments if moment is not None]
        self.rates = Rates(prices, min(told, default=0), max(told, default=0), least or 0, longest or 0)
        read = ((n, kinds.read(said)) for n, said in connection.execute("SELECT kind, said FROM kinds"))
        self.kinds = dict(read)
        """By their numbers."""

    def rows(self, sql: str) -> sqlite3.Cursor:
        """Ask; `:since` is known."""
        return self.connection.execute(sql, {"since": self._since})

    def exchanges(self, is_meant: Callable[[kinds.Exchange], bool]) -> str:
        """Return SQL for the numbers of those kinds of requests."""
        return self._kept(
            n for n, kind in self.kinds.items() if isinstance(kind, kinds.Exchange) and is_meant(kind)
        )

    def blocks(self, is_meant: Callable[[kinds.Block], bool]) -> str:
        """Return SQL for the numbers of those kinds of blocks."""
        return self._kept(n for n, kind in self.kinds.items() if isinstance(kind, kinds.Block) and is_meant(kind))

    def _kept(self, numbers: Iterable[int]) -> str:
        """Put numbers into a table, for there may be more than a query has room for."""
        name = f"meant_{next(self._names)}"
        self.connection.execute(f"CREATE TEMP TABLE {name} (kind INTEGER PRIMARY KEY)")
        self.connection.executemany(f"INSERT INTO {name} VALUES (?)", [(number,) for number in numbers])
        return f"(SELECT kind FROM {name})"

    def _choose(self, agent: str | None, project: str | None) -> None:
        numbers: dict[Who, int] = {}
        rows = []
        found = self.connection.execute(
            "SELECT log, position, name, coalesce(nullif(agent, ''), ?), project, damaged + torn"
            " FROM chosen JOIN logs USING (log) ORDER BY position",
            (UNKNOWN,),
        )
        for log, position, name, whose, path, damaged in found:
            who = Who(whose, path)
            if (agent is None or agent == whose) and (project is None or _is_project(path, project)):
                self.sessions.append(Session(name, who, damaged))
                rows.append((log, position, numbers.setdefault(who, len(numbers))))
        self.whose = list(numbers)
        self.connection.execute("CREATE TEMP TABLE asked (log INTEGER PRIMARY KEY, position INTEGER, who INTEGER)")
        self.connection.executemany("INSERT INTO asked VALUES (?, ?, ?)", rows)


class _ExactSum:
    """Sums up what SQLite has no room for, slowly."""

    def __init__(self) -> None:
        self._sum = 0

    def step(self, count: int | None) -> None:
        self._sum += count or 0

    def finalize(self) -> str:
        return str(self._sum)


def project_name(path: str) -> str:
    """Return the name of a folder."""
    return PurePath(path).name or path or UNKNOWN


def _is_project(path: str, asked: str) -> bool:
    return asked == project_name(path) or (bool(path) and PurePath(path) == PurePath(asked))
