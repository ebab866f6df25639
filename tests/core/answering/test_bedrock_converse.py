"""What holds of Anthropic's Messages holds of Converse: one good message for the client, good requests."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.answering import bedrock_converse
from headroom.answering.base import TOOL
from headroom.dialects.base import Head
from headroom.frames import EventStream, Framing
from headroom.spans import splice
from tests.core.answering.anthropic_client import HEX, Told, cache_reads, put_back_by, rounds_of
from tests.provider import bedrock_converse as provider
from tests.provider import bedrock_converse_checks as checks
from tests.provider.bedrock_errors import exception_frame
from tests.provider.script import Json, Stream
from tests.provider.signing import sign

REQUEST: Json = {
    "modelId": "anthropic.claude-opus-5",
    "toolConfig": {"tools": [{"toolSpec": {"name": "Bash", "inputSchema": {"json": {}}}}]},
    "messages": [{"role": "user", "content": [{"text": "how many é 🎉 are there?"}]}],
}
BODY = json.dumps(REQUEST).encode()
USAGE = {
    "inputTokens": 3,
    "outputTokens": 5,
    "totalTokens": 8,
    "cacheReadInputTokens": 7,
    "cacheDetails": [{"ttl": "5m", "inputTokens": 2}],
}
KINDS = st.lists(st.sampled_from(["thinking", "text", "ours", "others"]), max_size=5)
CUTS = st.lists(st.integers(0, 5000), max_size=20)


def call(name: str, number: int, **arguments: object) -> Json:
    return {"toolUse": {"toolUseId": f"tooluse_{name}_{number:012}", "name": name, "input": arguments}}


def ours(number: int) -> Json:
    return call(TOOL, number, hash=HEX)


def blocks(kinds: Sequence[str], number: int) -> list[Json]:
    made: list[Json] = []
    for place, kind in enumerate(kinds):
        at = number * 100 + place
        thought = f"hm {at} é🎉"
        listed: dict[str, Json] = {
            "thinking": {"reasoningContent": {"reasoningText": {"text": thought, "signature": sign(thought)}}},
            "text": {"text": f"I say {at}, and then some more \n\n words 🎉."},
            "ours": ours(at),
            "others": call("Bash", at, command=f"ls {at}"),
        }
        made.append(listed[kind])
    return made


def response(content: list[Json], stop_reason: str = "") -> Json:
    calls = any("toolUse" in block for block in content)
    return {
        "metrics": {"latencyMs": 10},
        "output": {"message": {"content": content, "role": "assistant"}},
        "stopReason": stop_reason or ("tool_use" if calls else "end_turn"),
        "usage": USAGE,
    }


def stream(said: Json) -> bytes:
    return b"".join(provider.chunks(provider.events(said, {}, Stream())))


def run(
    answers: Sequence[Json],
    framing: Callable[[], Framing] | None = EventStream,
    cuts: Sequence[int] = (),
    rounds: int = 4,
) -> Told:
    joiner = bedrock_converse.joiner(framing() if framing else None)
    return rounds_of(joiner, BODY, answers, framing, stream, cuts, rounds)


def accumulate(sent: bytes) -> Json:
    """Put a stream together as a client does, and hold it to the grammar of the events."""
    listed = [(frame.name, json.loads(frame.data)) for frame in EventStream().feed(sent)]
    assert listed[0] == ("messageStart", {"role": "assistant", "p": "abcdef"})
    assert [name for name, _ in listed].count("messageStart") == 1
    assert [name for name, _ in listed[-2:]] == ["messageStop", "metadata"]
    content: list[Json] = []
    inputs: dict[int, str] = {}
    stopped = 0
    for name, event in listed[1:-2]:
        index = event["contentBlockIndex"]
        assert index == stopped
        if name == "contentBlockStop":
            stopped += 1
            continue
        if index == len(content):
            start = event.get("start")
            empty: Json = {"text": ""} if "text" in event.get("delta", {}) else thinking_of("", "")
            content.append({"toolUse": {**start["toolUse"], "input": {}}} if start else empty)
        delta = event.get("delta", {})
        if "text" in delta:
            content[index]["text"] += delta["text"]
        for key, piece in delta.get("reasoningContent", {}).items():
            content[index]["reasoningContent"]["reasoningText"][key] += piece
        inputs[index] = inputs.get(index, "") + delta.get("toolUse", {}).get("input", "")
    assert stopped == len(content)
    for index, said in inputs.items():
        if said:
            content[index]["toolUse"]["input"] = json.loads(said)
    stop, metadata = listed[-2][1], listed[-1][1]
    return {**response(content), "stopReason": stop["stopReason"], "usage": metadata["usage"]}


def thinking_of(text: str, signature: str) -> Json:
    return {"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}}


def later(content: list[Json], *more: Json) -> bytes:
    said = {"role": "assistant", "content": content}
    results: list[Json] = [
        {"toolResult": {"toolUseId": block["toolUse"]["toolUseId"], "content": [{"text": "done"}]}}
        for block in content
        if "toolUse" in block
    ]
    point = {"cachePoint": {"type": "default"}}
    behind = {"role": "user", "content": [*(results or [{"text": "and now?"}]), point]}
    return json.dumps({**REQUEST, "messages": [*REQUEST["messages"], said, behind, *more]}).encode()


def problem(body: bytes) -> str:
    return checks.misshapen(json.loads(body)) or checks.problem(json.loads(body))


def test_the_tool_is_offered_behind_the_others() -> None:
    at = BODY.index(b'[{"toolSpec"')
    end = BODY.index(b"]", at) + 1
    offered = json.loads(splice(BODY, bedrock_converse.offer(BODY, Head(tools=slice(at, end)))))
    specs = [tool["toolSpec"] for tool in offered["toolConfig"]["tools"]]
    assert [spec["name"] for spec in specs] == ["Bash", TOOL]
    assert specs[1]["inputSchema"]["json"]["required"] == ["hash"]
    assert bedrock_converse.offer(BODY, Head()) == []


@given(KINDS, CUTS)
def test_without_a_call_of_ours_the_bytes_are_those_that_came(kinds: list[str], cuts: list[int]) -> None:
    said = response(blocks([kind for kind in kinds if kind != "ours"], 0))
    assert run([said], cuts=cuts).sent == stream(said)
    assert run([said], None).sent == json.dumps(said).encode()
    assert run([said]).kept == {}


@given(st.lists(KINDS, min_size=1, max_size=4), CUTS, st.sampled_from([EventStream, None]), st.integers(1, 4))
def test_the_rounds_are_one_good_message(
    kinds: list[list[str]], cuts: list[int], framing: Callable[[], Framing] | None, most: int
) -> None:
    said = [response(blocks(one, number)) for number, one in enumerate([*kinds, ["text"]])]
    told = run(said, framing, cuts, most)
    whole = accumulate(told.sent) if framing else json.loads(told.sent)
    used = said[: len(told.bodies)]
    seen = [
        block
        for one in used
        for block in one["output"]["message"]["content"]
        if block.get("toolUse", {}).get("name") != TOOL
    ]
    assert whole["output"]["message"] == {"content": seen, "role": "assistant"}
    assert whole["stopReason"] == ("tool_use" if any("toolUse" in block for block in seen) else "end_turn")
    assert whole["usage"] == {
        **{name: figure * len(used) for name, figure in USAGE.items() if isinstance(figure, int)},
        "cacheDetails": [{"ttl": "5m", "inputTokens": 2 * len(used)}],
    }
    for before, after in pairwise(told.bodies):
        assert problem(after) == ""
        assert json.loads(after)["messages"][:-2] == json.loads(before)["messages"]


@given(st.lists(KINDS, min_size=1, max_size=3), st.sampled_from([EventStream, None]), st.booleans())
def test_later_requests_go_on_where_the_rounds_stopped(
    kinds: list[list[str]], framing: Callable[[], Framing] | None, marked: bool
) -> None:
    said = [response(blocks(one, number)) for number, one in enumerate([*kinds, ["text"]])]
    told = run(said, framing)
    content = (accumulate(told.sent) if framing else json.loads(told.sent))["output"]["message"]["content"]
    if not content:
        return
    marked = marked and "reasoningContent" not in content[-1]
    kept = [*content, {"cachePoint": {"type": "default"}}] if marked else content
    out = put_back_by(bedrock_converse.reinsert, later(kept), told)
    assert problem(out) == "" and out.count(b"cachePoint") == 1 + marked
    last, sent = json.loads(out)["messages"], json.loads(told.bodies[-1])["messages"]
    if said[len(told.bodies) - 1]["output"]["message"]["content"]:
        assert last[: len(sent)] == sent
    more = [{"role": "assistant", "content": [{"text": "x"}]}, {"role": "user", "content": [{"text": "y"}]}]
    longer = json.loads(put_back_by(bedrock_converse.reinsert, later(kept, *more), told))
    assert longer["messages"][: len(last)] == last
    requests = [checks.as_anthropic(json.loads(body)) for body in (*told.bodies, out)]
    bare = [json.dumps(without_marks(request)).encode() for request in requests]
    assert all(before < after for before, after in pairwise(cache_reads(bare)))


def without_marks(request: Json) -> Json:
    for message in request["messages"]:
        for block in message["content"]:
            block.pop("cache_control", None)
    return request


@given(st.lists(KINDS, min_size=1, max_size=3), st.sampled_from(["no thinking", "trimmed", "half"]))
def test_a_history_that_the_client_changed_makes_no_bad_request(kinds: list[list[str]], change: str) -> None:
    said = [response(blocks(one, number)) for number, one in enumerate([*kinds, ["text"]])]
    told = run(said)
    content = accumulate(told.sent)["output"]["message"]["content"]
    if change == "no thinking":
        content = [block for block in content if "reasoningContent" not in block]
    elif change == "trimmed":
        content = [{"text": block["text"].strip()} if "text" in block else block for block in content]
    else:
        content = content[: len(content) // 2]
    if content:
        body = later(content)
        assert problem(body) == problem(put_back_by(bedrock_converse.reinsert, body, told)) == ""


@pytest.mark.parametrize("reason", ["max_tokens", "guardrail_intervened"])
def test_a_response_that_was_cut_off_is_not_gone_on_with(reason: str) -> None:
    for framing in (EventStream, None):
        told = run([response([{"text": "hm"}, ours(1)], reason)], framing)
        whole = accumulate(told.sent) if framing else json.loads(told.sent)
        assert (whole["stopReason"], whole["output"]["message"]["content"]) == (reason, [{"text": "hm"}])
        assert told.kept == {} and len(told.bodies) == 1


def test_what_is_not_understood_is_shown_but_not_said_again() -> None:
    joiner = bedrock_converse.joiner(EventStream())
    raw = stream(response([{"citationsContent": {"citations": []}}, ours(1)]))
    sent = b"".join(joiner.feed(frame) for frame in EventStream().feed(raw))
    assert b"citationsContent" in sent and len(joiner.asked()) == 1
    with pytest.raises(ValueError, match="unknown"):
        joiner.proceed(BODY, ["x"])
    ending = [frame.name for frame in EventStream().feed(joiner.end())]
    assert ending == ["messageStop", "metadata"]


def test_an_exception_in_a_later_round_is_passed_on() -> None:
    joiner = bedrock_converse.joiner(EventStream())
    for frame in EventStream().feed(stream(response([ours(1)]))):
        joiner.feed(frame)
    joiner.proceed(BODY, ["x"])
    refusal = exception_frame("too many")
    assert b"".join(joiner.feed(frame) for frame in EventStream().feed(refusal)) == refusal
    assert joiner.asked() == [] and joiner.end() == b""
