"""What the page is answered, over a socket, from a state folder with a session and originals."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from headroom.proxy.dashboard_api import PATH, Dashboard, is_below
from headroom.session_log.events import to_dict
from tests.core.dashboard.logs import T0, exchange, fill


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    fill(tmp_path / "state")
    return tmp_path / "state"


@asynccontextmanager
async def client(root: Path) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    dashboard = Dashboard(root, lambda: T0 + 60)

    async def handle(request: web.Request) -> web.Response:
        return await dashboard.answer(request, request.path)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestClient(TestServer(app)) as made:
        yield made


async def got(root: Path, path: str) -> Any:
    async with client(root) as asking, asking.get(PATH + path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_the_page_and_its_headers(root: Path) -> None:
    async with client(root) as asking:
        for path in (PATH, PATH + "/"):
            answer = await asking.get(path)
            assert answer.status == 200
            assert (await answer.text()).startswith("<!doctype html>")
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "script-src 'sha256-" in answer.headers["Content-Security-Policy"]
        for path in ("/live", "/conversation?id=s1.c1", "/block?id=s1.c1&block=1", "/none"):
            answer = await asking.get(PATH + path)
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_what_has_not_changed_costs_no_bytes(root: Path) -> None:
    async with client(root) as asking:
        first = await asking.get(PATH + "/live")
        again = await asking.get(PATH + "/live", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status, await again.read()) == (304, b"")
        with (root / "sessions" / "s1.jsonl").open("ab") as log:
            log.writelines(orjson.dumps(to_dict(event)) + b"\n" for event in exchange(3))
        os.utime(root / "sessions" / "s1.jsonl", (T0, T0))
        after = await asking.get(PATH + "/live", headers={"If-None-Match": first.headers["ETag"]})
        assert after.status == 200
        assert (await after.json())["total"]["requests"] == 3


async def test_ranges(root: Path) -> None:
    assert (await got(root, "/live?range=week"))["range"] == "week"
    assert (await got(root, "/live?range=../../etc"))["range"] == "day"


async def test_a_block_side_by_side(root: Path) -> None:
    told = await got(root, "/block?id=s1.c1&block=1")
    assert told["original"]["runs"] == [["first\nsecond\n", True], ["third\n", False]]
    assert told["sent"]["runs"] == [["[headroom: some]\n", True], ["third\n", False]]


@pytest.mark.parametrize(
    ("number", "says", "has_sent"),
    [(2, "too short", False), (3, "Nothing was left out", True), (4, "original is gone", True)],
)
async def test_what_is_not_kept_is_said(root: Path, number: int, says: str, has_sent: bool) -> None:
    told = await got(root, f"/block?id=s1.c1&block={number}")
    assert says in told["note"]
    assert told["original"] is None
    assert (told["sent"] is not None) == has_sent


async def test_without_a_store_nothing_is_made(root: Path, tmp_path: Path) -> None:
    (root / "store").rename(tmp_path / "away")
    assert "not kept any more" in (await got(root, "/block?id=s1.c1&block=1"))["note"]
    assert not (root / "store").exists()


async def test_a_look_makes_no_decision_last_longer(root: Path) -> None:
    before = (root / "store" / "index.sqlite3").read_bytes()
    await got(root, "/block?id=s1.c1&block=3")
    assert (root / "store" / "index.sqlite3").read_bytes() == before


@pytest.mark.parametrize(
    "path",
    [
        "/conversation",
        "/conversation?id=s1.c2",
        "/conversation?id=../s1.c1",
        "/block?id=s1.c1",
        "/block?id=s1.c1&block=9",
        "/block?id=s1.c1&block=-1",
        "/block?id=s1.c1&block=1e9",
        "/block?id=s1.c1&block=99999999999999999999",
        "/block?block=1",
        "/page.js",
        "/live/more",
    ],
)
async def test_what_is_not_there(root: Path, path: str) -> None:
    async with client(root) as asking, asking.get(PATH + path) as answer:
        assert answer.status == 404


async def test_what_was_forgotten_is_read_again(root: Path) -> None:
    dashboard = Dashboard(root, lambda: T0 + 60)
    before = dashboard.live({})
    dashboard.forget()
    assert dashboard.live({}) == before
    assert dashboard.block({"id": "s1.c1", "block": "1"})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_can_be_changed(root: Path, method: str) -> None:
    async with client(root) as asking, asking.request(method, PATH + "/live") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_log_that_leads_nowhere_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    root = tmp_path / "state"
    (root / "sessions").mkdir(parents=True)
    (root / "sessions" / "a.jsonl").symlink_to(root / "nowhere")
    assert (await got(root, "/live"))["total"]["requests"] == 0


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/dashboard", True), ("/dashboard/x?y", True), ("/dashboard?y", True), ("/dashboardx", False), ("/", False)],
)
def test_paths(path: str, expected: bool) -> None:
    assert is_below(path) == expected


def test_a_proxy_starts_without_what_only_a_look_needs() -> None:
    code = "import sys, headroom.proxy.local_api as _; print(list(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60).stdout
    assert "headroom.dashboard.page" in said
    assert not [name for name in ("dashboard.board", "report", "checkup") if f"'headroom.{name}'" in said]
