"""OpenAI's Responses over a WebSocket: messages pass as they come, and tool outputs get shorter on the way."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from headroom import markers, tokens
from headroom.session_log import events
from tests.laws.conversations import dense, log
from tests.provider.app import Provider
from tests.provider.cache import PromptCache
from tests.provider.script import Call, Fault, Turn
from tests.wire.running import Running, running_proxy, until

USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Why do the orders fail?"}]}
TOOL = {"type": "function", "name": "shell", "parameters": {"type": "object", "properties": {}}}
COMMAND = {"command": "journalctl -u orders"}
LOG = log(400)
RULES = "Look before you change anything, and say what you did. " * 300


def create(*items: dict[str, Any], **more: Any) -> str:
    return json.dumps(
        {"type": "response.create", "model": "gpt-5.1", "input": list(items), "tools": [TOOL], **more}
    )


@asynccontextmanager
async def connected(proxy: Running, **headers: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(proxy.url + "/v1/responses", headers=headers, max_msg_size=0) as socket,
    ):
        yield socket


async def turn(socket: aiohttp.ClientWebSocketResponse, frame: str) -> list[dict[str, Any]]:
    """Send a frame, and return the events of its response."""
    await socket.send_str(frame)
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] not in ("response.completed", "error"):
        found.append(json.loads(await socket.receive_str(timeout=20)))
    return found


def call_in(found: list[dict[str, Any]]) -> str:
    items = [event["item"] for event in found if event["type"] == "response.output_item.done"]
    return str(next(item["call_id"] for item in items if item["type"] == "function_call"))


async def test_a_continuation_is_compressed_by_the_call_of_an_earlier_response(home: Path) -> None:
    async with (
        Provider([Turn(calls=(Call("shell", COMMAND),)), Turn("done")]) as provider,
        running_proxy("http://127.0.0.1:9", home, **{"upstream.openai": provider.url}) as proxy,
        connected(proxy) as socket,
    ):
        first = await turn(socket, create(USER))
        output = {"type": "function_call_output", "call_id": call_in(first), "output": LOG}
        frame = create(output, previous_response_id=first[-1]["response"]["id"])
        second = await turn(socket, frame)
        assert second[-1]["response"]["output"][0]["content"][0]["text"] == "done"
        assert not provider.problems
        sent = provider.conversation
        assert sent[0].body == create(USER).encode()
        (item,) = sent[1].parsed["input"]
        (omission,) = markers.find(item["output"])
        assert (home / "store" / "originals" / f"{omission.key}.txt").read_text(encoding="utf-8") == LOG
        assert json.loads(frame) == sent[1].parsed | {"input": [item | {"output": LOG}]}
    lines: list[Any] = proxy.events(events.Request)
    assert [(line.dialect, line.status, line.upstream) for line in lines] == [
        ("openai_responses", 200, "openai")
    ] * 2
    assert [block.tool for line in lines for block in line.blocks] == ["shell"]
    assert lines[0].conversation == lines[1].conversation
    usages: list[Any] = proxy.events(events.UsageLine)
    assert usages[1].saved.total > 1000


async def billed_alone(*outputs: str) -> list[dict[str, Any]]:
    """What the provider bills of a conversation that is sent to it directly, output by output."""
    calls = [Turn(calls=(Call("shell", COMMAND),)) for _ in outputs]
    provider = Provider([*calls, Turn("done")], cache=PromptCache(count=tokens.count))
    async with provider, aiohttp.ClientSession() as session:
        async with session.ws_connect(provider.url + "/v1/responses", max_msg_size=0) as socket:
            await in_turns(socket, outputs)
        return provider.usages


async def in_turns(socket: aiohttp.ClientWebSocketResponse, outputs: Sequence[str]) -> None:
    found = await turn(socket, create(USER, instructions=RULES))
    for text in outputs:
        output = {"type": "function_call_output", "call_id": call_in(found), "output": text}
        previous = found[-1]["response"]["id"]
        found = await turn(socket, create(output, instructions=RULES, previous_response_id=previous))


async def test_what_was_left_out_is_saved_in_each_request_that_goes_on_from_it(home: Path) -> None:
    """Its history is the provider's, and what we did with it too: the invoices differ by what the log says."""
    outputs = [log(400), "ok", "ok " * 9, dense(600), "ok " * 5, "ok " * 7]
    direct = await billed_alone(*outputs)
    calls = [Turn(calls=(Call("shell", COMMAND),)) for _ in outputs]
    async with (
        Provider([*calls, Turn("done")], cache=PromptCache(count=tokens.count)) as provider,
        running_proxy("http://127.0.0.1:9", home, **{"upstream.openai": provider.url}) as proxy,
        connected(proxy) as socket,
    ):
        await in_turns(socket, outputs)
        ours = provider.usages
        await until(lambda: len(proxy.events(events.UsageLine)) == len(outputs) + 1)
    lines: list[Any] = proxy.events(events.UsageLine)
    for line, theirs, mine in zip(lines, direct, ours, strict=True):
        fewer = theirs["input_tokens"] - mine["input_tokens"]
        assert abs(line.saved.total - fewer) <= 0.05 * fewer
        read = cached(theirs) - cached(mine)
        assert abs(line.saved.cache_read - read) <= 0.05 * fewer + 128
    requests: list[Any] = proxy.events(events.Request)
    assert [(len(line.blocks), line.replayed) for line in requests] == [
        *((0, 0), (1, 0), (1, 1), (1, 1), (1, 1), (1, 2), (1, 2)),
    ]


