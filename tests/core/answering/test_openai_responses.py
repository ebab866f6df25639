"""Joined responses: strict about what a client may see, and what a provider may be asked."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import spans
from headroom.answering import openai_responses
from headroom.answering.base import TOOL, Joiner
from headroom.dialects.base import Head
from headroom.frames import JsonLines, Sse
from tests.core.answering.any_json import objects

REQUEST: dict[str, Any] = {
    "model": "m",
    "input": [{"role": "user", "content": "What failed?"}],
    "tools": [{"type": "function", "name": "ls"}],
    "store": False,
}


class Said(NamedTuple):
    """An item in a script."""

    kind: str
    text: str


def item(said: Said, number: int, at: int) -> dict[str, Any]:
    name = f"{number}_{at}"
    if said.kind == "text":
        part = {"type": "output_text", "text": said.text, "annotations": []}
        return {
            "type": "message",
            "id": f"msg_{name}",
            "role": "assistant",
            "status": "completed",
            "content": [part],
        }
    if said.kind == "reasoning":
        return {"type": "reasoning", "id": f"rs_{name}", "summary": [], "encrypted_content": f"sealed {name}"}
    call = {"type": "function_call", "id": f"fc_{name}", "call_id": f"call_{name}", "status": "completed"}
    return call | {"name": said.kind, "arguments": said.text}


def figures(number: int) -> dict[str, Any]:
    details = {"cached_tokens": 5 * number}
    return {"input_tokens": 10 * number, "input_tokens_details": details, "output_tokens": number}


def response(script: Sequence[Said], number: int, status: str = "completed") -> dict[str, Any]:
    items = [item(said, number, at) for at, said in enumerate(script)]
    return {
        "id": f"resp_{number}",
        "object": "response",
        "status": status,
        "output": items,
        "usage": figures(number),
    }


def events(script: Sequence[Said], number: int) -> list[dict[str, Any]]:
    """The events of a round, as OpenAI sends them."""
    opening = {"id": f"resp_{number}", "object": "response", "status": "in_progress", "output": []}
    made: list[dict[str, Any]] = [
        {"type": f"response.{kind}", "response": opening} for kind in ("created", "in_progress")
    ]
    for at, said in enumerate(script):
        done = item(said, number, at)
        blank: dict[str, Any] = {"text": {"content": []}, "reasoning": {}}.get(said.kind, {"arguments": ""})
        made.append({"type": "response.output_item.added", "output_index": at, "item": done | blank})
        of_item = {"item_id": done["id"], "output_index": at}
        kind = "response.output_text" if said.kind == "text" else "response.function_call_arguments"
        if said.kind == "text":
            of_item["content_index"] = 0
            empty = done["content"][0] | {"text": ""}
            made.append({"type": "response.content_part.added", "part": empty} | of_item)
        if said.kind != "reasoning":
            made += [
                {"type": f"{kind}.delta", "delta": piece} | of_item for piece in (said.text[:2], said.text[2:])
            ]
            made.append({"type": f"{kind}.done", "text": said.text} | of_item)
        if said.kind == "text":
            made.append({"type": "response.content_part.done", "part": done["content"][0]} | of_item)
        made.append({"type": "response.output_item.done", "output_index": at, "item": done})
    made.append({"type": "response.completed", "response": response(script, number)})
    return [event | {"sequence_number": sequence} for sequence, event in enumerate(made)]


def sse(made: Sequence[Mapping[str, Any]]) -> bytes:
    return b"".join(
        b"event: " + each["type"].encode() + b"\ndata: " + orjson.dumps(each) + b"\n\n" for each in made
    )


class Joined(NamedTuple):
    """What came of a script."""

    client: bytes
    joiner: Joiner
    requests: list[bytes]
    asked: int


def run(
    rounds: Sequence[Sequence[Said]], streamed: bool = True, cuts: Sequence[int] = (7,), body: bytes = b""
) -> Joined:
    """Play a script; a client's request in, all that the client gets out."""
    joiner = openai_responses.joiner(Sse() if streamed else None)
    body = body or orjson.dumps(REQUEST)
    out, requests, asked = b"", [body], 0
    for number, script in enumerate(rounds, 1):
        if streamed:
            framing, sent, at = Sse(), sse(events(script, number)), 0
            while at < len(sent):
                size = cuts[at % len(cuts)]
                out += b"".join(map(joiner.feed, framing.feed(sent[at : at + size])))
                at += size
        else:
            joiner.whole(orjson.dumps(response(script, number)))
        calls = joiner.asked()
        asked += len(calls)
        answers = [f"found {call.arguments}" for call in calls]
        if not calls or joiner.has_others() or number == len(rounds):
            return Joined(out + joiner.end(answers if joiner.has_others() else ()), joiner, requests, asked)
        body = joiner.proceed(body, answers)
        requests.append(body)
    raise AssertionError("no round")


