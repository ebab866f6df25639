import pytest

from headroom.compressors import json_cells
from headroom.compressors.json_columns import MISSING, RARE_KEYS, Cells, Path
from headroom.compressors.json_values import Number


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("a", "b"), "a.b"),
        (("a", 0, "b c"), "a[0].b c"),
        (("a.b",), '"a.b"'),
        (("",), '""'),
        ((), "(value)"),
        ((2,), "[2]"),
        (RARE_KEYS, "(more)"),
        (("(more)",), '"(more)"'),
    ],
)
def test_names(path: Path, expected: str) -> None:
    assert json_cells.name(path) == expected


def test_no_two_values_are_spelled_alike() -> None:
    values: Cells = [
        MISSING,
        "",
        None,
        "null",
        True,
        "true",
        Number("1"),
        "1",
        [],
        "[]",
        {},
        "{}",
        "a",
        " a",
        "~",
        "$1",
        "= x",
    ]
    cells = json_cells.spell(values)
    assert len(set(cells)) == len(values)
    assert cells[0] == ""


@pytest.mark.parametrize("text", ["a\nb", "a\tb", " a", "a ", '"a', "~a", "$a", "=a", "", "\x00", "\u2028"])
def test_odd_strings_are_quoted_wherever_they_stand(text: str) -> None:
    for cells in (["x", text, "y"], [text, "x"], ["x", text]):
        assert not json_cells.all_bare(list(cells), are_strings=True)
    assert json_cells.bare(text).startswith('"')


def test_strings_like_numbers_are_bare_only_where_all_are_strings() -> None:
    texts: Cells = ["x", "1e5", "y"]
    assert json_cells.all_bare(texts, are_strings=True)
    assert not json_cells.all_bare(texts)
    assert json_cells.is_look_alike(texts, 1)
    assert not json_cells.is_look_alike(texts, 2)
    assert json_cells.is_look_alike(["1", "a\nb", "null"], 2)


def test_keys_of_equal_objects_go_into_the_name() -> None:
    labels: Cells = [[{"id": Number("1"), "name": "bug"}], [], [{"name": "docs", "id": Number("2")}]]
    assert json_cells.without_keys("labels", labels) == (
        "labels[{id,name}]",
        [[["1", "bug"]], [], [["2", "docs"]]],
    )
    people: Cells = [{"id": Number("1")}, None, {"id": Number("2")}]
    assert json_cells.without_keys("who", people) == ("who{id}", [["1"], None, ["2"]])
    odd: Cells = [[{"id": Number("1")}], [{"name": "x"}]]
    assert json_cells.without_keys("odd", odd) == ("odd", odd)


def test_a_key_that_tells_all_stands_for_its_object() -> None:
    values: Cells = [[["1", "u", "bug"], ["2", "v", "docs"]], [["1", "u", "bug"]], []]
    name, short, key = json_cells.with_only("labels[{id,color,name}]", values)
    assert (name, short, key) == ("labels[].id", [["1", "2"], ["1"], []], "id")
    assert json_cells.with_only("labels[{id,name}]", values)[2] == ""
    assert json_cells.with_only("plain", ["x"])[2] == ""
