"""Law 2: every byte that we do not mean to change goes out as it came in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.dialects import anthropic
from tests.laws.conversations import conversation, requests, rows
from tests.laws.engines import Engine

NUMBERS = ["1.0", "1e5", "-0", "9223372036854775808", "1E400", "0.10", "123456789012345678901234567890", "-1.5e-7"]
NUMBER = "\u0001number:"


def odd_bytes(value: object, draw: Any) -> bytes:
    """Serialise with odd spacing, odd escapes, raw numbers and repeated keys, as no encoder of ours would."""
    space = draw(st.sampled_from(["", " ", "\n  ", "\t"]))
    if isinstance(value, dict):
        members = [odd_bytes(k, draw) + b":" + space.encode() + odd_bytes(v, draw) for k, v in value.items()]
        return b"{" + space.encode() + (b"," + space.encode()).join(members) + b"}"
    if isinstance(value, list):
        return b"[" + (space + ",").encode().join(odd_bytes(item, draw) for item in value) + b"]"
    if isinstance(value, str) and value.startswith(NUMBER):
        return value.removeprefix(NUMBER).encode()
    if isinstance(value, str) and len(value) < 2000 and draw(st.booleans()):
        return ('"' + "".join(f"\\u{unit:04x}" for unit in _units(value)) + '"').encode()
    return json.dumps(value, ensure_ascii=draw(st.booleans()) or "\ud800" in str(value)).encode()


def _units(text: str) -> list[int]:
    data = text.encode("utf-16-be", "surrogatepass")
    return [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(max_size=12), st.sampled_from([NUMBER + n for n in NUMBERS])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "content", "text", "x", "", "cache_control", "role", "é"]), inner
        ),
    ),
    max_leaves=8,
)
BLOCK = st.one_of(
    st.builds(
        lambda kind, data: {"type": kind, "data": data}, st.sampled_from(["new_block", "document", "image"]), JUNK
    ),
    st.builds(lambda text: {"type": "thinking", "thinking": text, "signature": "c2ln"}, st.text(max_size=20)),
    st.builds(lambda data: {"type": "server_tool_use", "id": "s", "name": "web_search", "input": data}, JUNK),
    st.builds(lambda data: {"type": "web_search_tool_result", "content": data}, JUNK),
    st.builds(lambda data: {"type": "redacted_thinking", "data": "x", "more": data}, JUNK),
)


@settings(max_examples=60, deadline=None)
@given(st.data(), JUNK, st.lists(BLOCK, max_size=3), st.lists(BLOCK, max_size=3), JUNK)
def test_only_the_compressed_text_differs(
    data: Any, head: Any, before: list[Any], after: list[Any], tail: Any
) -> None:
    needle = rows(60)
    result = {"type": "tool_result", "tool_use_id": "t", "content": needle, "extra": head}
    call = {"type": "tool_use", "id": "t", "name": "Bash", "input": head}
    messages = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": [*before, call]},
        {"role": "user", "content": [result, *after]},
    ]
    body = odd_bytes({"x-before": head, "messages": messages, "x-after": tail}, data.draw)
    with TemporaryDirectory() as folder:
        outcome = Engine(Path(folder)).send(body)
    assert not outcome.errors
    (sent,) = [s for s in outcome.sent if s.literal is not None]
    assert json.loads(body[sent.start : sent.end]) == needle
    assert outcome.body == body[: sent.start] + (sent.literal or b"") + body[sent.end :]
    literal_out = json.loads(outcome.body[sent.start : sent.start + len(sent.literal or b"")])
    assert literal_out != needle
    # And by another way than the splice: everything around the one literal, as the bytes stand.
    literal_in = body[sent.start : sent.end]
    assert body.count(literal_in) == 1
    assert outcome.body.split(sent.literal or b"") == body.split(literal_in)


def test_nothing_compressed_is_the_very_same_object(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    for body in requests(conversation(["source", "short", "odd"])):
        outcome = engine.send(body)
        assert outcome.body is body
        assert not outcome.errors


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), JUNK.map(lambda v: json.dumps(v).encode("utf-8", "surrogatepass"))))
def test_garbage_goes_through_as_it_is(body: bytes) -> None:
    with TemporaryDirectory() as folder:
        assert Engine(Path(folder)).send(body).body is body


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_requests_are_never_damaged_further(data: st.DataObject) -> None:
    """Cut, doubled or overwritten anywhere: an outcome is the same bytes, or differs in whole literals only."""
    body = list(requests(conversation(["rows", "short"])))[-1]
    at, size = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 400))
    junk = data.draw(st.binary(max_size=6))
    damaged = body[:at] + junk + body[at + size :]
    with TemporaryDirectory() as folder:
        outcome = Engine(Path(folder)).send(damaged)
    position, rebuilt = 0, b""
    for sent in outcome.sent:
        if sent.literal is not None:
            assert isinstance(json.loads(damaged[sent.start : sent.end]), str)
            rebuilt += damaged[position : sent.start] + sent.literal
            position = sent.end
    assert outcome.body == rebuilt + damaged[position:]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_keep_their_spelling(number: str, tmp_path: Path) -> None:
    body = list(requests(conversation(["rows"])))[-1].replace(b'"n": 1.0', b'"n": ' + number.encode())
    outcome = Engine(tmp_path).send(body)
    assert outcome.is_changed
    assert b'"n": ' + number.encode() in outcome.body


def test_signed_thinking_survives(tmp_path: Path) -> None:
    body = list(requests(conversation(["rows", "log", "terminal"])))[-1]
    out = Engine(tmp_path).send(body).body
    assert out != body
    blocks = [
        [
            b
            for m in json.loads(x)["messages"]
            for b in m["content"]
            if isinstance(b, dict) and b["type"] == "thinking"
        ]
        for x in (body, out)
    ]
    assert blocks[0] == blocks[1]
    assert anthropic.read(out).walk.messages == anthropic.read(body).walk.messages
