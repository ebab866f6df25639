"""Sums over session logs that grow while they are looked at: each event is taken once, in any number of sessions.

The figures are those of `headroom.report`, hour by hour.
"""

from array import array
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from headroom import pricing
from headroom.dashboard.conversation import Conversation
from headroom.pricing import Row
from headroom.report import Account, Blocks, Caching
from headroom.report.caching import caching
from headroom.report.growing import Growing
from headroom.report.results import blocks_of
from headroom.session_log.events import (
    BlockLine,
    End,
    Error,
    Event,
    Guard,
    Head,
    Request,
    Retrieve,
    Start,
    UsageLine,
)

HOUR_S: Final = 3600
_MOST_CONVERSATIONS: Final = 300
_DAY_S: Final = 86_400
_APART: Final = frozenset(("audit", "simulate"))
"""Modes whose requests went out as they came, or not at all: in no sum of what was saved."""


@dataclass(slots=True)
class Hour:
    """What happened in an hour."""

    account: Account = field(default_factory=Account)
    by_tool: dict[str, Blocks] = field(default_factory=dict)
    caching: Caching = field(default_factory=Caching)
    ms: "array[float]" = field(default_factory=lambda: array("d"))
    """Time that we added to each of its requests, in milliseconds."""
    errors: Counter[str] = field(default_factory=Counter)
    lookups: int = 0
    misses: int = 0
    """Originals that were asked for, and gone."""
    would_save: int = 0
    """Tokens, of requests that were only audited."""
    guards: int = 0
    """Conversations that were left alone from then on."""


@dataclass(slots=True)
class Session:
    """What a session says of itself, and its requests that are not answered yet."""

    agent: str = ""
    cwd: str = ""
    mode: str = ""
    ended: float | None = None
    open: dict[int, Request] = field(default_factory=dict)
    growing: Growing = field(default_factory=Growing)
    asked: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)


class Board:
    """All that the page shows.

    Args:
        prices: rows of the user's, which win over the shipped ones.
    """

    def __init__(self, prices: Sequence[Row] = ()) -> None:
        self.version = 0
        """Another one whenever something was added."""
        self.hours: dict[int, Hour] = {}
        """By hours since 1970."""
        self.sessions: dict[str, Session] = {}
        self.conversations: OrderedDict[tuple[str, str], Conversation] = OrderedDict()
        """By session and digest, the one with the latest event last."""
        self._prices = prices
        self._rows: dict[tuple[str, int], Row | None] = {}
        self._blocks: set[tuple[str, bool]] = set()
        """Keys of the blocks that are counted, and whether as audited: a restarted proxy meets them anew."""
        self._guarded: set[str] = set()
        """Conversations that are counted as left alone."""

    def add(self, session: str, event: Event) -> None:
        """Take an event of a session's log; those of one session come in their order."""
        self.version += 1
        told = self.sessions.setdefault(session, Session())
        match event:
            case Start():
                told.agent, told.cwd, told.mode = event.agent, event.cwd, event.mode
            case Request():
                self._request(session, told, event)
            case UsageLine():
                self._usage(session, told, event)
            case Head():
                told.growing.head(event)
            case Guard():
                self._hour(event.t).guards += event.conversation not in self._guarded
                self._guarded.add(event.conversation)
                if talk := self.conversations.get((session, event.conversation)):
                    talk.left_alone = event.why
            case Retrieve():
                self._hour(event.t).lookups += 1
                self._hour(event.t).misses += not event.hit
            case Error():
                self._hour(event.t).errors[f"{event.where}: {event.what}"] += 1
            case End():
                told.ended = event.t

    def find(self, name: str) -> Conversation | None:
        """Return a conversation by its id."""
        session, _, digest = name.rpartition(".")
        return self.conversations.get((session, digest))

    def _hour(self, t: float) -> Hour:
        return self.hours.setdefault(int(t // HOUR_S), Hour())

    def _request(self, session: str, told: Session, request: Request) -> None:
        if request.n in told.asked:
            return
        told.asked.add(request.n)
        told.open[request.n] = request
        told.growing.request(request)
        if request.mode == "simulate":
            return
        hour = self._hour(request.t)
        hour.ms.append(request.ms)
        is_apart = request.mode in _APART
        hour.account.requests += not is_apart
        for line in () if request.retried else request.blocks:
            self._block(hour, line, is_apart)
        if request.conversation:
            key = (session, request.conversation)
            talk = self.conversations.get(key) or Conversation(*key, request.t, request.t)
            talk.ask(request)
            self.conversations[key] = talk
            self.conversations.move_to_end(key)
            if len(self.conversations) > _MOST_CONVERSATIONS:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        # Sessions are not read in the order of time, so the oldest need not be the first.
        oldest = min(self.conversations, key=lambda key: self.conversations[key].last)
        del self.conversations[oldest]

    def _block(self, hour: Hour, line: BlockLine, is_apart: bool) -> None:
        is_known = (line.key, is_apart) in self._blocks
        self._blocks.add((line.key, is_apart))
        if line.new and not is_known and not is_apart:
            hour.by_tool.setdefault(line.tool or "unknown", Blocks()).include(
                blocks_of(line, 1, line.before, line.after)
            )

    def _usage(self, session: str, told: Session, usage: UsageLine) -> None:
        if usage.n in told.answered:
            return
        told.answered.add(usage.n)
        request = told.open.pop(usage.n, None)
        mode = request.mode if request else ""
        # A request and its usage are one thing, of the time of the request.
        hour = self._hour(request.t if request else usage.t)
        model = usage.model or (request.model if request else "") or "unknown"
        batch = told.growing.usage(usage, model, self._row(model, usage.t))
        if mode == "audit":
            hour.would_save += usage.saved.total
        if mode in _APART:
            return
        hour.account.add(batch)
        cached = caching([batch])
        hour.caching.include(cached)
        talk = self.conversations.get((session, request.conversation)) if request else None
        if talk is not None:
            talk.answered(usage, batch, cached)

    def _row(self, model: str, t: float) -> Row | None:
        key = (model, int(t // _DAY_S))
        if key not in self._rows:
            self._rows[key] = pricing.find(model, self._prices, datetime.fromtimestamp(t, UTC).date())
        return self._rows[key]
