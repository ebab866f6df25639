"""A client gets one good message of a response in which our tool was called; what goes out is a good request."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.answering import anthropic
from headroom.answering.base import TOOL
from headroom.dialects.base import Head
from headroom.frames import EventStream, Framing, Sse
from headroom.spans import splice
from tests.core.answering.anthropic_client import (
    BASE_USAGE,
    Told,
    accumulate,
    cache_reads,
    call,
    in_aws,
    message,
    ours,
    put_back,
    run,
    stream,
    text,
    thinking,
)
from tests.provider import checks
from tests.provider.script import Json
from tests.provider.sse import encode, events

REQUEST: Json = {
    "model": "claude-opus-5",
    "max_tokens": 100,
    "tools": [{"name": "Bash"}],
    "messages": [{"role": "user", "content": "how many é 🎉 are there?"}],
}
BODY = json.dumps(REQUEST).encode()
SERVER = {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {"query": "x"}}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_01", "content": [{"type": "x", "n": 1.0}]}

KINDS = st.lists(st.sampled_from(["thinking", "text", "ours", "others", "server", "unknown"]), max_size=5)
CUTS = st.lists(st.integers(0, 5000), max_size=20)


def blocks(kinds: Sequence[str], number: int) -> list[Json]:
    """Blocks of these kinds; all ids and texts differ by place and number of the round."""
    made: list[Json] = []
    for place, kind in enumerate(kinds):
        at = number * 100 + place
        listed: dict[str, list[Json]] = {
            "thinking": [thinking(f"hm {at} é🎉")],
            "text": [text(f"I say {at}, and then some more \n\n words 🎉.")],
            "ours": [ours(at)],
            "others": [call("Bash", at, command=f"ls {at}")],
            "server": [{**SERVER, "id": f"srv{at}"}, {**FOUND, "tool_use_id": f"srv{at}"}],
            "unknown": [{"type": "future_block", "n": 1.0, "at": at}],
        }
        made += listed[kind]
    return made


def is_ours(block: Json) -> bool:
    return bool(block.get("name") == TOOL)


def answered(content: list[Json]) -> Json:
    """What a client sends behind a message: results of its calls, or more words."""
    results = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": "done"}
        for block in content
        if block["type"] == "tool_use"
    ]
    return {"role": "user", "content": results or [{"type": "text", "text": "and now?"}]}


def later(content: object, *more: Json) -> bytes:
    """The client's next request: its view of the history."""
    said = {"role": "assistant", "content": content}
    behind = answered(content if isinstance(content, list) else [])
    return json.dumps({**REQUEST, "messages": [*REQUEST["messages"], said, behind, *more]}).encode()


def problem(body: bytes) -> str:
    return checks.problem(json.loads(body))


def test_the_tool_is_offered_behind_the_others_in_constant_bytes() -> None:
    body = b'{"tools": [ {"name":"Bash"}\n ], "messages": []}'
    [change] = anthropic.offer(body, Head(tools=slice(10, body.index(b"]") + 1)))
    offered = splice(body, [change])
    assert [tool["name"] for tool in json.loads(offered)["tools"]] == ["Bash", TOOL]
    assert offered.replace(change.literal, b"") == body
    assert anthropic.offer(body, Head()) == []
    assert anthropic.offer(body, Head(tools=slice(10, 28), tool_names=frozenset({TOOL}))) == []


@given(st.lists(KINDS, min_size=1, max_size=3), CUTS, st.sampled_from([Sse, EventStream]))
def test_without_a_call_of_ours_the_bytes_are_those_that_came(
    kinds: list[list[str]], cuts: list[int], framing: Callable[[], Framing]
) -> None:
    said = message(blocks([kind for kind in kinds[0] if kind != "ours"], 0))
    told = run(BODY, [said], framing, cuts)
    assert told.sent == (stream(said) if framing is Sse else in_aws(stream(said)))
    assert told.kept == {}
    assert run(BODY, [said], None).sent == json.dumps(said).encode()


