import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import json_values
from headroom.compressors.json_values import Number
from headroom.types import PassThrough


@pytest.mark.parametrize(
    "spelling", ["1.0", "1e5", "1E+5", "-0", "9223372036854775808", "0.10", "1e400", "1" * 10_000]
)
def test_numbers_keep_their_spelling(spelling: str) -> None:
    (value,) = json_values.read(f" [{spelling}] ")
    assert json_values.write(value) == f"[{spelling}]"


def test_a_number_is_not_the_string_of_the_same_characters() -> None:
    (value,) = json_values.read('[1, "1", null, "null", true]')
    assert [type(item) for item in value] == [Number, str, type(None), str, bool]  # type: ignore[union-attr]
    assert json_values.write(value) == '[1,"1",null,"null",true]'


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_strings_come_back(text: str) -> None:
    assert json_values.read(f"[{json_values.quote(text)}]") == [[text]]


def test_lines_of_objects_are_read_one_by_one() -> None:
    assert json_values.read('{"a": "x"}\n\n {"a":\n "y"}\n') == [{"a": "x"}, {"a": "y"}]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "nul", "[1,]", "{'a': 1}", "[01]", "[+1]", '["\x01"]', "\ufeff[]", "1 2", "{} {}", "{}\n[]"),
        *('{"a":1,"a":1}', "[nan]", "[-NaN]", "[+Infinity]", "[1]\nx", '{"a":1}\n{"a":', "[" * 65 + "]" * 65),
    ],
)
def test_what_is_not_strict_json_passes_through(text: str) -> None:
    with pytest.raises(PassThrough):
        json_values.read(text)


def test_numbers_that_are_none_stay_what_they_are() -> None:
    text = '[NaN,Infinity,-Infinity,"NaN"]'
    (found,) = json_values.read(text)
    assert json_values.write(found) == text
    assert type(found) is list
    assert [type(value) is json_values.Number for value in found] == [True, True, True, False]


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = json_values.MAX_DEPTH
    assert json_values.write(json_values.read("[" * depth + "]" * depth)[0]) == "[" * depth + "]" * depth
    assert json_values.read('["' + "[" * 1000 + '"]') == [["[" * 1000]]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        '{"a":' * 200_000,
        '"' + '\\"' * 500_000,
        '["' + "\\" * 999_999,
        '"' * 999_999,
        "1" * 1_000_000,
    ],
    ids=["arrays", "objects", "escaped quotes", "backslashes", "quotes", "digits"],
)
def test_takes_linear_time(text: str) -> None:
    with contextlib.suppress(PassThrough):
        json_values.read(text)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ('x [1, {"a": "]"}] y', 2, 17),
        ('{"a": 1}\n{"b": 2}', 0, 8),
        ('{"a": 1}\n{"b": 2}', 9, 17),
        ("[]", 0, 2),
        ("[1, 2", 0, None),
        ("[1,]", 0, None),
        ("[NaN]", 0, 5),
        ("[nan]", 0, None),
        ("[2024-01-01 10:00:00] x", 0, None),
        ('"a"', 0, None),
        ("12", 0, None),
        ("", 0, None),
        ("[]", 5, None),
        ("[] " + "[" * 70, 0, 2),
        ('["\x01"]', 0, None),
        ("[" * 64 + "]" * 64 + " x", 0, 128),
        ("[" * 65 + "]" * 65, 0, None),
        ('{"a":' * 65 + "1" + "}" * 65, 0, None),
        ("[1," * 900 + "1" + "]" * 900, 0, None),
        ('{"a": 1, "a": 2}', 0, 16),
    ],
)
def test_where_a_value_ends(text: str, start: int, expected: int | None) -> None:
    assert json_values.end(text, start) == expected


@pytest.mark.parametrize(
    "text", ["[" * 300_000, '{"a":' * 100_000, "[1," * 100_000, '["' * 200_000, "[ " * 200_000]
)
def test_many_openings_that_come_to_nothing_take_linear_time(text: str) -> None:
    for at in range(min(len(text), 20_000)):
        json_values.end(text, at)
