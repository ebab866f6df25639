from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given

from headroom import spans
from headroom.answering import chat_turns
from headroom.answering.base import TOOL
from headroom.answering.chat_turns import Turn
from tests.core.answering.any_json import objects

USER = {"role": "user", "content": "What failed?"}
OURS = {"id": "call_ours", "type": "function", "function": {"name": TOOL, "arguments": "{}"}}
LS = {"id": "call_ls", "type": "function", "function": {"name": "ls", "arguments": "{}"}}
SENT = [
    {"role": "assistant", "content": "Wait. ", "tool_calls": [OURS]},
    {"role": "tool", "tool_call_id": "call_ours", "content": "found"},
]
ANSWER = {"role": "assistant", "content": "Wait. Two tests failed."}


def raw(values: Sequence[Any]) -> list[str]:
    return [orjson.dumps(value).decode() for value in values]


def put_back(messages: Sequence[Any], turn: Turn, anchor: str, spaced: bool = False) -> list[Any]:
    body = orjson.dumps({"messages": messages}, option=orjson.OPT_INDENT_2 if spaced else None)
    changes = chat_turns.reinsert(body, lambda names: {anchor: turn.record()} if anchor in names else {})
    found: list[Any] = orjson.loads(spans.splice(body, changes))["messages"]
    return found


def anchor_behind(messages: Sequence[Any], text: str, calls: Sequence[Any] = ()) -> str:
    return chat_turns.anchor(text, calls, chat_turns.context_of(orjson.dumps({"messages": messages})))


FORMS: dict[str, tuple[Any, Any]] = {
    "a text": ("Wait. Two tests failed.", "Two tests failed."),
    "a part": (
        [{"type": "text", "text": "Wait. Two tests failed."}],
        [{"type": "text", "text": "Two tests failed."}],
    ),
    "other blanks": ("Wait.\nTwo tests failed. ", "Wait.\nTwo tests failed. "),
    "two parts": ([{"text": "Wait. "}, {"text": "Two tests failed."}],) * 2,
}


@pytest.mark.parametrize(("content", "left"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("spaced", [False, True])
def test_rounds_are_put_back_however_the_text_is_sent_again(content: Any, left: Any, spaced: bool) -> None:
    anchor = anchor_behind([USER], ANSWER["content"])
    turn = Turn(sent=raw(SENT), covered="Wait. ")
    again = put_back([USER, {"role": "assistant", "content": content}, USER], turn, anchor, spaced)
    assert again == [USER, *SENT, {"role": "assistant", "content": left}, USER]


def test_rounds_that_said_all_take_the_message_with_them() -> None:
    turn = Turn(sent=raw(SENT), covered="Wait. ")
    message = {"role": "assistant", "content": "Wait. "}
    assert put_back([USER, message, USER], turn, anchor_behind([USER], "Wait.")) == [USER, *SENT, USER]
    assert put_back([message], turn, anchor_behind([], "Wait.")) == SENT


@pytest.mark.parametrize(("at", "expected"), [(0, [OURS, LS]), (1, [LS, OURS]), (7, [LS, OURS])])
def test_calls_stand_where_they_stood_and_results_directly_behind(at: int, expected: list[Any]) -> None:
    turn = Turn(calls=[(at, orjson.dumps(OURS).decode())], results=raw(SENT[1:]))
    message = {"role": "assistant", "content": None, "tool_calls": [LS]}
    result = {"role": "tool", "tool_call_id": "call_ls", "content": "a.py"}
    again = put_back([USER, message, result], turn, anchor_behind([USER], "", [LS]))
    assert again == [USER, message | {"tool_calls": expected}, SENT[1], result]


def test_a_short_text_is_told_by_what_stands_before_it() -> None:
    turn = Turn(sent=raw(SENT))
    done = {"role": "assistant", "content": "Done."}
    other = {"role": "user", "content": "And now?"}
    again = put_back([USER, done, other, done], turn, anchor_behind([USER, done, other], "Done."))
    assert again == [USER, done, other, *SENT, done]


def test_calls_are_known_by_their_ids_or_else_by_what_they_ask() -> None:
    long = {"id": "call_0123456789abcdef", "function": {"name": "ls", "arguments": "{}"}}
    assert chat_turns.call_name(long) == chat_turns.call_name(
        long | {"function": {"name": "ls", "arguments": "{ }"}}
    )
    assert chat_turns.call_name(LS) != chat_turns.call_name(
        LS | {"function": {"name": "ls", "arguments": '{"a":1}'}}
    )
    assert chat_turns.call_name(LS, has_ids=False) == chat_turns.call_name(LS | {"id": "x"}, has_ids=False)


def test_a_history_with_our_calls_in_it_is_left_alone() -> None:
    names: list[str] = []
    body = orjson.dumps({"messages": [USER, *SENT]})
    assert chat_turns.reinsert(body, lambda asked: names.extend(asked) or {}) == []  # type: ignore[func-returns-value]
    assert names == []


@given(objects)
def test_any_json_is_left_or_stays_json(value: dict[str, Any]) -> None:
    body = orjson.dumps(value)
    record = Turn(raw(SENT), "x", [(0, raw([OURS])[0])], raw(SENT[1:])).record()
    orjson.loads(spans.splice(body, chat_turns.reinsert(body, lambda names: dict.fromkeys(names, record))))