@given(st.lists(KINDS, min_size=1, max_size=4), CUTS, st.sampled_from([Sse, EventStream, None]), st.integers(1, 4))
def test_the_rounds_are_one_good_message(
    kinds: list[list[str]], cuts: list[int], framing: Callable[[], Framing] | None, most: int
) -> None:
    said = [message(blocks(one, number), number) for number, one in enumerate([*kinds, ["text"]])]
    told = run(BODY, said, framing, cuts, most)
    whole = accumulate(told.sent, framing) if framing else json.loads(told.sent)
    used = said[: len(told.bodies)]
    seen = [block for one in used for block in one["content"] if not is_ours(block)]
    assert whole["content"] == seen
    assert whole["id"] == used[0]["id"]
    has_calls = any(block["type"] == "tool_use" for block in seen)
    assert whole["stop_reason"] == ("tool_use" if has_calls else "end_turn")
    assert whole["usage"] == {name: figure * len(used) for name, figure in BASE_USAGE.items()}
    for before, after in pairwise(told.bodies):
        assert problem(after) == ""
        assert json.loads(after)["messages"][:-2] == json.loads(before)["messages"]
        assert after.startswith(before[: before.rindex(b"]")].rstrip())


@given(st.lists(KINDS, min_size=1, max_size=3), st.sampled_from([Sse, None]), st.integers(0, 3))
def test_later_requests_go_on_where_the_rounds_stopped(
    kinds: list[list[str]], framing: Callable[[], Framing] | None, indent: int
) -> None:
    said = [message(blocks(one, number), number) for number, one in enumerate([*kinds, ["text"]])]
    told = run(BODY, said, framing)
    content = (accumulate(told.sent) if framing else json.loads(told.sent))["content"]
    if not content:
        return
    request = json.loads(later(content))
    body = json.dumps(request, indent=indent or None).encode()
    out = put_back(body, told)
    assert problem(out) == ""
    sent, last = json.loads(told.bodies[-1])["messages"], json.loads(out)["messages"]
    if not any(block["type"] in ("text", "tool_use", "thinking") for block in content):
        assert out == body
        return
    if said[len(told.bodies) - 1]["content"]:
        assert last[: len(sent)] == sent
    more = [{"role": "assistant", "content": "fine"}, {"role": "user", "content": "go on"}]
    longer = put_back(json.dumps({**request, "messages": [*request["messages"], *more]}).encode(), told)
    assert json.loads(longer)["messages"][: len(last)] == last
    reads = cache_reads([*told.bodies, out, longer])
    assert all(before < after for before, after in pairwise(reads))


