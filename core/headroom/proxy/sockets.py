"""WebSockets: messages pass both ways as they come; in OpenAI's Responses each `response.create` is a request.

https://developers.openai.com/api/docs/guides/websocket-mode
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import aiohttp
import orjson
from aiohttp import WSMsgType, web

from headroom.continuations import Said
from headroom.dialects import Route
from headroom.plans import Outcome
from headroom.policy import MODES
from headroom.proxy.destinations import Destination
from headroom.proxy.exchange import Exchange
from headroom.proxy.headers import onward
from headroom.proxy.lookups import Lookups
from headroom.proxy.socket_rounds import SocketRounds
from headroom.proxy.streams import Tee
from headroom.proxy.turns import MODE_HEADER, SIMULATE, Turns

_REFUSED = 400
_CREATE = '"response.create"'
_ENDS = frozenset({"response.completed", "response.failed", "response.incomplete", "error"})
_OURS = frozenset(
    {"host", "content-length", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"}
    | {"sec-websocket-accept", "sec-websocket-protocol", "date", "server", MODE_HEADER}
)
"""Headers that each of the two handshakes makes for itself."""

Client = web.WebSocketResponse
Provider = aiohttp.ClientWebSocketResponse


async def relay(turns: Turns, request: web.Request, to: Destination, route: Route | None) -> web.StreamResponse:
    """Connect a client with the provider, and carry messages both ways until one of them closes.

    A handshake that the provider refuses is refused with its status, so that the client does what it would do.
    """
    mode = turns.engines.mode(request.headers.get(MODE_HEADER, ""))
    if mode == SIMULATE and route:
        return web.Response(status=501, text="headroom: WebSockets are not simulated\n")
    protocols = tuple(
        part.strip() for part in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if part
    )
    headers = onward(request.raw_headers, _OURS)
    try:
        provider = await turns.pool.socket(to.base_url, to.path, headers, protocols)
    except aiohttp.WSServerHandshakeError as refusal:
        return web.Response(status=refusal.status, reason=refusal.message, headers=_answered(refusal.headers))
    async with provider:
        chosen = (provider.protocol,) if provider.protocol else ()
        client = web.WebSocketResponse(max_msg_size=0, autoping=False, autoclose=False, protocols=chosen)
        client.headers.extend(_answered(provider._response.headers))  # aiohttp has no other way to them
        await client.prepare(request)
        talk = _Talk(turns, to, route, mode, client, provider)
        await talk.run()
    return client


def _answered(headers: Mapping[str, str] | None) -> list[tuple[str, str]]:
    raw = [
        (name.encode("latin-1"), value.encode("utf-8", "surrogateescape"))
        for name, value in (headers or {}).items()
    ]
    return onward(raw, _OURS)


@dataclass(slots=True)
class _UnderWay:
    """A request of which the response has not ended."""

    exchange: Exchange
    body: bytes
    """As it came."""
    rounds: SocketRounds | None = None
    """What answers calls of our tool, where that was added."""
    refused: Outcome | None = None
    """What the provider refused; it is our fault if it takes the original."""
    is_recorded: bool = False


@dataclass(slots=True)
class _Talk:
    """One connection: what is under way on it."""

    turns: Turns
    to: Destination
    route: Route | None
    mode: str
    client: Client
    provider: Provider
    _under_way: list[_UnderWay] = field(default_factory=list)
    """In order. A provider answers one at a time."""

    async def run(self) -> None:
        ways = [asyncio.ensure_future(self._onward()), asyncio.ensure_future(self._back())]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                with suppress(ConnectionError, RuntimeError):  # one side is gone: the other is closed
                    way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for request in self._under_way:
                self._record(request)
            await _close(self.provider, self.client.close_code)
            await _close(self.client, self.provider.close_code)

    async def _onward(self) -> None:
        """Carry the client's messages to the provider."""
        async for message in self.client:
            if message.type == WSMsgType.TEXT and self.route and _CREATE in message.data:
                await self._request(message.data.encode("utf-8", "surrogatepass"), self.route)
            else:
                await _pass(message, self.provider)

    async def _back(self) -> None:
        """Carry the provider's messages to the client."""
        async for message in self.provider:
            if message.type == WSMsgType.TEXT and self._under_way and self.route:
                await self._event(message.data, self.route)
            else:
                await _pass(message, self.client)

    async def _request(self, body: bytes, route: Route) -> None:
        """Send a request on, in whatever form."""
        began = time.perf_counter()
        outcome = await self.turns.engines.transform(self.mode, body, route)
        request = _UnderWay(self._exchange(route, body, outcome, began), body)
        is_changed = outcome.is_changed and self.mode == MODES[0]
        if is_changed and outcome.offers_tool and outcome.reading:
            conversation = outcome.origin or outcome.reading.conversation
            lookups = Lookups(self.turns.engines, self.turns.recorder, conversation)
            request.rounds = SocketRounds(outcome.base, lookups)
        self._under_way.append(request)
        await self._send(outcome.body if is_changed else body)

    def _exchange(self, route: Route, body: bytes, outcome: Outcome, began: float, rounds: int = 0) -> Exchange:
        exchange = Exchange(route.dialect, len(body), outcome, mode=self.mode, upstream=self.to.upstream)
        exchange.rounds = rounds
        exchange.said = Said()
        hearing = self.turns.hearing(exchange)
        exchange.tee = Tee(route.dialect, "application/x-ndjson", "", see=exchange.said.see, hearing=hearing)
        exchange.asked_at = time.monotonic()
        exchange.ms = (time.perf_counter() - began) * 1000
        return exchange

    async def _send(self, body: bytes) -> None:
        await self.provider.send_str(body.decode("utf-8", "surrogatepass"))

    async def _show(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            await self.client.send_str(message.decode("utf-8", "surrogatepass"))

    async def _event(self, text: str, route: Route) -> None:
        """Take an event of the response under way, and show the client what it is to see of it."""
        event = text.encode("utf-8", "surrogatepass")
        request = self._under_way[0]
        exchange = request.exchange
        if not exchange.status:
            exchange.status = 200
            exchange.answered_at = time.monotonic()
            exchange.ttfb_ms = (exchange.answered_at - exchange.asked_at) * 1000
        kind, status = _kind(event)
        is_refused = kind == "error" and status == _REFUSED and not exchange.rounds
        if is_refused and exchange.outcome.is_changed and not exchange.was_retried:
            await self._again(request)
            return
        if request.refused and kind != "error":
            await self.turns.engines.give_up(request.refused)
            request.refused = None
        if exchange.tee:
            exchange.tee.feed(event + b"\n")
        if request.rounds is None:
            await self.client.send_str(text)
        else:
            await self._show(request.rounds.see(event))
        if kind in _ENDS:
            exchange.status = status or exchange.status
            await self._ended(request, route)

    async def _ended(self, request: _UnderWay, route: Route) -> None:
        """Go on from the end of a response, with another round where the model asks for one."""
        self._record(request)
        if request.rounds:
            if request.exchange.rounds and request.exchange.status == _REFUSED:
                # The provider took what the client asked, so what is wrong is in what we added.
                self.turns.recorder.error("refused", "provider answered 400 to a lookup")
                await self.turns.engines.give_up(request.exchange.outcome)
            is_alone = len(self._under_way) == 1
            shown, following = await request.rounds.after(is_alone)
            await self._show(shown)
            if following is not None:
                began = time.perf_counter()
                again = await self.turns.engines.transform(self.mode, following, route, is_staged=True)
                number = request.rounds.lookups.added
                request.exchange = self._exchange(route, following, again, began, number)
                request.exchange.outcome = replace(again, origin=request.rounds.lookups.conversation)
                request.is_recorded = False
                await self._send_last(request, again.body)
                return
        self._under_way.remove(request)

    async def _again(self, request: _UnderWay) -> None:
        """Ask again with the original: the provider refused what we made of it, or would refuse either."""
        request.exchange.was_retried = True
        request.refused, request.rounds = request.exchange.outcome, None
        self.turns.recorder.error("refused", "provider answered 400 to a changed request")
        await self._send_last(request, request.body)

    async def _send_last(self, request: _UnderWay, body: bytes) -> None:
        """Send a request once more. What the client has asked meanwhile is answered before it."""
        self._under_way.remove(request)
        self._under_way.append(request)
        await self._send(body)

    def _record(self, request: _UnderWay) -> None:
        if not request.is_recorded:
            request.is_recorded = True
            if request.exchange.tee:
                request.exchange.tee.end()
            self.turns.engines.remember(request.exchange)
            self.turns.recorder.exchange(request.exchange)


def _kind(event: bytes) -> tuple[str, int]:
    """Return an event's type, and the status that an error has."""
    if not any(b'"%s"' % end.encode() in event for end in _ENDS):
        return "", 0
    with suppress(orjson.JSONDecodeError):
        read = orjson.loads(event)
        if isinstance(read, dict):
            status = read.get("status") or read.get("status_code")
            return str(read.get("type", "")), status if isinstance(status, int) else 0
    return "", 0


async def _pass(message: aiohttp.WSMessage, to: Client | Provider) -> None:
    if message.type == WSMsgType.TEXT:
        await to.send_str(message.data)
    elif message.type == WSMsgType.BINARY:
        await to.send_bytes(message.data)
    elif message.type == WSMsgType.PING:
        await to.ping(message.data)
    elif message.type == WSMsgType.PONG:
        await to.pong(message.data)


async def _close(side: Client | Provider, code: int | None) -> None:
    """Close a side as the other one was closed; codes that may not be sent become a plain end."""
    with suppress(ConnectionError, RuntimeError):
        await side.close(code=code if code and code not in (1005, 1006, 1015) else 1000)