def accumulated(client: bytes) -> dict[str, Any]:
    """Read a stream as a strict client does; return the response."""
    made = [orjson.loads(frame.data) for frame in Sse().feed(client)]
    assert len({event["response"]["id"] for event in made if "response" in event}) == 1
    assert [frame.name for frame in Sse().feed(client)] == [event["type"] for event in made]
    assert [event["sequence_number"] for event in made] == list(range(len(made)))
    kinds = [event["type"] for event in made]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    assert not {"response.created", "response.in_progress", "response.completed"} & set(kinds[2:-1])
    items: list[dict[str, Any]] = []
    open_at: int | None = None
    for event in made[2:-1]:
        if event["type"] == "response.output_item.added":
            assert open_at is None
            open_at = event["output_index"]
            assert open_at == len(items)
        assert event["output_index"] == open_at
        if event["type"] == "response.output_item.done":
            items.append(event["item"])
            open_at = None
    joined: dict[str, Any] = made[-1]["response"]
    assert joined["output"] == items
    return joined


def check_pairs(body: bytes) -> list[dict[str, Any]]:
    """Hold a request to the provider's rules: each call is answered once, behind it; no id stands twice."""
    items: list[dict[str, Any]] = orjson.loads(body)["input"]
    ids = [each["id"] for each in items if "id" in each]
    assert len(set(ids)) == len(ids)
    called: list[str] = []
    answered: list[str] = []
    for each in items:
        if each.get("type") == "function_call":
            called.append(each["call_id"])
        if each.get("type") == "function_call_output":
            assert each["call_id"] in called
            answered.append(each["call_id"])
    assert sorted(called) == sorted(answered)
    assert len(set(called)) == len(called)
    return items


def put_back(body: bytes, joined: Joined) -> bytes:
    kept = joined.joiner.kept()
    return spans.splice(
        body, openai_responses.reinsert(body, lambda names: {name: kept[name] for name in names if name in kept})
    )


