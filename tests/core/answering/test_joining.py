"""Which calls are answered, how figures are added up, and what is kept."""

import json

import pytest

from headroom.answering.anthropic_blocks import WIRE, AnthropicBlock, read
from headroom.answering.base import TOOL, Asked
from headroom.answering.joining import CUT, Round, RoundsJoiner, added_up, is_ours

BODY = b'{"messages":[{"role":"user","content":"q"}]}'


def block(raw: str) -> AnthropicBlock:
    return AnthropicBlock(raw.encode(), read(raw.encode()))


def call(name: str, number: int = 0) -> AnthropicBlock:
    return block(f'{{"type":"tool_use","id":"toolu_{name}_{number:09}","name":"{name}","input":{{"n":1.0}}}}')


def complete(*blocks: AnthropicBlock, **more: object) -> Round:
    return Round(blocks=list(blocks), is_complete=True, **more)  # type: ignore[arg-type]


def test_only_calls_of_a_round_that_ended_well_are_asked() -> None:
    ours = call(TOOL)
    assert is_ours(ours) and not is_ours(call("mcp__headroom__headroom_retrieve"))
    assert complete(ours).asked() == [Asked(ours.item.key, '{"n":1.0}')]
    assert Round(blocks=[ours]).asked() == []
    for reason in CUT:
        assert complete(ours, stop_reason=reason).asked() == []
    assert complete(ours, call("Bash")).has_others() and not complete(ours).has_others()


def test_a_round_is_said_again_without_texts_of_nothing() -> None:
    one = complete(
        block('{"type":"text","text":" "}'), block('{"type":"text","text":"a"}'), call(TOOL), results=["r"]
    )
    said, answered = (json.loads(message) for message in one.messages(WIRE))
    assert [part["type"] for part in said["content"]] == ["text", "tool_use"]
    assert answered["content"] == [
        {"type": "tool_result", "tool_use_id": said["content"][1]["id"], "content": "r"}
    ]


def test_later_figures_replace_earlier_ones_and_rounds_add_up() -> None:
    one, two = Round(), Round()
    one.take_usage({"input": 1, "output": 1, "tier": "a", "iterations": [1]})
    one.take_usage({"input": None, "output": 5})
    one.take_usage("nothing")
    two.take_usage({"input": 10, "new": {"x": 1}, "iterations": [2]})
    assert added_up([one, two]) == {
        "input": 11,
        "output": 5,
        "tier": "a",
        "new": {"x": 1},
        "iterations": [1, 2],
    }
    assert added_up([]) == {}


class Rounds(RoundsJoiner):
    def begin(self, one: Round) -> None:
        self._round = one

    def answer(self, *answers: str) -> None:
        self._answer(answers)


def test_nothing_is_kept_where_nothing_was_answered() -> None:
    joiner = Rounds(WIRE)
    joiner.begin(complete(block('{"type":"text","text":"a"}'), call(TOOL)))
    joiner.answer("r")
    assert joiner.kept() == {}
    joiner.begin(complete(call(TOOL), call("Bash"), call(TOOL, 1)))
    joiner.answer("too few")
    assert joiner.kept() == {}
    joiner.answer("r", "s")
    [kept] = joiner.kept().values()
    assert [[*entry] for entry in json.loads(kept)[0]] == [["call", "result"], ["kind", "key"], ["call", "result"]]


def test_a_request_without_messages_is_not_gone_on_with() -> None:
    joiner = Rounds(WIRE)
    joiner.begin(complete(call(TOOL)))
    with pytest.raises(ValueError, match="no messages"):
        joiner.proceed(b'{"messages": 5}', ["r"])
    after = joiner.proceed(BODY, ["r"])
    assert [message["role"] for message in json.loads(after)["messages"]] == ["user", "assistant", "user"]
    assert joiner.asked() == []
