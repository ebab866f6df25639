"""What is done with requests, by mode: of the process, and of a single request."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from headroom.session_log import events
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider
from tests.provider.script import Turn
from tests.wire.running import Running, running_proxy

BODIES = list(requests(conversation(["rows", "log"])))
HEADERS = {"content-type": "application/json", "x-api-key": "k", "anthropic-version": "2023-06-01"}


async def post(proxy: Running, body: bytes, **headers: str) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(proxy.url + "/v1/messages", data=body, headers=HEADERS | headers) as response,
    ):
        return response.status, await response.read()


def kept(home: Path) -> list[Path]:
    return list((home / "store" / "originals").glob("*.txt"))


async def test_audit_changes_nothing_and_says_what_would_be_saved(home: Path) -> None:
    async with (
        Provider([Turn("hi")] * 3) as provider,
        running_proxy(provider.url, home, **{"proxy.mode": "audit"}) as proxy,
    ):
        for body in BODIES:
            assert (await post(proxy, body))[0] == 200
        assert [request.body for request in provider.requests] == BODIES
    lines: list[Any] = proxy.events(events.Request)
    assert [line.mode for line in lines] == ["audit"] * 3
    assert lines[-1].tokens_after < lines[-1].tokens_before
    usages: list[Any] = proxy.events(events.UsageLine)
    assert usages[-1].saved.total > 1000
    assert not kept(home)


async def test_simulate_sends_nothing_and_returns_the_request(home: Path) -> None:
    async with (
        Provider([]) as provider,
        running_proxy(provider.url, home, **{"proxy.mode": "simulate"}) as proxy,
    ):
        status, data = await post(proxy, BODIES[-1])
        assert status == 200
        assert provider.requests == []
    answer = json.loads(data)
    assert answer["tokens_after"] < answer["tokens_before"]
    assert [block["compressor"] for block in answer["blocks"]] == ["json_rows", "logs"]
    assert answer["request"]["messages"][0] == json.loads(BODIES[-1])["messages"][0]
    assert len(json.dumps(answer["request"])) < len(BODIES[-1])
    assert not kept(home)


async def test_what_is_simulated_is_what_is_sent(home: Path) -> None:
    async with Provider([Turn("hi")]) as provider, running_proxy(provider.url, home) as proxy:
        _, data = await post(proxy, BODIES[-1], **{"x-headroom-mode": "simulate"})
        assert (await post(proxy, BODIES[-1]))[0] == 200
        assert json.loads(data)["request"] == provider.requests[0].parsed


@pytest.mark.parametrize(("asked", "is_changed"), [("audit", False), ("optimize", True), ("nonsense", True)])
async def test_a_request_may_name_its_mode(asked: str, is_changed: bool, home: Path) -> None:
    async with Provider([Turn("hi")]) as provider, running_proxy(provider.url, home) as proxy:
        assert (await post(proxy, BODIES[-1], **{"X-Headroom-Mode": asked}))[0] == 200
        (seen,) = provider.requests
        assert (seen.body != BODIES[-1]) is is_changed
        assert seen.header("x-headroom-mode") == ""


async def test_a_share_of_conversations_is_left_alone_for_good(home: Path) -> None:
    sessions = [
        [body.replace(b"Why do the orders fail?", b"Why do orders of %d fail?" % n) for body in BODIES]
        for n in range(24)
    ]
    async with (
        Provider([Turn("hi")] * 72) as provider,
        running_proxy(provider.url, home, **{"holdout.share": 0.5}) as proxy,
    ):
        for bodies in sessions:
            for body in bodies:
                assert (await post(proxy, body))[0] == 200
        untouched = [
            all(request.body == body for request, body in zip(provider.requests[3 * n :], bodies, strict=False))
            for n, bodies in enumerate(sessions)
        ]
    lines: list[Any] = proxy.events(events.Request)
    assert [line.holdout for line in lines] == [alone for alone in untouched for _ in range(3)]
    assert 4 < sum(untouched) < 20
