"""A block put together of its events says the same as a whole one."""

import json

import pytest

from headroom.answering.bedrock_converse_blocks import ConverseBlock, call_item, read
from headroom.answering.history import Item

USE = '{"name":"n","toolUseId":"i"}'


@pytest.mark.parametrize(
    ("start", "deltas", "expected"),
    [
        ("", ['{"text":"é"}', '{"text":"b"}'], '{"text":"éb"}'),
        (
            "",
            [
                '{"reasoningContent":{"text":"h"}}',
                '{"reasoningContent":{"text":"m"}}',
                '{"reasoningContent":{"signature":"s"}}',
            ],
            '{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}}',
        ),
        ("", ['{"reasoningContent":{"text":"h"}}'], '{"reasoningContent":{"reasoningText":{"text":"h"}}}'),
        (
            "",
            ['{"reasoningContent":{"redactedContent":"eA=="}}'],
            '{"reasoningContent":{"redactedContent":"eA=="}}',
        ),
        (
            USE,
            ['{"toolUse":{"input":"{\\"a\\": 1"}}', '{"toolUse":{"input":".0}"}}'],
            '{"toolUse":{"name":"n","toolUseId":"i","input":{"a": 1.0}}}',
        ),
        (USE, [], '{"toolUse":{"name":"n","toolUseId":"i","input":{}}}'),
    ],
)
def test_deltas_are_put_together(start: str, deltas: list[str], expected: str) -> None:
    block = ConverseBlock(Item("text"), start.encode())
    for delta in deltas:
        block.take(delta.encode())
    assert block.is_known and block.raw().decode() == expected
    assert read(block.raw()) == read(json.dumps(json.loads(expected)).encode())


@pytest.mark.parametrize("delta", ['{"citation":{}}', '{"toolResult":[]}', '{"text":5}', "5", ""])
def test_a_delta_that_is_not_understood_is_noted(delta: str) -> None:
    block = ConverseBlock(Item("text"))
    block.take(delta.encode())
    assert not block.is_known


def test_arguments_are_the_model_s_own() -> None:
    block = ConverseBlock(call_item(USE.encode()), USE.encode())
    assert block.arguments() == "{}"
    block.take(b'{"toolUse":{"input":"{\\"a\\": 1.0}"}}')
    assert block.arguments() == '{"a": 1.0}'
    whole = ConverseBlock(Item("call"), b'{"toolUse":{"input":{"a": 1.0}}}', is_whole=True)
    assert whole.arguments() == '{"a": 1.0}' and whole.raw() == whole.start


@pytest.mark.parametrize(
    ("raw", "kind", "key"),
    [
        ('{"toolUse":{"toolUseId":"i","name":"n"}}', "call", "i"),
        ('{"toolUse":{"toolUseId":"i","name":"n","type":"server_tool_use"}}', "other", "i"),
        ('{"toolResult":{"toolUseId":"i","content":[]}}', "result", "i"),
        ('{"cachePoint":{"type":"default"}}', "mark", ""),
    ],
)
def test_blocks_are_known_by_what_clients_send_again(raw: str, kind: str, key: str) -> None:
    assert read(raw.encode())[:2] == (kind, key)


def test_reasoning_is_told_apart_by_its_signature() -> None:
    raws = [f'{{"reasoningContent":{{"reasoningText":{{"text":"t","signature":"{name}"}}}}}}' for name in "ab"]
    raws.append('{"reasoningContent":{"redactedContent":"a"}}')
    assert len({read(raw.encode()) for raw in raws}) == 3
    with pytest.raises(ValueError, match="expected"):
        read(b"[]")
