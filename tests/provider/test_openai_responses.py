import json
from itertools import pairwise

import pytest

from tests.provider.history import History
from tests.provider.openai_responses import chunks, events, expand, output, remember, whole
from tests.provider.reading import Refused
from tests.provider.script import UNDISTURBED, Call, Json, Stream, Turn
from tests.provider.signing import unseal

REQUEST: Json = {"model": "gpt-5", "input": "go", "include": ["reasoning.encrypted_content"], "store": False}
WORDS = "Héllo 🎉, this is more than one piece of text"
TURN = Turn(
    WORDS,
    thinking="hm",
    calls=(Call("sh", {"command": "cat é.json"}), Call("exec", "text('a long enough script')")),
    others=({"type": "web_search_call", "id": "ws_1", "status": "completed"},),
)
WHOLE = whole(TURN, REQUEST, {"input_tokens": 3}, "seed")


def test_a_turn_is_a_response_with_its_items() -> None:
    kinds = ["reasoning", "web_search_call", "message", "function_call", "custom_tool_call"]
    assert [item["type"] for item in WHOLE["output"]] == kinds
    reasoning, _, message, function, custom = WHOLE["output"]
    assert unseal(reasoning["encrypted_content"]) == "hm"
    assert message["content"][0]["text"] == WORDS
    assert (function["name"], function["arguments"]) == ("sh", '{"command":"cat é.json"}')
    assert (custom["name"], custom["input"]) == ("exec", "text('a long enough script')")
    assert (WHOLE["status"], WHOLE["store"], WHOLE["usage"]) == ("completed", False, {"input_tokens": 3})
    assert "encrypted_content" not in output(TURN, {"model": "m"}, "seed")[0]


def test_the_events_come_in_the_api_s_order_and_are_numbered() -> None:
    listed = events(WHOLE, REQUEST, UNDISTURBED)
    assert [event["sequence_number"] for event in listed] == list(range(len(listed)))
    names = [event["type"].removeprefix("response.") for event in listed]
    steps = [first for first, second in pairwise([*names, ""]) if first != second]
    part = ["content_part.added", "output_text.delta", "output_text.done", "content_part.done"]
    summary = ["reasoning_summary_part.added", "reasoning_summary_text.delta", "reasoning_summary_text.done",
               "reasoning_summary_part.done"]  # fmt: skip
    function = ["function_call_arguments.delta", "function_call_arguments.done"]
    custom = ["custom_tool_call_input.delta", "custom_tool_call_input.done"]
    bodies = [summary, [], part, function, custom]
    items = [name for body in bodies for name in ("output_item.added", *body, "output_item.done")]
    assert steps == ["created", "in_progress", *items, "completed"]


@pytest.mark.parametrize(
    ("kind", "index", "text"),
    [
        ("output_text", 2, WORDS),
        ("reasoning_summary_text", 0, "hm"),
        ("function_call_arguments", 3, '{"command":"cat é.json"}'),
        ("custom_tool_call_input", 4, "text('a long enough script')"),
    ],
)
def test_pieces_add_up_to_the_whole(kind: str, index: int, text: str) -> None:
    listed = events(WHOLE, REQUEST, UNDISTURBED)
    pieces = [event for event in listed if event["type"] == f"response.{kind}.delta"]
    assert "".join(event["delta"] for event in pieces) == text
    assert {event["output_index"] for event in pieces} == {index}
    (done,) = [event for event in listed if event["type"] == f"response.{kind}.done"]
    assert text in done.values()


def test_items_are_added_empty_and_done_whole() -> None:
    listed = events(WHOLE, REQUEST, UNDISTURBED)
    added = [event["item"] for event in listed if event["type"] == "response.output_item.added"]
    done = [event["item"] for event in listed if event["type"] == "response.output_item.done"]
    assert done == WHOLE["output"]
    empty = (added[0]["summary"], added[2]["content"], added[3]["arguments"], added[4]["input"])
    assert empty == ([], [], "", "")
    assert listed[0]["response"]["usage"] is None
    assert listed[-1]["response"] == WHOLE


def test_on_the_wire() -> None:
    first, *_ = chunks(events(WHOLE, REQUEST, UNDISTURBED))
    name, body, *_ = first.split(b"\n")
    assert (name, body[:33]) == (b"event: response.created", b'data: {"type":"response.created",')
    assert json.loads(body.removeprefix(b"data: "))["response"]["output"] == []


def test_an_answer_that_was_cut_is_incomplete() -> None:
    cut = whole(Turn("a", stop_reason="max_tokens"), REQUEST, {}, "seed")
    assert cut["incomplete_details"] == {"reason": "max_output_tokens"}
    assert events(cut, REQUEST, UNDISTURBED)[-1]["type"] == "response.incomplete"
    broken = events(WHOLE, REQUEST, Stream(error_at=3))
    assert (len(broken), broken[-1]["type"], broken[-1]["message"]) == (4, "error", "Overloaded")


def test_what_is_not_to_be_generated_has_no_output() -> None:
    assert whole(TURN, {**REQUEST, "generate": False}, {}, "seed")["output"] == []


def test_a_request_goes_on_from_a_stored_response() -> None:
    history = History()
    stored = {**REQUEST, "store": True}
    remember(stored, WHOLE, history)
    result = {"type": "function_call_output", "call_id": "a", "output": "b"}
    following = {"model": "gpt-5", "input": [result], "previous_response_id": WHOLE["id"]}
    assert expand(following, history)["input"] == [{"role": "user", "content": "go"}, *WHOLE["output"], result]
    assert expand(REQUEST, history) is REQUEST


def test_what_was_not_stored_is_not_found() -> None:
    history = History()
    remember(REQUEST, WHOLE, history)
    with pytest.raises(Refused, match=f"Previous response with id '{WHOLE['id']}' not found."):
        expand({"previous_response_id": WHOLE["id"]}, history)
