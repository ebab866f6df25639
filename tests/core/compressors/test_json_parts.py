import json

import pytest

from headroom.compressors import json_parts, json_values


def read(value: object) -> json_parts.Document:
    return json_parts.read(json_values.read(json.dumps(value)))


ROWS = [{"id": at, "name": f"name {at}", "kind": "thing"} for at in range(9)]


@pytest.mark.parametrize(
    ("value", "kinds", "around"),
    [
        pytest.param(ROWS, ["objects"], "", id="an array"),
        pytest.param({"n": 9, "rows": ROWS}, ["objects"], '{"n":9,"rows":@1}', id="an envelope"),
        pytest.param([{"rows": ROWS}], ["objects"], '[{"rows":@1}]', id="an array of one"),
        pytest.param([*ROWS, None], ["items"], "", id="objects and others"),
        pytest.param([[1, "x"], [2, "y"]], ["arrays"], "", id="arrays"),
        pytest.param({"n": list(range(200))}, ["items"], '{"n":@1}', id="many numbers"),
        pytest.param([[1], [2, 3]], [], "[[1],[2,3]]", id="uneven arrays"),
        pytest.param({f"k{at}": row for at, row in enumerate(ROWS)}, ["members"], "@1", id="an object of objects"),
        pytest.param({"a": {"b": [1, 2, 3]}}, [], '{"a":{"b":[1,2,3]}}', id="nothing"),
        pytest.param({"x": [{"a": 1}, {"a": 2}]}, [], '{"x":[{"a":1},{"a":2}]}', id="a table would be longer"),
    ],
)
def test_tables_and_what_is_around_them(value: object, kinds: list[str], around: str) -> None:
    document = read(value)
    assert [part.kind for part in document.parts] == kinds
    assert document.around == around


def test_json_in_a_text_block() -> None:
    document = read({"content": [{"type": "text", "text": json.dumps({"rows": ROWS * 3})}]})
    assert document.around == '{"content":[{"type":"text","text":string({"rows":@1})}]}'
    assert "string(x)" in document.legend([[]])


def test_other_strings_are_left_alone() -> None:
    for block in ({"type": "text", "text": "[" * 500}, {"type": "note", "text": json.dumps(ROWS * 3)}):
        assert read({"content": [block]}).parts == []
