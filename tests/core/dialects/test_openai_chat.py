"""Where tool results stand in a Chat Completions request, and its usage."""

import json
from typing import Any

import pytest

from headroom.dialects import openai_chat
from headroom.types import Usage

Found = list[tuple[str, str, str, str, str]]
USER = {"role": "user", "content": "why?"}


def call(*calls: tuple[str, str, str]) -> dict[str, Any]:
    made = [{"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in calls]
    return {"role": "assistant", "content": None, "tool_calls": made}


def result(call_id: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content, **more}


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, **more}


CUSTOM = {
    "role": "assistant",
    "tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "g", "input": "xy"}}],
}
OBJECT = {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": {"path": "a"}}}]}
OLD = {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": '{"a": 1}'}}
CASES: dict[str, tuple[list[dict[str, Any]], Found]] = {
    "a string": (
        [USER, call(("t", "sh", '{"cmd": "ls"}')), result("t", "a\nb")],
        [("a\nb", "sh", '{"cmd": "ls"}', "why?", "")],
    ),
    "parts": (
        [USER, call(("t", "sh", "{}")), result("t", [text("x"), {"type": "image_url"}, text("y")])],
        [("x", "sh", "{}", "why?", ""), ("y", "sh", "{}", "why?", "")],
    ),
    "two calls at once": (
        [call(("a", "f", "1"), ("b", "g", "2")), result("b", "two"), result("a", "one")],
        [("two", "g", "2", "", ""), ("one", "f", "1", "", "")],
    ),
    "a custom tool": ([CUSTOM, result("c", "out")], [("out", "g", "xy", "", "")]),
    "an object for arguments": ([OBJECT, result("c", "out")], [("out", "f", '{"path": "a"}', "", "")]),
    "the old form": (
        [OLD, {"role": "function", "name": "f", "content": "out"}],
        [("out", "f", '{"a": 1}', "", "")],
    ),
    "a call that is not there": ([result("t", "out", name="f")], [("out", "f", "", "", "")]),
    "not a result": (
        [
            USER,
            {"role": "assistant", "content": "said"},
            {"role": "system", "content": "mid"},
            {"role": "new"},
            {"role": 7, "content": "x"},
            {"content": "y"},
        ],
        [],
    ),
    "no text": (
        [result("t", None), result("t", 7), result("t", [7, None, {"type": "text"}]), {"role": "tool"}],
        [],
    ),
    "calls of another shape": (
        [
            {"role": "assistant", "tool_calls": 7},
            {"role": "assistant", "tool_calls": [7, {}], "function_call": "f"},
            result("t", "out"),
        ],
        [("out", "", "", "", "")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_blocks(case: str) -> None:
    messages, expected = CASES[case]
    body = json.dumps({"model": "m", "messages": messages}).encode()
    blocks = openai_chat.read(body).walk.blocks
    assert [(b.text, b.tool, b.tool_input, b.query, b.untouchable) for b in blocks] == expected
    assert all(json.loads(body[b.start : b.end]) == b.text and b.role == "tool" for b in blocks)


@pytest.mark.parametrize(
    "message",
    ['{"role":"tool","content":"a","content":"b"}', '{"role":"tool","role":"tool","content":"b"}'],
)
def test_repeated_keys_make_a_result_untouchable(message: str) -> None:
    blocks = openai_chat.read(b'{"messages":[%s]}' % message.encode()).walk.blocks
    assert [b.untouchable for b in blocks] == ["duplicate key"]


def test_a_part_with_repeated_keys_is_no_text() -> None:
    body = b'{"messages":[{"role":"tool","content":[{"type":"text","text":"a","text":"b"}]}]}'
    assert not openai_chat.read(body).walk.blocks


def test_what_the_provider_may_cache() -> None:
    body = json.dumps({"messages": [USER, result("t", "x")]}).encode()
    reading = openai_chat.read(body)
    assert reading.is_cached(reading.walk.blocks[0].start)
    options = {"prompt_cache_options": {"mode": "explicit"}}
    marked = [text("x", prompt_cache_breakpoint={"mode": "explicit"})]
    body = json.dumps({**options, "messages": [result("t", marked), USER, result("u", "y")]}).encode()
    reading = openai_chat.read(body)
    assert [reading.is_cached(block.start) for block in reading.walk.blocks] == [True, False]


def test_the_outline_of_a_turn() -> None:
    body = json.dumps({"messages": [USER, call(("t", "sh", "{}")), result("t", [text("x")])]}).encode()
    said, made, answer = openai_chat.outline(body)
    assert (said.role, said.parts[0].kind, said.parts[0].text) == ("user", "text", "why?")
    assert [(p.kind, p.id, p.name) for p in made.parts] == [("call", "t", "sh")]
    assert (answer.role, [(p.kind, p.id, p.span) for p in answer.parts]) == (
        "tool",
        [("result", "t", answer.span)],
    )


USAGE: list[tuple[list[dict[str, Any]], Usage]] = [
    (
        [
            {"model": "gpt-x", "choices": [{"delta": {}}], "usage": None},
            {
                "model": "gpt-x",
                "choices": [],
                "usage": {
                    "prompt_tokens": 1000,
                    "completion_tokens": 50,
                    "prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 100, "image_tokens": 7},
                    "completion_tokens_details": {"reasoning_tokens": 20},
                },
            },
        ],
        Usage(input=300, cache_write=100, cache_read=600, output=50, model="gpt-x", reasoning=20, image=7),
    ),
    (
        [
            {
                "usage": {
                    "prompt_tokens": 10,
                    "completion_tokens": 2,
                    "prompt_cache_hit_tokens": 4,
                    "prompt_cache_miss_tokens": 6,
                }
            }
        ],
        Usage(input=6, cache_read=4, output=2),
    ),
    (
        [
            {
                "usage": {
                    "prompt_tokens": 10,
                    "completion_tokens": 2,
                    "cache_creation_input_tokens": 3,
                    "cache_read_input_tokens": 4,
                }
            }
        ],
        Usage(input=3, cache_write=3, cache_read=4, output=2),
    ),
    ([{"choices": [{"usage": {"prompt_tokens": 5, "completion_tokens": 1}}]}], Usage(input=5, output=1)),
    (
        [
            {"usage": {"prompt_tokens": 5, "completion_tokens": 1}},
            {"usage": {"prompt_tokens": 5, "completion_tokens": 9}},
        ],
        Usage(input=5, output=9),
    ),
    ([{"usage": 3}, {"choices": 7}, {"choices": []}, {"usage": {"prompt_tokens": True}}], Usage()),
]


@pytest.mark.parametrize(("events", "expected"), USAGE)
def test_usage(events: list[dict[str, Any]], expected: Usage) -> None:
    usage = Usage()
    for event in events:
        usage = openai_chat.usage(event, usage)
    assert usage == expected
