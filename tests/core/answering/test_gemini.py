"""Joined responses of Gemini: strict about what a client may see, and what a provider may be asked."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import spans
from headroom.answering import gemini
from headroom.answering.base import TOOL, Joiner
from headroom.dialects.base import Head
from headroom.frames import Framing, JsonArray, JsonLines, Sse
from tests.core.answering.any_json import objects

REQUEST: dict[str, Any] = {
    "contents": [{"role": "user", "parts": [{"text": "What failed?"}]}],
    "tools": [{"functionDeclarations": [{"name": "ls"}]}],
}
FRAMINGS: dict[str, type[Sse] | type[JsonArray]] = {"sse": Sse, "array": JsonArray}


class Said(NamedTuple):
    """A part in a script."""

    kind: str
    text: str


def part(said: Said, number: int, at: int) -> dict[str, Any]:
    if said.kind == "text":
        return {"text": said.text}
    if said.kind == "thought":
        return {"text": f"thinking {number} {at}", "thought": True}
    call = {"name": said.kind, "args": {"path": said.text}}
    return {"functionCall": call, "thoughtSignature": f"c2ln{number:02}{at:02}"}


def figures(number: int) -> dict[str, Any]:
    details = [{"modality": "TEXT", "tokenCount": 10 * number}]
    return {"promptTokenCount": 10 * number, "candidatesTokenCount": 1, "promptTokensDetails": details}


def response(parts: Sequence[Mapping[str, Any]], number: int, finish: str = "") -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "usageMetadata": figures(number), "responseId": f"id{number}"}


def stream(script: Sequence[Said], number: int, kind: str, is_end_alone: bool) -> bytes:
    """The stream of a round, as Google sends it: a part or two a chunk, the end with the last or alone."""
    parts = [part(said, number, at) for at, said in enumerate(script)]
    chunks = [response(parts[at : at + 2], number) for at in range(0, len(parts), 2)]
    if is_end_alone or not chunks:
        chunks.append(response([{"text": ""}], number))
    chunks[-1]["candidates"][0]["finishReason"] = "STOP"
    if kind == "sse":
        return b"".join(b"data: " + orjson.dumps(each) + b"\r\n\r\n" for each in chunks)
    return b"[" + b",\r\n".join(map(orjson.dumps, chunks)) + b"\n]\n"


class Joined(NamedTuple):
    """What came of a script."""

    client: bytes
    joiner: Joiner
    requests: list[bytes]
    asked: int


def run(
    rounds: Sequence[Sequence[Said]], kind: str = "sse", end: bool = False, cuts: Sequence[int] = (7,)
) -> Joined:
    """Play a script; a client's request in, all that the client gets out."""
    framing: Framing | None = FRAMINGS[kind]() if kind in FRAMINGS else None
    joiner = gemini.joiner(framing)
    body = orjson.dumps(REQUEST)
    out, requests, asked = b"", [body], 0
    for number, script in enumerate(rounds, 1):
        if kind in FRAMINGS:
            framing, sent, at = FRAMINGS[kind](), stream(script, number, kind, end), 0
            while at < len(sent):
                size = cuts[at % len(cuts)]
                out += b"".join(map(joiner.feed, framing.feed(sent[at : at + size])))
                at += size
            rest = framing.rest()
        else:
            joiner.whole(
                orjson.dumps(response([part(said, number, at) for at, said in enumerate(script)], number, "STOP"))
            )
            rest = b""
        calls = joiner.asked()
        asked += len(calls)
        answers = [f"found {call.arguments}" for call in calls]
        if not calls or joiner.has_others() or number == len(rounds):
            return Joined(out + joiner.end(answers if joiner.has_others() else ()) + rest, joiner, requests, asked)
        body = joiner.proceed(body, answers)
        requests.append(body)
    raise AssertionError("no round")


