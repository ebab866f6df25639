import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import log_masks
from headroom.compressors.log_masks import PARAMETER, VARIABLE, masked
from headroom.types import PassThrough

HEX = "[0-9a-fA-F]"
PLAIN = re.compile(
    r"(?<![0-9A-Za-z])(?>(?:0x)?)(?=[a-fA-F]{0,64}+\d)"
    rf"(?:{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}|(?=\d{{0,64}}+[a-fA-F]){HEX}{{6,64}}+)"
    r"(?![0-9A-Za-z])|\d++(?>(?:[.:]\d++)*)"
)
"""What VARIABLE matches, written to be read."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("took 250ms", "took #ms"),
        ("10.0.0.1:80 -> 1.5", "# -> #"),
        ("id=9f86d081884c7d65 x", "id=# x"),
        ("123e4567-e89b-12d3-a456-426614174000", "#"),
        ("0xdeadbeef1 deadbeef", "# deadbeef"),
        ("worker-3 v1.2.3 abc123x", "worker-# v# abc#x"),
        ("plain words", "plain words"),
        ("", ""),
    ],
)
def test_numbers_and_ids_give_way_to_a_mark(text: str, expected: str) -> None:
    assert masked([text]) == [expected.replace("#", PARAMETER)]


@given(st.text("0123abcdfx-.:= z", max_size=40))
def test_the_fast_expression_matches_what_the_readable_one_does(text: str) -> None:
    assert VARIABLE.sub("#", text) == PLAIN.sub("#", text)


@given(st.lists(st.text("0 1af.g", max_size=12), max_size=30))
def test_lines_are_masked_one_by_one(texts: list[str]) -> None:
    assert masked(texts) == [masked([text])[0] for text in texts]


def test_equal_masks_are_the_same_object() -> None:
    one, two = masked(["took 1 ms", "took 2 ms"])
    assert one is two


@pytest.mark.parametrize("mark", [log_masks.STAMP, log_masks.PARAMETER, log_masks.ANY_WORD])
def test_control_characters_used_as_marks_pass_through(mark: str) -> None:
    with pytest.raises(PassThrough):
        log_masks.refuse(f"a{mark}b")
    log_masks.refuse("a b")
