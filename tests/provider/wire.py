"""Putting an answer on the wire, byte by byte as scripted."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from multidict import CIMultiDict

from tests.provider.records import Request
from tests.provider.script import UNDISTURBED, Json, Stream
from tests.provider.sse import Drop, Send, Stall, steps

BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is sent."""

    status: int
    headers: "dict[str, str] | CIMultiDict[str]"
    chunks: Sequence[bytes]
    stream: Stream = UNDISTURBED
    streams: bool = False
    """Whether it goes out chunked; else with a content-length."""
    drop: bool = False
    """Whether the connection is cut instead."""
    begin: Callable[[], None] = lambda: None
    """Called when the response begins."""


def dump(body: Json) -> bytes:
    """Return JSON as the API writes it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def echo(record: Request) -> Reply:
    """Return the answer to a path that the API does not have: what came in, for pass-through tests.

    The request's own body, content type and coding come back (a line that names the request where it has no
    body), with the status that `x-echo-status` asks for and two headers of one name.
    """
    status = int(record.header("x-echo-status") or 200)
    headers = CIMultiDict(
        {
            "content-type": record.header("content-type") or "text/plain",
            "x-echo-method": record.method,
            "x-echo-target": record.target,
        }
    )
    if record.header("content-encoding"):
        headers["content-encoding"] = record.header("content-encoding")
    headers.add("set-cookie", "first=1; Path=/")
    headers.add("set-cookie", "second=2; Path=/")
    body = record.body or f"{record.method} {record.target}\n".encode()
    return Reply(status, headers, [b"" if status in BODILESS or record.method == "HEAD" else body])


async def deliver(
    request: web.BaseRequest,
    reply: Reply,
    sleep: Callable[[float], Awaitable[object]],
    sent: Callable[[bytes], None],
) -> web.StreamResponse | None:
    """Send a reply, each piece flushed by itself, and report its bytes to `sent`. None: the connection was cut."""
    if reply.stream.wait_s:
        await sleep(reply.stream.wait_s)
    if reply.drop:
        await _cut(request)
        return None
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    if reply.streams:
        response.enable_chunked_encoding()
    elif reply.status not in BODILESS:
        response.content_length = sum(map(len, reply.chunks))
    reply.begin()
    await response.prepare(request)
    for step in steps(reply.chunks, reply.stream):
        match step:
            case Send(data) if data:
                sent(data)
                await response.write(data)
                await asyncio.sleep(0)
            case Stall(seconds):
                await sleep(seconds)
            case Drop():
                await _cut(request)
                return None
    await response.write_eof()
    return response


async def _cut(request: web.BaseRequest) -> None:
    await asyncio.sleep(0)
    if request.transport is not None:
        request.transport.abort()
