"""Prices: which row a model gets, what is unknown, what a user's file may say, and the shipped table itself."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import headroom
from headroom import pricing
from headroom.pricing import PICO, Price, PriceError, Row, bare_name, parse, price

DOLLAR = 10**6
"""Micro-dollars."""

MODELS = [
    # name, input and cache read in dollars per million tokens
    ("claude-fable-5-2", 8, 0.20),
    ("claude-fable-5-1", 10, 0.25),
    ("claude-mythos-5-1", 10, 0.25),
    ("claude-fable-5", 10, 1),
    ("claude-opus-5-5", 4, 0.20),
    ("claude-opus-5-5-20260901", 4, 0.20),
    ("claude-opus-5-5[1m]", 4, 0.20),
    ("claude-opus-5", 5, 0.50),
    ("claude-opus-5[1m]", 5, 0.50),
    ("claude-opus-4-8", 5, 0.50),
    ("claude-opus-4-5-20251101", 5, 0.50),
    ("us.anthropic.claude-opus-4-5-20251101-v1:0", 5, 0.50),
    ("global.anthropic.claude-sonnet-4-6", 3, 0.30),
    ("anthropic.claude-haiku-5-5", 0.10, 0.01),
    ("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 3, 0.30),
    ("claude-opus-4-1-20250805", 15, 1.50),
    ("claude-opus-4-20250514", 15, 1.50),
    ("claude-opus-4-0", 15, 1.50),
    ("claude-sonnet-5-5", 2, 0.10),
    ("claude-sonnet-5", 2, 0.20),
    ("claude-sonnet-4-5@20250929", 3, 0.30),
    ("publishers/anthropic/models/claude-sonnet-4@20250514", 3, 0.30),
    ("anthropic/claude-opus-4.5", 5, 0.50),
    ("Claude-Haiku-4-5", 1, 0.10),
    ("claude-3-5-haiku-20241022", 0.80, 0.08),
    ("claude-3-5-haiku-latest", 0.80, 0.08),
]


@pytest.mark.parametrize(("model", "dollars", "read"), MODELS)
def test_a_model_is_found_under_every_spelling(model: str, dollars: float, read: float) -> None:
    found = price(model, 1000)
    assert found is not None
    assert (found.input, found.cache_read) == (round(dollars * DOLLAR), round(read * DOLLAR))


@pytest.mark.parametrize(
    "model",
    [
        "",
        "gpt-6",
        "claude-opus-4-9",
        "claude-opus-6",
        "claude-opus-5-5-fast",
        "claude-opus",
        "my-claude-opus-5-5",
        "claude-opus-5-5-tuned-20260901",
    ],
)
def test_what_is_not_in_the_table_is_unknown_and_not_guessed(model: str) -> None:
    assert price(model, 1000) is None


def test_the_tier_of_a_long_prompt_holds_for_all_its_tokens() -> None:
    below, above = price("claude-haiku-5-5", 100_000), price("claude-haiku-5-5", 100_001)
    assert below == Price(100_000, 500_000, 125_000, 200_000, 10_000)
    assert above == Price(500_000, 2_500_000, 625_000, 1_000_000, 50_000)


def test_a_price_holds_from_its_day_and_the_first_one_from_ever() -> None:
    reads = [
        found.cache_read
        for day in (date(2026, 10, 6), date(2026, 10, 7), date(1999, 1, 1), None)
        if (found := price("claude-sonnet-5-5", 1, on=day))
    ]
    assert reads == [200_000, 100_000, 200_000, 100_000]


RATES = "input = 1\noutput = 2\ncache_write_5m = 3\ncache_write_1h = 4\ncache_read = 0.5\n"


def rows(*matches: str) -> tuple[Row, ...]:
    """Rows that differ in their input price: 1, 2, ..."""
    text = "".join(
        f"[[price]]\nmatch = {match}\n{RATES}".replace("input = 1", f"input = {number}")
        for number, match in enumerate(matches, 1)
    )
    return parse(text, "mine.toml")


@pytest.mark.parametrize(
    ("matches", "model", "winner"),
    [
        (('"claude-*"', '"claude-opus-*"'), "claude-opus-5-5", 2),
        (('"claude-opus-*"', '"claude-*"'), "claude-opus-5-5", 1),
        (('"claude-opus-5-?"', '"claude-opus-5-5"'), "claude-opus-5-5-20260901", 2),
        (('"claude-opus-5-5"', '"claude-opus-5-5-20260901"'), "claude-opus-5-5-20260901", 2),
        (('"us.anthropic.*"', '"claude-opus-5-5"'), "us.anthropic.claude-opus-5-5-v1:0", 2),
        (('"us.anthropic.*"',), "us.anthropic.claude-opus-5-5-v1:0", 1),
        (('"claude-opus-5-5[1m]"', '"claude-opus-5-5"'), "claude-opus-5-5[1m]", 1),
        (('["gpt-*", "*"]', '"gpt-6*"'), "gpt-6-sol", 2),
        (('"GPT-6"',), "gpt-6", 1),
    ],
)
def test_the_most_specific_row_of_the_users_wins(matches: tuple[str, ...], model: str, winner: int) -> None:
    found = price(model, 1, rows(*matches))
    assert found is not None
    assert found.input == winner * DOLLAR


def test_the_users_rows_win_over_shipped_ones_and_leave_the_others() -> None:
    mine = rows('"claude-*"')
    assert [found.input for name in ("claude-opus-5-5", "gpt-6") if (found := price(name, 1, mine))] == [DOLLAR]
    found = price("claude-opus-5-5", 1, rows('"gpt-*"'))
    assert found is not None
    assert found.input == 4 * DOLLAR


def test_rates_are_exact() -> None:
    text = f"[[price]]\nmatch = 'x'\n{RATES}".replace("0.5", "0.000001").replace("input = 1", "input = 0.1")
    assert parse(text, "mine.toml")[0].price == Price(100_000, 2_000_000, 3_000_000, 4_000_000, 1)
    assert Decimal(PICO) == DOLLAR * Decimal(DOLLAR)


WRONG = [
    ("price = 3", "only [[price]] rows"),
    ("[[prices]]\nmatch = 'x'", "only [[price]] rows may stand in it, not prices"),
    ("price = [3]", "row 1: must be a table"),
    ("[[price]]\n" + RATES, "row 1: match must be"),
    ("[[price]]\nmatch = []\n" + RATES, "row 1: match must be"),
    ("[[price]]\nmatch = ['a', 3]\n" + RATES, "row 1: match must be"),
    ("[[price]]\nmatch = 'ok'\n" + RATES + "[[price]]\nmatch = 'gpt'\ninput = 1", "row 2 (gpt): output, cache_w"),
    ("[[price]]\nmatch = 'x'\ncached = 3\n" + RATES, "row 1 (x): unknown field cached"),
    ("[[price]]\nmatch = 'x'\n" + RATES.replace("0.5", "'0.5'"), "cache_read: must be a number of dollars"),
    ("[[price]]\nmatch = 'x'\n" + RATES.replace("0.5", "true"), "cache_read: must be a number of dollars"),
    ("[[price]]\nmatch = 'x'\n" + RATES.replace("0.5", "-1"), "cache_read: must be dollars per million"),
    ("[[price]]\nmatch = 'x'\n" + RATES.replace("0.5", "inf"), "cache_read: must be dollars per million"),
    ("[[price]]\nmatch = 'x'\n" + RATES.replace("0.5", "0.0000001"), "at most 6 decimals"),
    ("[[price]]\nmatch = 'x'\neffective_from = 'soon'\n" + RATES, "effective_from must be a date"),
    ("[[price]]\nmatch = 'x'\neffective_from = 2026-01-01T00:00:00\n" + RATES, "effective_from must be a date"),
    ("[[price]]\nmatch = 'x'\ntiers = 3\n" + RATES, "tiers must be a list"),
    ("[[price]]\nmatch = 'x'\ntiers = [3]\n" + RATES, "tiers must be a list"),
    ("[[price]]\nmatch = 'x'\ntiers = [{input = 1}]\n" + RATES, "a tier needs `above`"),
    ("[[price]]\nmatch = 'x'\ntiers = [{above = 5, input = 1}]\n" + RATES, "tier above 5: output, cache_write_5m"),
    ("[[price]\n", "not valid TOML"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_file_is_told_with_file_and_row(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PriceError) as error:
        pricing.read(file)
    assert str(error.value).startswith(str(file))
    assert message in str(error.value)
    assert "\n" not in str(error.value).split(": not valid TOML")[0]


def test_a_file_that_cannot_be_read_is_told_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"gone\.toml: No such file.*prices\.file"):
        pricing.read(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(PriceError, match="not UTF-8"):
        pricing.read(tmp_path / "latin.toml")


def test_bare_names() -> None:
    assert bare_name(" anthropic/claude-3.5-haiku ") == "claude-3-5-haiku"
    assert bare_name("claude-opus-4-5@20251101[1m]") == "claude-opus-4-5"
    assert bare_name("gpt-6.1-sol") == "gpt-6-1-sol"


def test_every_shipped_row_can_be_checked_and_keeps_the_providers_ratios() -> None:
    file = Path(headroom.__file__).parent / "data" / "prices.toml"
    raw = tomllib.loads(file.read_text(encoding="utf-8"))["price"]
    for row, source in zip(pricing.shipped(), raw, strict=True):
        assert source["source"].startswith("https://platform.claude.com/docs/")
        assert date(2026, 1, 1) < source["looked_up"]
        assert row.effective_from > date(2024, 1, 1)
        for rates in (row.price, *(tier for _, tier in row.tiers)):
            assert rates.output == 5 * rates.input
            assert 4 * rates.cache_write_5m == 5 * rates.input
            assert rates.cache_write_1h == 2 * rates.input
            assert rates.input / rates.cache_read in (10, 20, 40)
    names = [(glob, row.effective_from) for row in pricing.shipped() for glob in row.match]
    assert len(names) == len(set(names))
    assert all(bare_name(name) == name for name, _ in names)
