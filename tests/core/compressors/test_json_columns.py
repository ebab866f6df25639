from headroom.compressors import json_columns
from headroom.compressors.json_columns import MISSING, RARE_KEYS
from headroom.compressors.json_values import Number, Value

ONE, TWO = Number("1"), Number("2")


def test_objects_with_the_same_keys() -> None:
    assert json_columns.columns([{"a": ONE, "b": "x"}, {"a": TWO, "b": "y"}]) == [
        (("a",), ["1", "2"]),
        (("b",), ["x", "y"]),
    ]


def test_the_order_of_keys_does_not_matter() -> None:
    assert json_columns.columns([{"a": ONE, "b": "x"}, {"b": "y"}]) == [
        (("a",), ["1", MISSING]),
        (("b",), ["x", "y"]),
    ]


def test_what_is_no_object_has_a_column_of_its_own() -> None:
    assert json_columns.columns([{"a": ONE}, {"a": TWO}, "x", None]) == [
        ((), [MISSING, MISSING, "x", None]),
        (("a",), ["1", "2", MISSING, MISSING]),
    ]


def test_lists_of_equal_length_are_columns_by_place() -> None:
    assert json_columns.columns([[ONE, "x"], [TWO, "y"]]) == [((0,), ["1", "2"]), ((1,), ["x", "y"])]
    uneven: list[Value] = [[ONE], [ONE, TWO]]
    assert json_columns.columns(uneven) == [((), uneven)]
    wide: list[Value] = [[ONE] * 100, [TWO] * 100]
    assert json_columns.columns(wide) == [((), wide)]


def test_rare_keys_share_a_column() -> None:
    rows: list[Value] = [{"a": ONE} | ({"odd": TWO} if at == 3 else {}) for at in range(9)]
    path, values = json_columns.columns(rows)[-1]
    assert path == RARE_KEYS
    assert values[3] == {"odd": "2"}
    assert values[0] is MISSING


def test_keys_in_common() -> None:
    assert json_columns.item_keys([[{"a": ONE}, {"a": TWO}], []]) == ["a"]
    assert json_columns.item_keys([[{"a": ONE}]]) is None
    assert json_columns.item_keys([[{"a": ONE}, {"b": TWO}]]) is None
    assert json_columns.object_keys([{"a": ONE}, None, {"a": TWO}]) == ["a"]
    assert json_columns.object_keys([{"a": ONE}, [], {"a": TWO}]) is None


def test_uniform() -> None:
    assert json_columns.is_uniform([{"a": ONE, "b": TWO}, {"a": ONE}])
    assert not json_columns.is_uniform([{"a": ONE}, {"b": ONE}])
    assert json_columns.is_uniform([])


def test_a_wide_table_takes_linear_time() -> None:
    rows: list[Value] = [{f"k{at}": {f"x{at}": ONE}} for at in range(30_000)]
    json_columns.columns(rows)
