"""What holds of every dialect: spans, resumed readings, the outline."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.dialects import openai_responses
from headroom.dialects.base import Before, Call, Reading, Resume, UnknownShape
from tests.laws.dialect_seeds import DIALECTS, MESSAGES, TURNS, body_of, messages_of, seeds

NAMES = sorted(DIALECTS)


def conversations(dialect: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(TURNS[dialect](0))), min_size=1, max_size=6)


def state(reading: Reading) -> tuple[Any, ...]:
    walk = reading.walk
    calls = [(call.id, call.name, call.input, call.by_program) for call in walk.calls]
    marks = list(walk.marks)
    return marks, calls, reading.conversation, reading.end, reading.head, walk.open, walk.leading, walk.system


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_resumed_reading_equals_a_whole_one(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    messages = messages_of(name, data.draw(conversations(name)))
    shared = data.draw(st.integers(1, len(messages)))
    behind = data.draw(st.integers(0, 4))
    fork = messages_of(name, data.draw(conversations(name))) if data.draw(st.booleans()) else []
    old_body = body_of(name, messages[:shared] + fork, behind)
    new_body = body_of(name, messages, behind)
    old, whole = dialect.read(old_body), dialect.read(new_body)
    common = next((n for n, (a, b) in enumerate(zip(old_body, new_body, strict=False)) if a != b), len(old_body))
    for count in range(1, len(old.walk.marks) + 1):
        mark = old.walk.marks[count - 1]
        if mark.pos > common or mark.messages > len(messages):
            break
        resume = Resume(old, mark, old.walk.marks[:count], old_body[old.end :])
        resumed = dialect.read(new_body, resume)
        assert state(resumed) == state(whole)
        assert resumed.walk.blocks == whole.walk.blocks[mark.blocks :]


@pytest.mark.parametrize("name", NAMES)
def test_spans_are_what_the_texts_were_read_from(name: str) -> None:
    for body in seeds(name):
        blocks = DIALECTS[name].read(body).walk.blocks
        assert blocks
        assert [b.start for b in blocks] == sorted(b.start for b in blocks)
        for block in blocks:
            value = body[block.start : block.end]
            assert block.text == (value.decode() if block.frame else json.loads(value))
            if block.frame:
                before, behind = block.frame
                json.loads(body[: block.start] + before + b'"x"' + behind + body[block.end :])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_the_outline_agrees_with_the_reading(name: str, data: st.DataObject) -> None:
    messages = messages_of(name, data.draw(conversations(name)))
    body = body_of(name, messages)
    reading, outline = DIALECTS[name].read(body), DIALECTS[name].outline(body)
    key = MESSAGES.get(name, "messages")
    assert [json.loads(body[message.span]) for message in outline] == json.loads(body)[key]
    assert [message.span.stop for message in outline] == [mark.pos for mark in reading.walk.marks]
    results = [part for message in outline for part in message.parts if part.kind == "result"]
    calls = {part.id: part.name for message in outline for part in message.parts if part.kind == "call"}
    assert [part.id for m in outline for part in m.parts if part.kind == "call"] == [
        c.id for c in reading.walk.calls
    ]
    for block in reading.walk.blocks:
        (part,) = [p for p in results if p.span.start <= block.start and block.end <= p.span.stop]
        assert calls[part.id] == block.tool
    for message in outline:
        for part in message.parts:
            assert message.span.start <= part.span.start < part.span.stop <= message.span.stop


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["", "{}", "[]", "null", '{"KEY":{}}', '{"KEY":[]', '{"KEY":[]} x',
                                    '{"KEY":[],"KEY":[]}', '{"KEY":[1]}', '{"KEY":[],"KEY":7}'])  # fmt: skip
def test_other_bodies_are_refused(name: str, damage: str) -> None:
    body = damage.replace("KEY", MESSAGES.get(name, "messages")).encode()
    with pytest.raises(ValueError):
        DIALECTS[name].read(body)
    assert issubclass(UnknownShape, ValueError)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_matters_stands_once(name: str) -> None:
    (body, *_), beside = seeds(name), "systemInstruction" if name == "gemini" else "tools"
    beside = "toolConfig" if name == "bedrock_converse" else beside
    DIALECTS[name].read(body)
    with pytest.raises(UnknownShape):
        DIALECTS[name].read(b'{"%s":[],' % beside.encode() + body[1:])
    with pytest.raises(UnknownShape):
        DIALECTS[name].outline(b'{"%s":[],' % beside.encode() + body[1:])


def test_a_continuation_knows_what_came_before() -> None:
    body = b'{"previous_response_id":"r1","input":[{"type":"function_call_output","call_id":"c","output":"o"}]}'
    before = Before("why?", "first", (Call("c", "shell", '{"command": "ls"}'),))
    reading = openai_responses.read(body, None, before)
    (block,) = reading.walk.blocks
    assert (block.tool, block.tool_input, block.query, block.calls) == ("shell", '{"command": "ls"}', "why?", 1)
    whole = openai_responses.read(b'{"input":[{"role":"user","content":"first"}]}')
    assert reading.conversation == whole.conversation
    mark = reading.walk.marks[-1]
    with pytest.raises(ValueError, match="whole"):
        openai_responses.read(body, Resume(reading, mark, [mark], b""), before)
