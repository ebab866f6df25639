"""Joined completions: strict about what a client may see, and what a provider may be asked."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import spans
from headroom.answering import openai_chat
from headroom.answering.base import TOOL, Joiner
from headroom.dialects.base import Head
from headroom.frames import JsonLines, Sse
from tests.core.answering.any_json import objects

REQUEST: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "What failed?"}],
    "tools": [{"type": "function", "function": {"name": "ls"}}],
    "stream": True,
}


class Said(NamedTuple):
    """A call in a script; without a name, a text."""

    name: str
    text: str


def chunk(delta: Mapping[str, Any], finish: str | None = None, number: int = 1, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    made = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": 100 + number, "model": "m"}
    return made | {"choices": [choice]} | more


def stream(script: Sequence[Said], number: int, usage: bool) -> bytes:
    """The stream of a round, as OpenAI sends it."""
    none = {"usage": None} if usage else {}
    events = [chunk({"role": "assistant", "content": ""}, None, number, **none)]
    index = 0
    for said in script:
        if not said.name:
            events += [chunk({"content": piece}, None, number, **none) for piece in (said.text[:2], said.text[2:])]
            continue
        function = {"name": said.name, "arguments": ""}
        call = {
            "index": index,
            "id": f"call_{number}_{index}_0123456789",
            "type": "function",
            "function": function,
        }
        events.append(chunk({"tool_calls": [call]}, None, number, **none))
        for piece in (said.text[:3], said.text[3:]):
            events.append(
                chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}, None, number, **none)
            )
        index += 1
    events.append(chunk({}, "tool_calls" if index else "stop", number, **none))
    if usage:
        events.append(chunk({}, None, number) | {"choices": [], "usage": figures(number)})
    return b"".join(b"data: " + orjson.dumps(event) + b"\n\n" for event in events) + b"data: [DONE]\n\n"


def whole(script: Sequence[Said], number: int) -> bytes:
    """The same round as one answer."""
    calls = [
        {"id": f"call_{number}_{at}_0123456789", "type": "function", "function": {"name": name, "arguments": text}}
        for at, (name, text) in enumerate(said for said in script if said.name)
    ]
    text = "".join(said.text for said in script if not said.name)
    message = {"role": "assistant", "content": text or None} | ({"tool_calls": calls} if calls else {})
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    made = {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": 100 + number, "model": "m"}
    return orjson.dumps(made | {"choices": [choice], "usage": figures(number)}, option=orjson.OPT_INDENT_2)


def figures(number: int) -> dict[str, Any]:
    details = {"cached_tokens": 5 * number, "audio_tokens": 0}
    return {"prompt_tokens": 10 * number, "completion_tokens": number, "prompt_tokens_details": details}


class Joined(NamedTuple):
    """What came of a script."""

    client: bytes
    joiner: Joiner
    requests: list[bytes]
    asked: int


def run(rounds: Sequence[Sequence[Said]], streamed: bool = True, cuts: Sequence[int] = (7,)) -> Joined:
    """Play a script; a client's request in, all that the client gets out."""
    joiner = openai_chat.joiner(Sse() if streamed else None)
    body = orjson.dumps(REQUEST)
    out, requests, asked = b"", [body], 0
    for number, script in enumerate(rounds, 1):
        if streamed:
            framing, sent = Sse(), stream(script, number, usage=True)
            at = 0
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


def accumulated(client: bytes) -> tuple[dict[str, Any], Any]:
    """Read a stream as a strict client does; return the message and the usage."""
    frames = Sse().feed(client)
    assert frames[-1].raw == b"data: [DONE]\n\n"
    events = [orjson.loads(frame.data) for frame in frames[:-1]]
    assert len({(event["id"], event["created"]) for event in events}) == 1
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
    finishes = [event["choices"][0]["finish_reason"] for event in events if event["choices"]]
    assert finishes[-1]
    assert not any(finishes[:-1])
    assert [delta["role"] for delta in deltas if "role" in delta] == ["assistant"]
    calls: list[dict[str, Any]] = []
    for delta in deltas:
        for entry in delta.get("tool_calls", []):
            if entry["index"] == len(calls):
                calls.append({"id": entry["id"], "type": "function", "function": dict(entry["function"])})
            else:
                assert "id" not in entry
                calls[entry["index"]]["function"]["arguments"] += entry["function"]["arguments"]
    assert finishes[-1] == ("tool_calls" if calls else "stop")
    text = "".join(delta.get("content") or "" for delta in deltas)
    message = {"role": "assistant", "content": text or None} | ({"tool_calls": calls} if calls else {})
    assert [event["choices"] for event in events].index([]) == len(events) - 1
    return message, events[-1]["usage"]