def accumulated(client: bytes, kind: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Read an answer as a strict client does; return its parts and the usage."""
    if kind == "sse":
        chunks = [orjson.loads(frame.data) for frame in Sse().feed(client)]
    else:
        read = orjson.loads(client)
        chunks = read if kind == "array" else [read]
    candidates = [chunk["candidates"][0] for chunk in chunks]
    assert [candidate.get("finishReason") for candidate in candidates] == [None] * (len(chunks) - 1) + ["STOP"]
    assert {candidate["content"]["role"] for candidate in candidates} == {"model"}
    assert {chunk["responseId"] for chunk in chunks} == {"id1"}
    parts = [each for candidate in candidates for each in candidate["content"]["parts"]]
    assert parts
    return [each for each in parts if each != {"text": ""}], chunks[-1]["usageMetadata"]


def check_pairs(body: bytes) -> list[dict[str, Any]]:
    """Hold a request to the provider's rule: as many responses as calls, in the very next content."""
    contents: list[dict[str, Any]] = orjson.loads(body)["contents"]
    wanted: list[str] = []
    for content in contents:
        assert content["parts"]
        called = [each["functionCall"]["name"] for each in content["parts"] if "functionCall" in each]
        answered = [each["functionResponse"]["name"] for each in content["parts"] if "functionResponse" in each]
        if content["role"] == "model":
            wanted += called
        else:
            assert sorted(answered) == sorted(wanted)
            wanted = []
    assert not wanted
    return [each for content in contents for each in content["parts"]]


def put_back(body: bytes, joined: Joined) -> bytes:
    kept = joined.joiner.kept()
    return spans.splice(
        body, gemini.reinsert(body, lambda names: {name: kept[name] for name in names if name in kept})
    )


def as_sent(parts: Sequence[dict[str, Any]], how: str) -> list[dict[str, Any]]:
    """The model's turn as different clients send it again."""
    if how == "a content each":
        return [{"role": "model", "parts": [each]} for each in parts]
    if how == "merged text":
        texts = "".join(each["text"] for each in parts if "text" in each and not each.get("thought"))
        parts = [{"text": texts}] * bool(texts) + [each for each in parts if "functionCall" in each]
    if how == "no thoughts":
        parts = [each for each in parts if not each.get("thought")]
    return [{"parts": parts, "role": "model"}] if parts else []


# "Q" keeps the texts of the rounds from being each other's beginnings.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=9).map(lambda text: Said("text", "Q" + text))
thought = st.just(Said("thought", ""))
other = st.sampled_from(["a", "ü"]).map(lambda text: Said("ls", text))
ours = st.sampled_from(["0" * 12, "é"]).map(lambda text: Said(TOOL, text))
scripts = st.lists(st.lists(st.one_of(text, thought, other, ours), max_size=5), min_size=1, max_size=4)


@given(
    scripts, st.sampled_from(["sse", "array", "whole"]), st.booleans(), st.lists(st.integers(1, 80), min_size=1)
)
def test_any_script_makes_one_response_and_valid_requests(
    rounds: list[list[Said]], kind: str, end: bool, cuts: list[int]
) -> None:
    joined = run(rounds, kind, end, cuts)
    played = rounds[: len(joined.requests)]
    said = [(each, at, number) for at, script in enumerate(played, 1) for number, each in enumerate(script)]
    if not any(each[0].kind == TOOL for each in said):
        assert joined.client == (
            stream(played[0], 1, kind, end)
            if kind in FRAMINGS
            else orjson.dumps(response([part(*each) for each in said], 1, "STOP"))
        )
        assert joined.joiner.kept() == {}
        return
    assert TOOL.encode() not in joined.client
    parts, usage = accumulated(joined.client, kind)
    assert parts == [part(*each) for each in said if each[0].kind != TOOL]
    total = sum(10 * number for number in range(1, len(played) + 1))
    assert usage["promptTokenCount"] == total
    assert usage["promptTokensDetails"] == [{"modality": "TEXT", "tokenCount": total}]
    for body in joined.requests:
        check_pairs(body)
    check_later(joined, parts, [each.kind for each in played[-1]])


def check_later(joined: Joined, parts: list[dict[str, Any]], last: Sequence[str]) -> None:
    unanswered = 0 if "ls" in last else last.count(TOOL)
    followed = {"role": "user", "parts": [{"text": "Go on"}]}
    results = [{"functionResponse": {"name": "ls", "response": {}}} for each in parts if "functionCall" in each]
    answers = [{"role": "user", "parts": results}] if results else []
    last_sent = joined.requests[-1][: joined.requests[-1].rindex(b'],"tools"')]
    for how in ("as it came", "a content each", "merged text", "no thoughts"):
        turn = as_sent(parts, how)
        body = orjson.dumps(REQUEST | {"contents": [*REQUEST["contents"], *turn, *answers, followed]})
        again = put_back(body, joined)
        found = check_pairs(again)
        assert again == put_back(body, joined)
        if not turn:
            continue
        assert again.startswith(last_sent)
        assert sum("found" in str(each.get("functionResponse")) for each in found) == joined.asked - unanswered
        if how in ("as it came", "a content each"):
            own = [each for each in found if each.get("functionCall", {}).get("name") != TOOL]
            assert [each for each in own if "functionResponse" not in each][1:-1] == parts


@pytest.mark.parametrize("kind", FRAMINGS)
def test_a_stream_is_never_held_back(kind: str) -> None:
    joiner = gemini.joiner(FRAMINGS[kind]())
    for frame in FRAMINGS[kind]().feed(
        stream([Said("text", "abc"), Said("ls", "a"), Said("text", "d")], 1, kind, True)
    ):
        assert joiner.feed(frame) == frame.raw
    assert joiner.end() == b""


def test_signatures_and_ids_go_back_as_they_came() -> None:
    joiner = gemini.joiner(None)
    call = {"functionCall": {"id": "x1", "name": TOOL, "args": {"n": 1}}, "thoughtSignature": "c2ln"}
    joiner.whole(orjson.dumps(response([{"text": "", "thoughtSignature": "YQ=="}, call], 1, "STOP")))
    contents = orjson.loads(joiner.proceed(orjson.dumps(REQUEST), ["x"]))["contents"]
    assert contents[1] == {"role": "model", "parts": [{"text": "", "thoughtSignature": "YQ=="}, call]}
    answer = {"functionResponse": {"id": "x1", "name": TOOL, "response": {"output": "x"}}}
    assert contents[2] == {"role": "user", "parts": [answer]}


@pytest.mark.parametrize("finish", ["MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"])
def test_a_response_that_is_cut_off_asks_nothing(finish: str) -> None:
    joiner = gemini.joiner(Sse())
    sent = b"data: " + orjson.dumps(response([part(Said(TOOL, "a"), 1, 0)], 1, finish)) + b"\n\n"
    out = b"".join(map(joiner.feed, Sse().feed(sent))) + joiner.end()
    assert joiner.asked() == []
    candidate = orjson.loads(Sse().feed(out)[0].data)["candidates"][0]
    assert candidate["finishReason"] == finish
    assert candidate["content"]["parts"] == [{"text": ""}]


@pytest.mark.parametrize(
    ("fields", "names", "expected"),
    [
        ({}, ["ls"], True),
        ({}, [TOOL], False),
        ({"generationConfig": {"candidateCount": 1}}, [], True),
        ({"generationConfig": {"candidateCount": 2}}, [], False),
        ({"toolConfig": {"functionCallingConfig": {"streamFunctionCallArguments": True}}}, [], False),
        ({"contents": [{"parts": [{"functionCall": {"args": {"candidateCount": 2}}}]}]}, [], True),
    ],
)
def test_where_the_tool_is_offered(fields: dict[str, Any], names: list[str], expected: bool) -> None:
    body = orjson.dumps(REQUEST | fields)
    at = body.index(b'[{"name":"ls"}]')
    head = Head(tools=slice(at, at + 15), tool_names=frozenset(names))
    offered = orjson.loads(spans.splice(body, gemini.offer(body, head)))["tools"][0]["functionDeclarations"]
    assert offered == [{"name": "ls"}, orjson.loads(gemini.DEFINITION)][: 2 if expected else 1]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error":{}}', b"<html>"])
def test_what_is_no_response_is_not_taken(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        gemini.joiner(None).whole(body)


@given(st.lists(st.lists(objects, max_size=4), min_size=1, max_size=3), objects)
def test_any_events_are_taken(rounds: list[list[dict[str, Any]]], whole: dict[str, Any]) -> None:
    joiner = gemini.joiner(JsonLines())
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
    taken = gemini.joiner(None)
    with contextlib.suppress(ValueError):
        taken.whole(orjson.dumps(whole))
        assert taken.asked() or taken.end() == orjson.dumps(whole) or TOOL in str(whole)
