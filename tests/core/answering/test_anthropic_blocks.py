"""A block put together of its events says the same as a whole one, in the model's own spelling."""

import json

import pytest

from headroom.answering.anthropic_blocks import AnthropicBlock, call_input, read
from headroom.answering.history import Item


def taken(start: str, *deltas: object) -> AnthropicBlock:
    block = AnthropicBlock(start.encode(), read(start.encode()))
    for delta in deltas:
        block.take(json.dumps({"type": "content_block_delta", "index": 0, "delta": delta}).encode())
    return block


@pytest.mark.parametrize(
    ("start", "deltas", "expected"),
    [
        ('{"type":"x", "n": 1e5}', [], '{"type":"x", "n": 1e5}'),
        (
            '{"type":"text","text":"a","n":1.0}',
            [{"type": "text_delta", "text": "é"}, {"type": "text_delta", "text": "🎉"}],
            '{"type":"text","text":"aé🎉","n":1.0}',
        ),
        (
            '{"type":"thinking","thinking":"","signature":""}',
            [{"type": "thinking_delta", "thinking": "hm"}, {"type": "signature_delta", "signature": "s=="}],
            '{"type":"thinking","thinking":"hm","signature":"s=="}',
        ),
        (
            '{"type":"tool_use","id":"i","name":"n","input":{}}',
            [{"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"a": ', "1.0", "}")],
            '{"type":"tool_use","id":"i","name":"n","input":{"a": 1.0}}',
        ),
        (
            '{"type":"text","text":"","citations":[{"a":1}]}',
            [{"type": "citations_delta", "citation": {"b": 2}}],
            '{"type":"text","text":"","citations":[{"a":1},{"b": 2}]}',
        ),
        (
            '{"type":"compaction","content":null}',
            [{"type": "compaction_delta", "content": "c"}],
            '{"type":"compaction","content":"c"}',
        ),
    ],
)
def test_deltas_are_put_together(start: str, deltas: list[object], expected: str) -> None:
    block = taken(start, *deltas)
    assert block.is_known and block.raw().decode() == expected


@pytest.mark.parametrize("delta", [{"type": "future_delta"}, {"type": "text_delta"}, {}, 5])
def test_a_delta_that_is_not_understood_is_noted(delta: object) -> None:
    assert not taken('{"type":"text","text":""}', delta).is_known


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('{"type":"tool_use","id":"i","name":"n"}', Item("call", "i", "n")),
        ('{"type":"tool_result","tool_use_id":"i"}', Item("result", "i")),
        (
            '{"text":"t","type":"text"}',
            read(b'{"type":"text","text":" t\\n","cache_control":{}}')._replace(text="t"),
        ),
    ],
)
def test_blocks_are_known_by_what_clients_send_again(raw: str, expected: Item) -> None:
    assert read(raw.encode()) == expected


def test_other_blocks_are_told_apart_by_ids_and_signatures() -> None:
    raws = ['{"type":"thinking","signature":"a"}', '{"type":"thinking","signature":"b"}']
    raws += ['{"type":"redacted_thinking","data":"a"}', '{"type":"server_tool_use","id":"a"}', '{"type":"x"}']
    items = [read(raw.encode()) for raw in raws]
    assert len(set(items)) == 5 and [item.kind for item in items] == ["thinking"] * 3 + ["other"] * 2
    with pytest.raises(ValueError, match="expected"):
        read(b"5")


def test_an_input_that_is_no_object_is_quoted() -> None:
    assert call_input("") == b"{}" and call_input("", b'{"a":1}') == b'{"a":1}'
    assert call_input("[1]") == b'{"INVALID_JSON":"[1]"}'
