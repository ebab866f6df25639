"""Elements leave arrays, and members objects, with their commas; all other bytes stay."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import elements, spans

SPACE = st.sampled_from(["", " ", "\n\t", "  "])
VALUE = st.sampled_from(["1.0", '"a,]b"', "[]", '{"x": [1, {}]}', "null", '"\\"}"', "1e400"])


@st.composite
def arrays(draw: st.DrawFn) -> tuple[bytes, list[slice], list[str]]:
    """An array in odd white space, where its elements stand, and what they are."""
    values = draw(st.lists(VALUE, max_size=7))
    text = "[" + draw(SPACE)
    found = []
    for number, value in enumerate(values):
        text += ("," + draw(SPACE)) if number else ""
        found.append(slice(len(text), len(text) + len(value)))
        text += value + draw(SPACE)
    return (text + "]").encode(), found, values


@given(arrays(), st.dictionaries(st.integers(0, 6), st.sampled_from(["", "7", '7, "new"'])))
def test_the_array_reads_as_if_it_had_been_edited(array: tuple[bytes, list[slice], list[str]], new: Any) -> None:
    body, found, values = array
    new = {number: literal for number, literal in new.items() if number < len(values)}
    result = spans.splice(body, elements.changes(found, {n: literal.encode() for n, literal in new.items()}))
    wanted = [new.get(n, value) for n, value in enumerate(values)]
    assert json.loads(result) == json.loads(f"[{','.join(part for part in wanted if part)}]")


@given(st.dictionaries(st.sampled_from(["a", 'b"c', "d\\e", "é", ""]), VALUE, max_size=5), SPACE, st.data())
def test_an_object_reads_as_if_keys_had_been_deleted(
    members: dict[str, str], space: str, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(members) or ["none"])))
    shown = f",{space}".join(f"{space}{json.dumps(key)}{space}:{space}{value}" for key, value in members.items())
    value = f"{{{shown}{space}}}".encode()
    result = spans.splice(value, elements.member_changes(value, lambda key, _span: key in gone))
    assert json.loads(result) == {key: json.loads(kept) for key, kept in members.items() if key not in gone}


def test_what_stays_keeps_its_bytes() -> None:
    value = b'{ "role" : "assistant",\n "n": 1.0 , "tool_calls": [1] ,"x":1e5 }'
    shown = spans.splice(value, elements.member_changes(value, lambda _key, span: value[span] == b"[1]"))
    assert shown == b'{ "role" : "assistant",\n "n": 1.0 ,"x":1e5 }'


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        elements.member_changes(b"[1]", lambda _key, _span: True)


@given(arrays(), arrays())
def test_two_arrays_become_one(
    first: tuple[bytes, list[slice], list[str]], second: tuple[bytes, list[slice], list[str]]
) -> None:
    assert elements.spans_in(first[0]) == first[1]
    shown = elements.joined(first[0], second[0])
    assert json.loads(shown) == json.loads(first[0]) + json.loads(second[0])
