"""The tables as plain values: they agree with each other and with the summary."""

from datetime import date

import pytest

from headroom.report import Overview
from headroom_cli.perf_columns import MONEY, TEXT, Value
from headroom_cli.perf_tables import TABLES, table, week_name
from tests.headroom_cli.perf_cases import NAMES, told


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("case", NAMES)
def test_rows_fit_their_columns(case: str, name: str) -> None:
    made = table(told(case), name)
    names = [column.name for column in made.columns]
    assert made.name == name
    assert len(set(names)) == len(names)
    assert made.columns[0].kind == TEXT
    assert not made.bar or made.bar in names
    for row in made.rows:
        assert len(row) == len(names)
        for column, value in zip(made.columns, row, strict=True):
            assert value is None or isinstance(value, str) == (column.kind == TEXT), column.name


@pytest.mark.parametrize("name", TABLES)
def test_nothing_makes_empty_tables(name: str) -> None:
    assert table(Overview(), name).rows == []


def total(name: str, column: str) -> float:
    made = table(told("weeks", "cost", "unpriced"), name)
    values: list[Value] = [row[made.at(column)] for row in made.rows]
    return sum(float(value) for value in values if value is not None)


@pytest.mark.parametrize("name", ["day", "week", "project", "agent", "model", "upstream"])
def test_each_way_to_divide_it_has_the_same_sum(name: str) -> None:
    whole = told("weeks", "cost", "unpriced").summary.total
    assert total(name, "requests") == whole.requests
    assert total(name, "tokens") == whole.billed_tokens
    assert total(name, "net_saved_usd") == whole.net_saved
    assert total(name, "direct_usd") - total(name, "paid_usd") == whole.net_saved
    assert total(name, "unpriced_tokens") == whole.unpriced.total() > 0


@pytest.mark.parametrize("name", ["tool", "compressor", "loss"])
def test_so_have_the_blocks(name: str) -> None:
    blocks = told("weeks", "cost", "unpriced").summary.blocks
    assert total(name, "estimated_tokens_saved") == blocks.before - blocks.after > 0


def test_what_has_no_price_is_unknown_and_not_nothing() -> None:
    made = table(told("weeks"), "model")
    (row,) = (row for row in made.rows if row[0] == "house-model")
    assert [row[at] for at, column in enumerate(made.columns) if column.kind == MONEY] == [None, None, None]
    assert row[made.at("unpriced_tokens")] == row[made.at("tokens")]


def test_a_loss_is_negative() -> None:
    made = table(told("weeks"), "day")
    (row,) = (row for row in made.rows if row[0] == "2026-11-11")
    for column in ("saved_tokens", "saved_percent", "net_saved_usd"):
        value = row[made.at(column)]
        assert value is not None and float(value) < 0


def test_an_audit_is_in_the_bill_apart_and_nowhere_else() -> None:
    audited = told("audited")
    assert [row[0] for row in table(audited, "bill").rows] == [
        "audited: paid, unchanged",
        "≈ audited: through headroom",
        "≈ audited: would have saved",
    ]
    for name in ("tool", "compressor", "output", "cache"):
        assert table(audited, name).rows == []
    days = table(audited, "day")
    assert [row[days.at("net_saved_usd")] for row in days.rows if row[days.at("requests")]] == []


def test_the_bill_adds_up() -> None:
    direct, paid, net = (row[3] for row in table(told("weeks"), "bill").rows)
    assert isinstance(direct, int) and isinstance(paid, int)
    assert direct - paid == net


def test_a_week_is_named_by_its_iso_year() -> None:
    assert [week_name(date(2026, 11, 16)), week_name(date(2026, 12, 28))] == ["2026-W47", "2026-W53"]
