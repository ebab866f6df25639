"""Figures as a person reads them."""

import pytest

from headroom.pricing import PICO
from headroom_cli.figures import amount, count, duration, milliseconds, money, percent, printable, spark


@pytest.mark.parametrize(
    ("dollars", "texts"),
    [
        ((0,), ("$0.00",)),
        ((1234567.891,), ("$1,234,567.89",)),
        ((5.9, 0.004), ("$5.90", "$0.00")),
        ((-1.84, 5), ("-$1.84", "$5.00")),
        ((0.1564, -0.02), ("$0.156", "-$0.020")),
        ((0.0042,), ("$0.0042",)),
        ((-0.00001,), ("$0.00",)),
        ((0.0421, -0.0004), ("$0.042", "$0.000")),
    ],
)
def test_money_has_the_decimals_its_largest_amount_calls_for(
    dollars: tuple[float, ...], texts: tuple[str, ...]
) -> None:
    assert money(*(round(amount * PICO) for amount in dollars)) == texts


def test_amounts_are_exact_as_long_as_that_is_readable() -> None:
    assert [amount(n) for n in (0, -5, 99_999_999_999, 10**11)] == ["0", "-5", "99,999,999,999", "1.000e+11"]


def test_times() -> None:
    assert [milliseconds(ms) for ms in (0, 0.44, 9.94, 15.4, 9999, 20_000)] == [
        "0.0 ms",
        "0.4 ms",
        "9.9 ms",
        "15 ms",
        "9,999 ms",
        "20 s",
    ]
    assert [duration(s) for s in (0, 4.4, 89, 91, 3600, 7260)] == [
        "0 s",
        "4 s",
        "89 s",
        "2 min",
        "60 min",
        "2 h 01 min",
    ]


def test_counts() -> None:
    assert [count(n, "request") for n in (0, 1, 1200)] == ["0 requests", "1 request", "1,200 requests"]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((), ""),
        ((0, None, 7, -1, 3), "▁-█▼▄"),
        ((5, 5), "██"),
        ((-3, -1), "▼▼"),
        ((None,), "-"),
        ((0, 0), "▁▁"),
    ],
)
def test_sparks(values: tuple[float | None, ...], line: str) -> None:
    assert spark(values) == line


def test_what_acts_on_a_terminal_or_hides_is_not_printable() -> None:
    assert printable("red\x1b[31m \u202eevil\n\u200b\x9b") == "red?[31m ?evil????"[:-1]
    assert printable("日本 = é") == "日本 = é"


def test_nothing_has_no_sign() -> None:
    assert [percent(-0.04), percent(0.0), percent(-0.05001)] == ["0.0 %", "0.0 %", "-0.1 %"]
