"""The rounds of a conversation, and what leaves with one."""

import json
from typing import Any

import pytest

from headroom.budget_rounds import digest, leaving, rounds
from headroom.dialects import anthropic, openai_responses
from headroom.dialects.base import Message, Part

KINDS = {"t": "text", "c": "call", "r": "result", "h": "thinking", "o": "other"}


def outline(*messages: str) -> list[Message]:
    """Messages in short: "a h c1 c2" is the model's, with reasoning and two calls; "u r1" the user's."""
    found = []
    for shown in messages:
        role, *parts = shown.split()
        made = [
            Part(KINDS[part[0]], slice(n, n + 1), part[1:], "Bash", "" if part == "t" else part[1:] + "text")
            for n, part in enumerate(parts)
        ]
        found.append(Message(slice(0, 9), {"a": "assistant", "u": "user", "s": "system"}[role], None, tuple(made)))
    return found


def test_a_round_is_what_the_model_says_in_one_go_and_the_answer() -> None:
    found = rounds(outline("s t1", "u t1", "a h", "a t1", "a c1", "u r1", "a c2 c3", "u r3", "u r2 t1", "a t1"))
    assert [(each.said, each.answered) for each in found] == [
        (range(2, 5), range(5, 6)),
        (range(6, 7), range(7, 9)),
        (range(9, 10), range(10, 10)),
    ]
    assert found[1].calls == ((6, 0), (6, 1))
    assert found[1].results == ((8, 0), (7, 0))


WHOLE = {
    "no call": ("a t1", "u t1"),
    "no result yet": ("a c1",),
    "one of two results": ("a c1 c2", "u r1"),
    "a result of another call": ("a c1", "u r2"),
    "a result too many": ("a c1", "u r1 r1"),
    "two calls of one id": ("a c1 c1", "u r1 r1"),
    "results after the next round": ("a c1", "u t1", "a t1", "u r1"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_what_cannot_leave_as_a_whole(case: str) -> None:
    assert rounds(outline(*WHOLE[case]))[0].results == ()


LEAVES: dict[str, tuple[tuple[str, ...], dict[int, set[int]]]] = {
    "all of it": (("a h c1", "u r1"), {0: {0, 1}, 1: {0}}),
    "a text stays, with the reasoning before it": (("a h t1 c1", "u r1 t1"), {0: {2}, 1: {0}}),
    "a blank text is none": (("a h t c1", "u r1"), {0: {0, 1, 2}, 1: {0}}),
    "what is not known stays": (("a h o c1", "u r1 o"), {0: {2}, 1: {0}}),
    "reasoning of the call only": (("a h t1 h c1", "u r1"), {0: {2, 3}, 1: {0}}),
    "reasoning of the text only": (("a h c1 h t1", "u r1"), {0: {0, 1}, 1: {0}}),
    "two kinds of reasoning in a row": (("a h h c1 t1", "u r1"), {0: {2}, 1: {0}}),
    "over several messages": (
        ("a h", "a t1", "a h", "a c1", "a c2", "u r1", "u r2"),
        {n: {0} for n in (2, 3, 4, 5, 6)},
    ),
}


@pytest.mark.parametrize("case", LEAVES)
def test_what_leaves_with_a_round(case: str) -> None:
    shown, left = LEAVES[case]
    messages = outline(*shown)
    assert leaving(messages, rounds(messages)) == left


def body(*changed: tuple[int, Any], thinks: bool = True, marks: bool = False) -> bytes:
    thought = [{"type": "thinking", "thinking": "Hm", "signature": "x"}] if thinks else []
    result: dict[str, Any] = {"type": "tool_result", "tool_use_id": "a", "content": "x"}
    messages: list[Any] = [
        {"role": "user", "content": "Go."},
        {"role": "assistant", "content": [*thought, {"type": "tool_use", "id": "a", "name": "f", "input": {}}]},
        {"role": "user", "content": [result | ({"cache_control": {"type": "ephemeral"}} if marks else {})]},
    ]
    for number, message in changed:
        messages[number] = message
    return json.dumps({"messages": messages}).encode()


def name(shown: bytes) -> str:
    return digest(shown, anthropic.outline(shown))


def test_a_history_is_known_again() -> None:
    assert name(body()) == name(body(marks=True)) == name(body(thinks=False))
    assert name(body()) != name(body((0, {"role": "user", "content": "Stop."})))
    assert name(body()) != name(body((2, {"role": "user", "content": "Stop."})))


def test_calls_without_an_id_are_known_by_what_came_back() -> None:
    def shown(output: str) -> str:
        items = [
            {"type": "function_call", "call_id": "#0", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "#0", "output": output},
        ]
        raw = json.dumps({"input": items}).encode()
        return digest(raw, openai_responses.outline(raw))

    assert shown("a") == shown("a") != shown("b")
