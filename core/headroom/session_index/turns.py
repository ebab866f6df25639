"""The turns of conversations in a log, and why one did not read from the cache what might have been there.

A provider caches by prefix: what changes throws away everything behind it. After a request, all of its prompt that
was read from the cache or written to it can be read by the next one; what is not is lost, and paid at the price of
a write (or of plain input, where the provider has no other) instead of that of a read.

Pure. Events are taken one after the other, and what must be remembered in between is plain data: a log that has
grown is read on from where it was left.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from headroom import minimum
from headroom.pricing import Price
from headroom.session_log.events import Head, Request, UsageLine

NEW, MODEL, TOOLS = "new conversation", "model changed", "tools changed"
SYSTEM, PAUSE = "system prompt changed", "pause longer than the cache's lifetime"
SHORTER, SHORT = "history changed by the client", "too short to be cached"
UNASKED, UNEXPLAINED = "caching not asked for", "unexplained"

CAUSES: Final = (NEW, MODEL, TOOLS, SYSTEM, PAUSE, SHORTER, SHORT, UNASKED, UNEXPLAINED)
"""Why a turn missed; it has one cause at most."""
UNAVOIDABLE: Final = frozenset((NEW, SHORT))
"""Causes about which nothing can be done."""

ADVICE: Final[Mapping[str, str]] = {
    NEW: "the first request of a conversation writes what the later ones read",
    MODEL: "each model has a cache of its own: change it between conversations",
    TOOLS: "keep the list of tools, and their order, the same from the first request to the last",
    SYSTEM: "keep what changes out of it; for API clients: cache.align = true",
    PAUSE: "where pauses are common, a lifetime of an hour costs less",
    SHORTER: "nothing to do where the client compacted its history",
    SHORT: "nothing to do: no provider caches a prompt as short as this",
    UNASKED: "for API clients: mark what is to be cached with cache_control",
    UNEXPLAINED: "the provider may have let go of it, or a message was changed that had been sent before",
}

_LEAST_LOST: Final = 1024
"""Fewer tokens are rounding: the smallest prefix that most providers cache."""
_MOST_SHARE: Final = 0.05
"""So is a smaller share of what could have been read."""
_SHORTER: Final = 0.75
"""A prompt of less than this share of the one before it was shortened by its client."""
_HOUR_S, _MINUTES_S = 3600.0, 300.0
_ASKS_FOR_CACHING: Final = "anthropic"
"""The dialect in which nothing is cached that is not marked."""


class Turn(NamedTuple):
    """An answered request, as far as caching goes. Counts are input tokens."""

    t: float
    """Of the request, in seconds since 1970."""
    dialect: str
    asked: str
    """The model that was asked for."""
    model: str
    """The one that answered, as far as it is told."""
    tools: str
    """Digest; empty where no log tells it, as `system`."""
    system: str
    prompt: int
    read: int
    written: int
    is_hour: bool
    """Whether anything was written with the lifetime of an hour."""

    @property
    def readable(self) -> int:
        """How many tokens of it the next request can read: where nothing is said of writes, all of them."""
        is_silent = not self.written and self.dialect != _ASKS_FOR_CACHING
        return self.prompt if is_silent else self.read + self.written


class Missed(NamedTuple):
    """What a turn might have read from the cache and did not."""

    cause: str
    tokens: int


def missed(before: Turn | None, turn: Turn) -> Missed | None:
    """Return what was missed in a turn, None where all that could be there was read.

    Args:
        before: the turn before it in its conversation; None for the first.
    """
    if before is None:
        rest = turn.prompt - turn.read
        return Missed(NEW, rest) if rest >= max(_LEAST_LOST, _MOST_SHARE * turn.prompt) else None
    if not (turn.read or before.read or before.written):
        shared = min(before.prompt, turn.prompt)
        if 0 < shared < minimum.of(before.asked, before.dialect):
            return Missed(SHORT, shared)
        if shared and not before.readable:
            return Missed(UNASKED, shared)
    lost = min(before.readable, turn.prompt) - turn.read
    if lost < max(_LEAST_LOST, _MOST_SHARE * before.readable):
        return None
    return Missed(_cause(before, turn), lost)


def _cause(before: Turn, turn: Turn) -> str:
    if before.asked != turn.asked:
        return MODEL
    if before.tools and turn.tools and before.tools != turn.tools:
        return TOOLS
    if before.system and turn.system and before.system != turn.system:
        return SYSTEM
    if turn.t - before.t > (_HOUR_S if before.is_hour else _MINUTES_S):
        return PAUSE
    return SHORTER if is_shortened(before, turn) else UNEXPLAINED


def is_shortened(before: Turn | None, turn: Turn) -> bool:
    """Tell whether the client has shortened the conversation since the turn before."""
    return before is not None and turn.prompt < _SHORTER * before.prompt


def rate_of_a_miss(rates: Price, written: int, written_1h: int) -> int:
    """Return what a token costs that was not read: that of a write where there were any, or of plain input.

    Args:
        written: tokens that the request wrote to the cache.
        written_1h: the part of them with the lifetime of an hour.
    """
    if not written:
        return rates.input
    return rates.cache_write_1h if written_1h else rates.cache_write_5m


class Completed(NamedTuple):
    """A turn that a usage event has completed."""

    conversation: str
    before: Turn | None
    turn: Turn

    @property
    def missed(self) -> Missed | None:
        """What was missed, with an empty cause for nothing; None where its conversation is not known."""
        return (missed(self.before, self.turn) or Missed("", 0)) if self.conversation else None


class _Asked(NamedTuple):
    t: float
    dialect: str
    model: str
    conversation: str


class _Latest(NamedTuple):
    n: int
    tools: str
    system: str


class Turns:
    """Puts the events of one log together to turns, in the order in which they were logged.

    Args:
        memory: what `memory` returned when the log was left; of the same version of this module.
    """

    def __init__(self, memory: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        kept = memory or {}
        self._asked = {int(n): _Asked(*row) for n, row in kept.get("asked", {}).items()}
        self._heads = {name: _Latest(*row) for name, row in kept.get("heads", {}).items()}
        self._before = {name: Turn(*row) for name, row in kept.get("before", {}).items()}

    def memory(self) -> dict[str, dict[str, Any]]:
        """Return what must be remembered to go on later, as data that JSON has a form for."""
        return {
            "asked": {str(n): list(row) for n, row in self._asked.items()},
            "heads": {name: list(row) for name, row in self._heads.items()},
            "before": {name: list(row) for name, row in self._before.items()},
        }

    def request(self, event: Request) -> None:
        """See a request."""
        self._asked[event.n] = _Asked(event.t, event.dialect, event.model, event.conversation)

    def head(self, event: Head) -> None:
        """See what stands before the messages; the same number comes again when what changes in it is told."""
        latest = self._heads.get(event.conversation)
        if latest is None or latest.n <= event.n:
            self._heads[event.conversation] = _Latest(event.n, event.tools, event.system)

    def usage(self, event: UsageLine) -> Completed | None:
        """See the figures of a request; return the turn, None where the request is not known."""
        asked = self._asked.pop(event.n, None)
        if asked is None:
            return None
        head = self._heads.get(asked.conversation)
        turn = Turn(
            t=asked.t,
            dialect=asked.dialect,
            asked=asked.model,
            model=event.model or asked.model,
            tools=head.tools if head else "",
            system=head.system if head else "",
            prompt=event.input + event.cache_write + event.cache_read,
            read=event.cache_read,
            written=event.cache_write,
            is_hour=event.cache_write_1h > 0,
        )
        before = self._before.get(asked.conversation)
        self._before[asked.conversation] = turn
        return Completed(asked.conversation, before, turn)
