from typing import Any

import orjson
import pytest

from headroom.answering.base import TOOL, Asked
from headroom.answering.openai_chat_round import Round


def entry(index: int | None = None, name: str = "", arguments: Any = "", identity: str = "") -> dict[str, Any]:
    function = {"name": name or None, "arguments": arguments}
    made = {"index": index, "id": identity or None, "function": function}
    return {key: value for key, value in made.items() if value is not None}


def taken(*entries: dict[str, Any], finish: str | None = "tool_calls") -> Round:
    said = Round()
    for each in entries:
        said.take({"delta": {"tool_calls": [each]}})
    said.take({"delta": {}, "finish_reason": finish})
    return said


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry(0, TOOL, "", "a"), entry(0, "", '{"x'), entry(0, "", '":1}')], [("a", '{"x":1}')]),
        ([entry(0, TOOL, "{}", "a"), entry(1, TOOL, "[]", "b")], [("a", "{}"), ("b", "[]")]),
        ([entry(None, TOOL, "{}", "a"), entry(None, TOOL, "[]", "b")], [("a", "{}"), ("b", "[]")]),
        ([entry(None, TOOL, "", "a"), entry(None, "", "{}")], [("a", "{}")]),
        ([entry(0, TOOL, "{}", "a"), entry(0, TOOL, "[]", "b")], [("a", "{}"), ("b", "[]")]),
        ([entry(0, "headroom_", "", "a"), entry(0, "retrieve"), entry(0, "", "{}")], [("a", "{}")]),
        ([entry(0, TOOL, {"x": 1}, "a")], [("a", '{"x":1}')]),
    ],
)
def test_calls_are_put_together(entries: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    assert taken(*entries).asked() == [Asked(*each) for each in expected]


def test_whose_a_call_is_can_stay_open_until_its_arguments_come() -> None:
    said = Round()
    open_after = []
    for each in (entry(0, "head", "", "a"), entry(0, "line"), entry(1, "", "", "b"), entry(1, "", "{}")):
        said.take({"delta": {"tool_calls": [each]}})
        open_after.append(said.is_undecided())
    assert open_after == [True, False, True, False]
    assert said.ours() == []


@pytest.mark.parametrize(
    ("finish", "asks"), [("tool_calls", 1), ("stop", 1), ("length", 0), ("content_filter", 0), (None, 0)]
)
def test_only_a_response_that_ended_asks(finish: str | None, asks: int) -> None:
    assert len(taken(entry(0, TOOL, "{}", "a"), finish=finish).asked()) == asks


def test_a_call_without_an_id_gets_one_that_is_always_the_same() -> None:
    first, second = (taken(entry(0, TOOL, "{}"), entry(1, TOOL, "{}")).asked() for _ in range(2))
    assert first == second
    assert len({call.id for call in first}) == 2


def test_a_legacy_call_is_the_clients() -> None:
    said = Round()
    said.take(
        {"message": {"function_call": {"name": TOOL, "arguments": "{}"}}, "finish_reason": "function_call"},
        "message",
    )
    assert said.is_legacy
    assert said.asked() == []


def test_the_message_says_all_that_servers_want_back() -> None:
    said = Round()
    said.take({"delta": {"content": "a", "reasoning_details": [{"n": 1}], "reasoning_content": "r"}})
    said.take(
        {"delta": {"content": "b", "reasoning_details": [{"n": 2}], "tool_calls": [entry(0, TOOL, "{bad", "c")]}}
    )
    function = {"name": TOOL, "arguments": "{}"}
    assert orjson.loads(said.message()) == {
        "role": "assistant",
        "content": "ab",
        "reasoning_content": "r",
        "reasoning_details": [{"n": 1}, {"n": 2}],
        "tool_calls": [{"id": "c", "type": "function", "function": function}],
    }
