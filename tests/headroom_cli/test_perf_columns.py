"""A table finds its columns by their names."""

import pytest

from headroom_cli.perf_columns import COUNT, SAVINGS, TEXT, Column, Table
from headroom_cli.perf_tables import TABLES, table
from tests.headroom_cli.perf_cases import told


def test_a_column_has_a_place() -> None:
    made = Table(
        "tool", "By tool", (Column("tool", "tool", TEXT), Column("blocks", "blocks", COUNT)), [("Bash", 3)]
    )
    assert [row[made.at("blocks")] for row in made.rows] == [3]
    with pytest.raises(StopIteration):
        made.at("nothing")


def test_a_bar_that_is_a_saving_is_one_of_some_table() -> None:
    assert {table(told("weeks"), name).bar for name in TABLES} >= SAVINGS