@given(
    st.lists(KINDS, min_size=1, max_size=3),
    st.sampled_from(["no thinking", "joined", "trimmed", "marked", "half"]),
)
def test_a_history_that_the_client_changed_makes_no_bad_request(kinds: list[list[str]], change: str) -> None:
    said = [message(blocks(one, number), number) for number, one in enumerate([*kinds, ["text"]])]
    told = run(BODY, said)
    content = accumulate(told.sent)["content"]
    if change == "no thinking":
        content = [block for block in content if block["type"] != "thinking"]
    elif change == "trimmed":
        content = [text(block["text"].strip()) if block["type"] == "text" else block for block in content]
    elif change == "marked":
        content = [{**block, "cache_control": None} for block in content]
    elif change == "half":
        content = content[: len(content) // 2]
    else:
        texts = "".join(block["text"] for block in content if block["type"] == "text")
        others = [block for block in content if block["type"] not in ("text", "thinking")]
        content = [text(texts), *others] if others and texts else others or texts
    if content:
        body = later(content)
        out = put_back(body, told)
        assert problem(body) == problem(out) == ""


def parallel() -> Told:
    return run(BODY, [message([thinking("a"), ours(1), call("Bash", 1), ours(2), call("Bash", 2)])])


def test_beside_the_client_s_own_calls_ours_are_put_back_at_their_place() -> None:
    told = parallel()
    whole = accumulate(told.sent)
    assert [block["type"] for block in whole["content"]] == ["thinking", "tool_use", "tool_use"]
    assert whole["stop_reason"] == "tool_use" and len(told.bodies) == 1
    out = json.loads(put_back(later(whole["content"]), told))
    assert out["messages"][1]["content"] == [thinking("a"), ours(1), call("Bash", 1), ours(2), call("Bash", 2)]
    results = [block["tool_use_id"] for block in out["messages"][2]["content"]]
    assert results == [block["id"] for block in (ours(1), ours(2), call("Bash", 1), call("Bash", 2))]


def test_an_answer_sent_back_as_a_string_is_found() -> None:
    told = run(BODY, [message([ours(1)]), message([ours(2), ours(3)]), message([text("There are 5.")])])
    body = later("There are 5.")
    out = put_back(body, told)
    assert problem(out) == ""
    assert json.loads(out)["messages"][:5] == json.loads(told.bodies[-1])["messages"]
    assert len(cache_reads([told.bodies[-1], out])) == 2
    assert cache_reads([*told.bodies, out])[-1] > cache_reads(told.bodies)[-1]


def test_the_client_s_own_bytes_stay() -> None:
    told = run(BODY, [message([text("Let me see. "), ours(1)]), message([text("There are 5.")])])
    body = (
        b'{"messages": [ {"role":"user", "content":"how many \\u00e9 \\ud83c\\udf89 are there?"},\n'
        b'{ "content" :[{"type":"text","text":"Let me see."} , {"text":"There are\\u0020 5.","x":1e5,'
        b'"type":"text"}],'
        b' "role": "assistant"}, {"role":"user","content":"ok"}], "max_tokens": 1.0}'
    )
    out = put_back(body, told)
    at = out.index(b'"id":"toolu')
    assert out.startswith(body[: body.index(b" , {")]) and out.endswith(body[body.index(b'{"text":"There') :])
    assert at > 0 and [one["role"] for one in json.loads(out)["messages"]] == ["user", "assistant"] * 2 + ["user"]


def test_a_message_said_twice_gets_its_calls_back_once() -> None:
    told = run(BODY, [message([ours(1)]), message([text("Done.")])])
    body = later(
        [text("Done.")], {"role": "assistant", "content": "Done."}, {"role": "user", "content": "and now?"}
    )
    request = json.loads(body)
    request["messages"] = [*request["messages"], *request["messages"][:2], {"role": "user", "content": "x"}]
    out = put_back(json.dumps(request).encode(), told)
    assert out.count(b'"tool_use"') == 1 and problem(out) == ""


@pytest.mark.parametrize("reason", ["max_tokens", "pause_turn", "refusal"])
def test_a_response_that_was_cut_off_is_not_gone_on_with(reason: str) -> None:
    for framing in (Sse, None):
        told = run(BODY, [message([text("hm"), ours(1)], stop_reason=reason)], framing)
        whole = accumulate(told.sent) if framing else json.loads(told.sent)
        assert (whole["stop_reason"], whole["content"], told.kept) == (reason, [text("hm")], {})


def test_our_call_in_the_last_allowed_round_ends_the_turn() -> None:
    told = run(BODY, [message([ours(1)])], rounds=1)
    assert accumulate(told.sent) | {"content": [], "stop_reason": "end_turn"} == accumulate(told.sent)
    assert told.kept == {}


def pieces(block: Json, *said: str) -> bytes:
    """A stream of one call whose input comes in these pieces."""
    listed = [event for event in events(message([block])) if event["type"] != "content_block_delta"]
    at = next(number for number, event in enumerate(listed) if event["type"] == "content_block_stop")
    listed[at:at] = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": piece}}
        for piece in said
    ]
    return b"".join(encode(event, 0) for event in listed)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("", '{"hash"', ': "0', '1"', ', "n": 1.0}'), '{"hash": "01", "n": 1.0}'),
        (('{"hash": "01',), '{"INVALID_JSON":"{\\"hash\\": \\"01"}'),
        (('"01"',), '{"INVALID_JSON":"\\"01\\""}'),
        (("",), "{}"),
        ((), "{}"),
    ],
)
def test_our_call_is_read_however_its_input_comes(said: tuple[str, ...], expected: str) -> None:
    joiner = anthropic.joiner(Sse())
    for frame in Sse().feed(pieces(ours(1), *said)):
        joiner.feed(frame)
    [asked] = joiner.asked()
    assert asked.arguments == ("".join(said) or "{}")
    body = joiner.proceed(BODY, ["gone"])
    assert f'"input":{expected}'.encode() in body
    assert problem(body) == ""


