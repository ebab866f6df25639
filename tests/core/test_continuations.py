"""A result is read by the call that it answers, also where that call stands in an earlier response."""

import json
from typing import Any

from headroom.continuations import Continuations, Said
from headroom.dialects import openai_responses
from headroom.dialects.base import Before


def request(*items: dict[str, Any], previous: str = "") -> bytes:
    body: dict[str, Any] = {"model": "m", "input": list(items)}
    return json.dumps(body | ({"previous_response_id": previous} if previous else {})).encode()


USER = {"role": "user", "content": "Why do the orders fail?"}
CALL = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": '{"command": "pytest -q"}'}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "1 passed"}


def streamed(*items: dict[str, Any], response: str = "resp_1") -> Said:
    said = Said()
    said.see(json.dumps({"type": "response.created", "response": {"id": "x", "status": "in_progress"}}).encode())
    for item in items:
        said.see(json.dumps({"type": "response.output_item.done", "item": item}).encode())
    done = {"type": "response.completed", "response": {"id": response, "status": "completed", "output": []}}
    said.see(json.dumps(done).encode())
    return said


def known(said: Said) -> Before | None:
    continuations = Continuations()
    body = request(USER)
    continuations.add(openai_responses.read(body), body, said)
    return continuations.find("resp_1")


def test_a_continuation_knows_the_call_the_query_and_the_opening() -> None:
    before = known(streamed(CALL))
    assert before is not None
    assert (before.query, before.opening) == (USER["content"], USER["content"])
    reading = openai_responses.read(request(OUTPUT, previous="resp_1"), None, before)
    (block,) = reading.walk.blocks
    assert (block.tool, block.tool_input) == ("shell", CALL["arguments"])
    assert reading.conversation == openai_responses.read(request(USER)).conversation


def test_a_whole_answer_tells_the_same() -> None:
    said = Said()
    said.see(json.dumps({"id": "resp_1", "status": "completed", "output": [CALL]}).encode())
    assert known(said) == known(streamed(CALL))


def test_calls_go_on_from_response_to_response() -> None:
    continuations = Continuations()
    body = request(USER)
    continuations.add(openai_responses.read(body), body, streamed(CALL))
    second = request(OUTPUT, previous="resp_1")
    reading = openai_responses.read(second, None, continuations.find("resp_1"))
    continuations.add(reading, second, streamed({**CALL, "call_id": "c2"}, response="resp_2"))
    before = continuations.find("resp_2")
    assert before is not None
    assert [call.id for call in before.calls] == ["c1", "c2"]


def test_what_did_not_end_or_cannot_be_read_is_not_gone_on_from() -> None:
    said = Said()
    said.see(b'{"type":"response.output_item.done","item":{"type":"function_call"}}')
    said.see(b'{"type":"response.completed", damaged')
    assert known(said) is None
    assert Continuations().find("resp_1") is None
    assert known(streamed({"type": "function_call", "call_id": 7})) is not None
