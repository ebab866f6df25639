"""One request in a dialect that we read: what goes to the provider for it, and what the client gets."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from yarl import URL

from headroom import answering
from headroom.continuations import Said
from headroom.dialects import Route
from headroom.plans import Outcome
from headroom.policy import MODES
from headroom.proxy import simulation
from headroom.proxy.destinations import Destination
from headroom.proxy.engines import Engines
from headroom.proxy.exchange import Exchange
from headroom.proxy.forward import begin, forward, whole
from headroom.proxy.headers import request_headers
from headroom.proxy.lookups import Lookups
from headroom.proxy.recorder import Recorder
from headroom.proxy.rounds import Rounds, Watch
from headroom.proxy.senders import Ask, Sender
from headroom.proxy.streams import DECODERS, Hearing, Tee, codings, decode_body
from headroom.proxy.upstream import Pool
from headroom.types import Usage

if TYPE_CHECKING:
    from headroom.memory.listening import Listener

_REFUSED = 400
OPTIMIZE, AUDIT, SIMULATE = MODES
MODE_HEADER = "x-headroom-mode"
_RECODED = frozenset({"content-length", "content-encoding"})
"""Headers that no longer hold for a response that was joined."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What requests in a dialect need."""

    pool: Pool
    engines: Engines
    recorder: Recorder
    senders: Mapping[str, Sender]
    """By `Destination.way`."""
    listener: "Listener | None" = None
    """Keeps facts that models write into their answers; None unless `memory.inline` is set."""

    def hearing(self, exchange: Exchange) -> Hearing | None:
        """Return what sees the answer to a request; None where nobody listens."""
        return self.listener.begin(exchange.dialect.name) if self.listener else None

    async def take(self, request: web.Request, destination: Destination, route: Route) -> web.StreamResponse:
        """Answer one request. Raises what a connection to the provider raises, while nothing was answered."""
        raw = await request.read()
        turn = _Turn(self, request, destination, route, raw)
        return await turn.run()


