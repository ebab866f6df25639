import pytest

from headroom.compressors.json_table import Row, is_uniform, table
from headroom.compressors.json_values import Number

N = Number


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
            ['Prefixes: u=https://host/a/\tv=""', "u\tv", "3\t1.3", "12\t1.12", "7\t1.7"],
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


@pytest.mark.parametrize(
    ("objects", "expected"),
    [([{"a": N("1"), "b": N("2")}, {"a": N("1")}], True), ([{"a": N("1")}, {"b": N("1")}], False), ([], True)],
)
def test_uniform(objects: list[Row], expected: bool) -> None:
    assert is_uniform(objects) is expected
