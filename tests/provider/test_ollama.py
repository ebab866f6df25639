import json

import pytest

from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.ollama import bill, chunks, error_body, error_headers, events, misshapen, streams, whole
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import UNDISTURBED, Call, Fault, Json, Stream, Turn

WORDS = "Héllo 🎉, this is more than one piece of text"
TURN = Turn(WORDS, thinking="hm", calls=(Call("sh", {"command": "ls"}), Call("js", "x")))
REQUEST: Json = {"model": "llama3.2", "think": True, "messages": [{"role": "user", "content": "go"}]}
COUNTS = {"prompt_eval_count": 3, "eval_count": 4}
WHOLE = whole(TURN, REQUEST, COUNTS, "seed")


def test_a_turn_is_an_answer() -> None:
    first, second = WHOLE["message"]["tool_calls"]
    assert first["function"] == {"index": 0, "name": "sh", "arguments": {"command": "ls"}}
    assert second["function"]["arguments"] == {"input": "x"}
    assert (WHOLE["message"]["thinking"], WHOLE["done_reason"], WHOLE["eval_count"]) == ("hm", "stop", 4)
    assert "thinking" not in whole(TURN, {"model": "m"}, COUNTS, "seed")["message"]


def test_lines_add_up_to_the_whole() -> None:
    lines = [json.loads(line) for line in b"".join(chunks(events(WHOLE, REQUEST, UNDISTURBED))).splitlines()]
    messages = [line["message"] for line in lines]
    assert "".join(message["content"] for message in messages) == WORDS
    assert "".join(message.get("thinking", "") for message in messages) == "hm"
    assert [call for message in messages for call in message.get("tool_calls", ())] == WHOLE["message"][
        "tool_calls"
    ]
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert (lines[-1]["prompt_eval_count"], "eval_count" in lines[0]) == (3, False)


def test_an_error_is_a_line() -> None:
    assert chunks(events(WHOLE, REQUEST, Stream(error_at=0))) == [b'{"error":"Overloaded"}\n']
    assert error_body(Fault(404, "model 'x' not found"), "") == b'{"error":"model \'x\' not found"}'
    assert error_body(Fault(body=b"<html>"), "") == b"<html>"
    assert error_headers(Fault(headers={"x": "y"}))["x"] == "y"


def test_it_streams_unless_told_not_to() -> None:
    assert [streams(request) for request in ({}, {"stream": True}, {"stream": False})] == [True, True, False]


def test_tokens_are_counted() -> None:
    caches = Caches(PromptCache(Clock(), count=len), PrefixCache(Clock()))
    assert bill(caches, REQUEST).usage(9, 0) == {"prompt_eval_count": len("user\ngo"), "eval_count": 9}


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ({"role": "robot"}, "invalid role: robot"),
        ({"role": "user", "content": []}, "cannot unmarshal array"),
        (
            {"role": "assistant", "tool_calls": [{"function": {"name": "a", "arguments": "{}"}}]},
            "cannot unmarshal string",
        ),
    ],
)
def test_what_cannot_be_read_is_named(message: Json, part: str) -> None:
    assert part in misshapen({"model": "m", "messages": [message]})


def test_a_model_is_needed() -> None:
    assert misshapen({}) == "model is required"
    assert "ChatRequest.messages" in misshapen({"model": "m", "messages": [5]})
    assert misshapen(REQUEST) == misshapen({"model": "m"}) == ""