def cached(usage: dict[str, Any]) -> int:
    return int(usage["input_tokens_details"]["cached_tokens"])


async def test_a_refusal_is_asked_again_with_the_original_once(home: Path) -> None:
    async with (
        Provider([Fault(400, "what is that"), Turn("fine")]) as provider,
        running_proxy("http://127.0.0.1:9", home, **{"upstream.openai": provider.url}) as proxy,
        connected(proxy) as socket,
    ):
        call = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": json.dumps(COMMAND)}
        output = {"type": "function_call_output", "call_id": "c1", "output": LOG}
        frame = create(USER, call, output)
        found = await turn(socket, frame)
        assert found[-1]["type"] == "response.completed"
        assert [len(request.body) < len(frame) for request in provider.conversation] == [True, False]
        assert provider.conversation[1].body == frame.encode()
    lines: list[Any] = proxy.events(events.Request)
    assert [line.retried for line in lines] == [True]


async def test_a_request_that_is_refused_either_way_is_no_fault_of_ours(home: Path) -> None:
    async with (
        Provider([Fault(400, "no"), Fault(400, "no"), Turn("fine")]) as provider,
        running_proxy("http://127.0.0.1:9", home, **{"upstream.openai": provider.url}) as proxy,
        connected(proxy) as socket,
    ):
        call = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": json.dumps(COMMAND)}
        output = {"type": "function_call_output", "call_id": "c1", "output": LOG}
        frame = create(USER, call, output)
        assert (await turn(socket, frame))[-1]["type"] == "error"
        assert (await turn(socket, frame))[-1]["type"] == "response.completed"
        first, second, third = [request.body for request in provider.conversation]
        assert first == third
        assert second == frame.encode()


async def test_what_is_asked_too_early_is_answered_as_its_own(home: Path) -> None:
    """The first is refused and asked again behind the second; each gets its own answer."""
    call = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": json.dumps(COMMAND)}
    output = {"type": "function_call_output", "call_id": "c1", "output": LOG}
    early = dict(USER, content=[{"type": "input_text", "text": "Something else?"}])
    async with (
        Provider([Fault(400, "no", wait_s=0.3), Turn("second"), Turn("first")]) as provider,
        running_proxy("http://127.0.0.1:9", home, **{"upstream.openai": provider.url}) as proxy,
        connected(proxy) as socket,
    ):
        await socket.send_str(create(USER, call, output))
        found = await turn(socket, create(early))
        assert said(found) == "second"
        while found[-1]["type"] != "response.completed" or said(found) == "second":
            found.append(json.loads(await socket.receive_str(timeout=20)))
        assert said(found) == "first"
    lines: list[Any] = proxy.events(events.Request)
    assert sorted(line.retried for line in lines) == [False, True]
    assert {line.status for line in lines} == {200}


