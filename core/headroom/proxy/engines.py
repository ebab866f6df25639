"""What decides about requests, by mode: one engine that changes them, and one that only says what it would do."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from headroom.answering import tool
from headroom.dialects import Route
from headroom.ledger import RoundTrip
from headroom.notes import Notes
from headroom.plans import Outcome
from headroom.policy import MODES
from headroom.proxy.exchange import Exchange
from headroom.proxy.offload import Offload
from headroom.stages import RESPONSE, ROUNDS
from headroom.toin import Lookup, Toin
from headroom.types import Store

OPTIMIZE = MODES[0]


class Engine(NamedTuple):
    """One way to decide about requests, and what it remembers."""

    offload: Offload
    notes: Notes
    store: Store
    toin: Toin | None = None
    """Learns from lookups; None where nothing is learnt."""


class Engines:
    """The engines that requests of each mode go through. One that nobody asks for is never made.

    Args:
        mode: of requests that do not name one.
        make: makes the engine that changes requests, and the one that keeps nothing; None changes nothing.
        ttl_days: how long an original is kept, as a model is told of one that is gone.
        most_rounds: how often one response may ask for originals.
    """

    def __init__(
        self, mode: str, make: Callable[[bool], Engine] | None, ttl_days: int = 7, most_rounds: int = 4
    ) -> None:
        self._mode = mode
        self._make = make
        self._made: dict[bool, Engine] = {}
        self._ttl_days = ttl_days
        self.most_rounds = most_rounds

    def mode(self, asked: str) -> str:
        """Return the mode of a request: the one that it names, if there is such a one."""
        return asked if asked in MODES else self._mode

    async def transform(
        self, mode: str, body: bytes, route: Route, host: str = "", is_staged: bool = False
    ) -> Outcome:
        """Return what would be sent for a request, in whatever mode. Never raises. See `Offload.transform`."""
        engine = self._engine(mode)
        if engine is None:
            return Outcome(body, base=body)
        return await engine.offload.transform(body, route.dialect, route.model, host, is_staged)

    async def give_up(self, outcome: Outcome) -> None:
        """Send a conversation as it comes from now on."""
        engine = self._engine(OPTIMIZE)
        if engine:
            await engine.offload.give_up(outcome)

    async def leave_alone(self, conversation: str, reason: str) -> None:
        """Change nothing new in a conversation from now on; what was sent is sent again as it was."""
        engine = self._engine(OPTIMIZE)
        if engine:
            await engine.offload.leave_alone(conversation, reason)

    def remember(self, exchange: Exchange) -> None:
        """Take note of what a response said, for requests that go on from it."""
        engine, outcome = self._engine(OPTIMIZE), exchange.outcome
        if engine and exchange.said and outcome.reading:
            changes = exchange.changes()
            engine.offload.continuations.add(outcome.reading, outcome.base, exchange.said, changes)

    def look_up(self, arguments: str) -> tool.Answered:
        """Answer a call of our tool. Slow."""
        engine = self._engine(OPTIMIZE)
        answered = tool.answer(arguments, engine.store.get if engine else lambda _key: None, self._ttl_days)
        if engine and engine.toin and answered.hit:
            engine.toin.retrieved(Lookup(answered.key, arguments, answer=answered.text))
        return answered

    def note_trip(self, trip: RoundTrip) -> None:
        """Take note of what an extra turn cost."""
        made = self._made.get(True)
        if made and made.toin:
            made.toin.trip(trip.cache_read, trip.output)

    def keep_rounds(self, conversation: str, kept: Mapping[str, str]) -> None:
        """Make last what later requests of a conversation must have put back. Slow; raises OSError."""
        engine = self._engine(OPTIMIZE)
        if engine and kept:
            engine.notes.keep(ROUNDS, conversation, 0, "")
            engine.notes.keep_all(ROUNDS, conversation, kept)
            for anchor, text in kept.items():
                if anchor.startswith(
                    RESPONSE
                ):  # what goes on from a response does not say what conversation it is
                    engine.notes.keep(ROUNDS, anchor, 0, "")
                    engine.notes.keep_all(ROUNDS, anchor, {anchor: text})

    def _engine(self, mode: str) -> Engine | None:
        if self._make is None:
            return None
        lasts = mode == OPTIMIZE
        if lasts not in self._made:
            self._made[lasts] = self._make(lasts)
        return self._made[lasts]
