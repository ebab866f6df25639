from typing import Any

import orjson
import pytest

from headroom.answering.base import TOOL
from headroom.answering.openai_responses_items import Item, for_the_client, output, read, sendable

KINDS: list[tuple[dict[str, Any], bool, bool]] = [
    # fields, is of the model, is for the client
    ({"role": "user", "content": "x"}, False, False),
    ({"role": "assistant", "content": "x"}, True, False),
    ({"type": "message", "role": "developer"}, False, False),
    ({"type": "additional_tools", "role": "developer"}, False, False),
    ({"type": "reasoning"}, True, False),
    ({"type": "item_reference", "id": "x"}, True, False),
    ({"type": "function_call"}, True, True),
    ({"type": "custom_tool_call"}, True, True),
    ({"type": "local_shell_call"}, True, True),
    ({"type": "mcp_approval_request"}, True, True),
    ({"type": "web_search_call"}, True, False),
    ({"type": "function_call_output"}, False, False),
    ({"type": "message", "role": ["odd"]}, True, False),
]


@pytest.mark.parametrize(("fields", "of_the_model", "for_client"), KINDS)
def test_whose_an_item_is(fields: dict[str, Any], of_the_model: bool, for_client: bool) -> None:
    assert Item(fields).is_of_the_model is of_the_model
    assert Item(fields).is_for_the_client is for_client


def test_calls_that_the_output_answers_are_not_the_clients() -> None:
    call = {"type": "shell_call", "call_id": "a"}
    items = [Item(call), Item({"type": "shell_call_output", "call_id": "a"}), Item(call | {"call_id": "b"})]
    items.append(Item({"type": "function_call", "name": TOOL, "call_id": "c"}))
    assert [item.call_id for item in for_the_client(items)] == ["b"]


def test_an_item_is_known_by_whatever_is_left_of_it() -> None:
    whole = Item({"type": "reasoning", "id": "rs_1", "encrypted_content": "sealed"})
    for left in ({"id": "rs_1"}, {"encrypted_content": "sealed"}):
        assert whole.names() & Item({"type": "reasoning"} | left).names()
    said = Item({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a b"}]})
    assert said.names() & Item({"role": "assistant", "content": "a  b"}).names()
    assert Item({"type": "reasoning"}).names() == set()


@pytest.mark.parametrize(("is_stored", "ids"), [(True, ["rs_1", "rs_2", "fc_1"]), (False, [None, None])])
def test_what_is_not_held_is_not_asked_for_by_id(is_stored: bool, ids: list[str | None]) -> None:
    sealed = {"type": "reasoning", "id": "rs_2", "encrypted_content": "sealed"}
    items = [{"type": "reasoning", "id": "rs_1"}, sealed, {"type": "function_call", "id": "fc_1", "call_id": "a"}]
    sent = [orjson.loads(raw) for raw in sendable([read(orjson.dumps(item)) for item in items], is_stored)]
    assert [item.get("id") for item in sent] == ids


def test_items_go_back_byte_for_byte() -> None:
    raw = b'{ "type":"function_call" , "call_id":"a", "n": 1.0 }'
    assert sendable([read(raw)], is_stored=False) == [raw]
    assert orjson.loads(output(read(raw), "é\n")) == {
        "type": "function_call_output",
        "call_id": "a",
        "output": "é\n",
    }


@pytest.mark.parametrize("raw", [b"", b"[]", b"1", b"{"])
def test_what_is_no_item_says_nothing(raw: bytes) -> None:
    assert not read(raw).is_of_the_model or read(raw).kind == ""
    assert read(raw).names() == set()
