"""Values by their spans."""

import json

from headroom.dialects.values import REPEATED, elements_at, fields, fields_at, is_set, is_text, raw_at, text_at
from headroom.spans import Cursor

BODY = json.dumps({"a": "x\ny", "b": [1, {"c": None}], "n": None}).encode()
WHOLE = slice(0, len(BODY))


def test_an_object_is_read_by_its_spans() -> None:
    found, untouchable = fields_at(BODY, WHOLE)
    assert {key: json.loads(BODY[span]) for key, span in found.items()} == json.loads(BODY)
    assert not untouchable
    assert text_at(BODY, found["a"]) == "x\ny"
    assert text_at(BODY, found["b"]) == text_at(BODY, None) == ""
    assert raw_at(BODY, found["b"]) == '[1, {"c": null}]'
    assert raw_at(BODY, None) == ""
    assert [is_text(BODY, span) for span in (found["a"], found["b"], None)] == [True, False, False]
    assert [is_set(BODY, span) for span in (found["a"], found["n"], None)] == [True, False, False]


def test_lists_give_their_elements() -> None:
    found, _ = fields_at(BODY, WHOLE)
    assert [BODY[span] for span in elements_at(BODY, found["b"])] == [b"1", b'{"c": null}']
    assert list(elements_at(BODY, found["a"])) == list(elements_at(BODY, None)) == []


def test_other_values_have_no_members() -> None:
    assert fields_at(b"[1]", slice(0, 3)) == fields_at(b"", None) == ({}, "")


def test_a_repeated_key_is_told() -> None:
    cursor = Cursor(b'{"a":1,"\\u0061":2} ')
    found, untouchable = fields(cursor)
    assert untouchable == REPEATED
    assert cursor.pos == 18
    assert found == {"a": slice(16, 17)}
