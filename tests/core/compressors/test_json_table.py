from collections.abc import Sequence

import pytest

from headroom.compressors import json_table
from headroom.compressors.json_columns import MISSING, Row
from headroom.compressors.json_values import Number

N = Number


def table(rows: Sequence[Row], keys: list[str] | None = None) -> list[str]:
    written = json_table.write(json_table.read(list(rows), keys))
    return written.head + written.rows


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [{"a": N("1"), "b": "x"}, {"a": N("2"), "b": "y"}],
            ["a\tb", "1\tx", "2\ty"],
            id="plain",
        ),
        pytest.param(
            [{"a": N("1"), "kind": "Pod"}, {"a": N("2"), "kind": "Pod"}],
            ["In every row: kind=Pod", "a", "1", "2"],
            id="constants once",
        ),
        pytest.param(
            [{"a": None, "b": N("1")}, {"a": "", "b": N("2")}, {"b": N("3")}, {"a": "null", "b": "4"}],
            ["a\tb", "null\t1", '""\t2', "\t3", '"null"\t"4"'],
            id="null, empty, missing, look-alikes",
        ),
        pytest.param(
            [{"m": {"x": N("1"), "y": "p"}}, {"m": {"x": N("2")}}, {"m": {"x": N("3"), "y": "q"}}],
            ["m.x\tm.y", "1\tp", "2", "3\tq"],
            id="nested",
        ),
        pytest.param(
            [{"m": {"x": N(str(at))}} for at in range(3)] + [{"m": None}],
            ["m\tm.x", "\t0", "\t1", "\t2", "null"],
            id="now and then null",
        ),
        pytest.param(
            [{"m": {"x": N("1")}}, {"m": {}}],
            ["m", '{"x":1}', "{}"],
            id="too often empty",
        ),
        pytest.param(
            [{"c": [{"n": "a"}, {"n": "b"}]}, {"c": [{"n": "c"}, {"n": "d"}]}],
            ["c[0].n\tc[1].n", "a\tb", "c\td"],
            id="short lists of objects",
        ),
        pytest.param(
            [{"a.b": N("1"), "a": {"b": N("2")}, "": N("3")}, {"a.b": N("4"), "a": {"b": N("5")}, "": N("6")}],
            ['"a.b"\ta.b\t""', "1\t2\t3", "4\t5\t6"],
            id="names that look like paths",
        ),
        pytest.param(
            [{"u": f"https://host/a/{at}", "v": f"1.{at}"} for at in (3, 12, 7)],
            ["Prefixes: u=https://host/a/", "Strings: v", "u\tv", "3\t1.3", "12\t1.12", "7\t1.7"],
            id="prefixes",
        ),
        pytest.param(
            [{"a": N(str(at))} | ({"rare": N("0")} if at == 3 else {}) for at in range(7)],
            ["a\t(more)", "0", "1", "2", '3\t{"rare":0}', "4", "5", "6"],
            id="rare keys together",
        ),
        pytest.param([{}, {}], [], id="nothing at all"),
        pytest.param([{"a": True}, {"a": True}], ["In every row: a=true"], id="all the same"),
    ],
)
def test_table(rows: list[Row], expected: list[str]) -> None:
    assert table(rows) == expected


def test_the_members_of_an_object_begin_with_their_keys() -> None:
    assert table([{"v": N("1")}, {"v": N("2")}], ["x", "7"]) == ["(key)\tv", "x\t1", '"7"\t2']


def test_directories_that_follow_each_other_are_said_once() -> None:
    rows: list[Row] = [
        {"path": f"services/{area}/internal/handlers/{at}.go", "n": N(str(at))}
        for area in ("a", "b")
        for at in range(5)
    ]
    assert table(rows)[:5] == [
        "Sections: path",
        "path\tn",
        "= services/a/internal/handlers/",
        "0.go\t0",
        "1.go\t1",
    ]


def test_directories_in_any_order_get_a_number() -> None:
    folders = ("packages/web/src/components/forms/", "services/billing/internal/handlers/")
    rows: list[Row] = [{"file": f"{folders[at % 2]}{at}.go", "n": N(str(at))} for at in range(30)]
    lines = table(rows)
    assert lines[:4] == [f"$1={folders[0]}", f"$2={folders[1]}", "file\tn", "$1 0.go\t0"]


def test_long_values_that_come_often_get_a_number() -> None:
    said = "the connection to the upstream server was lost in the middle of the request"
    rows: list[Row] = [
        {"id": N(str(at)), "message": said if at % 3 else f"all went well {at}"} for at in range(20)
    ]
    lines = table(rows)
    assert f"$1={said}" in lines
    assert "1\t$1" in lines


def test_dates_are_carried_over_in_a_second_column() -> None:
    rows: list[Row] = [
        {
            "path": f"services/{at // 5}/internal/handlers/{at}.go",
            "at": f"2024-03-0{1 + at // 10} 1{at % 10}:07:11",
        }
        for at in range(20)
    ]
    lines = table(rows)
    assert "Ditto: at= " in lines
    assert "1.go\t~11:07:11" in lines


def test_a_selection_shows_places_and_whole_values() -> None:
    read = json_table.read([{"id": N(str(at)), "kind": "a", "x": f"some/where/{at % 5}"} for at in range(9)])
    written = json_table.write_some(read, [2, 7], {"id": [N("2"), N("7")], "x": ["some/where/2", MISSING]})
    assert written.head == ["In every row: kind=a", "#\tid\tx"]
    assert written.rows == ["3\t2\tsome/where/2", "8\t7"]


def test_the_legend_says_what_the_heads_need() -> None:
    assert "Prefixes" not in json_table.legend(["a\tb"])
    assert "Prefixes" in json_table.legend(["Suffixes: a=Z", "a\tb"])
    assert "a[{b,c}]" in json_table.legend(["x\tlabels[{id,name}]"])
    assert "$1" in json_table.legend(["$1=x", "a"])


def test_braces_in_values_are_not_taken_for_columns() -> None:
    rows: list[Row] = [{"id": N(str(at)), "tpl": "/x/{id}", "url": f"/items/{at}/edit"} for at in range(9)]
    lines = table(rows)
    assert "In every row: tpl=/x/{id}" in lines
    assert "Made from other columns: url=/items/{id}/edit" in lines
    assert "{a} in Made from other columns, only there" in json_table.legend(lines)


def test_the_legend_says_only_what_there_is_need_of() -> None:
    assert "a.b" not in json_table.legend(["a\tb"])
    assert "a.b" in json_table.legend(["a.b\tc"])
