"""The only place that edits a body edits nothing but what it was told to (law 2)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.spans import Cursor, Replacement, decode_text, encode_text, splice

ODD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
        st.text(alphabet=st.characters(categories=["Cs"]), max_size=2),
        st.sampled_from(['"', "\\", '\\"', "\\\\", "}{][,:", "\n\t", "é", "\U0001f600", "tool_result"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=8), inner, max_size=5)),
    max_leaves=25,
)


@given(ODD, st.booleans(), st.sampled_from([None, 0, 3]))
def test_a_cursor_finds_exactly_the_values_that_json_finds(
    value: object, is_ascii: bool, indent: int | None
) -> None:
    body = json.dumps(value, ensure_ascii=True if _has_surrogate(value) else is_ascii, indent=indent).encode()

    def rebuild(cursor: Cursor) -> object:
        opening = cursor.peek()
        if opening == ord("{"):
            return {key: rebuild(cursor) for key in cursor.members()}
        if opening == ord("["):
            return [rebuild(cursor) for _ in cursor.elements()]
        return json.loads(body[cursor.skip()])

    assert rebuild(Cursor(body)) == json.loads(body)
    assert Cursor(body).skip() == slice(0, len(body))


def _has_surrogate(value: object) -> bool:
    return "\\ud" in json.dumps(value)


@given(ODD)
def test_values_that_are_not_consumed_are_skipped(value: object) -> None:
    body = json.dumps({"a": value, "b": [value, value]}).encode()
    assert list(Cursor(body).members()) == ["a", "b"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a"', b'{"a":', b'{"a":1', b'{"a" 1}', b"[1", b"[1 2]", b'["a', b'{"a":1,}', b"{1:2}"]
)
def test_what_is_not_json_is_a_value_error(body: bytes) -> None:
    cursor = Cursor(body)
    with pytest.raises(ValueError):
        list(cursor.members() if body[:1] != b"[" else cursor.elements())


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.binary(max_size=5))))
def test_splice_changes_its_spans_and_nothing_else(body: bytes, raw: list[tuple[int, int, bytes]]) -> None:
    at, replacements, expected = 0, [], b""
    for start, size, literal in sorted(raw):
        end = min(start + size, len(body))
        if start < at or start > len(body):
            continue
        replacements.append(Replacement(start, end, literal))
        expected += body[at:start] + literal
        at = end
    result = splice(body, replacements)
    assert result == expected + body[at:]
    if not replacements:
        assert result is body


@given(st.text())
def test_text_survives_its_literal(text: str) -> None:
    assert decode_text(encode_text(text)) == text


def test_lone_surrogates_are_read_but_never_written() -> None:
    assert decode_text(b'"\\ud800x"') == "\ud800x"
    with pytest.raises(ValueError):
        encode_text("\ud800")


@pytest.mark.parametrize("literal", [b"1", b"null", b'{"a":1}', b'"a'])
def test_other_values_are_not_texts(literal: bytes) -> None:
    with pytest.raises(ValueError):
        decode_text(literal)
