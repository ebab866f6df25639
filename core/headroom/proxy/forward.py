"""Sends a provider's response on to the client, byte for byte as it arrives."""

from collections.abc import Callable
from contextlib import suppress

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from headroom.proxy.headers import onward


async def forward(
    request: web.Request, response: aiohttp.ClientResponse, watch: Callable[[bytes], None] = lambda _: None
) -> web.StreamResponse:
    """Send the response on, byte for byte as it arrives.

    Args:
        watch: sees the bytes, after the client has them.
    """
    first = response.content.read_nowait() if request.method != "HEAD" else b""
    if response.content.at_eof() and request.method != "HEAD":  # headers and body in one packet
        ours = await whole(request, response, first)
        watch(first)
        return ours
    ours = await begin(request, response)
    try:
        await _stream(ours, response, first, watch)
        await ours.write_eof()
    except ConnectionError:
        response.close()  # the client has left: the provider need not go on
    return ours


async def begin(
    request: web.Request, response: aiohttp.ClientResponse, drop: frozenset[str] = frozenset()
) -> web.StreamResponse:
    """Send a response's status and headers on, and return what its bytes are written to."""
    headers = CIMultiDict(onward(response.raw_headers, drop))
    ours = web.StreamResponse(status=response.status, reason=response.reason, headers=headers)
    ours[_PROVIDER_HEADERS] = frozenset(map(str.lower, headers))
    await ours.prepare(request)
    return ours


async def whole(
    request: web.Request, response: aiohttp.ClientResponse, body: bytes, drop: frozenset[str] = frozenset()
) -> web.StreamResponse:
    """Send a response on, with a body that is known."""
    headers = CIMultiDict(onward(response.raw_headers, drop))
    ours = web.Response(status=response.status, reason=response.reason, headers=headers, body=body)
    ours[_PROVIDER_HEADERS] = frozenset(map(str.lower, headers))
    await ours.prepare(request)
    with suppress(ConnectionError):
        await ours.write_eof()
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


async def no_headers_of_our_own(_: web.Request, response: web.StreamResponse) -> None:
    """Take away what aiohttp adds to every response, where the provider did not send it."""
    sent = response.get(_PROVIDER_HEADERS)
    if sent is not None:
        for name in _ADDED:
            if name.lower() not in sent:
                response.headers.popall(name, None)