def test_what_is_not_ours_comes_the_moment_it_comes() -> None:
    joiner = anthropic.joiner(Sse())
    listed = events(message([text("a"), ours(1), text("b")]))
    shown = [bool(joiner.feed(Sse().feed(encode(event, 0))[0])) for event in listed]
    withheld = [
        number
        for number, event in enumerate(listed)
        if event.get("index") == 1 or event["type"] in ("message_delta", "message_stop")
    ]
    assert [number for number, is_shown in enumerate(shown) if not is_shown] == withheld


def test_errors_and_unknown_events_of_a_later_round_are_passed_on() -> None:
    joiner = anthropic.joiner(Sse())
    for frame in Sse().feed(stream(message([ours(1)]))):
        joiner.feed(frame)
    joiner.proceed(BODY, ["x"])
    start = Sse().feed(stream(message([text("a")], 1)))[:2]
    assert joiner.feed(start[0]) == b""
    assert b'"index":0' in joiner.feed(start[1])
    for raw in (
        b'event: error\ndata: {"type":"error","error":{}}\n\n',
        b": note\n\n",
        b'data: {"type":"new"}\n\n',
    ):
        assert joiner.feed(Sse().feed(raw)[0]) == raw
    assert joiner.asked() == [] and joiner.end() == b""


def test_a_round_that_never_came_ends_the_message() -> None:
    joiner = anthropic.joiner(Sse())
    sent = b"".join(joiner.feed(frame) for frame in Sse().feed(stream(message([text("a"), ours(1)]))))
    joiner.proceed(BODY, ["x"])
    whole = accumulate(sent + joiner.end())
    assert (whole["content"], whole["stop_reason"], whole["usage"]) == ([text("a")], "end_turn", BASE_USAGE)


def test_a_round_with_an_unknown_delta_is_not_said_again() -> None:
    joiner = anthropic.joiner(Sse())
    listed = events(message([text("a"), ours(1)]))
    listed[3]["delta"] = {"type": "future_delta", "x": 1}
    sent = b"".join(joiner.feed(Sse().feed(encode(event, 0))[0]) for event in listed)
    with pytest.raises(ValueError, match="unknown"):
        joiner.proceed(BODY, ["x"])
    assert b"future_delta" in sent and joiner.end().endswith(
        Sse().encode(b'{"type":"message_stop"}', "message_stop")
    )
    assert joiner.kept() == {}


def test_figures_are_added_up_also_where_they_are_nested() -> None:
    usage: Json = {
        **BASE_USAGE,
        "cache_creation": {"ephemeral_5m_input_tokens": 2},
        "server_tool_use": {"web_search_requests": 1},
        "iterations": [{"type": "message", "input_tokens": 3}],
        "service_tier": "standard",
    }
    said = [message([ours(1)], 0, usage=usage), message([text("a")], 1, usage=usage)]
    for whole in (accumulate(run(BODY, said).sent), json.loads(run(BODY, said, None).sent)):
        assert whole["usage"]["cache_creation"] == {"ephemeral_5m_input_tokens": 4}
        assert whole["usage"]["server_tool_use"] == {"web_search_requests": 2}
        assert whole["usage"]["iterations"] == usage["iterations"] * 2
        assert (whole["usage"]["input_tokens"], whole["usage"]["service_tier"]) == (6, "standard")


def test_citations_are_said_again() -> None:
    listed = events(message([text("a"), ours(1)]))
    citation = {"type": "char_location", "cited_text": "é", "start_char_index": 1}
    listed[3:3] = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": citation}}
    ]
    joiner = anthropic.joiner(Sse())
    for event in listed:
        joiner.feed(Sse().feed(encode(event, 0))[0])
    body = json.loads(joiner.proceed(BODY, ["x"]))
    assert body["messages"][1]["content"][0] == {"type": "text", "text": "a", "citations": [citation]}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"messages": 5}', b'{"messages": [5]}', b"{" * 5000])
def test_a_request_that_cannot_be_read_is_left_alone(body: bytes) -> None:
    assert put_back(body, parallel()) == body
    with pytest.raises(ValueError, match=r"expected|truncated|no value"):
        anthropic.joiner(None).whole(body)
