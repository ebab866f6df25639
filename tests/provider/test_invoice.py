import pytest

from tests.provider.invoice import Counts, counts, dollars, price_row, weight

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


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 111, "completion_tokens": 7,
         "prompt_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 10}},
        {"input_tokens": 111, "output_tokens": 7,
         "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 10}},
        {"inputTokens": 1, "outputTokens": 7, "cacheReadInputTokens": 100, "cacheWriteInputTokens": 10},
        {"input_tokens": 1, "output_tokens": 7, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 10},
    ],
)  # fmt: skip
def test_the_same_tokens_cost_the_same_in_every_dialect(usage: dict[str, object]) -> None:
    assert counts(usage) == Counts(input=1, write_5m=10, read=100, output=7)
    assert weight([usage]) == pytest.approx(1 + 12.5 + 10 + 35)


def test_dialects_without_writes() -> None:
    gemini = {"promptTokenCount": 101, "cachedContentTokenCount": 100, "candidatesTokenCount": 5}
    assert counts({**gemini, "thoughtsTokenCount": 2}) == Counts(input=1, read=100, output=7)
    assert counts({"promptTokenCount": 9}) == Counts(input=9)
    assert counts({"prompt_eval_count": 9, "eval_count": 3}) == Counts(input=9, output=3)
    assert counts({"prompt_tokens": 9, "prompt_tokens_details": None}) == Counts(input=9)


def test_an_hour_s_writes_of_converse_cost_double() -> None:
    usage = {"inputTokens": 0, "cacheWriteInputTokens": 10, "cacheDetails": [{"ttl": "1h", "inputTokens": 10}]}
    assert weight([usage]) == 20


def test_a_read_may_have_another_share() -> None:
    assert price_row(2, 10, read_share=0.25).read == 0.5
