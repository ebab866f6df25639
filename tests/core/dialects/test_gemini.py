"""Where function responses stand in a generateContent request, and its usage."""

import json
from typing import Any

import pytest

from headroom.dialects import gemini
from headroom.types import Usage

Content = dict[str, Any]
USER: Content = {"role": "user", "parts": [{"text": "why?"}]}
BIG = "x" * 60


def call(*names: str, **args: Any) -> Content:
    return {
        "role": "model",
        "parts": [{"functionCall": {"name": name, "args": args or {"of": name}}} for name in names],
    }


def result(*responses: tuple[str, Any], role: str = "user", **more: Any) -> Content:
    made = [{"functionResponse": {"name": name, "response": value, **more}} for name, value in responses]
    return {"role": role, "parts": made}


CASES: dict[str, tuple[list[Content], list[tuple[str, str, str, str]]]] = {
    "a text": ([USER, call("f"), result(("f", {"output": "out"}))], [("out", "f", '{"of": "f"}', "")]),
    "any key": (
        [call("f"), result(("f", {"stdout": "a", "exit": 0, "stderr": "b"}))],
        [("a", "f", '{"of": "f"}', ""), ("b", "f", '{"of": "f"}', "")],
    ),
    "the role function": (
        [call("f"), result(("f", {"output": "out"}), role="function")],
        [("out", "f", '{"of": "f"}', "")],
    ),
    "two calls at once": (
        [
            {"role": "model", "parts": [*call("f", n=1)["parts"], *call("f", n=2)["parts"], *call("g")["parts"]]},
            result(("g", {"output": "c"}), ("f", {"output": "a"}), ("f", {"output": "b"})),
        ],
        [("c", "g", '{"of": "g"}', ""), ("a", "f", '{"n": 1}', ""), ("b", "f", '{"n": 2}', "")],
    ),
    "an id": (
        [
            {
                "role": "model",
                "parts": [{"functionCall": {"id": "i", "name": "f", "args": {"a": 1}}}, *call("f")["parts"]],
            },
            result(("f", {"output": "out"}), id="i"),
        ],
        [("out", "f", '{"a": 1}', "")],
    ),
    "the other spelling": (
        [
            {"role": "model", "parts": [{"function_call": {"name": "f", "args": {}}}]},
            {"role": "user", "parts": [{"function_response": {"name": "f", "response": {"output": "out"}}}]},
        ],
        [("out", "f", "{}", "")],
    ),
    "both spellings": (
        [
            {
                "role": "user",
                "parts": [{"function_response": {}, "functionResponse": {"name": "f", "response": {"a": "b"}}}],
            }
        ],
        [("b", "f", "", "duplicate key")],
    ),
    "said by the model": ([result(("f", {"output": "out"}), role="model")], [("out", "f", "", "role 'model'")]),
    "nothing to read": (
        [
            USER,
            {
                "role": "user",
                "parts": [
                    7,
                    {"functionResponse": 7},
                    {"functionResponse": {"response": "x"}},
                    {"functionResponse": {"response": {"n": 1}}},
                    {"codeExecutionResult": {"output": "no"}},
                    {"inlineData": {"data": "AA"}},
                ],
            },
            {"role": "user", "parts": 7},
            {},
        ],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_blocks(case: str) -> None:
    contents, expected = CASES[case]
    body = json.dumps({"contents": contents}).encode()
    blocks = gemini.read(body).walk.blocks
    assert [(b.text, b.tool, b.tool_input, b.untouchable) for b in blocks] == expected
    assert all(json.loads(body[b.start : b.end]) == b.text and b.frame is None for b in blocks)


def test_a_structure_becomes_one_text() -> None:
    rows = {"rows": [{"id": 1}, {"id": 2}], "ok": "yes"}
    body = json.dumps({"contents": [USER, call("f"), result(("f", rows))]}).encode()
    (block,) = gemini.read(body).walk.blocks
    assert json.loads(block.text) == rows
    assert block.frame is not None
    out = json.loads(body[: block.start] + block.frame[0] + b'"t"' + block.frame[1] + body[block.end :])
    assert out["contents"][2]["parts"][0]["functionResponse"] == {"name": "f", "response": {"output": "t"}}


@pytest.mark.parametrize(
    ("response", "more", "framed", "untouchable"),
    [
        ({"output": BIG, "files": [1]}, {}, False, ""),
        ({"output": "x", "files": [BIG]}, {}, True, ""),
        ({"files": [BIG]}, {"parts": [{"inlineData": {}}]}, True, "parts"),
        ({"output": BIG}, {"parts": [{"inlineData": {}}]}, False, ""),
    ],
)
def test_text_or_structure(response: Content, more: Content, framed: bool, untouchable: str) -> None:
    body = json.dumps({"contents": [call("f"), result(("f", response), **more)]}).encode()
    (block,) = gemini.read(body).walk.blocks
    assert (block.frame is not None, block.untouchable) == (framed, untouchable)


def test_a_response_with_repeated_keys_is_untouchable() -> None:
    body = b'{"contents":[{"role":"user","parts":[{"functionResponse":{"response":{"a":"b","a":"c"}}}]}]}'
    assert [b.untouchable for b in gemini.read(body).walk.blocks] == ["duplicate key"]


def test_a_call_left_open_is_not_answered_later() -> None:
    body = json.dumps(
        {"contents": [call("f", n=1), USER, call("f", n=2), result(("f", {"output": "o"}))]}
    ).encode()
    assert [block.tool_input for block in gemini.read(body).walk.blocks] == ['{"n": 2}']


def test_the_outline_names_roles_and_ids() -> None:
    thought = {"role": "model", "parts": [{"text": "hm", "thought": True}, *call("f")["parts"]]}
    body = json.dumps({"contents": [USER, thought, result(("f", {"output": "o"}), role="function")]}).encode()
    messages = gemini.outline(body)
    assert [message.role for message in messages] == ["user", "assistant", "user"]
    kinds = [(part.kind, part.id) for message in messages for part in message.parts]
    assert kinds == [("text", ""), ("thinking", ""), ("call", "#0"), ("result", "#0")]


USAGE: list[tuple[list[dict[str, Any]], Usage]] = [
    (
        [
            {
                "usageMetadata": {
                    "promptTokenCount": 1000,
                    "cachedContentTokenCount": 600,
                    "thoughtsTokenCount": 30,
                }
            },
            {
                "modelVersion": "gemini-x",
                "usageMetadata": {
                    "promptTokenCount": 1000,
                    "cachedContentTokenCount": 600,
                    "candidatesTokenCount": 50,
                    "thoughtsTokenCount": 30,
                    "toolUsePromptTokenCount": 8,
                    "promptTokensDetails": [
                        {"modality": "TEXT", "tokenCount": 700},
                        {"modality": "IMAGE", "tokenCount": 300},
                    ],
                },
            },
        ],
        Usage(input=408, cache_read=600, output=80, model="gemini-x", reasoning=30, image=300),
    ),
    (
        [{"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 2}}, {"usageMetadata": {}}],
        Usage(input=5, output=2),
    ),
    ([{"usageMetadata": 7}, {"modelVersion": 7}], Usage()),
]


@pytest.mark.parametrize(("events", "expected"), USAGE)
def test_usage(events: list[dict[str, Any]], expected: Usage) -> None:
    usage = Usage()
    for event in events:
        usage = gemini.usage(event, usage)
    assert usage == expected
