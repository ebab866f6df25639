"""The readable twin against a byte-by-byte reading of its own docstrings, and at the edges by hand."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headroom.kernels.reference import common_prefix, find_string_end, skip_value

CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}
GARBAGE = st.lists(
    st.sampled_from([b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b"a", b"\x00", b"\xff", b'\\"'])
).map(b"".join)
JSON = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(['"' * 9, "\\" * 9, "x" * 202, '\\"]']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def string_end(body: bytes, start: int) -> int:
    """One byte at a time: a backslash takes the next byte with it."""
    at = start + 1
    while at < len(body):
        if body[at] == ord('"'):
            return at + 1
        at += 2 if body[at] == ord("\\") else 1
    raise ValueError(f"truncated at offset {len(body)}")


def value_end(body: bytes, start: int) -> int:
    """One byte at a time, with a stack."""
    at, closing = start, []
    while at < len(body):
        byte = body[at]
        if byte == ord('"'):
            at = string_end(body, at)
        else:
            at += 1
            if byte in CLOSING:
                closing.append(CLOSING[byte])
            elif byte in CLOSING.values() and byte != closing.pop():
                raise ValueError(f"mismatched bracket at offset {at - 1}")
        if not closing:
            return at
    raise ValueError(f"truncated at offset {len(body)}")


def outcome(function: object, *arguments: object) -> object:
    assert callable(function)
    try:
        return function(*arguments)
    except ValueError as error:
        return str(error)


@given(GARBAGE)
@example(b"x" * 300 + b"\\" * 8)
def test_any_string_ends_where_reading_byte_by_byte_says(garbage: bytes) -> None:
    body = b'"' + garbage
    assert outcome(find_string_end, body, 0) == outcome(string_end, body, 0)


@given(GARBAGE, st.sampled_from([b"{", b"[", b'"']))
def test_any_container_ends_where_reading_byte_by_byte_says(garbage: bytes, first: bytes) -> None:
    body = first + garbage
    assert outcome(skip_value, body, 0) == outcome(value_end, body, 0)


@given(st.lists(JSON) | st.dictionaries(st.text(), JSON), st.binary(max_size=3), st.integers(0, 400))
def test_a_json_container_is_stepped_over_whole_and_never_when_cut(value: object, rest: bytes, cut: int) -> None:
    body = json.dumps(value).encode()
    assert skip_value(b" \\" + body + rest, 2) == 2 + len(body)
    part = body[: 1 + cut % len(body)]
    if part != body:
        assert outcome(skip_value, part, 0) == f"truncated at offset {len(part)}"


@pytest.mark.parametrize("backslashes", range(9))
@pytest.mark.parametrize("padding", [0, 1, 15, 16, 199, 200, 201, 5000])
def test_a_quote_closes_behind_an_even_number_of_backslashes(backslashes: int, padding: int) -> None:
    escaped = b"x" * padding + b"\\" * backslashes + b'"'
    closes = backslashes % 2 == 0
    assert find_string_end(b'"' + escaped + b'..."', 0) == 1 + len(escaped) + (0 if closes else 4)


@pytest.mark.parametrize(
    ("body", "start", "end"),
    [
        (b"12.5e3,", 0, 6),
        (b"null", 0, 4),
        (b"-]", 0, 1),
        (b'"s" ', 0, 3),
        (b'{"a": [1, {"b": "]}"}]}, 2', 0, 23),
        (b'{"a": [1, {"b": "]}"}]}, 2', 6, 22),
        (b"[,,::]]", 0, 6),
        (b'\\"a"', 1, 4),
    ],
)
def test_a_value_ends_where_its_kind_ends(body: bytes, start: int, end: int) -> None:
    assert skip_value(body, start) == end


@pytest.mark.parametrize(
    ("body", "start", "message"),
    [
        (b"", 0, "no value at offset 0"),
        (b"1", 1, "no value at offset 1"),
        (b"1", -1, "no value at offset -1"),
        (b"1", 10**30, f"no value at offset {10**30}"),
        (b" 1", 0, "no value at offset 0"),
        (b"]", 0, "no value at offset 0"),
        (b":", 0, "no value at offset 0"),
        (b"[[1}", 0, "mismatched bracket at offset 3"),
        (b'{"a":[}', 0, "mismatched bracket at offset 6"),
        (b"{[]", 0, "truncated at offset 3"),
        (b'["a', 0, "truncated at offset 3"),
    ],
)
def test_a_fault_names_its_offset(body: bytes, start: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        skip_value(body, start)


@pytest.mark.parametrize(("body", "start"), [(b"", 0), (b'"a"', 1), (b'"a"', -1), (b'"a"', 3), (b'"', 10**30)])
def test_where_no_quote_stands_there_is_no_string(body: bytes, start: int) -> None:
    with pytest.raises(ValueError, match=f"^no string at offset {start}$"):
        find_string_end(body, start)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"key":', b"}]")])
def test_depth_costs_neither_stack_nor_more_than_linear_time(opening: bytes, closing: bytes) -> None:
    body = opening * 200_000 + b"1" + closing * 200_000
    assert skip_value(body, 0) == len(body)


@given(st.binary(max_size=50), st.binary(max_size=5), st.binary(max_size=5), st.sampled_from([0, 65_500, 131_072]))
def test_a_common_prefix_is_common_and_cannot_be_longer(same: bytes, a: bytes, b: bytes, padding: int) -> None:
    a, b = b"x" * padding + same + a, b"x" * padding + same + b
    length = common_prefix(a, b)
    assert a[:length] == b[:length]
    assert length in (len(a), len(b)) or a[length] != b[length]
