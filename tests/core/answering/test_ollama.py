"""Joined answers of Ollama: strict about what a client may see, and what a server may be asked."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import spans
from headroom.answering import ollama
from headroom.answering.base import TOOL, Joiner
from headroom.dialects.base import Head
from headroom.frames import JsonLines
from tests.core.answering.any_json import objects

REQUEST: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "What failed?"}],
    "tools": [{"type": "function", "function": {"name": "ls"}}],
}


class Said(NamedTuple):
    """A call in a script; without a name, a text."""

    name: str
    text: str


def called(said: Said, at: int) -> dict[str, Any]:
    return {"function": {"index": at, "name": said.name, "arguments": {"path": said.text}}}


def line(message: dict[str, Any], **more: Any) -> bytes:
    spoken = {"role": "assistant", "content": ""} | message
    return orjson.dumps({"model": "m", "message": spoken, "done": False} | more) + b"\n"


def figures(number: int) -> dict[str, Any]:
    return {"total_duration": 100 * number, "prompt_eval_count": 10 * number, "eval_count": number}


def stream(script: Sequence[Said], number: int, is_end_alone: bool) -> bytes:
    """The lines of a round; the last call may come with the end."""
    lines: list[tuple[dict[str, Any], dict[str, Any]]] = []
    calls = 0
    for said in script:
        lines.append(({"tool_calls": [called(said, calls)]} if said.name else {"content": said.text}, {}))
        calls += bool(said.name)
    end = {"done": True, "done_reason": "stop"} | figures(number)
    if is_end_alone or not lines:
        lines.append(({}, {}))
    lines[-1] = (lines[-1][0], end)
    return b"".join(line(message, **more) for message, more in lines)


def whole(script: Sequence[Said], number: int) -> bytes:
    calls = [called(said, at) for at, said in enumerate(said for said in script if said.name)]
    message: dict[str, Any] = {"content": "".join(said.text for said in script if not said.name)}
    if calls:
        message["tool_calls"] = calls
    return line(message, done=True, done_reason="stop", **figures(number))


class Joined(NamedTuple):
    """What came of a script."""

    client: bytes
    joiner: Joiner
    requests: list[bytes]
    asked: int


def run(rounds: Sequence[Sequence[Said]], streamed: bool, end: bool, cuts: Sequence[int]) -> Joined:
    """Play a script; a client's request in, all that the client gets out."""
    joiner = ollama.joiner(JsonLines() if streamed else None)
    body = orjson.dumps(REQUEST)
    out, requests, asked = b"", [body], 0
    for number, script in enumerate(rounds, 1):
        if streamed:
            framing, sent, at = JsonLines(), stream(script, number, end), 0
            while at < len(sent):
                size = cuts[at % len(cuts)]
                out += b"".join(map(joiner.feed, framing.feed(sent[at : at + size])))
                at += size
        else:
            joiner.whole(whole(script, number))
        calls = joiner.asked()
        asked += len(calls)
        answers = [f"found {call.arguments}" for call in calls]
        if not calls or joiner.has_others() or number == len(rounds):
            return Joined(out + joiner.end(answers if joiner.has_others() else ()), joiner, requests, asked)
        body = joiner.proceed(body, answers)
        requests.append(body)
    raise AssertionError("no round")


