"""Requests with the same number have the same rates, and rates are those of the model, the day and the length."""

import sqlite3
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import pricing
from headroom.pricing import parse
from headroom.report.rates import Rates
from tests.core.report.made import PRICES, T

ROWS = parse(PRICES, "")
MOMENTS = st.integers(-3 * 86_400, 3 * 86_400).map(lambda s: T + 86_400 + s / 7)
LENGTHS = st.integers(0, 300_000)
MODELS = st.sampled_from(("house-1", "claude-haiku-5-5", "claude-opus-5-5", "unheard-of"))


def number(expression: str) -> int:
    return int(sqlite3.connect(":memory:").execute(f"SELECT {expression}").fetchone()[0])


@settings(deadline=None)
@given(MODELS, MOMENTS, MOMENTS, LENGTHS, LENGTHS)
def test_what_has_the_same_numbers_has_the_same_rates(
    model: str, one: float, other: float, short: int, long: int
) -> None:
    rates = Rates(ROWS, min(one, other), max(one, other), min(short, long), max(short, long))
    rows = [rates.row(model, moment) for moment in (one, other)]
    if number(rates.period(repr(one))) == number(rates.period(repr(other))):
        assert rows[0] == rows[1]
    if rows[0] and number(rates.tier(str(short))) == number(rates.tier(str(long))):
        assert rows[0].at(short) == rows[0].at(long)
    days = [datetime.fromtimestamp(moment, UTC).date() for moment in (one, other)]
    assert rows == [pricing.find(model, ROWS, day) for day in days]


def test_a_day_begins_at_midnight_in_utc() -> None:
    new_year = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
    rates = Rates(ROWS, 0, 4e9, 0, 10**6)
    before, after = rates.row("house-1", new_year - 0.001), rates.row("house-1", new_year)
    assert before and after
    assert (before.effective_from, after.effective_from) == (date.min, date(2026, 11, 22))


def test_what_splits_nothing_is_left_out() -> None:
    rates = Rates(ROWS, T, T, 5, 2000)
    assert (rates.period("t"), rates.tier("n")) == ("0", "0")
    assert Rates(ROWS, T, T, 5, 2001).tier("n") == "CASE WHEN n > 2000 THEN 1 ELSE 0 END"
