"""Counts as a file: the same bytes for the same counts, and nothing but what we write is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.toin import exchange
from headroom.toin.book import Kept
from headroom.toin.counts import Cell, Counts
from tests.core.toin.test_counts import COUNTS

CELL = {"machine": "a" * 16, "day": 5, "structure": "0123abcd", "what": "c0", "n": 3}


def lines(*said: object, version: int = 1) -> bytes:
    return "\n".join(json.dumps(line) for line in ({"headroom_toin": version}, *said)).encode()


@given(COUNTS, st.dictionaries(st.sampled_from(["0123abcd", "11111111"]), st.sampled_from(["logs", "json_rows"])))
def test_what_is_written_is_read(counts: Counts, kinds: dict[str, str]) -> None:
    data = exchange.write(Kept(counts, kinds))
    assert exchange.read(data) == (counts, kinds)
    assert data == exchange.write(Kept(dict(reversed(counts.items())), kinds))


def test_a_line_by_hand() -> None:
    assert exchange.read(lines(CELL, {"structure": "0123abcd", "kind": "logs"})) == (
        {Cell("a" * 16, 5, "0123abcd", "c0"): 3},
        {"0123abcd": "logs"},
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "line 1: not JSON"),
        (b"[1]", "line 1: not an object"),
        (lines(version=2), "line 1: not an export"),
        (lines(CELL, CELL | {"n": -1}), "line 3: not a count"),
        (lines(CELL | {"n": 1.5}), "line 2: not a count"),
        (lines(CELL | {"n": True}), "line 2: not a count"),
        (lines(CELL | {"n": 1 << 54}), "line 2: not a count"),
        (lines(CELL | {"day": None}), "line 2: not a count"),
        (lines(CELL | {"what": "f:email"}), "line 2: not a count"),
        (lines({"structure": "0123abcd", "kind": "\u001b[31m"}), "line 2: not a structure and its kind"),
        (lines({"structure": "orders", "kind": "logs"}), "line 2: not a structure and its kind"),
        (lines(CELL) + b"\n{", "line 3: not JSON"),
        (b" " * (exchange.MOST_BYTES + 1), "larger than 64 MB"),
    ],
)
def test_other_files_are_refused_by_line(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        exchange.read(data)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        exchange.read(data)
    except ValueError as error:
        assert str(error)