def accumulated(client: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read lines as a strict client does; return the message and the last line."""
    lines = [orjson.loads(each) for each in client.splitlines()]
    assert [each["done"] for each in lines] == [False] * (len(lines) - 1) + [True]
    assert not any("eval_count" in each for each in lines[:-1])
    calls = [call for each in lines for call in each["message"].get("tool_calls", [])]
    assert [call["function"]["index"] for call in calls] == list(range(len(calls)))
    text = "".join(each["message"]["content"] for each in lines)
    return {"role": "assistant", "content": text} | ({"tool_calls": calls} if calls else {}), lines[-1]


def check_pairs(body: bytes) -> list[dict[str, Any]]:
    """Hold a request to the rule: each call is answered once, directly behind its message."""
    messages: list[dict[str, Any]] = orjson.loads(body)["messages"]
    at = 0
    while at < len(messages):
        wanted = [call["function"]["name"] for call in messages[at].get("tool_calls", [])]
        at += 1
        answered = []
        while at < len(messages) and messages[at]["role"] == "tool":
            answered.append(messages[at]["tool_name"])
            at += 1
        assert sorted(answered) == sorted(wanted)
    return messages


# "Q" keeps the texts of the rounds from being each other's beginnings.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=9).map(lambda text: Said("", "Q" + text))
other = st.sampled_from(["a", "ü"]).map(lambda text: Said("ls", text))
ours = st.sampled_from(["0" * 12, "é"]).map(lambda text: Said(TOOL, text))
scripts = st.lists(st.lists(st.one_of(text, other, ours), max_size=5), min_size=1, max_size=4)


@given(scripts, st.booleans(), st.booleans(), st.lists(st.integers(1, 80), min_size=1, max_size=4))
def test_any_script_makes_one_answer_and_valid_requests(
    rounds: list[list[Said]], streamed: bool, end: bool, cuts: list[int]
) -> None:
    joined = run(rounds, streamed, end, cuts)
    played = rounds[: len(joined.requests)]
    said = [each for script in played for each in script]
    if not any(each.name == TOOL for each in said):
        assert joined.client == (stream(played[0], 1, end) if streamed else whole(played[0], 1))
        assert joined.joiner.kept() == {}
        return
    assert TOOL.encode() not in joined.client
    message, last = accumulated(joined.client)
    assert message["content"] == "".join(each.text for each in said if not each.name)
    calls = [call["function"]["arguments"]["path"] for call in message.get("tool_calls", [])]
    assert calls == [each.text for each in played[-1] if each.name == "ls"]
    assert {key: last[key] for key in figures(1)} == figures(sum(range(1, len(played) + 1)))
    for body in joined.requests:
        check_pairs(body)
    check_later(joined, message, [each.name for each in played[-1]])


def check_later(joined: Joined, message: Mapping[str, Any], last: Sequence[str]) -> None:
    results = [{"role": "tool", "tool_name": "ls", "content": "a.py"} for _ in message.get("tool_calls", [])]
    messages = [*REQUEST["messages"], message, *results, {"role": "user", "content": "Go on"}]
    body = orjson.dumps(REQUEST | {"messages": messages})
    kept = joined.joiner.kept()
    changes = ollama.reinsert(body, lambda names: {name: kept[name] for name in names if name in kept})
    again = spans.splice(body, changes)
    found = check_pairs(again)
    assert again.startswith(joined.requests[-1][: joined.requests[-1].rindex(b'],"tools"')])
    unanswered = 0 if "ls" in last else last.count(TOOL)
    answered = [each for each in found if each["role"] == "tool" and each["content"].startswith("found")]
    assert len(answered) == joined.asked - unanswered
    assert "".join(each["content"] for each in found if each["role"] == "assistant") == message["content"]


def test_a_stream_is_never_held_back() -> None:
    joiner = ollama.joiner(JsonLines())
    for frame in JsonLines().feed(stream([Said("", "abc"), Said("ls", "a")], 1, True)):
        assert joiner.feed(frame) == frame.raw
    assert joiner.end() == b""


def test_thoughts_and_ids_go_back_with_the_call() -> None:
    joiner = ollama.joiner(None)
    call = {"id": "call_1", "function": {"name": TOOL, "arguments": {"n": 1.0}}}
    joiner.whole(line({"thinking": "hm", "tool_calls": [call]}, done=True))
    messages = orjson.loads(joiner.proceed(orjson.dumps(REQUEST), ["x"]))["messages"]
    assert messages[1] == {"role": "assistant", "content": "", "thinking": "hm", "tool_calls": [call]}
    assert messages[2] == {"role": "tool", "tool_call_id": "call_1", "tool_name": TOOL, "content": "x"}


def test_a_response_that_is_cut_off_asks_nothing() -> None:
    joiner = ollama.joiner(None)
    joiner.whole(line({"tool_calls": [called(Said(TOOL, "a"), 0)]}, done=True, done_reason="length"))
    assert joiner.asked() == []
    assert orjson.loads(joiner.end())["message"] == {"role": "assistant", "content": ""}


@pytest.mark.parametrize(("names", "expected"), [(["ls"], True), ([TOOL], False)])
def test_where_the_tool_is_offered(names: list[str], expected: bool) -> None:
    body = b'{"tools": [{}]}'
    head = Head(tools=slice(10, 14), tool_names=frozenset(names))
    offered = orjson.loads(spans.splice(body, ollama.offer(body, head)))["tools"]
    assert len(offered) == (2 if expected else 1)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error":"x"}', b"<html>"])
def test_what_is_no_answer_is_not_taken(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        ollama.joiner(None).whole(body)


@given(st.lists(st.lists(objects, max_size=4), min_size=1, max_size=3), objects)
def test_any_events_are_taken(rounds: list[list[dict[str, Any]]], whole: dict[str, Any]) -> None:
    joiner = ollama.joiner(JsonLines())
    body = orjson.dumps(REQUEST)
    for events in rounds:
        lines = b"".join(orjson.dumps(event) + b"\n" for event in events)
        out = b"".join(map(joiner.feed, JsonLines().feed(lines)))
        answers = ["found"] * len(joiner.asked())
        if not answers:
            first = body == orjson.dumps(REQUEST) and TOOL.encode() not in lines
            assert not first or out + joiner.end() == lines
            break
        body = joiner.proceed(body, answers)
        orjson.loads(body)
    joiner.end(["found"] * len(joiner.asked()))
    joiner.kept()
    taken = ollama.joiner(None)
    with contextlib.suppress(ValueError):
        taken.whole(orjson.dumps(whole))
        assert taken.asked() or taken.end() == orjson.dumps(whole) or TOOL in str(whole)
