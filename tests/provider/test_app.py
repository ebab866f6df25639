import asyncio
import gzip
import json
import urllib.request
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.provider import sse
from tests.provider.app import Provider, running_provider
from tests.provider.clock import Clock, SkippingLoop, skip
from tests.provider.script import UNDISTURBED, Answer, Call, Fault, Json, Stream, Turn, calls_then

WORDS = "Héllo 🎉, this is more than one piece of text"


def ask(content: str = "hi", **more: object) -> Json:
    request: Json = {"model": "claude-opus-4-8", "max_tokens": 9, "stream": True, "tools": [{"name": "Bash"}]}
    return request | {"messages": [{"role": "user", "content": content}]} | more


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as opened:
        yield opened


async def post(session: aiohttp.ClientSession, provider: Provider, request: Json) -> tuple[int, bytes]:
    async with session.post(f"{provider.url}/v1/messages?beta=true", json=request) as response:
        return response.status, await response.read()


async def test_a_stream_is_recorded_byte_for_byte_on_both_sides(session: aiohttp.ClientSession) -> None:
    body = b'{"model":"m","max_tokens":10, "stream":true,"tools":[{"name":"a"}],'
    body += b'"messages":[{"role":"user","content":"\\u00e9"}]}\n'
    async with (
        Provider([Turn(WORDS)]) as provider,
        session.post(f"{provider.url}/v1/messages?beta=true", data=body, headers={"X-Api-Key": "k"}) as response,
    ):
        received = await response.read()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["request-id"].startswith("req_01")
        assert response.headers["anthropic-ratelimit-requests-limit"] == "4000"
        assert response.headers["transfer-encoding"] == "chunked"
    (record,) = provider.requests
    assert (record.body, record.target, record.method) == (body, "/v1/messages?beta=true", "POST")
    assert ("X-Api-Key", "k") in record.headers
    assert (record.status, record.outcome, record.parsed["messages"][0]["content"]) == (200, "done", "é")
    assert provider.responses == [received]
    assert received.startswith(b"event: message_start\n")
    assert received.endswith(b"}\n\n")


async def test_without_stream_the_same_message_comes_as_json(session: aiohttp.ClientSession) -> None:
    turn = Turn(WORDS, calls=(Call("Bash", {"command": "ls"}),))
    async with (
        Provider([turn], encoding="gzip") as provider,
        session.post(f"{provider.url}/v1/messages", json=ask(stream=False)) as response,
    ):
        received = await response.read()
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["content-length"] == str(len(received))
    whole = json.loads(gzip.decompress(received))
    assert [block["type"] for block in whole["content"]] == ["text", "tool_use"]
    assert whole["usage"] == provider.usages[0]
    assert provider.responses == [received]


async def test_side_requests_and_refused_ones_use_up_nothing_of_the_script(session: aiohttp.ClientSession) -> None:
    async with Provider([Turn("one")]) as provider:
        assert b"Scripted" in (await post(session, provider, ask(tools=[])))[1]
        assert await post(session, provider, ask("")) == (400, provider.responses[-1])
        assert b"one" in (await post(session, provider, ask()))[1]
        assert (await post(session, provider, ask()))[0] == 400
    assert [record.side for record in provider.requests] == [True, False, False, False]
    assert provider.problems == [
        "messages.0: user messages must have non-empty content",
        "the script has 1 turns, and this is request 2",
    ]
    assert len(provider.conversation) == 3


async def test_checks_can_be_off_but_what_cannot_be_read_is_refused(session: aiohttp.ClientSession) -> None:
    async with Provider([Turn("one")], check=False) as provider:
        assert (await post(session, provider, ask("")))[0] == 200
        assert (await post(session, provider, ask(messages=5)))[0] == 400
    assert provider.problems == ["messages: Input should be a valid list"]


async def test_a_script_may_be_a_function_and_its_assertions_are_reported(session: aiohttp.ClientSession) -> None:
    def answer(request: Json, number: int) -> Answer:
        assert number == 0, "asked twice"
        return Turn(request["messages"][0]["content"].upper())

    async with Provider(answer) as provider:
        assert b"SHOUT" in (await post(session, provider, ask("shout")))[1]
        assert (await post(session, provider, ask()))[0] == 400
    assert provider.problems[0].startswith("the script: asked twice")


