"""The same script in every dialect: a conversation with two tool calls, streamed and not."""

import base64
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
import pytest

from tests.provider import eventstream, invoice
from tests.provider.app import Provider
from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.script import Call, Fault, Json, Turn, calls_then
from tests.provider.view import view

SYSTEM = "You are an agent. " * 1200
RESULT = "the result "
MARK = {"cache_control": {"type": "ephemeral"}}
SCHEMA = {"type": "object", "properties": {"command": {"type": "string"}}}
POINT = {"cachePoint": {"type": "default"}}


class Client(NamedTuple):
    """What a client of a dialect does: opens a conversation, and adds an answer and its tools' results to it."""

    path: str
    stream_path: str
    opening: Json
    adds: Callable[[Json, Json], Json]


def _messages(request: Json, *more: Any) -> Json:
    return {**request, "messages": [*request["messages"], *more]}


def _anthropic(request: Json, answer: Json) -> Json:
    results = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": RESULT, **MARK}
        for block in answer["content"]
        if block["type"] == "tool_use"
    ]
    content = [{"role": "assistant", "content": answer["content"]}, {"role": "user", "content": results}]
    return _messages(request, *content)


def _chat(request: Json, answer: Json) -> Json:
    message = answer["choices"][0]["message"]
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": RESULT} for call in message.get("tool_calls", ())
    ]
    kept = {name: message[name] for name in ("role", "content", "tool_calls") if name in message}
    return _messages(request, kept, *results)


def _responses(request: Json, answer: Json) -> Json:
    results = [
        {"type": "function_call_output", "call_id": item["call_id"], "output": RESULT}
        for item in answer["output"]
        if item["type"] == "function_call"
    ]
    return {**request, "input": [*request["input"], *answer["output"], *results]}


def _gemini(request: Json, answer: Json) -> Json:
    content = answer["candidates"][0]["content"]
    results = [
        {"functionResponse": {"name": part["functionCall"]["name"], "response": {"output": RESULT}}}
        for part in content["parts"]
        if "functionCall" in part
    ]
    return {**request, "contents": [*request["contents"], content, {"role": "user", "parts": results}]}


def _converse(request: Json, answer: Json) -> Json:
    message = answer["output"]["message"]
    results = [
        {"toolResult": {"toolUseId": block["toolUse"]["toolUseId"], "content": [{"text": RESULT}]}}
        for block in message["content"]
        if "toolUse" in block
    ]
    return _messages(request, message, {"role": "user", "content": [*results, POINT]})


def _ollama(request: Json, answer: Json) -> Json:
    calls = answer["message"].get("tool_calls", ())
    results = [{"role": "tool", "tool_name": call["function"]["name"], "content": RESULT} for call in calls]
    return _messages(request, answer["message"], *results)


CLAUDE: Json = {
    "max_tokens": 99,
    "system": [{"type": "text", "text": SYSTEM, **MARK}],
    "tools": [{"name": "sh", "input_schema": SCHEMA}],
    "messages": [{"role": "user", "content": "go"}],
}
FUNCTIONS = [{"type": "function", "function": {"name": "sh", "parameters": SCHEMA}}]
SAID = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "go"}]
CHAT: Json = {"tools": FUNCTIONS, "messages": SAID}
VERTEX = "/v1/projects/p/locations/l/publishers"
GEMINI: Json = {
    "systemInstruction": {"parts": [{"text": SYSTEM}]},
    "tools": [{"functionDeclarations": [{"name": "sh", "parameters": SCHEMA}]}],
    "contents": [{"role": "user", "parts": [{"text": "go"}]}],
}
CLIENTS: dict[str, Client] = {
    "anthropic": Client("/v1/messages", "/v1/messages", {"model": "claude-opus-4-8", **CLAUDE}, _anthropic),
    "vertex_anthropic": Client(
        f"{VERTEX}/anthropic/models/claude-opus-4-8:rawPredict",
        f"{VERTEX}/anthropic/models/claude-opus-4-8:streamRawPredict",
        {"anthropic_version": "vertex-2023-10-16", **CLAUDE},
        _anthropic,
    ),
    "bedrock_invoke": Client(
        "/model/anthropic.claude-opus-4-8/invoke",
        "/model/anthropic.claude-opus-4-8/invoke-with-response-stream",
        {"anthropic_version": "bedrock-2023-05-31", **CLAUDE},
        _anthropic,
    ),
    "openai_chat": Client("/v1/chat/completions", "/v1/chat/completions", {"model": "gpt-4o", **CHAT}, _chat),
    "openai_responses": Client(
        "/v1/responses",
        "/v1/responses",
        {"model": "gpt-5.6", "instructions": SYSTEM, "include": ["reasoning.encrypted_content"], "store": False,
         "tools": [{"type": "function", "name": "sh", "parameters": SCHEMA}],
         "input": [{"role": "user", "content": "go"}]},
        _responses,
    ),
    "gemini": Client(
        "/v1beta/models/gemini-3-flash:generateContent",
        "/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse",
        GEMINI,
        _gemini,
    ),
    "bedrock_converse": Client(
        "/model/anthropic.claude-opus-4-8/converse",
        "/model/anthropic.claude-opus-4-8/converse-stream",
        {"system": [{"text": SYSTEM}, POINT],
         "toolConfig": {"tools": [{"toolSpec": {"name": "sh", "inputSchema": {"json": SCHEMA}}}]},
         "messages": [{"role": "user", "content": [{"text": "go"}]}]},
        _converse,
    ),
    "ollama": Client("/api/chat", "/api/chat", {"model": "llama3.2", "stream": False, **CHAT}, _ollama),
}  # fmt: skip
CALLS = (Call("sh", {"command": "ls é"}), Call("sh", {"command": "cat x"}))


