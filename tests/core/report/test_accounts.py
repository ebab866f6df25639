"""Tokens and money of requests, by hand: signed, and without what has no known price."""

import pytest

from headroom.ledger import RoundTrip, Saved
from headroom.pricing import parse
from headroom.report import summarise
from headroom.session_log.events import End
from tests.core.report.made import DOLLARS, T, request, session, summary_of, usage


def test_tokens_and_money_of_a_session() -> None:
    summary = summary_of(
        request(1),
        usage(1, 10, 20_000, 0, 0, 100),
        request(2),
        usage(2, 10, 2000, 1000, 20_000, 200, saved=Saved(0, 8000, 4000, 0)),
        request(3),
        usage(3, 10, 500, 0, 22_000, 300, saved=Saved(0, 0, 0, 8000)),
        End(T + 60, 3, 60.0, "exit"),
    )
    total = summary.total
    assert (total.requests, total.with_usage, total.priced) == (3, 3, 3)
    assert total.billed_tokens == 30 + 22_500 + 42_000 + 600
    assert total.tokens_without_us == total.billed_tokens + 16_000
    assert total.saved_percent == pytest.approx(100 * 16_000 / (65_130 + 16_000))
    assert total.cache_hit_percent == pytest.approx(100 * 42_000 / (65_130 - 600))
    # claude-opus-5-5: 4 in, 20 out, 5 and 8 to write, 0.20 to read
    paid = 30 * 4 + 21_500 * 5 + 1000 * 8 + 42_000 // 5 + 600 * 20
    assert total.paid == paid * DOLLARS
    assert total.net_saved == (4000 * 5 + 4000 * 8 + 8000 // 5) * DOLLARS
    assert (summary.began, summary.ended, summary.exit_codes) == (T, T + 60, [3])


def test_an_extra_turn_is_taken_off_tokens_and_money_and_the_result_may_be_negative() -> None:
    summary = summary_of(
        request(1), usage(1, 0, 1000, 0, 50_000, 100, saved=Saved(0, -900, 0, 500), trip=RoundTrip(50_000, 40))
    )
    total = summary.total
    assert total.saved == -400
    assert total.tokens_without_us == 51_100 - 400 - 50_040
    assert total.saved_percent == pytest.approx(100 * -50_440 / 660)
    assert total.net_saved == (-900 * 5 + 500 // 5 - 50_000 // 5 - 40 * 20) * DOLLARS
    assert total.net_saved_percent < 0


def test_reasoning_and_images_are_parts_of_what_was_billed() -> None:
    line = usage(1, 900, 0, 0, 0, 400)._replace(reasoning=300, image=500)
    total = summary_of(request(1), line, line._replace(n=2)).total
    assert (total.reasoning, total.image, total.billed_tokens) == (600, 1000, 2600)


def test_a_model_of_unknown_price_is_named_and_in_no_money_figure() -> None:
    summary = summary_of(
        request(1, model="claude-next"),
        usage(1, 1000, 0, 0, 0, 50, saved=Saved(input=400)),
        request(2),
        usage(2, 1000, 0, 0, 0, 0),
    )
    assert dict(summary.total.unpriced) == {"claude-next": 1050}
    assert (summary.total.priced, summary.total.paid) == (1, 4000 * DOLLARS)
    assert summary.total.billed_tokens == 2050
    assert summary.by_model["claude-next"].priced == 0
    priced = summarise(
        [session(request(1, model="claude-next"), usage(1, 1000, 0, 0, 0, 0))],
        parse(
            "[[price]]\nmatch='claude-next'\ninput=7\noutput=1\ncache_write_5m=1\ncache_write_1h=1\ncache_read=1",
            "",
        ),
    )
    assert (priced.total.paid, dict(priced.total.unpriced)) == (7000 * DOLLARS, {})
