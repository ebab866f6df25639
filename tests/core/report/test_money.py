"""Accounts by upstream, and by local day and week."""

from datetime import UTC, date, datetime, timedelta, timezone

from headroom.ledger import Saved
from headroom.report import overview_of
from tests.core.report.made import DOLLARS, T, request, session, summary_of, usage

DAY_S = 86_400


def test_by_upstream_and_else_by_dialect() -> None:
    summary = summary_of(
        request(1)._replace(upstream="azure", dialect="openai_chat"),
        usage(1, 5, 0, 0, 0, 0),
        request(2),
        usage(2, 7, 0, 0, 0, 0),
        usage(3, 9, 0, 0, 0, 0),
    )
    assert {name: (one.requests, one.input) for name, one in summary.by_upstream.items()} == {
        "azure": (1, 5),
        "anthropic": (1, 7),
        "unknown": (0, 9),
    }


def test_savings_by_local_day_and_week_may_be_negative() -> None:
    friday = datetime(2026, 11, 20, 23, 30, tzinfo=UTC).timestamp() - T
    events = (
        request(1, t=friday),
        usage(1, 100, 0, 0, 0, 0, saved=Saved(input=50), t=friday),
        request(2, t=friday + 3 * DAY_S),
        usage(2, 100, 0, 0, 0, 0, saved=Saved(input=-70), t=friday + 3 * DAY_S),
    )
    found = overview_of([session(*events)], zone=UTC)
    assert {day: account.net_saved for day, account in found.by_day.items()} == {
        date(2026, 11, 20): 200 * DOLLARS,
        date(2026, 11, 23): -280 * DOLLARS,
    }
    assert list(found.by_week) == [date(2026, 11, 16), date(2026, 11, 23)]
    east = overview_of([session(*events)], zone=timezone(timedelta(minutes=345)))
    assert list(east.by_day) == [date(2026, 11, 21), date(2026, 11, 24)]
