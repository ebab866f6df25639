"""The headline: a bar as long as its share, and a loss said to be one."""

import pytest

from headroom.pricing import PICO
from headroom.report import Account, Summary
from headroom_cli.show_headline import headline


def told(width: int = 80, **total: int) -> str:
    return "".join(text for text, _ in headline(Summary(total=Account(requests=1, with_usage=1, **total)), width))


@pytest.mark.parametrize(
    ("paid", "direct", "words", "cells"),
    [
        (1, 4, "saved 75.0 %, ≈ $3.00", 30),
        (4, 4, "nothing saved: everything went out as it came", 0),
        (4, 3, "cost 33.3 % more, ≈ $1.00", 10),
        (0, 4, "saved 100.0 %, ≈ $4.00", 40),
    ],
)
def test_money_where_its_price_is_known(paid: int, direct: int, words: str, cells: int) -> None:
    said = told(priced=1, paid=paid * PICO, would_have_paid=direct * PICO, input=5)
    assert said.strip().endswith(words)
    assert said.count("█") == cells


def test_tokens_where_it_is_not() -> None:
    assert told(input=75, saved=25).endswith("saved 25.0 %, ≈ 25 tokens")
    assert told(input=75, saved=-25).endswith("cost 50.0 % more, ≈ 25 tokens")


@pytest.mark.parametrize("width", [20, 60, 200])
def test_a_narrow_terminal_has_a_short_bar(width: int) -> None:
    said = told(width, input=75, saved=25)
    assert 10 <= said.count("█") + said.count("░") <= min(40, max(10, width))
