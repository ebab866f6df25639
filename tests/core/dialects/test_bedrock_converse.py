"""Where tool results stand in a Converse request, and its usage."""

import json
from typing import Any

import pytest

from headroom.dialects import bedrock_converse
from headroom.types import Usage

Message = dict[str, Any]
USE: Message = {
    "role": "assistant",
    "content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {"a": 1.0}}}],
}


def result(*content: Any, role: str = "user", **more: Any) -> Message:
    return {"role": role, "content": [{"toolResult": {"toolUseId": "t", "content": list(content), **more}}]}


CASES: dict[str, tuple[list[Message], list[tuple[str, str, str, str]]]] = {
    "a text": ([USE, result({"text": "out"}, status="success")], [("out", "f", '{"a": 1.0}', "")]),
    "a JSON value": ([USE, result({"json": {"a": [1e5]}})], [('{"a": [100000.0]}', "f", '{"a": 1.0}', "")]),
    "a JSON string": ([USE, result({"json": "out"})], [("out", "f", '{"a": 1.0}', "")]),
    "other content": (
        [
            USE,
            result(
                {"image": {}},
                {"document": {}},
                {"json": 7},
                {"text": 7},
                7,
                {"new": "x"},
                {"searchResult": {"content": [{"text": "no"}]}},
                {"text": "a", "more": 1},
            ),
        ],
        [],
    ),
    "a server's tool": (
        [USE, result({"text": "o"}, type="server_tool_use_result")],
        [("o", "f", '{"a": 1.0}', "server tool")],
    ),
    "said by the model": (
        [USE, result({"text": "o"}, role="assistant")],
        [("o", "f", '{"a": 1.0}', "role 'assistant'")],
    ),
    "a call that is not there": ([result({"text": "o"})], [("o", "", "", "")]),
    "nothing to read": (
        [{"role": "user", "content": 7}, {"role": "user", "content": [7, {"toolResult": 7}]}, {}],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_blocks(case: str) -> None:
    messages, expected = CASES[case]
    body = json.dumps({"messages": messages}).encode()
    blocks = bedrock_converse.read(body).walk.blocks
    assert [(b.text, b.tool, b.tool_input, b.untouchable) for b in blocks] == expected
    for block in blocks:
        value = body[block.start : block.end]
        assert (value.decode() if block.frame else json.loads(value)) == block.text


def test_a_json_value_becomes_one_text() -> None:
    body = json.dumps({"messages": [USE, result({"json": {"rows": [1, 2]}})]}).encode()
    (block,) = bedrock_converse.read(body).walk.blocks
    assert block.frame is not None
    out = json.loads(body[: block.start] + block.frame[0] + b'"t"' + block.frame[1] + body[block.end :])
    assert out["messages"][1]["content"][0]["toolResult"]["content"] == [{"json": {"output": "t"}}]


def test_cache_points_tell_what_the_provider_may_cache() -> None:
    first = result({"text": "old"})
    first["content"].append({"cachePoint": {"type": "default"}})
    body = json.dumps({"messages": [USE, first, USE, result({"text": "new"})]}).encode()
    reading = bedrock_converse.read(body)
    assert [reading.is_cached(block.start) for block in reading.walk.blocks] == [True, False]
    assert reading.head.places_breakpoints


def test_the_user_is_heard_before_the_result() -> None:
    said = {"role": "user", "content": [{"text": "first"}, *result({"text": "o"})["content"], {"text": "later"}]}
    (block,) = bedrock_converse.read(json.dumps({"messages": [USE, said]}).encode()).walk.blocks
    assert block.query == "first"


USAGE: list[tuple[dict[str, Any], Usage]] = [
    (
        {
            "usage": {
                "inputTokens": 300,
                "outputTokens": 50,
                "totalTokens": 1050,
                "cacheReadInputTokens": 600,
                "cacheWriteInputTokens": 100,
                "cacheDetails": [{"ttl": "5m", "inputTokens": 40}, {"ttl": "1h", "inputTokens": 60}],
            },
            "metrics": {"latencyMs": 1},
        },
        Usage(input=300, cache_write=100, cache_write_1h=60, cache_read=600, output=50),
    ),
    ({"metadata": {"usage": {"inputTokens": 5, "outputTokens": 1}}}, Usage(input=5, output=1)),
    ({"usage": {"inputTokens": None, "cacheDetails": [7]}}, Usage()),
    ({"usage": 7}, Usage()),
]


@pytest.mark.parametrize(("event", "expected"), USAGE)
def test_usage(event: dict[str, Any], expected: Usage) -> None:
    assert bedrock_converse.usage(event, Usage()) == expected