@dataclass(slots=True)
class _Turn:
    """One request of a client, with the rounds that are added to it."""

    parts: Turns
    request: web.Request
    destination: Destination
    route: Route
    raw: bytes
    model: str = ""
    """The name by which the provider bills, where its answers do not tell it."""

    async def run(self) -> web.StreamResponse:
        began = time.perf_counter()
        exchange, body = await self._prepare()
        exchange.ms = (time.perf_counter() - began) * 1000
        if exchange.mode == SIMULATE:
            self.parts.recorder.exchange(exchange)
            return simulation.answer(exchange)
        recorded = [exchange]
        try:
            async with await self._answer(body, exchange) as response:
                tee = self._watch(exchange, response, began)
                offers = exchange.outcome.offers_tool and exchange.mode == OPTIMIZE and not exchange.was_retried
                if offers and response.ok:
                    return await self._joined(exchange, response, tee, recorded)
                return await forward(self.request, response, tee.feed)
        finally:
            for each in recorded:
                if each.tee:
                    each.tee.end()
                self.parts.engines.remember(each)
                self.parts.recorder.exchange(each)

    @property
    def _host(self) -> str:
        return URL(self.destination.base_url).host or ""

    async def _prepare(self) -> tuple[Exchange, bytes]:
        """Return the exchange, and the body to send: the very bytes that came unless something was changed."""
        raw, dialect = self.raw, self.route.dialect
        coding = self.request.headers.get("Content-Encoding", "")
        plain = decode_body(raw, coding) if coding else raw
        mode = self.parts.engines.mode(self.request.headers.get(MODE_HEADER, ""))
        outcome = Outcome(raw if plain is None else plain, base=raw)
        if plain is not None:
            outcome = await self.parts.engines.transform(mode, plain, self.route, self._host)
        before = len(raw if plain is None else plain)
        exchange = Exchange(dialect, before, outcome, mode=mode, upstream=self.destination.upstream)
        is_changed = outcome.is_changed and mode == OPTIMIZE
        return exchange, outcome.body if is_changed else raw

    async def _answer(self, body: bytes, exchange: Exchange) -> aiohttp.ClientResponse:
        """Return the provider's response. A refusal of what we changed is asked again with the original, once."""
        response = await self._send(body, exchange)
        if response.status != _REFUSED or body is self.raw or exchange.was_retried:
            return response
        response.close()
        response = await self._send(self.raw, exchange)
        exchange.was_retried = True
        if response.ok:
            # The original is fine, so what we made of it is not. A request that is refused either way (too
            # long, say) or not looked at is no fault of ours, and changing its prefix would cost its cache.
            self.parts.recorder.error("refused", "provider answered 400 to a changed request")
            await self.parts.engines.give_up(exchange.outcome)
        return response

    async def _send(self, body: bytes, exchange: Exchange) -> aiohttp.ClientResponse:
        headers = request_headers(self.request.raw_headers, body is not self.raw)
        original = (request_headers(self.request.raw_headers, is_rewritten=False), self.raw)
        to = self.destination
        exchange.asked_at = time.monotonic()
        ask = Ask(self.request.method, to, headers, body, None if exchange.rounds else original)
        sent = await self.parts.senders[to.way].send(ask)
        self.model = sent.model
        # What was sent instead of a changed request saved nothing, and offers no tool of ours.
        exchange.was_retried = exchange.was_retried or (sent.is_original and body is not self.raw)
        return sent.response

    def _watch(self, exchange: Exchange, response: aiohttp.ClientResponse, began: float) -> Tee:
        exchange.status = response.status
        exchange.answered_at = time.monotonic()
        exchange.ttfb_ms = (time.perf_counter() - began) * 1000
        coding = response.headers.get("Content-Encoding", "")
        content_type = response.headers.get("Content-Type", "")
        exchange.said = None if exchange.dialect.points_back else Said()
        see = exchange.said.see if exchange.said else None
        hearing = self.parts.hearing(exchange) if response.ok else None
        tee = _Tee(exchange.dialect, content_type, coding, self.destination.streams_array, see, hearing)
        tee.billed = self.model
        exchange.tee = tee
        return tee

    async def _joined(
        self, exchange: Exchange, response: aiohttp.ClientResponse, tee: Tee, recorded: list[Exchange]
    ) -> web.StreamResponse:
        """Answer a request to which our tool was added: the model's calls of it are answered here."""
        way, outcome = answering.of(exchange.dialect.name), exchange.outcome
        coding = response.headers.get("Content-Encoding", "")
        if way is None or outcome.reading is None or not all(name in DECODERS for name in codings(coding)):
            return await forward(self.request, response, tee.feed)
        engines = self.parts.engines

        async def ask(body: bytes) -> tuple[aiohttp.ClientResponse, Watch]:
            began = time.perf_counter()
            again = await engines.transform(OPTIMIZE, body, self.route, self._host, is_staged=True)
            added = replace(exchange, bytes_before=len(body), outcome=again, rounds=len(recorded), tee=None)
            added.ms = (time.perf_counter() - began) * 1000
            recorded.append(added)
            answer = await self._send(again.body, added)
            if answer.status == _REFUSED:
                # The provider took what the client asked, so what is wrong is in what we added.
                self.parts.recorder.error("refused", "provider answered 400 to a lookup")
                await engines.give_up(outcome)
            return answer, self._watch(added, answer, began).feed

        lookups = Lookups(engines, self.parts.recorder, outcome.origin or outcome.reading.conversation)
        rounds = Rounds(way, outcome.base, ask, lookups, self.destination.streams_array)
        if rounds.begins_with_stream(response):
            return await self._stream(response, rounds, tee)
        return await self._whole(response, rounds, tee, recorded)

    async def _stream(self, response: aiohttp.ClientResponse, rounds: Rounds, tee: Tee) -> web.StreamResponse:
        is_here = response.content.is_eof()  # headers and body came in one packet, and mostly go on so
        ours = None if is_here else await begin(self.request, response, _RECODED)

        async def write(data: bytes) -> None:
            nonlocal ours
            ours = ours or await begin(self.request, response, _RECODED)
            await ours.write(data)

        try:
            last = await rounds.stream(response, tee.feed, write)
            if ours is None:
                return await whole(self.request, response, last, _RECODED)
            await ours.write_eof(last)
        except ConnectionError:
            if ours is None:
                raise
            response.close()  # the client has left: the provider need not go on
        return ours

    async def _whole(
        self, response: aiohttp.ClientResponse, rounds: Rounds, tee: Tee, recorded: list[Exchange]
    ) -> web.StreamResponse:
        coded = await response.read()
        tee.feed(coded)
        plain = decode_body(coded, response.headers.get("Content-Encoding", ""))
        answer: bytes | aiohttp.ClientResponse | None = None
        if plain is not None:
            with contextlib.suppress(ValueError):  # not an answer that we can read
                answer = await rounds.whole(plain)
        if answer is None or answer is plain:
            return await whole(self.request, response, coded, frozenset())
        if isinstance(answer, bytes):
            return await whole(self.request, response, answer, _RECODED)
        if answer.status == _REFUSED:  # the client has seen nothing yet: it gets the answer to its own request
            answer.close()
            began = time.perf_counter()
            again = replace(recorded[0], outcome=Outcome(self.raw, base=self.raw), rounds=len(recorded), tee=None)
            recorded.append(again)
            answer = await self._send(self.raw, again)
            tee = self._watch(again, answer, began)
            async with answer:
                return await forward(self.request, answer, tee.feed)
        async with answer:
            return await forward(self.request, answer)


class _Tee(Tee):
    """Knows the name by which the provider bills, where its answers do not tell it."""

    billed = ""

    def usage(self) -> Usage | None:
        usage = super().usage()
        return replace(usage, model=self.billed) if usage and self.billed else usage