def check_pairs(body: bytes) -> list[dict[str, Any]]:
    """Hold a request to the provider's rule: calls are answered once each, directly behind their message."""
    messages: list[dict[str, Any]] = orjson.loads(body)["messages"]
    at = 0
    while at < len(messages):
        wanted = [call["id"] for call in messages[at].get("tool_calls", [])]
        at += 1
        answered = []
        while at < len(messages) and messages[at]["role"] == "tool":
            answered.append(messages[at]["tool_call_id"])
            at += 1
        assert sorted(answered) == sorted(wanted)
        assert len(set(wanted)) == len(wanted)
    return messages


def later(client_message: Mapping[str, Any], joined: Joined) -> bytes:
    """The client's next request, with our calls put back."""
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": "a.py"}
        for call in client_message.get("tool_calls", [])
    ]
    messages = [*REQUEST["messages"], client_message, *results, {"role": "user", "content": "Go on"}]
    body = orjson.dumps(REQUEST | {"messages": messages})
    kept = joined.joiner.kept()
    put_back = spans.splice(
        body, openai_chat.reinsert(body, lambda names: {name: kept[name] for name in names if name in kept})
    )
    assert (
        not openai_chat.reinsert(put_back, lambda names: dict.fromkeys(names, "")) or TOOL.encode() not in put_back
    )
    return put_back


text = st.builds(lambda text: Said("", text), st.text(st.characters(exclude_categories=["Cs"]), max_size=9))
other = st.builds(lambda text: Said("ls", orjson.dumps({"path": text}).decode()), st.sampled_from(["a", "ü"]))
ours = st.builds(lambda text: Said(TOOL, orjson.dumps({"hash": text}).decode()), st.sampled_from(["0" * 12, "é"]))
scripts = st.lists(st.lists(st.one_of(text, other, ours), max_size=5), min_size=1, max_size=4)


