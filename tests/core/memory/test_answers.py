"""What a model says is put together from the provider's events, in every dialect: streamed or whole."""

import json
from typing import Any

import aiohttp
import pytest

from headroom import frames
from headroom.memory import answers
from tests.provider.app import Provider
from tests.provider.script import Call, Turn

SAID = 'First.\n<memory>\nÉ 测试 "quoted"\n</memory>\n' + "word " * 30
TURN = Turn(SAID, thinking="<memory>not said</memory>", calls=(Call("Bash", {"command": "<memory>no</memory>"}),))


def _messages(content: str = "go") -> list[dict[str, Any]]:
    return [{"role": "user", "content": content}]


TOOL = {"type": "object", "properties": {"command": {"type": "string"}}}
CHAT_TOOL = [{"type": "function", "function": {"name": "Bash", "parameters": TOOL}}]
ASKED: dict[tuple[str, bool], tuple[str, dict[str, Any]]] = {
    ("anthropic", stream): (
        "/v1/messages",
        {
            "model": "claude-sonnet-4-5",
            "max_tokens": 4096,
            "messages": _messages(),
            "stream": stream,
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "tools": [{"name": "Bash", "input_schema": TOOL}],
        },
    )
    for stream in (False, True)
} | {
    ("openai_chat", stream): (
        "/v1/chat/completions",
        {"model": "gpt-5", "messages": _messages(), "stream": stream, "tools": CHAT_TOOL},
    )
    for stream in (False, True)
} | {
    ("openai_responses", stream): (
        "/v1/responses",
        {
            "model": "gpt-5",
            "input": _messages(),
            "stream": stream,
            "tools": [{"type": "function", "name": "Bash", "parameters": TOOL}],
        },
    )
    for stream in (False, True)
} | {
    ("gemini", stream): (
        "/v1beta/models/gemini-3-pro:" + ("streamGenerateContent" if stream else "generateContent"),
        {
            "contents": [{"role": "user", "parts": [{"text": "go"}]}],
            "tools": [{"functionDeclarations": [{"name": "Bash", "parameters": TOOL}]}],
        },
    )
    for stream in (False, True)
} | {
    ("ollama", stream): (
        "/api/chat",
        {"model": "qwen3", "messages": _messages(), "stream": stream, "tools": CHAT_TOOL},
    )
    for stream in (False, True)
}  # fmt: skip
HEADERS = {
    "content-type": "application/json",
    "x-api-key": "k",
    "authorization": "Bearer k",
    "x-goog-api-key": "k",
    "anthropic-version": "2023-06-01",
}


@pytest.mark.parametrize(("dialect", "stream"), ASKED)
async def test_the_text_of_an_answer(dialect: str, stream: bool) -> None:
    path, body = ASKED[dialect, stream]
    async with (
        Provider([TURN]) as provider,
        aiohttp.ClientSession() as session,
        session.post(provider.url + path, data=json.dumps(body), headers=HEADERS) as response,
    ):
        data = await response.read()
        assert response.status == 200, data
        cut = frames.framing(response.headers["content-type"], dialect == "gemini" and stream)
    events = [frame.data for frame in cut.feed(data) if frame.data] if cut else [data]
    assert (cut is not None) == stream
    assert answers.texts(dialect, events) == [SAID]


CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": "a"}, {"toolUse": {}}, {"text": "b"}]}}
}


@pytest.mark.parametrize(
    ("dialect", "events", "texts"),
    [
        ("bedrock_converse", [CONVERSE], ["a", "b"]),
        (
            "bedrock_converse",
            [
                {"contentBlockIndex": 0, "delta": {"text": "a"}},
                {"contentBlockIndex": 1, "delta": {"reasoningContent": {"text": "no"}}},
                {"contentBlockIndex": 0, "delta": {"text": "b"}},
            ],
            ["ab"],
        ),
        ("openai_chat", [{"choices": [{"index": n, "delta": {"content": "x"}} for n in (0, 1, 0)]}], ["xx", "x"]),
        ("openai_chat", [{"choices": [{"message": {"content": [{"type": "text", "text": "a"}]}}]}], ["a"]),
        (
            "gemini",
            [{"candidates": [{"content": {"parts": [{"text": "no", "thought": True}, {"text": "a"}]}}]}],
            ["a"],
        ),
        ("unheard_of", [{"text": "a"}], []),
    ],
)
def test_by_shape(dialect: str, events: list[Any], texts: list[str]) -> None:
    assert answers.texts(dialect, [json.dumps(event).encode() for event in events]) == texts


@pytest.mark.parametrize(
    "dialect", ["anthropic", "openai_chat", "openai_responses", "gemini", "ollama", "bedrock_converse"]
)
def test_a_number_that_is_a_deep_list_is_no_harm(dialect: str) -> None:
    deep = b"[" * 1000 + b"]" * 1000
    begin, delta = b'{"type":"content_block_delta","index":', b',"delta":{"type":"text_delta","text":"a"}}'
    choice = b'{"choices":[{"index":' + deep + b',"delta":{"content":"a"}}]}'
    candidate = b'{"candidates":[{"index":' + deep + b',"content":{"parts":[{"text":"a"}]}}]}'
    said = answers.texts(dialect, [begin + deep + delta, choice, candidate, begin + b"0" + delta])
    assert {*"".join(said)} <= {"a"}


@pytest.mark.parametrize(
    "dialect", ["anthropic", "openai_chat", "openai_responses", "gemini", "ollama", "bedrock_converse"]
)
def test_any_shape_says_nothing(dialect: str) -> None:
    odd: list[Any] = [None, 3, [], {}, {"choices": 3}, {"choices": [3]}, {"candidates": [{"content": [1]}]}]
    odd += [{"type": "content_block_delta", "delta": 1}, {"type": "message", "content": {"text": 1}}]
    odd += [{"message": "x"}, {"output": [1]}, {"output": {"message": {"content": "x"}}}, {"delta": {"text": 3}}]
    odd += [{"type": "response.output_text.delta", "output_index": {}, "delta": {}}]
    assert answers.texts(dialect, [*(json.dumps(each).encode() for each in odd), b"{broken", b""]) == []
