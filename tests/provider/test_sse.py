import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.provider.messages import message
from tests.provider.script import UNDISTURBED, Call, Json, Stream, Turn
from tests.provider.sse import Drop, Send, Stall, encode, events, steps

USAGE = {"input_tokens": 3, "cache_creation": {"ephemeral_5m_input_tokens": 0}, "output_tokens": 12}
WORDS = "Héllo, this is a text of more than one piece 🎉"
TURN = Turn(
    text=WORDS,
    thinking="hm",
    calls=(Call("Bash", {"command": "cat é.json"}),),
    others=({"type": "future_block", "x": 1.0},),
)
WHOLE = message(TURN, "claude-opus-4-8", USAGE, "seed")


def types(stream: Stream = UNDISTURBED) -> list[str]:
    return [event["type"] for event in events(WHOLE, stream)]


def rebuilt(listed: list[Json]) -> list[Json]:
    """Content blocks as a client puts them together."""
    blocks: list[Json] = []
    inputs: dict[int, str] = {}
    for event in listed:
        if event["type"] == "content_block_start":
            blocks.append(dict(event["content_block"]))
        if event["type"] == "content_block_delta":
            at, delta = event["index"], dict(event["delta"])
            if delta.pop("type") == "input_json_delta":
                inputs[at] = inputs.get(at, "") + delta["partial_json"]
            else:
                for name, piece in delta.items():
                    blocks[at][name] += piece
    for index, text in inputs.items():
        blocks[index]["input"] = json.loads(text)
    return blocks


def test_the_events_come_in_the_api_s_order_and_add_up_to_the_message() -> None:
    listed = events(WHOLE)
    assert rebuilt(listed) == WHOLE["content"]
    assert [event["type"] for event in listed[:3]] == ["message_start", "content_block_start", "ping"]
    assert listed[0]["message"]["content"] == []
    assert listed[0]["message"]["usage"] == USAGE | {"output_tokens": 1}
    assert listed[-2:] == [
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"input_tokens": 3, "output_tokens": 12},
        },
        {"type": "message_stop"},
    ]


@given(st.text(max_size=200))
def test_any_text_survives_its_encoding(text: str) -> None:
    sent = b"".join(encode(event, at) for at, event in enumerate(events(message(Turn(text), "m", USAGE, "s"))))
    lines = sent.decode("utf-8", "surrogatepass").split("\n")
    listed = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [line.removeprefix("event: ") for line in lines if line.startswith("event: ")] == [
        event["type"] for event in listed
    ]
    assert "".join(block["text"] for block in rebuilt(listed)) == text


def test_events_are_left_out_put_in_and_replaced_by_an_error() -> None:
    assert "message_stop" not in types(Stream(leave_out=("message_stop",)))
    assert "ping" not in types(Stream(pings=False))
    future = [{"type": "future_event"}]
    assert types(Stream(insert={1: future, -1: future}))[1] == "future_event"
    assert types(Stream(insert={1: future, -1: future}))[-2:] == ["future_event", "message_stop"]
    broken = events(WHOLE, Stream(error_at=2))
    assert [event["type"] for event in broken] == ["message_start", "content_block_start", "error"]
    assert broken[-1]["error"] == {"details": None, "type": "overloaded_error", "message": "Overloaded"}


CHUNKS = ["é1".encode(), b"22", b"333"]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (Stream(), [Send(CHUNKS[0]), Send(b"22"), Send(b"333")]),
        (Stream(split=5), [Send(CHUNKS[0] + b"22"), Send(b"333")]),
        (Stream(split=(1, 7, 99)), [Send(b"\xc3"), Send(b"\xa9122" + b"33"), Send(b"3")]),
        (
            Stream(split=(8,), stalls={0: 1.5, -1: 600}),
            [Stall(1.5), Send(CHUNKS[0] + b"22"), Stall(600), Send(b"333")],
        ),
        (Stream(drop_at=1), [Send(CHUNKS[0]), Drop()]),
        (Stream(drop_at=1, stalls={1: 2}), [Send(CHUNKS[0]), Stall(2), Drop()]),
        (Stream(drop_at=0), [Drop()]),
    ],
)
def test_the_steps_on_the_wire_are_as_scripted(stream: Stream, expected: list[Send | Stall | Drop]) -> None:
    assert steps(CHUNKS, stream) == expected


@given(st.one_of(st.integers(0, 12), st.lists(st.integers(0, 12), max_size=6).map(tuple)))
def test_every_split_sends_the_same_bytes(split: int | tuple[int, ...]) -> None:
    sent = [step.data for step in steps(CHUNKS, Stream(split=split)) if isinstance(step, Send)]
    assert b"".join(sent) == b"".join(CHUNKS)
    assert all(sent)
