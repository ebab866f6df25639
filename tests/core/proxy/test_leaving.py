"""A proxy that makes way answers what it has taken, takes no more, and ends by itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from headroom import session_log, settings
from headroom.proxy.leaving import Leaving, is_serving
from headroom.proxy.server import Config, run
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider
from tests.provider.script import Stream, Turn

BODY = next(iter(requests(conversation(["short"]))))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    return tmp_path / "state"


@asynccontextmanager
async def proxy(upstream: str, home: Path, leaving: Leaving) -> AsyncIterator[tuple[str, "asyncio.Task[None]"]]:
    values = settings.load({"upstream.anthropic": upstream})
    log = session_log.new_session(
        home, agent="test", cwd="/", version="0", policy=values.policy(), upstream=upstream
    )
    sock = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    started: asyncio.Future[asyncio.Event] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run(Config(values, log), sock, started.set_result, leaving))
    stop = await asyncio.wait_for(started, 20)
    try:
        yield url, task
    finally:
        stop.set()
        await task


async def test_what_it_has_taken_is_answered_to_the_end(home: Path) -> None:
    leaving = Leaving(look_s=0.01)
    slow = Turn("slow", stream=Stream(stalls={2: 1.0}))
    async with (
        Provider([Turn("hi"), slow, Turn("last")]) as provider,
        proxy(provider.url, home, leaving) as started,
    ):
        url, task = started
        async with aiohttp.ClientSession() as idle, aiohttp.ClientSession() as client:
            async with idle.post(url + "/v1/messages", data=BODY) as answer:
                assert b"hi" in await answer.read()
                assert "Connection" not in answer.headers
            assert not is_serving(asyncio.all_tasks())
            async with client.post(url + "/v1/messages", data=BODY) as answer:
                assert is_serving(asyncio.all_tasks())
                leaving.begin()
                async with aiohttp.ClientSession() as late:
                    async with asyncio.timeout(20):
                        while await is_taken(late, url):
                            await asyncio.sleep(0.01)
                assert b"slow" in await answer.read()
            # A connection that was idle is good for one more request, whose answer says that it is the last.
            async with idle.post(url + "/v1/messages", data=BODY) as answer:
                assert b"last" in await answer.read()
                assert answer.headers["Connection"] == "close"
        await asyncio.wait_for(asyncio.shield(task), 20)


async def is_taken(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(url + "/health", headers={"Connection": "close"}):
            return True
    except aiohttp.ClientConnectorError:
        return False


@pytest.mark.parametrize("leaving", [Leaving(idle_s=0.0, look_s=0.01), Leaving(most_s=0.0, look_s=0.01)])
async def test_a_connection_that_nobody_uses_keeps_it_no_longer_than_it_may(home: Path, leaving: Leaving) -> None:
    async with (
        Provider([Turn("hi")]) as provider,
        proxy(provider.url, home, leaving) as (url, task),
        aiohttp.ClientSession() as idle,
        idle.post(url + "/v1/messages", data=BODY) as answer,
    ):
        assert b"hi" in await answer.read()
        leaving.begin()
        await asyncio.wait_for(asyncio.shield(task), 20)


async def test_told_to_stop_it_waits_for_nobody(home: Path) -> None:
    leaving = Leaving(look_s=0.01)
    async with Provider([Turn("hi")]) as provider, aiohttp.ClientSession() as idle:
        async with proxy(provider.url, home, leaving) as (url, task):
            async with idle.post(url + "/v1/messages", data=BODY) as answer:
                await answer.read()
            leaving.begin()
            await asyncio.sleep(0)
        assert task.done()
