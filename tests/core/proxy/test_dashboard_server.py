"""The dashboard without a proxy: a secret in the path, a ticket for one visit, and nothing for pages of others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from headroom.proxy.dashboard_server import DashboardServer
from headroom.system import sockets


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    return tmp_path / "state"


@asynccontextmanager
async def running(root: Path, elsewhere: str = "", visit_s: float = 0.0) -> AsyncIterator[DashboardServer]:
    server = DashboardServer(root, sockets.listening(0), elsewhere)
    ready = asyncio.Event()
    task = asyncio.create_task(server.run(lambda _: ready.set(), visit_s))
    await ready.wait()
    yield server
    server.stop()
    await task


async def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, str, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers, allow_redirects=False) as answer,
    ):
        assert not any(name.lower().startswith("access-control") for name in answer.headers)
        return answer.status, await answer.text(), answer.headers.get("Location", "")


async def test_it_answers_below_its_secret_alone(home: Path) -> None:
    async with running(home) as server:
        base, _, rest = server.url.partition("/s/")
        secret = rest.partition("/")[0]
        assert len(secret) == 32
        assert (await ask(server.url))[0] == 200
        assert (await ask(server.url + "/live"))[0] == 200
        right, wrong = f"/s/{secret}", f"/s/{secret[:-1]}"
        for path in ("/", "/dashboard", "/dashboard/live", right, f"{right}/v1/models", f"{wrong}/dashboard"):
            status, text, _ = await ask(base + path)
            assert status == 404
            assert secret not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
async def test_pages_of_others_are_refused_even_with_the_secret(headers: dict[str, str], home: Path) -> None:
    async with running(home) as server:
        for url in (server.url, server.url + "/live", server.ticket_url):
            assert (await ask(url, **headers))[0] == 403
        assert (await ask(server.ticket_url))[0] == 303, "and no ticket was used up"


async def test_a_ticket_is_good_for_one_visit(home: Path) -> None:
    async with running(home) as server:
        assert server.url.partition("/s/")[2].partition("/")[0] not in server.ticket_url
        assert (await ask(server.ticket_url + "0"))[0] == 410
        assert (await ask(server.ticket_url, "POST"))[0] == 405
        assert await ask(server.ticket_url) == (303, "", server.url)
        status, text, _ = await ask(server.ticket_url)
        assert status == 410
        assert "/s/" not in text


async def test_a_ticket_to_a_page_elsewhere_ends_the_server(home: Path) -> None:
    server = DashboardServer(home, sockets.listening(0), "http://127.0.0.1:1/s/x/dashboard")
    ready = asyncio.Event()
    task = asyncio.create_task(server.run(lambda _: ready.set(), 60))
    await ready.wait()
    address = server.ticket_url.partition("/open/")[0]
    assert (await ask(address + "/dashboard"))[0] == 404
    assert (await ask(server.ticket_url))[2] == "http://127.0.0.1:1/s/x/dashboard"
    assert await task is True


async def test_without_a_visit_it_ends_too(home: Path) -> None:
    server = DashboardServer(home, sockets.listening(0), "http://127.0.0.1:1/s/x/dashboard")
    assert await server.run(lambda _: None, 0.05) is False
