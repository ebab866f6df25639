"""Values as a person reads them."""

import pytest

from headroom.pricing import PICO
from headroom_cli.perf_cells import texts
from headroom_cli.perf_columns import COUNT, MONEY, MS, PERCENT, TEXT, Column, Table, Value

COLUMNS = [Column(kind, kind, kind) for kind in (TEXT, COUNT, PERCENT, MONEY, MS)]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (("x", 1200, 41.86, 2 * PICO, 3.05), ["x", "1,200", "41.9 %", "$2.00", "3.0 ms"]),
        (("x", -5, -3.25, -PICO // 100, 0.0), ["x", "-5", "-3.2 %", "-$0.010", "0.0 ms"]),
        ((None, None, None, None, None), ["-", "-", "-", "unknown", "-"]),
    ],
)
def test_each_kind(row: tuple[Value, ...], cells: list[str]) -> None:
    assert texts(Table("t", "T", COLUMNS, [row])) == [cells]


def test_money_has_the_same_decimals_in_all_of_a_table() -> None:
    columns = [Column("a", "a", TEXT), Column("b", "b", MONEY), Column("c", "c", MONEY)]
    rows: list[tuple[Value, ...]] = [("x", 12 * PICO, None), ("y", PICO // 3, -PICO // 100)]
    assert texts(Table("t", "T", columns, rows)) == [["x", "$12.00", "unknown"], ["y", "$0.33", "-$0.01"]]


def test_a_table_without_rows_has_no_texts() -> None:
    assert texts(Table("t", "T", COLUMNS, [])) == []
