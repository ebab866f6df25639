import pytest

from tests.provider.invoice import dollars, price_row, weight

USAGE = {
    "input_tokens": 100,
    "cache_creation_input_tokens": 1000,
    "cache_read_input_tokens": 10_000,
    "cache_creation": {"ephemeral_5m_input_tokens": 600, "ephemeral_1h_input_tokens": 400},
    "output_tokens": 20,
}


def test_each_class_has_its_weight() -> None:
    assert weight([USAGE]) == pytest.approx(100 + 600 * 1.25 + 400 * 2 + 10_000 * 0.1 + 20 * 5)


def test_writes_without_a_division_are_five_minute_writes() -> None:
    assert weight([{"cache_creation_input_tokens": 8, "cache_creation": None, "input_tokens": None}]) == 10


def test_dollars_are_per_million_tokens() -> None:
    row = price_row(input_dollars=5, output_dollars=25)
    assert (row.write_5m, row.write_1h, row.read) == (6.25, 10, 0.5)
    assert dollars([USAGE, USAGE], row) == pytest.approx(2 * weight([USAGE]) * 5 / 1_000_000)
