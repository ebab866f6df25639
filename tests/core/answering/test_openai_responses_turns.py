from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given

from headroom import spans
from headroom.answering import openai_responses_turns as turns
from headroom.answering.base import TOOL
from headroom.answering.openai_responses_items import Item
from headroom.answering.openai_responses_turns import Beside, Turn
from tests.core.answering.any_json import objects

USER = {"role": "user", "content": "What failed?"}
REASONING = {"type": "reasoning", "id": "rs_1", "encrypted_content": "sealed"}
OURS = {"type": "function_call", "id": "fc_1", "call_id": "ours", "name": TOOL, "arguments": "{}"}
FOUND = {"type": "function_call_output", "call_id": "ours", "output": "found"}
LS = {"type": "function_call", "id": "fc_2", "call_id": "ls", "name": "ls", "arguments": "{}"}
LISTED = {"type": "function_call_output", "call_id": "ls", "output": "a.py"}


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}], **more}


WAIT, ANSWER = said("Wait. ", id="msg_1"), said("Two failed.", id="msg_2")
SENT = [REASONING, WAIT, OURS, FOUND]
ROUNDS = Turn(
    sent=[orjson.dumps(item).decode() for item in SENT],
    covered="Wait. ",
    names=sorted(Item(REASONING).names() | Item(WAIT).names()),
)


def put_back(items: Any, turn: Turn, anchor: str, **more: Any) -> dict[str, Any]:
    body = orjson.dumps({"input": items} | more, option=orjson.OPT_INDENT_2)
    changes = turns.reinsert(body, lambda names: {anchor: turn.record()} if anchor in names else {})
    found: dict[str, Any] = orjson.loads(spans.splice(body, changes))
    return found


def anchor_behind(items: Sequence[Any], shown: Sequence[Any]) -> str:
    return turns.anchor([Item(item) for item in shown], turns.context_of(orjson.dumps({"input": items})))


@pytest.mark.parametrize(
    ("sent_again", "left"),
    [
        ([REASONING, WAIT, ANSWER], [ANSWER]),
        ([WAIT, ANSWER], [ANSWER]),
        ([said("Wait. "), said("Two failed.")], [said("Two failed.")]),
        ([said("Wait. Two failed.")], [said("Two failed.")]),
        (
            [{"role": "assistant", "content": "Wait. Two failed."}],
            [{"role": "assistant", "content": "Two failed."}],
        ),
        ([said("Wait.\nTwo failed.")], [said("Wait.\nTwo failed.")]),
    ],
)
def test_rounds_are_put_back_however_they_are_sent_again(sent_again: list[Any], left: list[Any]) -> None:
    anchor = anchor_behind([USER], [WAIT, ANSWER])
    assert put_back([USER, *sent_again, USER], ROUNDS, anchor)["input"] == [USER, *SENT, *left, USER]
    anchor = anchor_behind([], [WAIT, ANSWER])
    assert put_back([*sent_again, USER], ROUNDS, anchor)["input"] == [*SENT, *left, USER]


@pytest.mark.parametrize(
    ("behind", "calls", "expected"),
    [
        (Item(REASONING).names(), 0, [REASONING, OURS, LS]),
        (Item(LS).names(), 1, [REASONING, LS, OURS]),
        ({"id:lost"}, 1, [REASONING, LS, OURS]),
        ({"id:lost"}, 0, [REASONING, OURS, LS]),
    ],
)
def test_calls_stand_where_they_stood(behind: set[str], calls: int, expected: list[Any]) -> None:
    ours = Beside(sorted(behind), calls, orjson.dumps(OURS).decode())
    turn = Turn(beside=[ours], results=[orjson.dumps(FOUND).decode()])
    again = put_back([USER, REASONING, LS, LISTED], turn, anchor_behind([USER], [REASONING, LS]))
    assert again["input"] == [USER, *expected, FOUND, LISTED]


@pytest.mark.parametrize("items", [[], [LISTED], "Go on"])
def test_what_the_provider_holds_is_answered_and_gone_on_from(items: Any) -> None:
    turn = Turn(results=[orjson.dumps(FOUND).decode()], goes_on="resp_2")
    again = put_back(items, turn, turns.anchor_of_response("resp_1"), previous_response_id="resp_1")
    rest = [{"role": "user", "content": items}] if isinstance(items, str) else items
    assert again == {"input": [FOUND, *rest], "previous_response_id": "resp_2"}


def test_a_history_with_our_calls_in_it_is_left_alone() -> None:
    items = [USER, OURS, FOUND, LS, LISTED]
    assert put_back(items, ROUNDS, anchor_behind([], [LS]))["input"][:4] == [USER, OURS, FOUND, *SENT[:1]]
    assert put_back(items[:3], ROUNDS, anchor_behind([], [OURS]))["input"] == items[:3]


@given(objects)
def test_any_json_is_left_or_stays_json(value: dict[str, Any]) -> None:
    body = orjson.dumps(value)
    beside = [Beside(["id:x"], 1, "{}")]
    record = ROUNDS._replace(beside=beside, results=["{}"], goes_on="y").record()
    orjson.loads(spans.splice(body, turns.reinsert(body, lambda names: dict.fromkeys(names, record))))