@given(scripts, st.booleans(), st.lists(st.integers(1, 80), min_size=1, max_size=4))
def test_any_script_makes_one_completion_and_valid_requests(
    rounds: list[list[Said]], streamed: bool, cuts: list[int]
) -> None:
    joined = run(rounds, streamed, cuts)
    played = rounds[: len(joined.requests)]
    assert TOOL.encode() not in joined.client
    if streamed:
        message, usage = accumulated(joined.client)
    else:
        answer = orjson.loads(joined.client)
        message, usage = answer["choices"][0]["message"], answer["usage"]
        assert answer["id"] == "chatcmpl-1"
    assert (message["content"] or "") == "".join(said.text for part in played for said in part if not said.name)
    shown = [(call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls", [])]
    assert shown == [(said.name, said.text) for said in played[-1] if said.name == "ls"]
    assert usage["prompt_tokens"] == sum(10 * number for number in range(1, len(played) + 1))
    assert usage["prompt_tokens_details"]["cached_tokens"] == usage["prompt_tokens"] // 2
    if not any(said.name == TOOL for part in played for said in part):
        assert joined.client == (stream(played[0], 1, usage=True) if streamed else whole(played[0], 1))
    check_later(joined, message, played)


def check_later(joined: Joined, message: Mapping[str, Any], played: Sequence[Sequence[Said]]) -> None:
    for body in joined.requests:
        check_pairs(body)
    put_back = later(message, joined)
    messages = check_pairs(put_back)
    last_sent = joined.requests[-1]
    end = last_sent.rindex(b'],"tools"')
    assert put_back.startswith(last_sent[:end])
    answered = [each for each in messages if each["role"] == "tool" and each["content"].startswith("found")]
    beside = any(said.name == "ls" for said in played[-1])
    unanswered = 0 if beside else sum(said.name == TOOL for said in played[-1])
    assert len(answered) == joined.asked - unanswered
    said = [each["content"] for each in messages if each["role"] == "assistant"]
    if (message["content"] or "") != "".join(each.text for each in played[0] if not each.name):
        assert "".join(each or "" for each in said) == message["content"]


@given(scripts)
def test_what_is_put_back_is_the_same_bytes_every_time(rounds: list[list[Said]]) -> None:
    assert later(accumulated(run(rounds).client)[0], run(rounds)) == later(
        accumulated(run(rounds, cuts=(1,)).client)[0], run(rounds)
    )


def test_a_stream_is_never_held_back() -> None:
    joiner = openai_chat.joiner(Sse())
    sent = stream([Said("", "abcd"), Said("ls", '{"path": "a"}'), Said("", "ef")], 1, usage=True)
    for frame in Sse().feed(sent):
        assert joiner.feed(frame) == frame.raw
    assert joiner.end() == b""
    assert joiner.kept() == {}


SPECIAL = {
    "a name in pieces": (
        [
            {"tool_calls": [{"index": 0, "id": "c0", "function": {"name": "headroom_"}}]},
            {"tool_calls": [{"index": 0, "function": {"name": "retrieve"}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
        ],
        ["c0"],
    ),
    "no index, whole calls": (
        [{"tool_calls": [{"id": f"c{at}", "function": {"name": TOOL, "arguments": "{}"}}]} for at in range(2)],
        ["c0", "c1"],
    ),
    "the same index for all": (
        [
            {"tool_calls": [{"index": 0, "id": f"c{at}", "function": {"name": TOOL, "arguments": "{}"}}]}
            for at in (0, 1)
        ],
        ["c0", "c1"],
    ),
    "another tool that begins alike": (
        [
            {"tool_calls": [{"index": 0, "id": "c0", "function": {"name": "head"}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
        ],
        [],
    ),
}


@pytest.mark.parametrize(("deltas", "expected"), SPECIAL.values(), ids=SPECIAL)
def test_calls_are_known_however_servers_spell_them(deltas: list[dict[str, Any]], expected: list[str]) -> None:
    joiner = openai_chat.joiner(JsonLines())
    lines = [orjson.dumps(chunk(delta)) + b"\n" for delta in (*deltas, {})]
    lines[-1] = orjson.dumps(chunk({}, "tool_calls")) + b"\n"
    out = b"".join(map(joiner.feed, JsonLines().feed(b"".join(lines))))
    assert [call.id for call in joiner.asked()] == expected
    assert out == (b"" if expected else b"".join(lines))


def test_a_call_and_its_end_in_one_chunk_lose_no_text() -> None:
    joiner = openai_chat.joiner(Sse())
    call = {"index": 0, "id": "c", "function": {"name": TOOL, "arguments": "{}"}}
    event = chunk({"role": "assistant", "content": "Wait.", "tool_calls": [call]}, "tool_calls")
    out = b"".join(map(joiner.feed, Sse().feed(b"data: " + orjson.dumps(event) + b"\n\n")))
    choice = orjson.loads(Sse().feed(out)[0].data)["choices"][0]
    assert choice == {"index": 0, "delta": {"role": "assistant", "content": "Wait."}, "finish_reason": None}
    assert len(joiner.asked()) == 1


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
def test_a_response_that_is_cut_off_asks_nothing(finish: str | None) -> None:
    joiner = openai_chat.joiner(Sse())
    call = {"index": 0, "id": "c", "function": {"name": TOOL, "arguments": '{"ha'}}
    events = [chunk({"role": "assistant", "tool_calls": [call]}), *([chunk({}, finish)] if finish else [])]
    out = b"".join(
        joiner.feed(frame) for event in events for frame in Sse().feed(b"data:" + orjson.dumps(event) + b"\n\n")
    )
    assert joiner.asked() == []
    out += joiner.end()
    finishes = [orjson.loads(frame.data)["choices"][0]["finish_reason"] for frame in Sse().feed(out)]
    assert finishes == [None, finish][: 2 if finish else 1]


def test_broken_arguments_are_asked_as_they_are_and_sent_back_as_json() -> None:
    joiner = openai_chat.joiner(None)
    joiner.whole(whole([Said(TOOL, '{"hash')], 1))
    assert joiner.asked()[0].arguments == '{"hash'
    sent = orjson.loads(joiner.proceed(orjson.dumps(REQUEST), ["no hash"]))["messages"]
    assert sent[-2]["tool_calls"][0]["function"]["arguments"] == "{}"


def test_an_error_in_a_later_round_is_passed_on() -> None:
    joiner = openai_chat.joiner(Sse())
    b"".join(map(joiner.feed, Sse().feed(stream([Said(TOOL, "{}")], 1, usage=False))))
    joiner.proceed(orjson.dumps(REQUEST), ["x"])
    error = b'data: {"error":{"message":"overloaded"}}\n\n'
    assert [joiner.feed(frame) for frame in Sse().feed(error)] == [error]
    assert joiner.end() == b""


def test_thoughts_and_signatures_go_back_with_the_call() -> None:
    joiner = openai_chat.joiner(Sse())
    extra = {"google": {"thought_signature": "c2ln"}}
    call = {"index": 0, "id": "c", "function": {"name": TOOL, "arguments": "{}"}, "extra_content": extra}
    deltas: list[dict[str, Any]] = [
        {"reasoning_content": "let "},
        {"reasoning_content": "me"},
        {"tool_calls": [call]},
    ]
    events = [*(chunk(delta) for delta in deltas), chunk({}, "stop")]
    for event in events:
        joiner.feed(Sse().feed(b"data:" + orjson.dumps(event) + b"\n\n")[0])
    message = orjson.loads(joiner.proceed(orjson.dumps(REQUEST), ["x"]))["messages"][-2]
    assert message["reasoning_content"] == "let me"
    assert message["tool_calls"][0]["extra_content"] == extra


def test_the_next_request_differs_in_what_was_added_alone() -> None:
    body = b'{ "messages" : [ {"role":"user","content":"\\u00e9"} ] , "seed": 1e5, "n": 1 }'
    joiner = openai_chat.joiner(None)
    joiner.whole(whole([Said(TOOL, "{}")], 1))
    proceeded = joiner.proceed(body, ["x"])
    assert proceeded.startswith(b'{ "messages" : [ {"role":"user","content":"\\u00e9"},{"role":"assistant"')
    assert proceeded.endswith(b' ] , "seed": 1e5, "n": 1 }')


@pytest.mark.parametrize(
    ("body", "names", "expected"),
    [
        (b'{"tools": [{}], "n": 1}', [], True),
        (b'{"tools": [{}]}', ["ls"], True),
        (b'{"tools": [{}], "n": 2}', [], False),
        (b'{"tools": [{}]}', [TOOL], False),
        (b'{"functions": [{}]}', [], False),
    ],
)
def test_where_the_tool_is_offered(body: bytes, names: list[str], expected: bool) -> None:
    at = body.find(b"[")
    head = Head(tools=slice(at, body.find(b"]") + 1) if b"tools" in body else None, tool_names=frozenset(names))
    offered = orjson.loads(spans.splice(body, openai_chat.offer(body, head)))
    assert (offered.get("tools", [])[-1:] == [orjson.loads(openai_chat.DEFINITION)]) is expected


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error":{}}', b"<html>"])
def test_what_is_no_completion_is_not_taken(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        openai_chat.joiner(None).whole(body)


def test_several_choices_are_left_alone() -> None:
    answer = orjson.loads(whole([Said(TOOL, "{}")], 1))
    body = orjson.dumps(answer | {"choices": answer["choices"] * 2})
    joiner = openai_chat.joiner(None)
    joiner.whole(body)
    assert joiner.asked() == []
    assert joiner.end() == body


@given(st.lists(st.lists(objects, max_size=4), min_size=1, max_size=3), objects)
def test_any_events_are_taken(rounds: list[list[dict[str, Any]]], whole: dict[str, Any]) -> None:
    joiner = openai_chat.joiner(JsonLines())
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
    taken = openai_chat.joiner(None)
    with contextlib.suppress(ValueError):
        taken.whole(orjson.dumps(whole))
        assert taken.asked() or taken.end() == orjson.dumps(whole) or TOOL in str(whole)
