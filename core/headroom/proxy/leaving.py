"""A proxy that makes way for its successor: it takes no more connections, and answers what it has taken."""

import asyncio
import inspect
import time
from collections.abc import Iterator
from contextlib import suppress
from types import CoroutineType
from typing import Protocol

from aiohttp import web

_SWITCHING_PROTOCOLS = 101


class Listening(Protocol):
    """What takes connections, as far as it must be stopped: aiohttp's site."""

    async def stop(self) -> None:
        """Take no more of them."""


class Leaving:
    """Lets a proxy end without a request lost.

    Connections that are open stay until their clients have been told to close them, by the header of the next
    answer. One that is closed while it is idle could just have got a request, which would fail.

    Args:
        idle_s: after so many seconds without any request, idle connections are closed all the same.
        most_s: after so many seconds the proxy ends in any case.
        look_s: how often it is looked, in seconds.
    """

    def __init__(self, idle_s: float = 60.0, most_s: float = 3600.0, look_s: float = 0.2) -> None:
        self._idle_s = idle_s
        self._most_s = most_s
        self._look_s = look_s
        self._begun = asyncio.Event()

    def begin(self) -> None:
        """Make way. To be called in the proxy's loop."""
        self._begun.set()

    async def tell(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Say in an answer that is the connection's last; for `on_response_prepare`."""
        if self._begun.is_set() and response.status != _SWITCHING_PROTOCOLS:
            response.headers["Connection"] = "close"
            response.force_close()

    async def over(self, stop: asyncio.Event, site: Listening, server: web.Server) -> None:
        """Wait until the proxy has made way, or must stop."""
        waits = [asyncio.ensure_future(event.wait()) for event in (stop, self._begun)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if stop.is_set():
            return
        await site.stop()
        began = used = time.monotonic()
        while server.connections and not stop.is_set():
            now = time.monotonic()
            used = now if is_serving(asyncio.all_tasks()) else used
            if now - used >= self._idle_s or now - began >= self._most_s:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._look_s)


def is_serving(tasks: "set[asyncio.Task[object]]") -> bool:
    """Return whether one of these tasks is in the midst of a request to the proxy."""
    from headroom.proxy.app import Proxy

    code = Proxy.handle.__code__
    return any(at.cr_code is code for task in tasks for at in _chain(task))


def _chain(task: "asyncio.Task[object]") -> "Iterator[CoroutineType[object, object, object]]":
    """Yield the coroutine of a task, what it awaits, and so on."""
    at: object = task.get_coro()
    while inspect.iscoroutine(at):
        yield at
        at = at.cr_await
