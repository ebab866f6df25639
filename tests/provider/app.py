"""A scripted stand-in for the APIs of the providers, on 127.0.0.1; `routes` lists the paths and their dialects.

In a running loop:      async with Provider([Turn("hello")]) as p: ... p.url, p.requests
Beside a subprocess:    with running_provider([Turn("hello")]) as p: ...
As a process:           python -m tests.provider --script FILE.json
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Self

from aiohttp import web

from tests.provider.anthropic import COUNTING
from tests.provider.cache import PromptCache
from tests.provider.coding import CODINGS
from tests.provider.dialect import SSE, Caches, Dialect
from tests.provider.exchange import Exchanges
from tests.provider.messages import identifier
from tests.provider.prefix_cache import PrefixCache
from tests.provider.reading import Refused, read_json
from tests.provider.records import Log, Request
from tests.provider.responses_socket import Connection
from tests.provider.routes import Route, find, takes_socket
from tests.provider.script import UNDISTURBED, Fault, Json, Script, Stream, Turn, side_request
from tests.provider.wire import Reply, deliver, dump, echo

SIDE_TURN = Turn(text='{"title": "Scripted session"}')


class Provider:
    """The provider: answers by script, checks and bills like the real API, and remembers every byte.

    Args:
        script: Turns and faults in order, or a function of (parsed request, number). Past its end: 400. So
            also when an assertion in the function fails.
        side: Which requests are answered with `side_turn` and use up nothing of the script.
        side_turn: The answer to those.
        check: Whether requests are refused as the real API would; one that cannot be read always is.
        cache: Simulates prompt caching by breakpoints; None makes one with `clock`. The caches by prefix count
            tokens as it does.
        clock: Seconds, for records and the cache's lifetimes.
        sleep: Called for every scripted silence, with its seconds.
        encoding: A content coding for JSON answers, where the request accepts it: gzip, deflate, br or zstd.
        port: 0 takes a free one.
        keep: How many requests to remember; None for all.
        canned: Chunks that answer every request for an answer as an event stream, with nothing parsed, checked or
            billed: for benchmarks.
        seed: Makes the ids of this provider's answers differ from those of others with the same script.
    """

    def __init__(
        self,
        script: Script = (),
        *,
        side: Callable[[Json], bool] = side_request,
        side_turn: Turn = SIDE_TURN,
        check: bool = True,
        cache: PromptCache | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        encoding: str = "identity",
        port: int = 0,
        keep: int | None = None,
        canned: Sequence[bytes] | None = None,
        seed: str = "",
    ) -> None:
        self._caches = Caches(cache or PromptCache(clock), PrefixCache(clock))
        self._clock = clock
        self._sleep = sleep
        self._encoding = encoding
        self._canned = canned
        self._seed = seed
        self._log = Log(keep)
        self._exchanges = Exchanges(script, side, side_turn, check, self._caches, self._log, seed)
        self._runner: web.ServerRunner | None = None
        self.port = port

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """Every request so far, as it came in."""
        return self._log.requests

    @property
    def responses(self) -> list[bytes]:
        """The response body sent to each of `requests`, byte for byte, without the transfer coding."""
        return self._log.responses

    @property
    def conversation(self) -> list[Request]:
        """The requests for an answer that were no side requests."""
        return [r for r in self.requests if r.dialect and not r.side]

    @property
    def usages(self) -> list[Json]:
        """What was billed, answer by answer."""
        return [dict(r.usage) for r in self.requests if r.usage is not None]

    @property
    def problems(self) -> list[str]:
        """Why requests were refused; empty when all were good."""
        return [r.problem for r in self.requests if r.problem]

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        server = web.Server(
            self._handle, handler_cancellation=True, auto_decompress=False, access_log=None, max_line_size=65536
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and close the connections."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.content.read()
        headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in request.raw_headers)
        number = self._log.count
        self._log.count += 1
        record = Request(number, request.method, request.raw_path, headers, body, self._clock())
        found = find(record.target) if record.method == "POST" else None
        record = replace(record, dialect=found[0].dialect.name if found else "")
        self._log.add(record)
        if request.method == "GET" and "upgrade" in request.headers and takes_socket(record.target):
            return await self._socket(request, record)
        try:
            reply = self._reply(record)
            self._log.note(number, status=0 if reply.drop else reply.status)
            response = await deliver(request, reply, self._sleep, lambda data: self._log.sent(number, data))
        except asyncio.CancelledError:
            self._log.note(number, outcome="client gone")
            raise
        except ConnectionError:
            self._log.note(number, outcome="client gone")
            return await _gone()
        self._log.note(number, outcome="done" if response else "dropped")
        return response or await _gone()

    async def _socket(self, request: web.BaseRequest, record: Request) -> web.StreamResponse:
        log, seed = self._log, self._seed
        connection = Connection(record, self._exchanges, log, self._clock, self._sleep, seed)
        try:
            response = await connection.serve(request)
        except (asyncio.CancelledError, ConnectionError):
            self._log.note(record.number, outcome="client gone")
            raise
        self._log.note(record.number, outcome="done")
        return response

    def _reply(self, record: Request) -> Reply:
        found = find(record.target) if record.method == "POST" else None
        if found:
            return self._exchange(record, *found)
        if record.method == "POST" and record.path == "/v1/messages/count_tokens":
            return self._count_tokens(record)
        if record.path == "/" and record.method in {"GET", "HEAD"}:
            return Reply(200, {"content-type": "text/plain"}, [b"" if record.method == "HEAD" else b"ok\n"])
        return echo(record)

    def _exchange(self, record: Request, route: Route, named: Mapping[str, str]) -> Reply:
        dialect = route.dialect
        request_id = identifier("req", self._seed, record.number)
        headers = dialect.headers(request_id) | dict(dialect.answer_headers)
        if self._canned is not None:
            return Reply(200, headers | dict(SSE), list(self._canned), streams=True)
        try:
            asked = read_json(record)
            self._log.note(record.number, parsed=asked)
            body = self._exchanges.read(dialect, route.prepare(asked, named))
            answer = self._exchanges.answer(record.number, dialect, body)
        except Refused as refusal:
            self._log.note(record.number, problem=str(refusal))
            answer = Fault(400, str(refusal))
        if isinstance(answer, Fault):
            return self._fault(dialect, answer, request_id)
        stream = answer.turn.stream
        if route.streams(asked):
            chunks = dialect.chunks(answer.events)
            return Reply(
                200, headers | dict(dialect.stream_headers), chunks, stream, streams=True, begin=answer.begin
            )
        return self._json(record, answer.whole, headers, stream, answer.begin)

    def _count_tokens(self, record: Request) -> Reply:
        request_id = identifier("req", self._seed, record.number)
        try:
            body = self._exchanges.read(COUNTING, read_json(record))
        except Refused as refusal:
            self._log.note(record.number, problem=str(refusal))
            return self._fault(COUNTING, Fault(400, str(refusal)), request_id)
        usage = self._caches.blocks.look_up(body).usage
        classes = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        total = {"input_tokens": sum(usage[name] for name in classes)}
        return self._json(record, total, COUNTING.headers(request_id))

    def _json(
        self,
        record: Request,
        body: Json,
        headers: dict[str, str],
        stream: Stream = UNDISTURBED,
        begin: Callable[[], None] = lambda: None,
    ) -> Reply:
        data = dump(body)
        headers = headers | {"content-type": "application/json"}
        if self._encoding != "identity" and self._encoding in record.header("accept-encoding"):
            data = CODINGS[self._encoding].encode(data)
            headers |= {"content-encoding": self._encoding, "vary": "Accept-Encoding"}
        return Reply(200, headers, [data], stream, begin=begin)

    def _fault(self, dialect: Dialect, fault: Fault, request_id: str) -> Reply:
        headers = dialect.headers(request_id) | dialect.error_headers(fault)
        body = dialect.error_body(fault, request_id)
        return Reply(fault.status, headers, [body], Stream(wait_s=fault.wait_s), drop=fault.drop)


async def _gone() -> web.StreamResponse:
    """Wait to be cancelled: what aiohttp does to the handler of a connection that was cut."""
    await asyncio.Event().wait()
    return web.Response()


@contextmanager
def running_provider(script: Script = (), **options: Any) -> Iterator[Provider]:
    """Run a provider in a thread of its own, for tests that wait for a subprocess. Options are Provider's."""
    provider = Provider(script, **options)
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        try:
            await provider.start()
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        await provider.stop()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="provider", daemon=True)
    thread.start()
    loop, stop = started.result()
    try:
        yield provider
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
