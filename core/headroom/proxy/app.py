"""The proxy: an agent's request in, the provider's response out. Laws 2, 3 and 8 at the socket."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from headroom.dialects import dialect_of
from headroom.dialects.base import Dialect
from headroom.plans import Outcome
from headroom.proxy import local_api
from headroom.proxy.exchange import Exchange
from headroom.proxy.headers import onward, request_headers
from headroom.proxy.offload import Offload
from headroom.proxy.recorder import Recorder
from headroom.proxy.streams import Tee, decode_body
from headroom.proxy.upstream import Body, Upstream

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_REFUSED = 400
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError, ValueError, RuntimeError)
"""What the connection to the provider raises, and what aiohttp raises of a request that it will not send."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What a request needs. `prefix` is "/s/SECRET", or empty for a proxy without a secret."""

    upstream: Upstream
    offload: Offload | None
    """None changes nothing at all."""
    recorder: Recorder
    prefix: str

    def application(self) -> web.Application:
        """Return the application; every path leads to `handle`."""
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self.handle)
        app.on_response_prepare.append(_no_headers_of_our_own)

        async def close(_: web.Application) -> None:
            await self.upstream.close()

        app.on_cleanup.append(close)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        refusal = _refusal(request)
        path = request.raw_path
        if refusal or not path.startswith(self.prefix + "/"):
            return web.Response(status=403 if refusal else 404, text=refusal or "headroom: no such path\n")
        path = path[len(self.prefix) :]
        local = local_api.ROUTES.get((request.method, path))
        if local:
            return local(self.recorder)
        dialect = dialect_of(request.method, path.partition("?")[0])
        try:
            if dialect is None:
                return await self._pass_through(request, path)
            return await self._exchange(request, path, dialect)
        except _FAILURES as error:
            # The agent sees what it would see without us: a connection that failed. Its own retries apply.
            self.recorder.error("upstream", type(error).__name__)
            if request.transport:
                request.transport.abort()
            return web.Response(status=502)

    async def _pass_through(self, request: web.Request, path: str) -> web.StreamResponse:
        body: Body = request.content if request.can_read_body else None
        headers = request_headers(request.raw_headers, is_rewritten=False)
        if body is not None and request.content_length is not None:
            headers.append(("Content-Length", str(request.content_length)))
        async with await self.upstream.request(request.method, path, headers, body) as response:
            return await _forward(request, response)

    async def _exchange(self, request: web.Request, path: str, dialect: Dialect) -> web.StreamResponse:
        raw = await request.read()
        began = time.perf_counter()
        exchange, body = await self._prepare(raw, request.headers.get("Content-Encoding", ""), dialect)
        exchange.ms = (time.perf_counter() - began) * 1000
        try:
            async with await self._answer(request, path, raw, body, exchange) as response:
                exchange.status = response.status
                exchange.ttfb_ms = (time.perf_counter() - began) * 1000
                content_type = response.headers.get("Content-Type", "")
                exchange.tee = Tee(dialect, content_type, response.headers.get("Content-Encoding", ""))
                return await _forward(request, response, exchange.tee.feed)
        finally:
            self.recorder.exchange(exchange)

    async def _prepare(self, raw: bytes, encoding: str, dialect: Dialect) -> tuple[Exchange, bytes]:
        """Return the exchange, and the body to send: the very bytes that came unless something was changed."""
        plain = decode_body(raw, encoding) if encoding else raw
        if self.offload is None or plain is None:
            return Exchange(dialect, len(raw), Outcome(raw)), raw
        outcome = await self.offload.transform(plain, dialect)
        return Exchange(dialect, len(plain), outcome), outcome.body if outcome.is_changed else raw

    async def _answer(
        self, request: web.Request, path: str, raw: bytes, body: bytes, exchange: Exchange
    ) -> aiohttp.ClientResponse:
        """Return the provider's response. A refusal of what we changed is asked again with the original, once."""
        is_changed = body is not raw
        headers = request_headers(request.raw_headers, is_changed)
        response = await self.upstream.request(request.method, path, headers, body)
        if response.status != _REFUSED or not is_changed or self.offload is None:
            return response
        response.close()
        headers = request_headers(request.raw_headers, is_rewritten=False)
        response = await self.upstream.request(request.method, path, headers, raw)
        exchange.was_retried = True
        if response.ok:
            # The original is fine, so what we made of it is not. A request that is refused either way (too
            # long, say) or not looked at is no fault of ours, and changing its prefix would cost its cache.
            self.recorder.error("refused", "provider answered 400 to a changed request")
            await self.offload.give_up(exchange.outcome, "the provider refused a changed request")
        return response


def _refusal(request: web.Request) -> str:
    """Return why a request is not for us: pages in a browser can reach loopback ports, under any host name."""
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    if host.lower() not in _LOOPBACK:
        return "headroom: not a loopback host\n"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return "headroom: not a page of ours\n"
    return ""


async def _forward(
    request: web.Request, response: aiohttp.ClientResponse, watch: Callable[[bytes], None] = lambda _: None
) -> web.StreamResponse:
    """Send the response on, byte for byte as it arrives.

    Args:
        watch: sees the bytes, after the client has them.
    """
    headers = CIMultiDict(onward(response.raw_headers))
    first = response.content.read_nowait() if request.method != "HEAD" else b""
    is_whole = response.content.at_eof() and request.method != "HEAD"
    ours: web.StreamResponse
    if is_whole:  # headers and body in one packet
        ours = web.Response(status=response.status, reason=response.reason, headers=headers, body=first)
    else:
        ours = web.StreamResponse(status=response.status, reason=response.reason, headers=headers)
    ours[_PROVIDER_HEADERS] = frozenset(map(str.lower, headers))
    await ours.prepare(request)
    try:
        if not is_whole:
            await _stream(ours, response, first, watch)
        await ours.write_eof()
    except ConnectionError:
        response.close()  # the client has left: the provider need not go on
    if is_whole:
        watch(first)
    return ours


async def _stream(
    ours: web.StreamResponse, response: aiohttp.ClientResponse, first: bytes, watch: Callable[[bytes], None]
) -> None:
    data = first
    while True:
        if data:
            try:
                await ours.write(data)
            finally:
                watch(data)
        data = await response.content.readany()
        if not data:
            return


_PROVIDER_HEADERS = web.ResponseKey("provider_headers", frozenset)
_ADDED = ("Server", "Date", "Content-Type")


async def _no_headers_of_our_own(_: web.Request, response: web.StreamResponse) -> None:
    """Take away what aiohttp adds to every response, where the provider did not send it."""
    sent = response.get(_PROVIDER_HEADERS)
    if sent is not None:
        for name in _ADDED:
            if name.lower() not in sent:
                response.headers.popall(name, None)
