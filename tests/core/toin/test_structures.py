"""An output is known by its tool and its fields, whatever it holds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.toin import structures


def key(value: Any, kind: str = "json_rows", tool: str = "list", said: str = "") -> str:
    return structures.key(kind, tool, said, structures.fields(structures.rows(json.dumps(value))))


def table(seed: int, count: int = 10) -> list[dict[str, Any]]:
    return [{"id": seed + n, "user": {"name": f"u{n}", "mail": "m"}, "tags": [n]} for n in range(count)]


def test_values_length_order_and_odd_rows_do_not_matter() -> None:
    same = key(table(0))
    assert len(same) == 8
    assert key(table(7, 500)) == same
    assert key([dict(reversed(row.items())) for row in table(3)]) == same
    assert key([*table(0), {"error": "x"}]) == same


def test_tool_row_and_fields_do() -> None:
    keys = {
        key(table(0)),
        key(table(0), tool="other"),
        key(table(0), kind="logs"),
        key([row | {"more": 1} for row in table(0)]),
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("git log -3", '{"command": "cd x && git log --stat"}', True),
        ("git log", "docker logs web", False),
        ("", "", True),
    ],
)
def test_without_fields_it_is_the_program(one: str, other: str, is_same: bool) -> None:
    assert (structures.key("logs", "Bash", one, ()) == structures.key("logs", "Bash", other, ())) is is_same
    assert structures.key("json_rows", "Bash", one, ["a"]) == structures.key("json_rows", "Bash", other, ["a"])


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (json.dumps(table(0)), ("id", "tags", "user.mail", "user.name")),
        ("\n".join(map(json.dumps, table(0))), ("id", "tags", "user.mail", "user.name")),
        (json.dumps({"total": 2, "page": {"items": [{"a": 1}, {"a": 2}]}}), ("a",)),
        (json.dumps({"x1": {"a": 1}, "x2": {"a": 2}, "x3": {"a": 2}}), ("a",)),
        (json.dumps({"content": [{"type": "text", "text": json.dumps([{"a": 1}] * 9)}]}), ("a",)),
        (json.dumps([{f"k{n}": n for n in range(300)}] * 3), ()),
        ('{"a": 1}', ()),
        ("[1, 2", ()),
        ("a log line", ()),
        ("[" * 100_000, ()),
        ('{"a":' * 100_000, ()),
        ("", ()),
    ],
)  # fmt: skip
def test_fields_are_those_of_the_longest_list(text: str, fields: tuple[str, ...]) -> None:
    assert structures.fields(structures.rows(text)) == fields


ANY = st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(ANY)
def test_any_json_has_a_structure(value: Any) -> None:
    assert len(key(value)) == 8


def test_a_field_is_called_otherwise_beside_another_structure() -> None:
    assert structures.field_key("a" * 8, "id") != structures.field_key("b" * 8, "id")
