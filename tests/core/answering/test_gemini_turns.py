from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given

from headroom import spans
from headroom.answering import gemini_turns as turns
from headroom.answering.base import TOOL
from headroom.answering.gemini_turns import Part, Turn
from tests.core.answering.any_json import objects

USER = {"role": "user", "parts": [{"text": "What failed?"}]}
THOUGHT = {"text": "hm", "thought": True}
WAIT, ANSWER = {"text": "Wait. "}, {"text": "Two failed."}
OURS = {"functionCall": {"name": TOOL, "args": {}}, "thoughtSignature": "c2ln"}
LS = {"functionCall": {"name": "ls", "args": {}}}
FOUND = {"functionResponse": {"name": TOOL, "response": {"output": "found"}}}
LISTED = {"functionResponse": {"name": "ls", "response": {}}}
SENT = [{"role": "model", "parts": [THOUGHT, WAIT, OURS]}, {"role": "user", "parts": [FOUND]}]
ROUNDS = Turn([orjson.dumps(each).decode() for each in SENT], "Wait. ", [turns.name_of(Part(THOUGHT))])


def model(*parts: Any) -> dict[str, Any]:
    return {"parts": list(parts), "role": "model"}


def put_back(contents: Sequence[Any], turn: Turn, anchor: str) -> list[Any]:
    body = orjson.dumps({"contents": contents}, option=orjson.OPT_INDENT_2)
    changes = turns.reinsert(body, lambda names: {anchor: turn.record()} if anchor in names else {})
    found: list[Any] = orjson.loads(spans.splice(body, changes))["contents"]
    return found


def anchor_behind(contents: Sequence[Any], shown: Sequence[Any]) -> str:
    return turns.anchor([Part(part) for part in shown], turns.context_of(orjson.dumps({"contents": contents})))


@pytest.mark.parametrize(
    ("sent_again", "left"),
    [
        ([model(THOUGHT, WAIT, ANSWER)], [model(ANSWER)]),
        ([model(WAIT, ANSWER)], [model(ANSWER)]),
        ([model(THOUGHT), model(WAIT), model(ANSWER)], [model(ANSWER)]),
        ([model({"text": "Wait. Two failed."})], [model(ANSWER)]),
        ([model({"text": "Wait. Two failed.", "x": 1.0})], [model({"text": "Two failed.", "x": 1.0})]),
        ([model({"text": "Wait.\nTwo failed."})], [model({"text": "Wait.\nTwo failed."})]),
        ([model({"text": ""}, WAIT, {"text": ""}, ANSWER)], [model({"text": ""}, {"text": ""}, ANSWER)]),
    ],
)
def test_rounds_are_put_back_however_they_are_sent_again(sent_again: list[Any], left: list[Any]) -> None:
    again = put_back([USER, *sent_again, USER], ROUNDS, anchor_behind([USER], [WAIT, ANSWER]))
    assert again == [USER, *SENT, *left, USER]
    assert put_back([*sent_again, USER], ROUNDS, anchor_behind([], [WAIT, ANSWER])) == [*SENT, *left, USER]


@pytest.mark.parametrize(("before", "expected"), [(0, [OURS, LS]), (1, [LS, OURS]), (5, [LS, OURS])])
def test_calls_stand_where_they_stood_and_answers_with_the_clients(before: int, expected: list[Any]) -> None:
    turn = Turn(beside=[(before, orjson.dumps(OURS).decode())], results=[orjson.dumps(FOUND).decode()])
    listed = {"role": "user", "parts": [LISTED]}
    anchor = anchor_behind([USER], [ANSWER, LS])
    assert put_back([USER, model(ANSWER, LS), listed], turn, anchor) == [
        USER,
        model(ANSWER, *expected),
        {"role": "user", "parts": [FOUND, LISTED]},
    ]
    assert put_back([USER, model(ANSWER, LS), USER], turn, anchor) == [USER, model(ANSWER, LS), USER]


def test_parts_may_be_spelled_either_way() -> None:
    part = Part({"function_call": {"name": TOOL}})
    assert part.is_ours
    assert Part({"function_response": {}}).is_response
    assert not Part({"functionCall": TOOL}).is_ours


@given(objects)
def test_any_json_is_left_or_stays_json(value: dict[str, Any]) -> None:
    body = orjson.dumps(value)
    record = ROUNDS._replace(beside=[(1, "{}")], results=["{}"]).record()
    orjson.loads(spans.splice(body, turns.reinsert(body, lambda names: dict.fromkeys(names, record))))
