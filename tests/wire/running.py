"""The real proxy on a free port, in the running loop, in front of a scripted provider."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from headroom import session_log, settings
from headroom.proxy.server import Config, run
from headroom.session_log.events import Event


async def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something holds: what follows an answer (its log line) is not there the moment that it ends."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


@dataclass
class Running:
    """A proxy that answers, and the log that it writes."""

    url: str
    port: int
    log: Path

    def events(self, kind: type[Event]) -> list[Event]:
        return [event for event in session_log.read(self.log).events if isinstance(event, kind)]


@asynccontextmanager
async def running_proxy(upstream: str, home: Path, secret: str = "", **flags: object) -> AsyncIterator[Running]:
    """Start a proxy over a state folder (HEADROOM_HOME must name it), and end it as a signal would.

    A busy machine decides as an idle one, unless the flags say otherwise.
    """
    values = settings.load({"upstream.anthropic": upstream, "compress.deadline_ms": 60_000} | flags)
    log = session_log.new_session(
        home, agent="test", cwd="/", version="0", policy=values.policy(), upstream=upstream
    )
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    started = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run(Config(values, log, secret), sock, started.set_result))
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield Running(f"http://127.0.0.1:{port}" + (f"/s/{secret}" if secret else ""), port, log)
    finally:
        if started.done():
            started.result().set()
        await task
