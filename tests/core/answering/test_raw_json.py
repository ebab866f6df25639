import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import spans
from headroom.answering import raw_json
from tests.core.answering.any_json import objects, values


@given(objects)
def test_an_object_put_together_again_means_the_same(value: dict[str, object]) -> None:
    raw = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    assert orjson.loads(raw_json.object_of(raw_json.members(raw))) == value


@given(st.lists(values))
def test_an_array_put_together_again_means_the_same(value: list[object]) -> None:
    assert orjson.loads(raw_json.array_of(raw_json.elements(orjson.dumps(value)))) == value


def test_what_is_not_changed_keeps_its_spelling() -> None:
    assert raw_json.members(b'{"a": 1.0, "\\u00e9": [ 1e5 ], "a": 2}') == {"a": b"2", "é": b"[ 1e5 ]"}


@pytest.mark.parametrize("data", [b"", b"[]", b"1", b'{"a"}'])
def test_what_is_no_object_has_no_members(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"offset"):
        raw_json.members(data)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"a": 1, "b": {"c": 2}}, {"a": 2, "b": {"c": 3}}, {"a": 3, "b": {"c": 5}}),
        ({"a": 1}, {"b": None, "c": 1.5}, {"a": 1, "b": None, "c": 1.5}),
        ({"tier": "old"}, {"tier": "new"}, {"tier": "new"}),
        ({"is": True}, {"is": True}, {"is": True}),
        (None, {"a": 1}, {"a": 1}),
        ({"a": 1}, None, {"a": 1}),
        (
            [{"modality": "TEXT", "tokenCount": 1}],
            [{"modality": "IMAGE", "tokenCount": 5}, {"modality": "TEXT", "tokenCount": 2}],
            [{"modality": "TEXT", "tokenCount": 3}, {"modality": "IMAGE", "tokenCount": 5}],
        ),
    ],
)
def test_figures_are_added_up(first: object, second: object, expected: object) -> None:
    assert raw_json.add_figures(first, second) == expected


@given(values, values)
def test_any_values_can_be_added_up(first: object, second: object) -> None:
    raw_json.add_figures(first, second)


@pytest.mark.parametrize("body", [b'{"x": [ ]}', b'{"x": [ 1.0 , {} ] , "y": 2}'])
def test_elements_are_added_directly_behind_the_last(body: bytes) -> None:
    array = raw_json.array_span(body, "x")
    assert array
    longer = spans.splice(body, [raw_json.appended(body, array, [b"3", b"4"])])
    assert orjson.loads(longer)["x"] == [*orjson.loads(body)["x"], 3, 4]
    last = raw_json.element_spans(body, array)
    assert longer.startswith(body[: last[-1].stop] + b",3,4" if last else b'{"x": [3,4')


def test_only_an_array_is_found_as_one() -> None:
    assert raw_json.array_span(b'{"x": "[1]"}', "x") is None
    assert raw_json.value_span(b'{"x": 1}', "y") is None


def test_texts_are_known_however_they_are_spelled() -> None:
    assert raw_json.canonical('{"b": 1, "a": "\\u00e9"}') == raw_json.canonical({"a": "é", "b": 1})
    assert raw_json.canonical('{"b') == '{"b'
    assert raw_json.squeezed(" a\n b\t") == "ab"
    assert raw_json.digest("ab", "c") != raw_json.digest("a", "bc")


def test_half_a_character_can_be_sent() -> None:
    assert raw_json.literal("a\ud83d") == b'"a?"'