async def test_sockets_are_not_simulated(home: Path) -> None:
    async with (
        echoing() as url,
        running_proxy(url, home, **{"upstream.openai": url, "proxy.mode": "simulate"}) as proxy,
        aiohttp.ClientSession() as session,
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(proxy.url + "/v1/responses")
        assert refused.value.status == 501


async def echo(request: web.Request) -> web.StreamResponse:
    if request.headers.get("x-refuse"):
        return web.Response(status=426, headers={"x-why": "no sockets here"})
    socket = web.WebSocketResponse(max_msg_size=0, protocols=("chat",))
    await socket.prepare(request)
    async for message in socket:
        if message.data == "close":
            await socket.close(code=4001, message=b"bye")
        elif message.type == aiohttp.WSMsgType.BINARY:
            await socket.send_bytes(message.data)
        else:
            await socket.send_str(message.data)
    return socket


@asynccontextmanager
async def echoing() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("GET", "/{path:.*}", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_other_messages_pass_as_they_are_and_so_does_the_end(home: Path) -> None:
    async with (
        echoing() as url,
        running_proxy(url, home, "s3cret", **{"upstream.openai": url}) as proxy,
        aiohttp.ClientSession() as session,
        session.ws_connect(proxy.url + "/v1/realtime", protocols=("chat",), max_msg_size=0) as socket,
    ):
        assert socket.protocol == "chat"
        for text in ("not json", "é😀", "x" * 2_000_000, '{"type": "session.update"}'):
            await socket.send_str(text)
            assert await socket.receive_str(timeout=20) == text
        await socket.send_bytes(b"\0\xff" * 1000)
        assert await socket.receive_bytes(timeout=20) == b"\0\xff" * 1000
        await socket.send_str("close")
        message = await socket.receive(timeout=20)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4001)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/responses", {"x-refuse": "1"}, 426),
        ("/v1/responses", {"Origin": "http://evil.example"}, 403),
        ("/v1/responses", {"Host": "evil.example"}, 403),
    ],
)
async def test_a_handshake_is_refused(path: str, headers: dict[str, str], status: int, home: Path) -> None:
    async with (
        echoing() as url,
        running_proxy(url, home, **{"upstream.openai": url}) as proxy,
        aiohttp.ClientSession() as session,
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(proxy.url + path, headers=headers)
        assert refused.value.status == status


async def test_the_provider_is_told_when_the_client_leaves(home: Path) -> None:
    async with (
        Provider([Turn("hi")]) as provider,
        running_proxy("http://127.0.0.1:9", home, **{"upstream.openai": provider.url}) as proxy,
    ):
        async with connected(proxy) as socket:
            await turn(socket, create(USER))
        await until(lambda: provider.requests[0].outcome != "open")
        assert provider.requests[0].outcome != "open"


def lookup(request: dict[str, Any]) -> Call:
    """Our tool's call for the first thing that was left out of a request's input."""
    outputs = [str(item.get("output", "")) for item in request["input"]]
    (omission, *_) = [omission for text in outputs for omission in markers.find(text)]
    return Call(our_tool(request), {"hash": omission.key, "query": "orders/57 "})


def our_tool(request: dict[str, Any]) -> str:
    names = [str(tool["name"]) for tool in request["tools"]]
    assert len(names) == 2
    return names[-1]


def said(events_of: list[dict[str, Any]]) -> str:
    items = events_of[-1]["response"]["output"]
    return "".join(part["text"] for item in items if item["type"] == "message" for part in item["content"])


def check_events(found: list[dict[str, Any]], names: set[str]) -> None:
    """One response: numbered through, with one beginning and one end, and calls of the client's tools only."""
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    assert [event["type"] for event in found].count("response.created") == 1
    items = [event["item"] for event in found if event["type"] == "response.output_item.done"]
    assert [item["id"] for item in items] == [item["id"] for item in found[-1]["response"]["output"]]
    assert {item["name"] for item in items if item["type"] == "function_call"} == names


@asynccontextmanager
async def in_tool_mode(script: Any, home: Path) -> AsyncIterator[tuple[Provider, Running]]:
    async with Provider(script) as provider:
        flags = {"upstream.openai": provider.url, "retrieval.mode": "tool"}
        async with running_proxy("http://127.0.0.1:9", home, **flags) as proxy:
            yield provider, proxy


async def test_a_call_of_our_tool_is_answered_on_the_socket(home: Path) -> None:
    def script(request: dict[str, Any], number: int) -> Turn:
        return (
            Turn("I look.", calls=(Call("shell", COMMAND),)),
            Turn("Let me see.", calls=(lookup(request),)) if number == 1 else Turn(),
            Turn("Found " + str("path=/api/orders/57 " in str(request["input"][-1]))),
            Turn("And on."),
        )[number]

    async with in_tool_mode(script, home) as (provider, proxy), connected(proxy) as socket:
        first = await turn(socket, create(USER))
        check_events(first, {"shell"})
        output = {"type": "function_call_output", "call_id": call_in(first), "output": LOG}
        second = await turn(socket, create(output, previous_response_id=first[-1]["response"]["id"]))
        check_events(second, set())
        assert said(second) == "Let me see.Found True"
        third = await turn(socket, create(USER, previous_response_id=second[-1]["response"]["id"]))
        assert said(third) == "And on."
        assert not provider.problems
        sent = [request.parsed for request in provider.conversation]
        assert len(sent) == 4
        assert len({json.dumps(request["tools"]) for request in sent}) == 1
        billed = sum(usage["input_tokens"] for usage in provider.usages[1:3])
        assert second[-1]["response"]["usage"]["input_tokens"] == billed
    lines: list[Any] = proxy.events(events.Request)
    assert [line.rounds for line in lines] == [0, 0, 1, 0]
    assert [event.hit for event in proxy.events(events.Retrieve) if isinstance(event, events.Retrieve)] == [True]
    usages: list[Any] = proxy.events(events.UsageLine)
    assert [usage.output for usage in usages] == [usage["output_tokens"] for usage in provider.usages]


async def test_a_call_beside_the_clients_own_is_put_back_later(home: Path) -> None:
    def script(request: dict[str, Any], number: int) -> Turn:
        return (
            Turn("I look.", calls=(Call("shell", COMMAND),)),
            Turn("Both.", calls=(lookup(request), Call("shell", {"command": "date"}))) if number == 1 else Turn(),
            Turn("Found " + str("path=/api/orders/57 " in json.dumps(request["input"]))),
        )[number]

    async with in_tool_mode(script, home) as (provider, proxy), connected(proxy) as socket:
        first = await turn(socket, create(USER))
        output = {"type": "function_call_output", "call_id": call_in(first), "output": LOG}
        second = await turn(socket, create(output, previous_response_id=first[-1]["response"]["id"]))
        check_events(second, {"shell"})
        today = {"type": "function_call_output", "call_id": call_in(second), "output": "Saturday"}
        third = await turn(socket, create(today, previous_response_id=second[-1]["response"]["id"]))
        assert said(third) == "Found True"
        assert not provider.problems


async def test_an_error_in_a_later_round_ends_the_response(home: Path) -> None:
    def script(request: dict[str, Any], number: int) -> Turn | Fault:
        return (
            Turn("I look.", calls=(Call("shell", COMMAND),)),
            Turn("Let me see.", calls=(lookup(request),)) if number == 1 else Turn(),
            Fault(429, "slow down"),
            Turn("Again."),
        )[number]

    async with in_tool_mode(script, home) as (provider, proxy), connected(proxy) as socket:
        first = await turn(socket, create(USER))
        output = {"type": "function_call_output", "call_id": call_in(first), "output": LOG}
        frame = create(output, previous_response_id=first[-1]["response"]["id"])
        second = await turn(socket, frame)
        assert second[-1]["type"] == "error"
        assert "slow down" in json.dumps(second[-1])
        assert said(await turn(socket, frame)) == "Again."
        assert not provider.problems
