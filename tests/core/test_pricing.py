"""Prices: which row a model gets, what is unknown, what a user's file may say, and the shipped table itself."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import headroom
from headroom import ledger, pricing
from headroom.pricing import PICO, Price, PriceError, Row, bare_name, find, parse, price
from headroom.types import Usage

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
    ("us.anthropic.claude-opus-4-5-20251101-v1:0", 5.5, 0.55),
    ("global.anthropic.claude-sonnet-4-6", 3, 0.30),
    ("anthropic.claude-haiku-5-5", 0.10, 0.01),
    ("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 0.33),
    ("arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3, 0.30),
    ("us.anthropic.claude-sonnet-4-20250514-v1:0", 3, 0.30),
    ("jp.anthropic.claude-haiku-5-5", 0.11, 0.011),
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
    ("gpt-6.1-sol-2026-09-29", 2, 0.10),
    ("openai/gpt-6.1-terra", 1, 0.05),
    ("openai.gpt-6-astra", 10, 1),
    ("global.openai.gpt-6-sol", 2, 0.20),
    ("us.openai.gpt-6-luna", 0.11, 0.011),
    ("gpt-5.6", 4, 0.40),
    ("azure/gpt-5.5-2026-04-23", 5, 0.50),
    ("gpt-5.5-pro", 30, 30),
    ("gpt-5.4", 2.50, 0.25),
    ("gpt-5.4-nano-2026-03-17", 0.20, 0.02),
    ("gpt-5.3-codex", 1.75, 0.175),
    ("gpt-5.2-chat-latest", 1.75, 0.175),
    ("gpt-5.1-codex-max", 1.25, 0.125),
    ("gpt-5.1-codex-mini", 0.25, 0.025),
    ("gpt-5-codex", 1.25, 0.125),
    ("gpt-5-2025-08-07", 1.25, 0.125),
    ("gpt-4.1-mini-2025-04-14", 0.40, 0.10),
    ("gpt-4o", 2.50, 1.25),
    ("gpt-4o-2024-08-06", 2.50, 1.25),
    ("gpt-4o-2024-05-13", 5, 5),
    ("gpt-4o-mini-2024-07-18", 0.15, 0.075),
    ("o3-2025-04-16", 2, 0.50),
    ("o4-mini", 1.10, 0.275),
    ("models/gemini-3.5-flash", 1.50, 0.15),
    ("publishers/google/models/gemini-3.1-pro-preview", 2, 0.20),
    ("gemini-2.5-pro", 1.25, 0.125),
    ("gemini-2.5-flash-preview-09-2025", 0.30, 0.03),
    ("gemini-2.0-flash-001", 0.10, 0.025),
    ("amazon.nova-pro-v1:0", 0.80, 0.20),
    ("us.amazon.nova-micro-v1:0", 0.035, 0.00875),
    ("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-pro-v1:0", 1.05, 0.2625),
    ("us.amazon.nova-2-lite-v1:0", 0.33, 0.0825),
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
        "us-gov.anthropic.claude-opus-5-5",
        "apac.amazon.nova-pro-v1:0",
        "arn:aws:bedrock:us-east-1:1:application-inference-profile/x1y2z3",
        "ft:gpt-4o-2024-08-06:acme:support:abc123",
        "gpt-5.9",
        "gpt-5.6-sol-fast",
        "gpt-4o-audio-preview",
        "gemini-2.5-flash-image",
        "gemini-9-pro",
        "my-deployment",
    ],
)
def test_what_is_not_in_the_table_is_unknown_and_not_guessed(model: str) -> None:
    assert price(model, 1000) is None


def test_the_tier_of_a_long_prompt_holds_for_all_its_tokens() -> None:
    below, above = price("claude-haiku-5-5", 100_000), price("claude-haiku-5-5", 100_001)
    assert below == Price(100_000, 500_000, 125_000, 200_000, 10_000)
    assert above == Price(500_000, 2_500_000, 625_000, 1_000_000, 50_000)

    long = price("gpt-6-1-sol", 272_001)
    assert long == Price(4_000_000, 15_000_000, 5_000_000, 10_000_000, 200_000)


INVOICES = [
    # model, day, (input, written, of it long-lived, read, output), dollars by the provider's page
    ("claude-opus-5-5", date(2026, 11, 21), (1000, 30_000, 10_000, 500_000, 2000), "0.324"),
    ("us.anthropic.claude-opus-5-5", date(2026, 11, 21), (1000, 30_000, 10_000, 500_000, 2000), "0.3564"),
    ("gpt-6.1-sol", date(2026, 11, 21), (2000, 8000, 0, 150_000, 3000), "0.069"),
    ("gpt-6.1-sol", date(2026, 11, 21), (2000, 0, 0, 300_000, 3000), "0.113"),
    ("us.openai.gpt-6.1-sol", date(2026, 11, 21), (2000, 0, 0, 300_000, 3000), "0.1243"),
    ("gpt-5.6-sol", date(2026, 8, 20), (1000, 10_000, 0, 100_000, 1000), "0.1475"),
    ("gpt-5.6-sol", date(2026, 8, 21), (1000, 10_000, 0, 100_000, 1000), "0.114"),
    ("gpt-5-codex", date(2026, 3, 1), (20_000, 0, 0, 128_000, 1000), "0.051"),
    ("gpt-4o-2024-08-06", date(2026, 3, 1), (10_000, 0, 0, 10_240, 500), "0.0428"),
    ("o3", date(2026, 3, 1), (10_000, 0, 0, 0, 5000), "0.06"),
    ("gemini-2.5-pro", date(2026, 3, 1), (100_000, 0, 0, 100_000, 1000), "0.1475"),
    ("gemini-2.5-pro", date(2026, 3, 1), (100_000, 0, 0, 100_001, 1000), "0.29000025"),
    ("gemini-3.8-flash", date(2026, 12, 31), (100_000, 0, 0, 400_000, 2000), "0.1125"),
    ("gemini-3.8-flash", date(2027, 1, 1), (100_000, 0, 0, 400_000, 2000), "0.225"),
    ("amazon.nova-pro-v1:0", date(2026, 3, 1), (5000, 20_000, 0, 40_000, 1000), "0.0312"),
]


@pytest.mark.parametrize(("model", "day", "tokens", "dollars"), INVOICES)
def test_golden_invoices(model: str, day: date, tokens: tuple[int, int, int, int, int], dollars: str) -> None:
    usage = Usage(*tokens)
    found = price(model, usage.total_input, on=day)
    assert found is not None
    assert Decimal(ledger.cost(usage, found)) / PICO == Decimal(dollars)


def test_a_write_costs_the_input_price_where_no_other_is_named() -> None:
    text = "[[price]]\nmatch = 'x'\ninput = 3\noutput = 9\ncache_read = 1\n"
    assert parse(text, "")[0].price == Price(3 * DOLLAR, 9 * DOLLAR, 3 * DOLLAR, 3 * DOLLAR, DOLLAR)
    assert parse(text + "cache_write_5m = 4\n", "")[0].price.cache_write_1h == 4 * DOLLAR


def test_a_regional_profile_adds_to_all_rates_but_not_to_a_row_of_its_own() -> None:
    text = "[[price]]\nmatch = 'claude-x'\ntiers = [{above = 9, input = 2, output = 4, cache_read = 0.2}]\n"
    mine = parse(text + RATES + "regional_percent = 20\n", "")
    for name, rate in (("claude-x", 10), ("us.anthropic.claude-x", 12), ("global.anthropic.claude-x", 10)):
        below, above = price(name, 9, mine), price(name, 10, mine)
        assert below == Price(*(micros * rate * DOLLAR // 100 for micros in (10, 20, 30, 40, 5)))
        assert above == Price(*(micros * rate * DOLLAR // 100 for micros in (20, 40, 20, 20, 2)))
    (row,) = parse("[[price]]\nmatch = 'us.anthropic.*'\n" + RATES + "regional_percent = 20\n", "")
    assert find("us.anthropic.claude-x", (row,)) is row


def test_a_fine_tuned_model_has_a_price_of_its_own_or_none() -> None:
    mine = rows('"ft:gpt-4o"')
    assert find("ft:gpt-4o-2024-08-06:acme::abc", mine) is mine[0]
    assert find("gpt-4o", mine) not in mine


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
    (
        "[[price]]\nmatch = 'ok'\n" + RATES + "[[price]]\nmatch = 'gpt'\ninput = 1",
        "row 2 (gpt): output, cache_read",
    ),
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
    (
        "[[price]]\nmatch = 'x'\ntiers = [{above = 5, input = 1}]\n" + RATES,
        "tier above 5: output, cache_read",
    ),
    ("[[price]]\nmatch = 'x'\nregional_percent = 10.5\n" + RATES, "regional_percent must be a whole number"),
    ("[[price]]\nmatch = 'x'\nregional_percent = -1\n" + RATES, "regional_percent must be a whole number"),
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


SOURCES = ("https://platform.claude.com/docs/", "https://developers.openai.com/", "https://ai.google.dev/")
AMAZON = ("https://aws.amazon.com/bedrock/pricing/", "https://pricing.us-east-1.amazonaws.com/offers/")
DATED = {"gpt-4o-2024-05-13", "gemini-2-5-flash-preview-09-2025", "gemini-2-5-flash-lite-preview-09-2025"}
"""Versions with a price that differs from, or a name that is none of, the model's."""


