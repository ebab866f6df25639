"""A message as the stream of server-sent events that the Messages API makes of it, and the steps to send it."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tests.provider.script import UNDISTURBED, Json, Stream

TEXT_PIECE_CHARS = 24
JSON_PIECE_CHARS = 16


class Send(NamedTuple):
    """Bytes that are written and flushed by themselves."""

    data: bytes


class Stall(NamedTuple):
    """Silence."""

    seconds: float


class Drop(NamedTuple):
    """The connection is cut."""


Step = Send | Stall | Drop


def events(message: Json, stream: Stream = UNDISTURBED) -> list[Json]:
    """Return the events of a message's stream, with the stream's own events put in and left out."""
    error = {"details": None, "type": stream.error, "message": spoken(stream.error)}
    return arranged(list(_events(message, stream.pings)), stream, {"type": "error", "error": error})


def spoken(kind: str) -> str:
    """Return an error's type in words: "overloaded_error" is "Overloaded"."""
    return kind.removesuffix("_error").replace("_", " ").capitalize()


def arranged(listed: list[Json], stream: Stream, error: Json) -> list[Json]:
    """Return events with the stream's own put in and left out, ending in `error` where there is to be one."""
    listed = [event for event in listed if event.get("type") not in stream.leave_out]
    added = {_index(at, len(listed)): extra for at, extra in stream.insert.items()}
    for at in sorted(added, reverse=True):
        listed[at:at] = added[at]
    if stream.error_at is not None:
        listed[_index(stream.error_at, len(listed)) :] = [error]
    return listed


def pieces(text: str, size: int) -> list[str]:
    """Cut a text into pieces of a size in characters."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def encode(event: Json, number: int) -> bytes:
    """Return an event's bytes. The real stream pads its data with blanks, and so does this."""
    if event["type"] == "ping":
        data = '{"type": "ping"}'
    else:
        data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        data = data[:-1] + " " * (number * 7 % 11) + "}"
    return f"event: {event['type']}\ndata: {data}\n\n".encode("utf-8", "surrogatepass")


def steps(chunks: Sequence[bytes], stream: Stream) -> list[Step]:
    """Return what to do on the wire for the chunks of an answer (its events, or its one JSON body)."""
    starts = [0]
    for chunk in chunks:
        starts.append(starts[-1] + len(chunk))
    data = b"".join(chunks)
    stalls = {starts[_index(at, len(chunks))]: seconds for at, seconds in stream.stalls.items()}
    end = len(data) if stream.drop_at is None else starts[_index(stream.drop_at, len(chunks))]
    cuts = {at for at in {*_cuts(stream.split, starts), *stalls} if at < end} | {0, end}
    planned: list[Step] = []
    for start, stop in pairwise(sorted(cuts)):
        if start in stalls:
            planned.append(Stall(stalls[start]))
        planned.append(Send(data[start:stop]))
    if end in stalls:
        planned.append(Stall(stalls[end]))
    if stream.drop_at is not None:
        planned.append(Drop())
    return planned


def _cuts(split: int | tuple[int, ...], starts: Sequence[int]) -> Sequence[int]:
    if isinstance(split, tuple):
        return split
    return range(0, starts[-1], split) if split else starts


def _index(position: int, length: int) -> int:
    return max(0, position + length) if position < 0 else min(position, length)


def _events(message: Json, pings: bool) -> Iterator[Json]:
    opening = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(message["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _started(block)}
        if pings and not index:
            yield {"type": "ping"}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]}
    yield {"type": "message_delta", "delta": ending, "usage": _closing(message["usage"])}
    yield {"type": "message_stop"}


_STARTED: dict[str, Json] = {
    "text": {"text": ""},
    "thinking": {"thinking": "", "signature": ""},
    "tool_use": {"input": {}},
}
"""What stands in a block's content_block_start instead of what its deltas bring; other types come whole."""


def _started(block: Json) -> Json:
    return {**block, **_STARTED.get(block["type"], {})}


def _deltas(block: Json) -> Iterator[Json]:
    if block["type"] == "text":
        for piece in pieces(block["text"], TEXT_PIECE_CHARS):
            yield {"type": "text_delta", "text": piece}
    elif block["type"] == "thinking":
        for piece in pieces(block["thinking"], TEXT_PIECE_CHARS):
            yield {"type": "thinking_delta", "thinking": piece}
        yield {"type": "signature_delta", "signature": block["signature"]}
    elif block["type"] == "tool_use":
        yield {"type": "input_json_delta", "partial_json": ""}
        for piece in pieces(json.dumps(block["input"], ensure_ascii=False), JSON_PIECE_CHARS):
            yield {"type": "input_json_delta", "partial_json": piece}


def _closing(usage: Json) -> Json:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    return {name: usage[name] for name in names if name in usage}
