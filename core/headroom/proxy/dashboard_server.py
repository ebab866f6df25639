"""The dashboard by itself, on a loopback port, where no service runs: the same page, from the same files.

A browser is started with the URL on its command line, which other users of the machine can read. So it is given a
ticket, good for one visit, that leads to the page; the secret itself stands in no command line.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from aiohttp import web

from headroom.proxy.dashboard_api import DASHBOARD, PATH, Dashboard, plain
from headroom.proxy.visitors import refusal
from headroom.system import processes

_TICKET: Final = "/open/"
_USED: Final = "headroom: this link was good for one visit; call `headroom dashboard` again\n"


class DashboardServer:
    """A server for the page, or only for a ticket to where another one has it.

    Args:
        root: the state folder.
        sock: a listening socket on a loopback address.
        elsewhere: the page's URL, where another process serves it; then this one ends with the ticket's visit.
    """

    def __init__(self, root: Path, sock: socket.socket, elsewhere: str = "") -> None:
        self._root = root
        self._sock = sock
        self._address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        self._elsewhere = elsewhere
        self._prefix = f"/s/{secrets.token_hex(16)}"
        self._ticket: str | None = secrets.token_hex(16)
        self._stop = asyncio.Event()
        self.url = elsewhere or f"{self._address}{self._prefix}{PATH}"
        """The page's, with the secret."""
        self.ticket_url = f"{self._address}{_TICKET}{self._ticket}"
        """For a browser's command line: good for one visit."""

    async def run(self, ready: Callable[["DashboardServer"], None], visit_s: float = 0.0) -> bool:
        """Serve until SIGINT or SIGTERM, or until `stop`.

        Args:
            ready: called once requests are answered.
            visit_s: where another process has the page: how long to wait for the ticket's visit.

        Returns whether the ticket was used.
        """
        app = web.Application(client_max_size=0)
        if not self._elsewhere:
            app[DASHBOARD] = Dashboard(self._root)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        processes.on_stop(asyncio.get_running_loop(), self.stop)
        try:
            await web.SockSite(runner, self._sock).start()
            ready(self)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), visit_s or None)
        finally:
            await runner.cleanup()
        return self._ticket is None

    def stop(self) -> None:
        """End it."""
        self._stop.set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        refused = refusal(request)
        if refused:
            return plain(403, refused)
        path = request.raw_path.partition("?")[0]
        if path.startswith(_TICKET):
            return self._take(request, path.removeprefix(_TICKET))
        below = path.removeprefix(self._prefix)
        if self._elsewhere or below == path or not (below == PATH or below.startswith(PATH + "/")):
            return plain(404, "headroom: no such path\n")
        return await request.app[DASHBOARD].answer(request, below)

    def _take(self, request: web.Request, ticket: str) -> web.Response:
        if self._ticket is None or not secrets.compare_digest(ticket.encode(), self._ticket.encode()):
            return plain(410, _USED)
        if request.method != "GET":
            return plain(405, "headroom: a ticket is visited\n", {"Allow": "GET"})
        self._ticket = None
        if self._elsewhere:
            asyncio.get_running_loop().call_later(0.2, self.stop)  # once the answer is out
        return plain(303, "", {"Location": self.url})
