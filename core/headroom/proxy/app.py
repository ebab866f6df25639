"""The proxy: an agent's request in, the provider's response out. Laws 2, 3 and 8 at the socket."""

from dataclasses import dataclass

import aiohttp
from aiohttp import web

from headroom import settings
from headroom.dialects import route_of
from headroom.proxy import local_api, sockets
from headroom.proxy.dashboard_api import DASHBOARD, Dashboard
from headroom.proxy.destinations import CARRIED, DIRECT, Destination, Destinations
from headroom.proxy.forward import forward, no_headers_of_our_own
from headroom.proxy.headers import request_headers
from headroom.proxy.senders import Ask
from headroom.proxy.turns import Turns
from headroom.proxy.upstream import Body
from headroom.proxy.visitors import refusal

_FAILURES = (aiohttp.ClientError, TimeoutError, OSError, ValueError, RuntimeError)
"""What the connection to the provider raises, and what aiohttp raises of a request that it will not send."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What a request needs. `prefix` is "/s/SECRET", or empty for a proxy without a secret."""

    turns: Turns
    destinations: Destinations
    prefix: str

    def application(self) -> web.Application:
        """Return the application; every path leads to `handle`."""
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self.handle)
        app.on_response_prepare.append(no_headers_of_our_own)
        if self.prefix:
            app[DASHBOARD] = Dashboard(settings.state_dir())

        async def close(_: web.Application) -> None:
            await self.turns.pool.close()

        app.on_cleanup.append(close)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        refused = refusal(request)
        path = request.raw_path
        if refused or not path.startswith(self.prefix + "/"):
            return web.Response(status=403 if refused else 404, text=refused or "headroom: no such path\n")
        path = path[len(self.prefix) :]
        recorder = self.turns.recorder
        local = local_api.find(request.method, path)
        if local:
            return await local(request, recorder, self.prefix)
        destination = self.destinations.of(request.method, path, request.headers)
        if not destination.base_url:
            return web.Response(status=502, text=f"headroom: set upstream.{destination.upstream}\n")
        try:
            if request.headers.get("Upgrade", "").lower() == "websocket" and destination.way != CARRIED:
                spoken = route_of("POST", destination.path.partition("?")[0])
                return await sockets.relay(self.turns, request, destination, spoken)
            if destination.route is None:
                return await self._pass_through(request, destination)
            return await self.turns.take(request, destination, destination.route)
        except _FAILURES as error:
            # The agent sees what it would see without us: a connection that failed. Its own retries apply.
            recorder.error("upstream", type(error).__name__)
            if request.transport:
                request.transport.abort()
            return web.Response(status=502)

    async def _pass_through(self, request: web.Request, to: Destination) -> web.StreamResponse:
        headers = request_headers(request.raw_headers, is_rewritten=False)
        if to.way != DIRECT:
            whole = await request.read()
            sent = await self.turns.senders[to.way].send(Ask(request.method, to, headers, whole, (headers, whole)))
            async with sent.response as response:
                return await forward(request, response)
        body: Body = request.content if request.can_read_body else None
        if body is not None and request.content_length is not None:
            headers.append(("Content-Length", str(request.content_length)))
        pool = self.turns.pool
        async with await pool.request(to.base_url, request.method, to.path, headers, body) as response:
            return await forward(request, response)