def test_every_shipped_row_can_be_checked() -> None:
    file = Path(headroom.__file__).parent / "data" / "prices.toml"
    raw = tomllib.loads(file.read_text(encoding="utf-8"))["price"]
    for source in raw:
        assert source["source"].startswith(SOURCES + AMAZON)
        assert date(2026, 1, 1) < source["looked_up"]
    names = [(glob, row.effective_from) for row in pricing.shipped() for glob in row.match]
    assert len(names) == len(set(names))
    assert all(bare_name(name) == name for name, _ in names if name not in DATED)


def test_shipped_rows_keep_their_providers_ratios() -> None:
    for row in pricing.shipped():
        for rates in (row.price, *(tier for _, tier in row.tiers)):
            write = (rates.cache_write_5m / rates.input, rates.cache_write_1h / rates.input)
            if "claude" in row.match[0]:
                assert write == (1.25, 2)
                assert rates.output == 5 * rates.input
                assert rates.input / rates.cache_read in (10, 20, 40)
            elif re.match("gpt-(5-6|6)", row.match[0]):
                assert write == (1.25, 2.5)
                assert rates.input / rates.cache_read in (10, 20)
            else:
                assert write == (1, 1)
                assert rates.input / rates.cache_read in (1, 2, 4, 10, 20)


def test_the_tier_of_a_long_prompt_is_dearer() -> None:
    for row in pricing.shipped():
        for above, tier in row.tiers:
            assert above in (100_000, 200_000, 272_000)
            assert all(
                getattr(tier, name) > getattr(row.price, name) for name in ("input", "output", "cache_read")
            )