async def post(provider: Provider, path: str, request: Json) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(provider.url + path, json=request) as response,
    ):
        return response.status, await response.read()


def strip_marks(request: Json) -> Json:
    """All but the newest breakpoints taken away, as a client moves its own."""
    kept = json.loads(json.dumps(request))
    for message in kept.get("messages", ())[:-1]:
        if isinstance(message["content"], list):
            message["content"] = [block for block in message["content"] if block != POINT]
            for block in message["content"]:
                block.pop("cache_control", None)
    return dict(kept)


@pytest.mark.parametrize("dialect", CLIENTS)
async def test_one_script_leads_through_a_conversation_in_every_dialect(dialect: str) -> None:
    client = CLIENTS[dialect]
    async with Provider(calls_then(CALLS, lambda result: f"got {result}")) as provider:
        request = client.opening
        for _ in range(3):
            status, answer = await post(provider, client.path, request)
            assert (status, provider.problems) == (200, [])
            request = strip_marks(client.adds(request, json.loads(answer)))
    assert [record.dialect for record in provider.requests] == [dialect] * 3
    assert len(provider.conversation) == 3
    seen = view(provider.requests[-1].parsed)
    assert [call.input for call in seen.calls] == [{"command": "ls é"}, {"command": "cat x"}]
    assert [result.text for result in seen.results] == [RESULT] * 2
    assert b"got the result" in answer
    direct = sum(invoice.counts(usage).input for usage in provider.usages)
    cached = sum(invoice.counts(usage).read for usage in provider.usages)
    assert cached == 0 if dialect == "ollama" else cached > direct


def events_of(dialect: str, body: bytes) -> list[Any]:
    if dialect.startswith("bedrock"):
        frames = [json.loads(frame.payload) for frame in eventstream.decode(body)]
        return [json.loads(base64.b64decode(f["bytes"])) if "bytes" in f else f for f in frames]
    if dialect == "ollama":
        return [json.loads(line) for line in body.splitlines()]
    lines = [line.removeprefix(b"data: ") for line in body.splitlines() if line.startswith(b"data: ")]
    return [json.loads(line) for line in lines if line != b"[DONE]"]


@pytest.mark.parametrize("dialect", CLIENTS)
async def test_a_stream_brings_what_the_whole_answer_says(dialect: str) -> None:
    client = CLIENTS[dialect]
    turn = Turn("Héllo 🎉 in more than one piece", thinking="hm", calls=CALLS)
    asks = client.path == client.stream_path or dialect == "vertex_anthropic"
    request = client.opening | ({"stream": True} if asks else {})
    async with Provider([turn]) as provider:
        status, body = await post(provider, client.stream_path, request)
        assert (status, provider.problems) == (200, [])
    text = json.dumps(events_of(dialect, body), ensure_ascii=False)
    assert "Héllo 🎉 in more than on" in text
    assert text.count("sh") >= 2
    assert provider.responses == [body]


@pytest.mark.parametrize(("status", "message"), [(429, "slow down"), (400, "no"), (500, "")])
@pytest.mark.parametrize("dialect", CLIENTS)
async def test_errors_have_the_dialect_s_form(dialect: str, status: int, message: str) -> None:
    client = CLIENTS[dialect]
    async with Provider([Fault(status, message)]) as provider:
        answered, body = await post(provider, client.path, client.opening)
    assert answered == status
    assert message in json.dumps(json.loads(body))
    assert provider.usages == []


async def test_the_script_s_end_and_its_assertions_are_refused_in_every_dialect() -> None:
    async with Provider() as provider:
        for client in CLIENTS.values():
            status, body = await post(provider, client.path, client.opening)
            assert (status, b"the script has 0 turns" in body) == (400, True)
    assert len(provider.problems) == len(CLIENTS)


@pytest.mark.parametrize("dialect", ["openai_chat", "gemini", "openai_responses"])
async def test_the_clock_ends_what_was_cached(dialect: str) -> None:
    client = CLIENTS[dialect]
    clock = Clock()
    async with Provider([Turn("a")] * 3, clock=clock, cache=PromptCache(clock)) as provider:
        for seconds in (0, 200, 2000):
            clock.advance(seconds)
            await post(provider, client.path, client.opening)
    read = [invoice.counts(usage).read > 0 for usage in provider.usages]
    assert read == [False, True, False]
