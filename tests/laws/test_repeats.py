"""A repeat points back, only backwards, and only at what stands in full in the request at hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headroom import markers
from headroom.decision import REPEAT
from headroom.plans import Outcome
from tests.core.compressors.decode_reread import decode
from tests.laws.conversations import Message, conversation, log, requests, rows, source
from tests.laws.engines import Engine
from tests.laws.test_prefix_purity import assert_prefixes

READ = {"file_path": "/srv/shop/app.py"}


def calls(results: list[tuple[str, dict[str, Any], str]]) -> list[Message]:
    """A conversation with these tool calls: tool, input, result."""
    messages = conversation(["short"] * len(results))
    uses = [b for m in messages for b in m["content"] if isinstance(b, dict) and b["type"] == "tool_use"]
    answers = [b for m in messages for b in m["content"] if isinstance(b, dict) and b["type"] == "tool_result"]
    for use, answer, (tool, tool_input, text) in zip(uses, answers, results, strict=True):
        use["name"], use["input"], answer["content"] = tool, tool_input, text
    return messages


def sent_results(body: bytes) -> list[str]:
    blocks = [b for m in json.loads(body)["messages"] for b in m["content"] if isinstance(b, dict)]
    return [block["content"] for block in blocks if block["type"] == "tool_result"]


def rows_used(outcome: Outcome) -> list[str]:
    return [sent.decision.compressor for sent in outcome.sent]


def last(messages: list[Message]) -> bytes:
    return list(requests(messages))[-1]


TEXT = source(200)


def test_a_file_read_again_unchanged_points_back(tmp_path: Path) -> None:
    outcome = Engine(tmp_path).send(
        last(calls([("Read", READ, TEXT), ("Read", READ, TEXT), ("Read", READ, TEXT)]))
    )
    assert rows_used(outcome) == ["", REPEAT, REPEAT]
    first, second, third = sent_results(outcome.body)
    assert first == TEXT
    assert second == third == f"[headroom: the same 200 lines as the result of Read {json.dumps(READ)} above]"
    assert not markers.find(second), "nothing is omitted, so nothing needs to be redeemed"


def test_a_file_that_may_be_edited_is_never_told_by_its_changes(tmp_path: Path) -> None:
    outcome = Engine(tmp_path).send(last(calls([("Read", READ, TEXT), ("Read", READ, TEXT + "\n   201\tnew")])))
    assert rows_used(outcome) == ["", ""]
    assert sent_results(outcome.body) == [TEXT, TEXT + "\n   201\tnew"]


def test_a_file_that_is_again_what_it_was_before_the_last_read_is_sent_whole(tmp_path: Path) -> None:
    """The name of the call would be taken for the last read, which shows something else."""
    other = TEXT.replace("function_0_7", "function_0_seven")
    outcome = Engine(tmp_path).send(
        last(calls([("Read", READ, TEXT), ("Read", READ, other), ("Read", READ, TEXT)]))
    )
    assert rows_used(outcome) == ["", "", ""]


def test_a_file_is_not_pointed_at_where_it_stands_as_a_table(tmp_path: Path) -> None:
    text = rows(60)
    shown = ("Bash", {"command": "shop orders"}, text)
    assert rows_used(Engine(tmp_path / "a").send(last(calls([shown, shown])))) == ["json_rows", REPEAT]
    read = ("mcp__fs__get", {"path": "orders.json"}, text)
    assert rows_used(Engine(tmp_path / "b").send(last(calls([shown, read])))) == ["json_rows", "json_rows"]


def test_nothing_is_pointed_at_in_a_conversation_that_was_compacted(tmp_path: Path) -> None:
    request = json.loads(last(calls([("Read", READ, TEXT), ("Read", READ, TEXT)])))
    request["messages"][1]["content"].insert(0, {"type": "compaction", "content": "So far: nothing."})
    assert rows_used(Engine(tmp_path).send(json.dumps(request).encode())) == ["", ""]


def test_a_command_run_again_shows_what_changed(tmp_path: Path) -> None:
    old = "\n".join(f"step {n} of the build" for n in range(150))
    new = old.replace("step 70 of", "step 70 after")
    call = {"command": "./build.sh"}
    outcome = Engine(tmp_path).send(last(calls([("Bash", call, old), ("Bash", call, new)])))
    first, second = sent_results(outcome.body)
    assert rows_used(outcome) == ["", REPEAT]
    assert "step 70 after the build" in second
    assert decode(second, first) == new


def test_a_table_stands_in_full_but_a_selection_does_not(tmp_path: Path) -> None:
    table, selection = rows(60), log(3000)
    results = [
        ("Bash", {"command": f"show {n}"}, text) for n, text in enumerate([table, table, selection, selection])
    ]
    outcome = Engine(tmp_path).send(last(calls(results)))
    assert rows_used(outcome) == ["json_rows", REPEAT, "logs", "logs"]


def dropped(messages: list[Message]) -> list[Message]:
    """The same conversation after the agent has cleared its first tool result."""
    changed = json.loads(json.dumps(messages))
    changed[2]["content"][0]["content"] = "[Old tool result content cleared]"
    return changed


def test_what_the_agent_has_dropped_is_not_pointed_at(tmp_path: Path) -> None:
    messages = calls([("Read", READ, TEXT), ("Bash", {"command": "ls"}, "a b"), ("Read", READ, TEXT)])
    engine = Engine(tmp_path)
    assert rows_used(engine.send(last(messages))) == ["", "", REPEAT]
    assert sent_results(engine.send(last(dropped(messages))).body)[-1] == TEXT
    assert sent_results(Engine(tmp_path).send(last(dropped(messages))).body)[-1] == TEXT


def test_what_the_provider_may_drop_is_not_pointed_at(tmp_path: Path) -> None:
    request = json.loads(last(calls([("Read", READ, TEXT), ("Read", READ, TEXT)])))
    request["context_management"] = {"edits": [{"type": "clear_tool_uses_20250919"}]}
    outcome = Engine(tmp_path).send(json.dumps(request).encode())
    assert rows_used(outcome) == ["", ""]


def test_what_is_said_of_clearing_elsewhere_does_not_count(tmp_path: Path) -> None:
    request = json.loads(last(calls([("Read", READ, TEXT), ("Read", READ, TEXT)])))
    request["context_management"] = {"edits": [{"type": "clear_thinking_20251015"}]}
    request["system"][0]["text"] = 'You may compact the context; clear_tool_uses and "compaction" are words.'
    assert rows_used(Engine(tmp_path).send(json.dumps(request).encode())) == ["", REPEAT]


def test_a_pointer_once_sent_stays(tmp_path: Path) -> None:
    request = json.loads(last(calls([("Read", READ, TEXT), ("Read", READ, TEXT)])))
    engine = Engine(tmp_path)
    sent = engine.send(json.dumps(request).encode())
    request["context_management"] = {"edits": [{"type": "clear_tool_uses_20250919"}]}
    assert rows_used(engine.send(json.dumps(request).encode())) == rows_used(sent) == ["", REPEAT]


REPEATS = calls([("Read", READ, TEXT), ("Bash", {"command": "x"}, rows(60))] * 3)


def stopping(engine: Engine, body: bytes, after: int) -> Outcome:
    """Send a request whose decisions come too late after so many blocks."""
    from tests.laws.engines import anthropic

    plan = engine.pipeline.read(body, anthropic, engine.pipeline.find(body, anthropic))
    looks: Iterator[bool] = iter([False] * (after + 1))
    fresh: dict[str, Any] = {}
    engine.pipeline.decide(plan, fresh, lambda: next(looks, True))
    engine.pipeline.settle(plan, fresh)
    return engine.pipeline.finish(plan)


@pytest.mark.parametrize("after", range(7))
def test_decisions_that_come_too_late_hold_for_repeats_too(after: int, tmp_path: Path) -> None:
    body = last(REPEATS)
    late = stopping(Engine(tmp_path), body, after)
    again = Engine(tmp_path).send(body)
    assert again.body == late.body
    assert [sent.key for sent in again.sent] == [sent.key for sent in late.sent]
    assert_prefixes([Engine(tmp_path).send(b).body for b in requests(REPEATS)] + [late.body])


def test_another_process_s_decision_for_the_first_copy_counts(tmp_path: Path) -> None:
    """While we decide, another process settles that the first copy goes out as it came."""
    body = last(REPEATS)
    engine = Engine(tmp_path)
    from tests.laws.engines import anthropic

    plan = engine.pipeline.read(body, anthropic, None)
    fresh: dict[str, Any] = {}
    engine.pipeline.decide(plan, fresh, lambda: False)
    stopping(Engine(tmp_path), body, 0)
    engine.pipeline.settle(plan, fresh)
    ours = engine.pipeline.finish(plan)
    assert ours.body == Engine(tmp_path).send(body).body
