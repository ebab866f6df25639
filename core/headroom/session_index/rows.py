"""The rows: what is kept of each log, in tokens, names and times. No prices, for those may change; no texts.

A log has a row in `logs`, a request with its usage one in `exchanges`, a block that was listed one in `blocks`,
and every other event one in `others`. A request or usage that was logged twice counts once: the first holds. Rows
do not depend on how a log was cut when it was read: read on after each line, or all at once, they are the same.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable
from typing import Any, Final

from headroom.session_index import kinds
from headroom.session_index.kinds import Kinds
from headroom.session_index.turns import Turns, is_shortened
from headroom.session_log import events
from headroom.session_log.events import End, Error, Event, Guard, Head, Request, Retrieve, Start, UsageLine

_ASKED: Final = ("at", "conversation", "ms", "first_byte_ms")
_ANSWERED: Final = (
    *("used_t", "input", "cache_write", "cache_write_1h", "cache_read", "output"),
    *("saved_input", "saved_write", "saved_write_1h", "saved_read", "trip_read", "trip_output", "trip_input"),
    *("reasoning", "image", "missed", "shortened"),
)
_EXCHANGE: Final = ("log", "n", "kind", *_ASKED, *_ANSWERED)
_BLOCK: Final = ("log", "n", "place", "kind", "at", "before", "after", "key", "conversation", "original")
_OTHER: Final = ("log", "t", "kind", "name", "said", "number", "conversation")

SCHEMA: Final = f"""
CREATE TABLE logs (
    log INTEGER PRIMARY KEY, name TEXT NOT NULL,
    inode INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT -1, changed INTEGER NOT NULL DEFAULT 0,
    place INTEGER NOT NULL DEFAULT 0, mark TEXT NOT NULL DEFAULT '',
    agent TEXT, project TEXT NOT NULL DEFAULT '', way TEXT NOT NULL DEFAULT '',
    damaged INTEGER NOT NULL DEFAULT 0, torn INTEGER NOT NULL DEFAULT 0, memory TEXT NOT NULL DEFAULT '{{}}',
    most INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE kinds (kind INTEGER PRIMARY KEY, said TEXT NOT NULL UNIQUE);
CREATE TABLE exchanges ({", ".join(_EXCHANGE)}, PRIMARY KEY (log, n)) WITHOUT ROWID;
CREATE TABLE blocks ({", ".join(_BLOCK)}, PRIMARY KEY (log, n, place)) WITHOUT ROWID;
CREATE INDEX blocks_key ON blocks (key);
CREATE TABLE others (seq INTEGER PRIMARY KEY, {", ".join(_OTHER)});
CREATE INDEX others_log ON others (log);
"""
"""`at` is when a request was logged, or its usage where there is no request, in seconds since 1970. `most` is the
largest count of a log: sums of unusual ones may be too long for SQLite."""

TABLES: Final = ("exchanges", "blocks", "others")
"""Those that hold a log's events; `logs` has the log itself."""

_FORM: Final = 1
"""To be raised when rows mean something else than before: those of older forms are made anew."""
_EVENTS: Final = [(event.__name__, event._fields) for event in (*events.EVENTS.values(), events.BlockLine)]
_KINDS: Final = (kinds.Exchange._fields, kinds.Block._fields)
VERSION: Final = zlib.crc32(repr((_FORM, SCHEMA, _EVENTS, _KINDS)).encode()) >> 1
"""Of the rows. Events with fields that were unknown when they were read are read again."""

_INSERT_EXCHANGE, _INSERT_BLOCK, _INSERT_OTHER = (
    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for table, columns in (("exchanges", _EXCHANGE), ("blocks", _BLOCK), ("others", _OTHER))
)
_ASK, _ANSWER = (
    f"UPDATE exchanges SET kind = ?, {', '.join(f'{name} = ?' for name in columns)} WHERE log = ? AND n = ?"
    for columns in (_ASKED, _ANSWERED)
)
_NOT_ANSWERED: Final = (None, *(0,) * (len(_ANSWERED) - 1))

_MOST: Final = 2**53
"""A count above it is damage: no JSON number holds more exactly."""
USUAL: Final = 2**40
"""Sums of millions of counts below this have room in SQLite's 64 bits."""
_MOST_N: Final = 2**32
"""The number of a request above this is damage too."""

_WAYS: Final = {"tool": "stream", "mcp": "mcp"}
"""How originals are asked for, by a policy's `retrieval`; elsewhere it is `headroom retrieve`."""


def add_log(connection: sqlite3.Connection, name: str) -> int:
    """Add a log without events; return its number in the other tables."""
    return int(connection.execute("INSERT INTO logs (name) VALUES (?)", (name,)).lastrowid or 0)


def forget(connection: sqlite3.Connection, log: int) -> None:
    """Take away a log and all its rows."""
    for table in (*TABLES, "logs"):
        connection.execute(f"DELETE FROM {table} WHERE log = ?", (log,))


def add_events(
    connection: sqlite3.Connection, numbers: Kinds, log: int, found: Iterable[Event], damaged: int
) -> None:
    """Add what a log goes on with.

    Args:
        numbers: of the same connection.
        log: its number.
        found: the events, in their order.
        damaged: lines between them that are none.

    Raises sqlite3.Error, also when what is there already is damaged.
    """
    batch = list(found)
    memory, agent, most = connection.execute(
        "SELECT memory, agent, most FROM logs WHERE log = ?", (log,)
    ).fetchone()
    try:
        turns = Turns(json.loads(memory))
    except (ValueError, TypeError, AttributeError) as error:
        raise sqlite3.DatabaseError("the memory of a log") from error
    reading = _Reading(log, turns, agent, _stored(connection, log, batch))
    for event in batch:
        largest = _largest(event)
        if largest <= _MOST:
            most = max(most, largest)
            reading.see(event)
        else:
            damaged += 1
    reading.write(connection, numbers)
    connection.execute(
        "UPDATE logs SET project = CASE WHEN agent IS NULL THEN ? ELSE project END,"
        " way = CASE WHEN agent IS NULL THEN ? ELSE way END, agent = ?, damaged = damaged + ?, most = ?,"
        " memory = ? WHERE log = ?",
        (reading.project, reading.way, reading.agent, damaged, most, json.dumps(turns.memory()), log),
    )


def _stored(connection: sqlite3.Connection, log: int, batch: Iterable[Event]) -> dict[int, kinds.Exchange]:
    """Return what kind of row is there already for the requests of a batch."""
    numbers = [event.n for event in batch if isinstance(event, Request | UsageLine) and 0 <= event.n < _MOST_N]
    if not numbers:
        return {}
    rows = connection.execute(
        "SELECT n, said FROM exchanges JOIN kinds USING (kind) WHERE log = ? AND n BETWEEN ? AND ?",
        (log, min(numbers), max(numbers)),
    )
    read = ((n, kinds.read(said)) for n, said in rows)
    return {n: kind for n, kind in read if isinstance(kind, kinds.Exchange)}


class _Reading:
    """What a batch of events adds."""

    def __init__(self, log: int, turns: Turns, agent: str | None, stored: dict[int, kinds.Exchange]) -> None:
        self.agent = agent
        self.project = ""
        self.way = ""
        self._turns = turns
        self._log = log
        self._kinds = dict(stored)
        self._stored = stored.keys()
        self._asked: dict[int, tuple[Any, ...]] = {}
        self._answered: dict[int, tuple[Any, ...]] = {}
        self._blocks: list[tuple[int, int, kinds.Block, tuple[Any, ...]]] = []
        self._others: list[tuple[Any, ...]] = []

    def see(self, event: Event) -> None:
        match event:
            case Request():
                self._request(event)
            case UsageLine():
                self._usage(event)
            case Head():
                self._turns.head(event)
                self._other(event, "head")
            case Start():
                if self.agent is None:
                    self.agent, self.project = event.agent, event.cwd
                    self.way = _WAYS.get(str(event.policy.get("retrieval")), "command")
                self._other(event, "start")
            case Error():
                self._other(event, "error", event.where, event.what)
            case Guard():
                self._other(event, "guard", event.why, "", event.lost, event.conversation)
            case Retrieve():
                self._other(event, "retrieve", event.hash, "hit" if event.hit else "", event.tokens)
            case End():
                self._other(event, "end", "", "", event.exit_code)

    def write(self, connection: sqlite3.Connection, numbers: Kinds) -> None:
        inserted, late_asked, late_answered = [], [], []
        for n in sorted(self._asked.keys() | self._answered.keys()):
            asked, answered, kind = self._asked.get(n), self._answered.get(n), numbers.number(self._kinds[n])
            if n not in self._stored:
                asked = asked or ((answered or _NOT_ANSWERED)[0], "", 0.0, 0.0)
                inserted.append((self._log, n, kind, *asked, *(answered or _NOT_ANSWERED)))
                continue
            if asked:
                late_asked.append((kind, *asked, self._log, n))
            if answered:
                late_answered.append((kind, *answered, self._log, n))
        connection.executemany(_INSERT_EXCHANGE, inserted)
        connection.executemany(_ASK, late_asked)
        connection.executemany(_ANSWER, late_answered)
        connection.executemany(
            _INSERT_BLOCK,
            [(self._log, n, place, numbers.number(kind), *rest) for n, place, kind, rest in self._blocks],
        )
        connection.executemany(_INSERT_OTHER, self._others)

    def _request(self, event: Request) -> None:
        kind = self._kinds.get(event.n, _NOTHING)
        if kind.asked:
            return
        self._turns.request(event)
        self._kinds[event.n] = kind._replace(
            asked=True,
            dialect=event.dialect,
            asked_model=event.model,
            upstream=event.upstream,
            mode=event.mode,
            holdout=event.holdout,
            is_taken=200 <= event.status < 300,
            retried=event.retried,
            is_round=event.rounds > 0,
        )
        t = float(event.t)
        self._asked[event.n] = (t, event.conversation, float(event.ms), float(event.ttfb_ms))
        if event.retried or event.mode == "simulate":
            return  # its blocks went out as they came, or not at all
        is_audit = event.mode == "audit"
        for place, block in enumerate(event.blocks):
            if block.new:
                kind_of = kinds.Block(
                    is_audit, block.tool, block.compressor, block.lossless, block.reason, block.retrieval
                )
                original = block.original
                rest = (t, block.before, block.after, block.key, event.conversation, original)
                self._blocks.append((event.n, place, kind_of, rest))

    def _usage(self, event: UsageLine) -> None:
        kind = self._kinds.get(event.n, _NOTHING)
        if kind.answered:
            return
        completed = self._turns.usage(event)
        lost = completed.missed if completed else None
        tokens = lost.tokens if lost else 0
        shortened = completed is not None and lost is not None and is_shortened(completed.before, completed.turn)
        self._kinds[event.n] = kind._replace(
            answered=True,
            model=event.model,
            cause=lost and lost.cause,
            written=event.cache_write > 0,
            written_1h=event.cache_write_1h > 0,
        )
        saved, trip = event.saved, event.round_trip
        self._answered[event.n] = (
            *(float(event.t), event.input, event.cache_write, event.cache_write_1h, event.cache_read),
            *(event.output, saved.input, saved.cache_write, saved.cache_write_1h, saved.cache_read),
            *(trip.cache_read, trip.output, trip.input, event.reasoning, event.image, tokens, shortened),
        )

    def _other(
        self, event: Event, kind: str, name: str = "", said: str = "", number: int | None = None, whose: str = ""
    ) -> None:
        self._others.append((self._log, float(event.t), kind, name, said, number, whose))


_NOTHING: Final = kinds.Exchange()


def _largest(event: Event) -> int:
    """Return the largest of an event's counts, without signs; for a number that no request has, more than all."""
    match event:
        case Request():
            counts = [tokens for block in event.blocks for tokens in (block.before, block.after)]
        case UsageLine():
            counts = [event.input, event.cache_write, event.cache_write_1h, event.cache_read, event.output]
            counts += (event.reasoning, event.image, *event.saved, *event.round_trip)
        case Guard():
            counts = [event.lost]
        case Retrieve():
            counts = [event.tokens]
        case End():
            counts = [event.exit_code or 0]
        case _:
            counts = []
    if isinstance(event, Request | UsageLine | Head) and not 0 <= event.n < _MOST_N:
        return _MOST + 1
    return max(*counts, -min(counts)) if counts else 0
