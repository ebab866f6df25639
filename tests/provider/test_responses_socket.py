import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.provider.app import Provider
from tests.provider.responses_socket import METHOD
from tests.provider.script import Answer, Call, Fault, Json, Stream, Turn, calls_then
from tests.provider.view import view

CREATE: Json = {
    "type": "response.create",
    "model": "gpt-5.6",
    "store": False,
    "input": [
        {"type": "additional_tools", "role": "developer", "tools": [{"type": "custom", "name": "exec"}]},
        {"role": "user", "content": "go " * 2000},
    ],
}
WORDS = "Héllo 🎉, this is more than one piece of text"
Socket = aiohttp.ClientWebSocketResponse


async def ask(socket: Socket, frame: Json) -> list[Any]:
    """Send a frame, and return the events up to the last."""
    await socket.send_str(json.dumps(frame))
    listed: list[Any] = []
    while not listed or listed[-1]["type"] not in {"response.completed", "error"}:
        listed.append(await socket.receive_json(timeout=5))
    return listed


def continued(events: list[Any], output: str, **more: object) -> Json:
    (call,) = events[-1]["response"]["output"]
    item = {"type": "custom_tool_call_output", "call_id": call["call_id"], "output": output}
    return {**CREATE, "input": [item], "previous_response_id": events[-1]["response"]["id"], **more}


async def test_a_conversation_over_one_connection() -> None:
    script = calls_then([Call("exec", "text(1)")], lambda result: f"got {result}")
    async with Provider(script) as provider, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{provider.url}/v1/responses", headers={"x-a": "b"}) as socket:
            warm = await ask(socket, {**CREATE, "input": [], "generate": False})
            assert warm[0]["type"] == "response.created"
            assert warm[-1]["response"]["output"] == []
            first = await ask(socket, {**CREATE, "previous_response_id": warm[-1]["response"]["id"]})
            second = await ask(socket, continued(first, "42"))
        assert provider.problems == []
        assert second[-1]["response"]["output"][0]["content"][0]["text"] == "got 42"
        assert [event["sequence_number"] for event in second] == list(range(len(second)))
        upgrade, prewarm, opening, following = provider.requests
        assert (upgrade.method, upgrade.status, upgrade.dialect) == ("GET", 101, "")
        assert {(record.method, record.dialect) for record in provider.requests[1:]} == {
            (METHOD, "openai_responses")
        }
        assert (prewarm.side, provider.conversation) == (True, [opening, following])
        assert following.header("x-a") == "b"
        assert len(view(following.parsed).calls) == 0
        assert provider.responses[-1].decode().splitlines() == [
            json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in second
        ]
        read = [usage["input_tokens_details"]["cached_tokens"] for usage in provider.usages]
        assert read[1] == provider.usages[0]["input_tokens"] > 1024


async def test_only_the_latest_response_of_a_connection_is_known() -> None:
    async with Provider([Turn("a"), Turn("b")]) as provider, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{provider.url}/responses") as socket:
            first = await ask(socket, CREATE)
            await ask(socket, CREATE)
            (lost,) = await ask(socket, {**CREATE, "previous_response_id": first[-1]["response"]["id"]})
        assert (lost["type"], lost["status"]) == ("error", 400)
        assert lost["error"]["code"] == "previous_response_not_found"
        assert len(provider.problems) == 1


async def test_faults_are_frames_and_the_connection_stays() -> None:
    turns: list[Answer] = [Fault(429, "slow down", retry_after_s=2), Turn("then")]
    async with Provider(turns) as provider, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{provider.url}/v1/responses") as socket:
            (refused,) = await ask(socket, CREATE)
            assert (refused["status"], refused["error"]["message"]) == (429, "slow down")
            assert refused["headers"] == {"retry-after": "2"}
            (wrong,) = await ask(socket, {"type": "response.cancel"})
            assert wrong["error"]["message"].startswith("Invalid value: 'response.cancel'")
            assert (await ask(socket, CREATE))[-1]["type"] == "response.completed"
        assert [record.status for record in provider.requests] == [101, 429, 400, 200]


@pytest.mark.parametrize("answer", [Fault(drop=True), Turn(WORDS, stream=Stream(drop_at=3))])
async def test_a_connection_can_be_cut(answer: Turn | Fault) -> None:
    async with Provider([answer]) as provider, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{provider.url}/v1/responses") as socket:
            await socket.send_str(json.dumps(CREATE))
            kinds = [(await socket.receive(timeout=5)).type for _ in range(1 if isinstance(answer, Fault) else 4)]
        assert kinds[-1] in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSE}
        assert provider.requests[1].outcome == "dropped"


async def test_silences_stand_between_frames() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    turn = Turn(WORDS, stream=Stream(wait_s=1, stalls={2: 60, -1: 5}))
    async with (
        Provider([turn], sleep=sleep) as provider,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{provider.url}/v1/responses") as socket,
    ):
        await ask(socket, CREATE)
    assert slept == [1, 60, 5]


async def test_a_client_that_leaves_is_noticed() -> None:
    async with Provider([Turn("a")]) as provider, aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{provider.url}/v1/responses") as socket:
            await ask(socket, CREATE)
        async with asyncio.timeout(1):
            while provider.requests[0].outcome == "open":
                await asyncio.sleep(0.01)