def results(output: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    calls = [each["call_id"] for each in output if each["type"] == "function_call"]
    return [{"type": "function_call_output", "call_id": call, "output": "a.py"} for call in calls]


def plainer(output: Sequence[Mapping[str, Any]], how: str) -> list[dict[str, Any]]:
    """The output as different clients send it again."""
    if how == "no reasoning":
        output = [each for each in output if each["type"] != "reasoning"]
    if how in ("no ids", "no reasoning"):
        return [{key: value for key, value in each.items() if key not in ("id", "status")} for each in output]
    if how == "merged text":
        texts = [each["content"][0]["text"] for each in output if each["type"] == "message"]
        rest = [dict(each) for each in output if each["type"] == "function_call"]
        return [{"role": "assistant", "content": "".join(texts)}, *rest] if texts else rest
    return [dict(each) for each in output]


# "Q" keeps the texts of the rounds from being each other's beginnings.
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
text = words.map(lambda text: Said("text", "Q" + text))
reasoning = st.just(Said("reasoning", ""))
other = st.sampled_from(["a", "ü"]).map(lambda text: Said("ls", orjson.dumps({"path": text}).decode()))
ours = st.sampled_from(["0" * 12, "é"]).map(lambda text: Said(TOOL, orjson.dumps({"hash": text}).decode()))
scripts = st.lists(st.lists(st.one_of(text, reasoning, other, ours), max_size=5), min_size=1, max_size=4)


@given(scripts, st.booleans(), st.lists(st.integers(1, 80), min_size=1, max_size=4))
def test_any_script_makes_one_response_and_valid_requests(
    rounds: list[list[Said]], streamed: bool, cuts: list[int]
) -> None:
    joined = run(rounds, streamed, cuts)
    played = rounds[: len(joined.requests)]
    assert TOOL.encode() not in joined.client
    made = accumulated(joined.client) if streamed else orjson.loads(joined.client)
    shown = [
        item(said, at, n) for at, part in enumerate(played, 1) for n, said in enumerate(part) if said.kind != TOOL
    ]
    assert made["output"] == shown
    assert made["id"] == ("resp_1" if streamed else f"resp_{len(played)}")
    assert made["usage"]["input_tokens"] == sum(10 * number for number in range(1, len(played) + 1))
    assert made["usage"]["input_tokens_details"]["cached_tokens"] == made["usage"]["input_tokens"] // 2
    if not any(said.kind == TOOL for part in played for said in part):
        assert joined.client == (sse(events(played[0], 1)) if streamed else orjson.dumps(response(played[0], 1)))
    for body in joined.requests:
        check_pairs(body)
    check_later(joined, made, played)


def check_later(joined: Joined, made: Mapping[str, Any], played: Sequence[Sequence[Said]]) -> None:
    followed = {"role": "user", "content": "Go on"}
    last_sent = joined.requests[-1][: joined.requests[-1].rindex(b'],"tools"')]
    unanswered = (
        0 if any(said.kind == "ls" for said in played[-1]) else sum(said.kind == TOOL for said in played[-1])
    )
    for how in ("as it came", "no ids", "no reasoning", "merged text"):
        items = plainer(made["output"], how)
        body = orjson.dumps(REQUEST | {"input": [*REQUEST["input"], *items, *results(made["output"]), followed]})
        again = put_back(body, joined)
        found = check_pairs(again)
        answered = [each for each in found if str(each.get("output")).startswith("found")]
        if items:
            assert again.startswith(last_sent)
            assert len(answered) == joined.asked - unanswered
        if how == "as it came":
            said = [each for each in found if each.get("type") in ("message", "reasoning")]
            assert said == [each for each in made["output"] if each["type"] != "function_call"]
        assert again == put_back(body, joined)


@given(scripts)
def test_a_provider_that_holds_the_history_gets_every_answer(rounds: list[list[Said]]) -> None:
    joined = run(rounds)
    made = accumulated(joined.client)
    last = rounds[len(joined.requests) - 1]
    fields = {"previous_response_id": made["id"]}
    own = results([each for each in made["output"] if each["id"].split("_")[1] == str(len(joined.requests))])
    for continued in ([*own, {"role": "user", "content": "Go on"}], "Go on"):
        if own and isinstance(continued, str):
            continue
        again = orjson.loads(put_back(orjson.dumps(REQUEST | fields | {"input": continued}), joined))
        items = again["input"]
        assert again["previous_response_id"] == f"resp_{len(joined.requests)}"
        wanted = [f"call_{len(joined.requests)}_{at}" for at, said in enumerate(last) if said.kind in (TOOL, "ls")]
        answered = [] if isinstance(items, str) else [each["call_id"] for each in items if "call_id" in each]
        assert sorted(answered) == sorted(wanted)


def test_a_stream_is_never_held_back() -> None:
    joiner = openai_responses.joiner(Sse())
    script = [Said("reasoning", ""), Said("text", "abc"), Said("ls", "{}")]
    for frame in Sse().feed(sse(events(script, 1)) + b": ping\n\n"):
        assert joiner.feed(frame) == frame.raw
    assert joiner.end() == b""
    assert joiner.kept() == {}


CONTINUED = {
    "a text": ({"input": "hi"}, [{"role": "user", "content": "hi"}], None),
    "a held response": ({"input": [], "previous_response_id": "resp_0"}, [], "resp_0"),
}


@pytest.mark.parametrize(("fields", "before", "previous"), CONTINUED.values(), ids=CONTINUED)
def test_the_next_request_says_what_the_model_said(
    fields: dict[str, Any], before: list[Any], previous: str
) -> None:
    joined = run([[Said("reasoning", ""), Said(TOOL, "{}")], [Said("text", "ok")]], body=orjson.dumps(fields))
    sent = orjson.loads(joined.requests[1])
    answer = {"type": "function_call_output", "call_id": "call_1_1", "output": "found {}"}
    said = [item(Said("reasoning", ""), 1, 0), item(Said(TOOL, "{}"), 1, 1)]
    assert sent["input"] == [*before, *said, answer]
    assert sent.get("previous_response_id") == previous


def test_a_websocket_goes_on_from_the_newest_response() -> None:
    fields = {"type": "response.create", "previous_response_id": "resp_0"}
    body = orjson.dumps(fields | {"input": [{"role": "user", "content": "hi"}]})
    joined = run([[Said(TOOL, "{}")], [Said("text", "ok")]], body=body)
    answer = {"type": "function_call_output", "call_id": "call_1_0", "output": "found {}"}
    assert orjson.loads(joined.requests[1]) == fields | {"previous_response_id": "resp_1", "input": [answer]}


def test_reasoning_that_is_nowhere_held_is_not_sent() -> None:
    joiner = openai_responses.joiner(None)
    made = response([Said("reasoning", ""), Said(TOOL, "{}")], 1)
    del made["output"][0]["encrypted_content"]
    joiner.whole(orjson.dumps(made))
    sent = orjson.loads(joiner.proceed(orjson.dumps(REQUEST), ["x"]))["input"]
    assert [each.get("type") for each in sent] == [None, "function_call", "function_call_output"]
    assert "id" not in sent[1]


@pytest.mark.parametrize("status", ["incomplete", "failed"])
def test_a_response_that_is_cut_off_asks_nothing(status: str) -> None:
    joiner = openai_responses.joiner(JsonLines())
    made = events([Said(TOOL, '{"ha')], 1)
    made[-1] |= {"type": f"response.{status}", "response": made[-1]["response"] | {"status": status}}
    out = b"".join(joiner.feed(frame) for event in made for frame in JsonLines().feed(orjson.dumps(event) + b"\n"))
    assert joiner.asked() == []
    lines = (out + joiner.end()).splitlines()
    assert orjson.loads(lines[-1])["type"] == f"response.{status}"
    assert orjson.loads(lines[-1])["response"]["output"] == []


def test_an_error_in_a_later_round_is_passed_on() -> None:
    joiner = openai_responses.joiner(Sse())
    for frame in Sse().feed(sse(events([Said(TOOL, "{}")], 1))):
        joiner.feed(frame)
    joiner.proceed(orjson.dumps(REQUEST), ["x"])
    error = {"type": "error", "code": "overloaded", "sequence_number": 0}
    out = joiner.feed(Sse().feed(sse([error]))[0])
    assert orjson.loads(Sse().feed(out)[0].data) == error | {"sequence_number": 2}
    assert joiner.end() == b""


def test_a_server_tool_beside_ours_is_no_call_of_the_clients() -> None:
    made = response([Said(TOOL, "{}")], 1)
    made["output"].insert(0, {"type": "web_search_call", "id": "ws_1", "status": "completed"})
    joiner = openai_responses.joiner(None)
    joiner.whole(orjson.dumps(made))
    assert not joiner.has_others()
    assert len(joiner.asked()) == 1


@pytest.mark.parametrize(
    ("body", "names", "expected"),
    [
        (b'{"tools": [{}]}', ["ls"], True),
        (b'{"tools": [{}], "background": false}', [], True),
        (b'{"tools": [{}], "background": true}', [], False),
        (b'{"tools": [{}], "conversation": "conv_1"}', [], False),
        (b'{"tools": [{}]}', [TOOL], False),
        (b'{"input": [{"type": "additional_tools", "tools": [{}]}]}', [], False),
    ],
)
def test_where_the_tool_is_offered(body: bytes, names: list[str], expected: bool) -> None:
    at = body.find(b"[")
    head = Head(tools=slice(at, body.find(b"]") + 1) if b'{"tools' in body else None, tool_names=frozenset(names))
    offered = orjson.loads(spans.splice(body, openai_responses.offer(body, head)))
    assert (offered.get("tools", [])[-1:] == [orjson.loads(openai_responses.DEFINITION)]) is expected


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error":{}}', b"<html>"])
def test_what_is_no_response_is_not_taken(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        openai_responses.joiner(None).whole(body)


@given(st.lists(st.lists(objects, max_size=4), min_size=1, max_size=3), objects)
def test_any_events_are_taken(rounds: list[list[dict[str, Any]]], whole: dict[str, Any]) -> None:
    joiner = openai_responses.joiner(JsonLines())
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
    taken = openai_responses.joiner(None)
    with contextlib.suppress(ValueError):
        taken.whole(orjson.dumps(whole))
        assert taken.asked() or taken.end() == orjson.dumps(whole) or TOOL in str(whole)
