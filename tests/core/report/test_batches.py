"""Requests summed up by what they have in common cost what they cost one by one."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import ledger, pricing
from headroom.ledger import RoundTrip, Saved
from headroom.pricing import parse
from headroom.report import overview_of
from headroom.session_log import Session
from headroom.session_log.events import Event, Request, UsageLine
from headroom.types import Usage
from tests.core.report.made import DOLLARS, EVENTS, PRICES, T, block, request, summary_of, usage

DAY_S = 86_400


def test_an_audit_is_told_apart_and_in_no_other_figure() -> None:
    audited: list[Event] = [
        request(1, block("a", 9000, 900, "logs"))._replace(mode="audit"),
        usage(1, 10, 10_000, 0, 0, 100, saved=Saved(cache_write=8100)),
        request(2)._replace(mode="audit"),
        usage(2, 10, 500, 0, 10_000, 100, saved=Saved(cache_read=8100)),
    ]
    summary = summary_of(*audited)
    assert summary.had_traffic
    assert summary.total == type(summary.total)()
    assert (summary.blocks.seen, summary.by_tool, summary.by_agent, summary.by_model) == (0, {}, {}, {})
    found = summary.audited
    assert (found.requests, found.with_usage, found.saved) == (2, 2, 16_200)
    assert found.tokens_without_us == 10_110 + 10_610
    assert found.billed_tokens == 10_110 + 10_610 - 16_200
    # claude-opus-5-5: 4 in, 20 out, 5 to write, 0.20 to read
    assert found.would_have_paid == (20 * 4 + 10_500 * 5 + 10_000 // 5 + 200 * 20) * DOLLARS
    assert found.net_saved == (8100 * 5 + 8100 // 5) * DOLLARS
    assert (summary.audited_blocks.seen, summary.audited_blocks.before) == (1, 9000)
    optimized: list[Event] = [
        request(3, block("b", 900, 90, "logs")),
        usage(3, 10, 500, 0, 0, 5, saved=Saved(cache_write=810)),
    ]
    mixed, alone = summary_of(*audited, *optimized), summary_of(*optimized)
    assert (mixed.total, mixed.blocks, mixed.by_model) == (alone.total, alone.blocks, alone.by_model)
    assert mixed.audited == found


def test_an_audit_may_find_that_it_would_have_been_dearer() -> None:
    summary = summary_of(
        request(1)._replace(mode="audit"), usage(1, 10, 500, 0, 0, 5, saved=Saved(cache_write=-100))
    )
    assert summary.audited.net_saved == -500 * DOLLARS


def test_a_tier_of_prices_that_was_not_reached_counts() -> None:
    summary = summary_of(
        request(1, model="claude-haiku-5-5"), usage(1, 90_000, 0, 0, 0, 0, saved=Saved(input=20_000))
    )
    assert summary.total.paid == 90_000 * DOLLARS // 10
    assert summary.total.would_have_paid == 110_000 * DOLLARS // 2


def test_the_price_is_that_of_the_day() -> None:
    days = [datetime(2026, 10, 6, 23, 59, tzinfo=UTC), datetime(2026, 10, 7, tzinfo=UTC)]
    paid = [
        summary_of(
            UsageLine(day.timestamp(), 1, "claude-sonnet-5-5", 0, 0, 0, 1000, 0, Saved(), RoundTrip())
        ).total.paid
        for day in days
    ]
    assert paid == [200 * DOLLARS, 100 * DOLLARS]


def test_the_model_that_answered_counts_and_else_the_one_asked_for() -> None:
    summary = summary_of(
        request(1, model="opus"),
        usage(1, 5, 0, 0, 0, 0, model="claude-opus-5-5"),
        request(2, model="claude-sonnet-5"),
        usage(2, 7, 0, 0, 0, 0),
        request(3, model=""),
        usage(9, 11, 0, 0, 0, 0),
    )
    assert {name: (a.requests, a.input) for name, a in summary.by_model.items()} == {
        "claude-opus-5-5": (1, 5),
        "claude-sonnet-5": (1, 7),
        "unknown": (1, 11),
    }


LOGS = st.lists(st.lists(EVENTS, max_size=14), max_size=3)


def one_by_one(logs: list[list[Event]], since: float | None) -> tuple[int, int, int]:
    """What was paid, what would have been and the requests that this covers: each event looked at by itself."""
    paid = alone = priced = 0
    for log in logs:
        requests: dict[int, Request] = {}
        usages: dict[int, UsageLine] = {}
        for event in log:
            if isinstance(event, Request):
                requests.setdefault(event.n, event)
            elif isinstance(event, UsageLine):
                usages.setdefault(event.n, event)
        for n, line in usages.items():
            asked = requests.get(n)
            when = asked.t if asked else line.t
            if (since is not None and when < since) or (asked and asked.mode in ("audit", "simulate")):
                continue
            model = line.model or (asked.model if asked else "")
            row = pricing.find(model or "unknown", parse(PRICES, ""), datetime.fromtimestamp(line.t, UTC).date())
            if row is None:
                continue
            used = Usage(line.input, line.cache_write, line.cache_write_1h, line.cache_read, line.output)
            without = ledger.without_us(used, line.saved)
            price = row.at(used.total_input)
            priced += 1
            paid += ledger.cost(used, price)
            alone += ledger.cost(without, row.at(without.total_input))
            alone -= ledger.round_trip_cost(line.round_trip, price)
    return paid, alone, priced


@settings(deadline=None)
@given(LOGS, st.sampled_from((None, T - 50, T + DAY_S)))
def test_sums_of_batches_are_sums_of_requests(logs: list[list[Event]], since: float | None) -> None:
    found = overview_of([Session(str(n), log, 0) for n, log in enumerate(logs)], parse(PRICES, ""), since, UTC)
    total = found.summary.total
    assert (total.paid, total.would_have_paid, total.priced) == one_by_one(logs, since)
    for accounts in (found.by_day, found.by_week, found.summary.by_agent, found.summary.by_model):
        assert sum(account.net_saved for account in accounts.values()) == total.net_saved
        assert sum(account.billed_tokens for account in accounts.values()) == total.billed_tokens
    projects = [project.account for project in found.by_project.values()]
    assert sum(account.requests for account in projects) == total.requests
    assert sum(miss.times for miss in found.caching.misses.values()) + found.caching.held == found.caching.turns
