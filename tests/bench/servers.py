"""The two ends of a latency measurement: a provider that answers at once, and a bare aiohttp pass-through.

`python -m tests.bench.servers provider` and `... bare UPSTREAM` print the URL that they listen on.
"""

import asyncio
import json
import sys
from typing import cast

import aiohttp
import uvloop
from aiohttp import web

_EVENTS = (
    {
        "type": "message_start",
        "message": {
            "model": "claude-sonnet-4-5",
            "usage": {"input_tokens": 3, "cache_creation_input_tokens": 100, "cache_read_input_tokens": 1000},
        },
    },
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ok"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
    {"type": "message_stop"},
)
_ANSWER = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in _EVENTS).encode()
_RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(_ANSWER) + _ANSWER
)


_BUFFER = 1 << 18
"""As headroom has it: the comparison is of what is done, not of a setting."""


class Provider(asyncio.Protocol):
    """Reads requests with a Content-Length and answers each with the same short stream."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._rest = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are of no such class

    def data_received(self, data: bytes) -> None:
        if self._rest < 0:
            self._data += data
            head, blank, body = bytes(self._data).partition(b"\r\n\r\n")
            if not blank:
                return
            lines = head.lower().split(b"\r\n")
            length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
            self._rest = length - len(body)
            self._data.clear()
        else:
            self._rest -= len(data)
        if self._rest <= 0:
            self._rest = -1
            self._transport.write(_RESPONSE)


async def provide() -> None:
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


async def pass_through(upstream: str) -> None:
    """What any proxy on this stack costs: the body read, sent on, the response streamed back."""
    # The allocator keeps freed memory once a large block was freed, as in any process that has loaded something;
    # without this the bare proxy pays for fresh pages with every large body, which is no proxy's work.
    block = bytearray(30 << 20)
    del block
    session = aiohttp.ClientSession(
        auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), read_bufsize=_BUFFER
    )

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {
            name: value for name, value in request.headers.items() if name not in ("Host", "Content-Length")
        }
        async with session.request(
            request.method, upstream + request.path_qs, data=body, headers=headers
        ) as answer:
            response = web.StreamResponse(status=answer.status, headers=answer.headers)
            await response.prepare(request)
            async for data in answer.content.iter_any():
                await response.write(data)
            await response.write_eof()
            return response

    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, read_bufsize=_BUFFER)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(provide() if sys.argv[1] == "provider" else pass_through(sys.argv[2]))
