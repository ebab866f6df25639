"""CSV: figures that a spreadsheet can add up, and no formulas."""

import csv
import io

import pytest

from headroom_cli.perf_columns import COUNT, MONEY, TEXT, Column, Table
from headroom_cli.perf_csv import as_csv
from headroom_cli.perf_tables import TABLES, table
from tests.headroom_cli.perf_cases import assert_golden, told


def test_all_tables() -> None:
    text = "\n".join(as_csv(table(told("weeks"), name)) for name in TABLES)
    assert_golden("weeks/tables.csv", text)


@pytest.mark.parametrize("name", TABLES)
def test_it_is_read_back_with_the_same_sums(name: str) -> None:
    made = table(told("weeks"), name)
    rows = list(csv.DictReader(io.StringIO(as_csv(made))))
    assert len(rows) == len(made.rows) > 0
    for column in made.columns:
        values = [row[made.at(column.name)] for row in made.rows]
        for value, cell in zip(values, (row[column.name] for row in rows), strict=True):
            assert (value is None) == (cell == "")
            if value is not None and column.kind == COUNT:
                assert int(cell) == value
            if value is not None and column.kind == MONEY:
                assert float(cell) == pytest.approx(float(value) / 1e12, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "?=1"),
        ("\r=1", "?=1"),
        ("\uff1d1", "'\uff1d1"),
        ('a,"b"', 'a,"b"'),
        ("a\nb\x1b[31m\u202e", "a?b?[31m?"),
        ("a-b", "a-b"),
    ],
)
def test_a_name_is_no_formula_and_no_command_of_the_terminal(name: str, cell: str) -> None:
    made = Table("t", "T", [Column("name", "name", TEXT), Column("n", "n", MONEY)], [(name, -(10**12))])
    assert list(csv.reader(io.StringIO(as_csv(made))))[1] == [cell, "-1.000000"]


def test_nothing_is_a_head() -> None:
    assert as_csv(Table("t", "T", [Column("a", "A", TEXT)], [])) == "a\n"