async def test_a_conversation_runs_to_its_end_and_pays_for_its_cache(session: aiohttp.ClientSession) -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    script = calls_then([Call("Bash", {"command": "cat x"})], lambda result: f"last: {result[-3:]}")
    clock = Clock()
    async with Provider(script, clock=clock) as provider:
        messages: list[Json] = [{"role": "user", "content": "x" * 8000}]
        request = ask(stream=False, messages=messages, system=[{"type": "text", "text": "s" * 8000, **mark}])
        content = json.loads((await post(session, provider, request))[1])["content"]
        result = {"type": "tool_result", "tool_use_id": content[0]["id"], "content": "abcdef", **mark}
        messages += [{"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
        for seconds in (10, 301):
            clock.advance(seconds)
            whole = json.loads((await post(session, provider, request))[1])
    assert whole["content"] == [{"type": "text", "text": "last: def"}]
    read = [usage["cache_read_input_tokens"] for usage in provider.usages]
    written = [usage["cache_creation_input_tokens"] for usage in provider.usages]
    assert (read, written[2]) == ([0, written[0], 0], written[0] + written[1])
    assert [record.time for record in provider.requests] == [0, 10, 311]


async def test_an_error_is_answered_in_the_api_s_shape(session: aiohttp.ClientSession) -> None:
    async with Provider([Fault(429, retry_after_s=3), Turn("then")]) as provider:
        async with session.post(f"{provider.url}/v1/messages", json=ask()) as response:
            assert (response.status, response.headers["retry-after"]) == (429, "3")
            assert (await response.json())["error"]["type"] == "rate_limit_error"
        assert b"then" in (await post(session, provider, ask()))[1]
    assert len(provider.usages) == 1


async def test_count_tokens_counts_what_a_message_would_be_billed(session: aiohttp.ClientSession) -> None:
    counted = ask("x" * 40)
    del counted["max_tokens"], counted["stream"]
    async with Provider([Turn("one")]) as provider:
        async with session.post(f"{provider.url}/v1/messages/count_tokens", json=counted) as response:
            tokens = (await response.json())["input_tokens"]
        async with session.post(f"{provider.url}/v1/messages/count_tokens", data=b"{") as response:
            assert response.status == 400
        await post(session, provider, ask("x" * 40))
    assert provider.usages[0]["input_tokens"] == tokens


async def test_other_paths_come_back_as_they_went(session: aiohttp.ClientSession) -> None:
    async with Provider() as provider:
        async with session.head(f"{provider.url}/") as response:
            assert (response.status, await response.read()) == (200, b"")
        async with session.get(f"{provider.url}/") as response:
            assert await response.read() == b"ok\n"
        sent = {"x-echo-status": "207", "content-encoding": "br"}
        async with session.put(f"{provider.url}/v1/files/a%2Fb?q=1", data=b"\x0b\x00", headers=sent) as response:
            assert (response.status, await response.read()) == (207, b"\x0b\x00")
            assert response.headers.getall("set-cookie") == ["first=1; Path=/", "second=2; Path=/"]
    assert provider.requests[-1].body == b"\x0b\x00"


async def read_raw(provider: Provider, request: Json) -> list[bytes]:
    """The TCP segments of an answer, one read each, without its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", provider.port)
    body = json.dumps(request).encode()
    head = f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await reader.readuntil(b"\r\n\r\n")
    segments = []
    while segment := await reader.read(65536):
        segments.append(segment)
    writer.close()
    return segments


@pytest.mark.parametrize("split", [1, 7, (40, 41, 43)])
async def test_every_split_brings_the_same_bytes(
    session: aiohttp.ClientSession, split: int | tuple[int, ...]
) -> None:
    async with Provider([Turn(WORDS)]) as whole, Provider([Turn(WORDS, stream=Stream(split=split))]) as cut:
        assert await post(session, whole, ask()) == await post(session, cut, ask())


async def test_each_piece_is_flushed_by_itself() -> None:
    async with Provider([Turn(WORDS, stream=Stream(split=100))], sleep=asyncio.sleep) as provider:
        segments = await read_raw(provider, ask())
    assert len(segments) > len(provider.responses[0]) / 100 / 2
    assert segments[0].startswith(b"64\r\n")


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [
        (Fault(drop=True), 0, "dropped"),
        (Turn(WORDS, stream=Stream(drop_at=0)), 200, "dropped"),
        (Turn(WORDS, stream=Stream(drop_at=-2)), 200, "dropped"),
    ],
)
async def test_a_dropped_connection_ends_in_the_middle(
    session: aiohttp.ClientSession, answer: Answer, status: int, outcome: str
) -> None:
    async with Provider([answer]) as provider:
        with pytest.raises(aiohttp.ClientError):
            await post(session, provider, ask())
        assert [(record.status, record.outcome) for record in provider.requests] == [(status, outcome)]
        assert b"message_stop" not in provider.responses[0]


async def test_a_client_that_leaves_is_noticed_during_a_silence(session: aiohttp.ClientSession) -> None:
    async with Provider([Turn(WORDS, stream=Stream(stalls={2: 60}))]) as provider:
        async with session.post(f"{provider.url}/v1/messages", json=ask()) as response:
            await response.content.readany()
            assert provider.requests[0].outcome == "open"
            response.close()
        async with asyncio.timeout(1):
            while provider.requests[0].outcome == "open":
                await asyncio.sleep(0.01)
    assert provider.requests[0].outcome == "client gone"


def test_ten_minutes_of_silence_pass_at_once() -> None:
    stream = Stream(wait_s=600, stalls={3: 600})

    async def body() -> float:
        loop = asyncio.get_running_loop()
        start = loop.time()
        async with (
            Provider([Turn(WORDS, stream=stream)], sleep=skip) as provider,
            aiohttp.ClientSession() as session,
        ):
            timeout = aiohttp.ClientTimeout(total=None, sock_read=900)
            async with session.post(f"{provider.url}/v1/messages", json=ask(), timeout=timeout) as response:
                assert (await response.read()).endswith(b"}\n\n")
        return loop.time() - start

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        assert runner.run(body()) >= 1200


async def test_prefixes_become_readable_when_the_response_begins(session: aiohttp.ClientSession) -> None:
    marked = [{"type": "text", "text": "s" * 8000, "cache_control": {"type": "ephemeral"}}]
    released = asyncio.Event()

    async def wait(_seconds: float) -> None:
        await released.wait()

    slow = Turn("slow", stream=Stream(wait_s=1))
    async with Provider([slow, slow, Turn("then")], sleep=wait) as provider:
        first = asyncio.create_task(post(session, provider, ask(system=marked)))
        second = asyncio.create_task(post(session, provider, ask(system=marked)))
        while len(provider.requests) < 2:
            await asyncio.sleep(0.01)
        released.set()
        await asyncio.gather(first, second)
        await post(session, provider, ask(system=marked))
    assert [usage["cache_read_input_tokens"] > 0 for usage in provider.usages] == [False, False, True]


async def test_canned_answers_are_neither_parsed_nor_kept(session: aiohttp.ClientSession) -> None:
    async with (
        Provider(canned=[b"event: a\n\n", b"event: b\n\n"], keep=0) as provider,
        session.post(f"{provider.url}/v1/messages", data=b"not JSON") as response,
    ):
        assert await response.read() == b"event: a\n\nevent: b\n\n"
    assert provider.requests == []


def test_a_provider_in_a_thread_serves_a_blocking_client() -> None:
    with running_provider([Turn(WORDS)]) as provider:
        request = urllib.request.Request(f"{provider.url}/v1/messages", data=json.dumps(ask()).encode())
        with urllib.request.urlopen(request) as response:
            assert response.read() == provider.responses[0]
        with pytest.raises(OSError, match=str(provider.port)), running_provider(port=provider.port):
            pass


async def test_the_events_sent_are_those_of_the_stream(session: aiohttp.ClientSession) -> None:
    stream = Stream(insert={1: [{"type": "future_event", "x": 1}]}, leave_out=("message_stop",), error_at=-1)
    async with Provider([Turn(WORDS, stream=UNDISTURBED), Turn(WORDS, stream=stream)]) as provider:
        await post(session, provider, ask())
        await post(session, provider, ask())
    names = [
        [line.removeprefix("event: ") for line in body.decode().split("\n") if line.startswith("event: ")]
        for body in provider.responses
    ]
    assert names[0][:3] == ["message_start", "content_block_start", "ping"]
    assert names[0][-2:] == ["message_delta", "message_stop"]
    assert names[1] == [names[0][0], "future_event", *names[0][1:-2], "error"]
    assert len(WORDS) > sse.TEXT_PIECE_CHARS
