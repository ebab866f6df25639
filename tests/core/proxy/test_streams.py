"""The tee reads usage however a response is split or encoded, and never disturbs it."""

import gzip
import json
import zlib
from collections.abc import Callable
from itertools import pairwise

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from headroom.dialects import anthropic
from headroom.proxy import streams
from headroom.proxy.streams import Tee, decode_body
from headroom.types import Usage

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
USAGE = {"input_tokens": 3, "cache_creation_input_tokens": 40, "cache_read_input_tokens": 500, "output_tokens": 1}
STREAM = "".join(
    f"event: {event['type']}\r\ndata: {json.dumps(event, ensure_ascii=False)}\r\n\r\n"
    for event in (
        {"type": "message_start", "message": {"model": "m", "usage": USAGE}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": 'é 😀 "usage" \n data: {}'}},
        {"type": "unknown", "usage": "odd"},
        {"type": "message_delta", "usage": {"output_tokens": 77}},
        {"type": "message_stop"},
    )
).encode()
EXPECTED = Usage(3, 40, 0, 500, 77, "m")


@given(st.lists(st.integers(0, len(STREAM))), st.sampled_from(sorted(ENCODERS)))
def test_usage_is_read_however_the_stream_is_split(cuts: list[int], encoding: str) -> None:
    data = ENCODERS[encoding](STREAM)
    tee = Tee(anthropic, "text/event-stream; charset=utf-8", encoding)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        tee.feed(data[start:end])
    assert tee.usage() == EXPECTED


@pytest.mark.parametrize("encoding", ENCODERS)
def test_an_answer_without_a_stream_is_read_at_its_end(encoding: str) -> None:
    body = json.dumps({"type": "message", "model": "m", "usage": USAGE | {"output_tokens": 77}}, indent=1).encode()
    tee = Tee(anthropic, "application/json", encoding)
    data = ENCODERS[encoding](body)
    for byte in data[: len(data) // 2]:
        tee.feed(bytes([byte]))
    assert tee.usage() is None
    for byte in data[len(data) // 2 :]:
        tee.feed(bytes([byte]))
    assert tee.usage() == EXPECTED


@pytest.mark.parametrize(
    ("content_type", "encoding", "data"),
    [
        ("text/event-stream", "gzip", b"this is not gzip"),
        ("text/event-stream", "x-unknown", STREAM),
        ("text/event-stream", "", b"data: {broken \"usage\"\n\ndata: [\"usage\"]\n\ndata: 3\n\n"),
        ("application/json", "", b"<html>"),
        ("application/json", "", b"[]"),
        ("", "", b""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_no_usage(content_type: str, encoding: str, data: bytes) -> None:
    tee = Tee(anthropic, content_type, encoding)
    tee.feed(data)
    assert tee.usage() is None


def test_a_stream_without_an_end_of_line_does_not_fill_the_memory() -> None:
    tee = Tee(anthropic, "text/event-stream", "")
    for _ in range(80):
        tee.feed(b"x" * 100_000)
    tee.feed(b"\n" + STREAM)
    assert tee.usage() is None


@pytest.mark.parametrize("encoding", ENCODERS)
def test_bodies_are_decoded(encoding: str) -> None:
    assert decode_body(ENCODERS[encoding](b"body"), encoding) == b"body"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_not_unpacked(encoding: str) -> None:
    assert decode_body(ENCODERS[encoding](bytes(100 << 20)), encoding) is None


def test_codings_are_undone_in_reverse_order() -> None:
    assert decode_body(gzip.compress(brotli.compress(b"body")), "br, gzip") == b"body"
    assert decode_body(b"body", "identity") == b"body"


@pytest.mark.parametrize(
    ("data", "encoding"), [(b"x", "gzip"), (b"x", "new"), (gzip.compress(b"body", mtime=0)[:9], "gzip")]
)
def test_what_cannot_be_decoded_is_none(data: bytes, encoding: str) -> None:
    assert decode_body(data, encoding) is None


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("", []),
        ("identity", []),
        (" GZip ", ["gzip"]),
        ("gzip, identity", ["gzip"]),
        ("deflate,GZIP", ["deflate", "gzip"]),
    ],
)
def test_codings_are_named_in_any_way(encoding: str, expected: list[str]) -> None:
    assert streams.codings(encoding) == expected


def test_several_codings_are_undone_piece_by_piece() -> None:
    coded = gzip.compress(zlib.compress(b"x" * 1000))
    undo = streams.decoder_of("deflate, gzip")
    assert undo
    assert b"".join(undo(coded[at : at + 7]) for at in range(0, len(coded), 7)) == b"x" * 1000
    assert streams.decoder_of("gzip, rot13") is None


def test_who_listens_sees_each_event_and_is_told_of_the_end() -> None:
    class Hearing:
        def __init__(self) -> None:
            self.seen: list[bytes] = []
            self.ends = 0

        def see(self, event: bytes) -> None:
            self.seen.append(event)

        def end(self) -> None:
            self.ends += 1

    others: list[bytes] = []
    for content_type, expected in (("text/event-stream", 5), ("application/json", 1)):
        hearing = Hearing()
        tee = Tee(anthropic, content_type, "gzip", see=others.append, hearing=hearing)
        tee.feed(gzip.compress(STREAM))
        assert hearing.ends == 0
        tee.end()
        assert (len(hearing.seen), hearing.ends) == (expected, 1)
        assert others[-expected:] == hearing.seen
    broken = Hearing()
    tee = Tee(anthropic, "application/json", "gzip", hearing=broken)
    tee.feed(b"no gzip")
    tee.end()
    assert (broken.seen, broken.ends) == ([], 1)
