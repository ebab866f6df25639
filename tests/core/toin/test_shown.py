"""What a form shows is read from the form as the row writes it."""

import json
import random
import uuid

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import json_rows
from headroom.toin import shown, structures
from headroom.types import Context

CHANCE = random.Random(4)
ROWS = [
    {
        "n": n,
        "uuid": str(uuid.UUID(int=CHANCE.getrandbits(128))),
        "said": " ".join(CHANCE.choices("abcd", k=400)),
    }
    for n in range(120)
]
TEXT = json.dumps(ROWS)


def form(budget: int) -> str:
    return json_rows.compress(TEXT, Context(budget_tokens=budget, original="/o/0123456789ab.txt")).text


def test_fields_that_are_not_shown_or_cut_are_lacking() -> None:
    read = shown.read(form(900), TEXT, structures.rows(TEXT))
    assert read.lacking == {"uuid", "said"}
    assert 2 < len(read.units) < 100
    assert {0, 119} <= read.units


def test_where_no_row_is_numbered_all_are_there() -> None:
    assert shown.read("n\tuuid", TEXT, structures.rows(TEXT)) == shown.Shown(frozenset(), frozenset(range(120)))


def test_lines_are_there_word_for_word() -> None:
    assert shown.read("a\n[headroom: 1 of 3 lines omitted]\n  c", "a\nb\nc", []).units == {0, 2}


@given(st.sets(st.integers(0, 40_000)))
def test_numbers_come_back(units: set[int]) -> None:
    assert shown.unpack(shown.pack(units)) == units


@given(st.binary())
def test_other_bytes_are_no_numbers_or_some(data: bytes) -> None:
    assert isinstance(shown.unpack(data), frozenset)
