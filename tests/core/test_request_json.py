"""Requests as JSON bytes: what is one, and that nothing but the texts changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.messages import find
from headroom.request_json import NotMessages, read, splice
from tests.core.test_messages import ANTHROPIC, CHAT, RESPONSES


@pytest.mark.parametrize(
    ("body", "at", "model"),
    [
        (ANTHROPIC, (), ""),
        ({"model": "claude", "messages": ANTHROPIC}, ("messages",), "claude"),
        ({"messages": CHAT, "model": 3}, ("messages",), ""),
        ({"input": RESPONSES, "model": "gpt-5"}, ("input",), "gpt-5"),
        ({"messages": "none", "input": RESPONSES}, ("input",), ""),
    ],
)
def test_lists_and_requests_are_read(body: Any, at: tuple[str, ...], model: str) -> None:
    request = read(json.dumps(body).encode())
    assert (request.at, request.model) == (at, model)
    assert request.messages == (body[at[0]] if at else body)


def test_a_requests_tools_are_read() -> None:
    tools = [{"name": "Read"}]
    assert read(json.dumps({"messages": CHAT, "tools": tools}).encode()).tools == tools
    assert read(json.dumps({"messages": CHAT, "tools": "x"}).encode()).tools == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"text", "not JSON"),
        (b"\xff{}", "not JSON"),
        (b'{"messages": [', "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[]", "neither a request nor a list of messages"),
        (b"3", "neither"),
        (b'[{"id": 1}]', "neither"),
        (b'[{"role": 1}, {"role": "user"}]', "neither"),
        (b"{}", "no list of messages in it"),
        (b'{"input": "text"}', "no list of messages in it"),
        (b'[{"role": "tool", "content": "a", "content": "b"}]', "the key 'content' stands twice"),
    ],
)
def test_other_bytes_are_no_messages(data: bytes, why: str) -> None:
    with pytest.raises(NotMessages, match=why):
        read(data)


ODD = b"""
 { "n" : 1.0 , "big":1e400, "messages":[ {"role":"tool" ,"content" : "\\u0061\\ud83d\\ude00\\/" , "x":-0 },
   {"role":"user","content":[
     {"type":"tool_result","content":[{"text":"b","type":"text"} , {"type":"text","text":"c"}]}]}
 ], "after" : [ ] }
"""


def test_only_the_bytes_of_the_texts_change() -> None:
    texts: dict[tuple[str | int, ...], str] = {
        ("messages", 1, "content", 0, "content", 1, "text"): 'C "quoted"\n',
        ("messages", 0, "content"): "A",
    }
    assert splice(ODD, texts) == ODD.replace(b'"\\u0061\\ud83d\\ude00\\/"', b'"A"').replace(
        b'"c"', b'"C \\"quoted\\"\\n"'
    )
    assert splice(ODD, {}) is ODD


@given(st.data())
def test_a_new_text_is_read_back(data: st.DataObject) -> None:
    body = {"system": [1, {"content": "x"}], "messages": data.draw(st.sampled_from([ANTHROPIC, CHAT, RESPONSES]))}
    raw = json.dumps(body, indent=data.draw(st.sampled_from([None, 1]))).encode()
    places = find(body["messages"]).places
    texts = {
        ("messages", place.block.message, *place.path): data.draw(st.text())
        for place in places
        if data.draw(st.booleans())
    }
    changed = json.loads(splice(raw, texts))
    assert changed["system"] == body["system"]
    expected = [texts.get(("messages", p.block.message, *p.path), p.block.text) for p in places]
    assert [p.block.text for p in find(changed["messages"]).places] == expected
