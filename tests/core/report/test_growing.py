"""The requests of a log that grows, one by one, come to what all of them come to at once."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import pricing
from headroom.ledger import RoundTrip, Saved
from headroom.pricing import parse
from headroom.report import Account, Caching, overview_of
from headroom.report.caching import caching
from headroom.report.growing import Growing
from headroom.session_log import Session
from headroom.session_log.events import Event, Head, Request, UsageLine
from tests.core.report.made import EVENTS, PRICES

LINE = UsageLine(0.0, 1, "claude-sonnet-4-5", 100, 200, 0, 300, 10, saved=Saved(cache_read=1000))


def alone(line: UsageLine, model: str = LINE.model) -> Account:
    account = Account()
    account.add(Growing().usage(line, model, pricing.find(model)))
    return account


def test_one_answer_without_its_request() -> None:
    row, told = pricing.find(LINE.model), alone(LINE)
    assert row
    price = row.price
    assert told.paid == 100 * price.input + 200 * price.cache_write_5m + 300 * price.cache_read + 10 * price.output
    assert told.net_saved == 1000 * price.cache_read
    assert (told.billed_tokens, told.saved, told.priced, told.with_usage, told.requests) == (610, 1000, 1, 1, 0)
    turned = alone(LINE._replace(round_trip=RoundTrip(cache_read=2000, output=50, input=0)))
    assert turned.saved - turned.round_trip == 1000 - 2050
    assert turned.net_saved < 0
    unpriced = alone(LINE, "odd-1")
    assert (unpriced.priced, unpriced.paid, dict(unpriced.unpriced)) == (0, 0, {"odd-1": 610})


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=14))
def test_how_the_cache_was_used_is_told_as_of_a_whole_log(events: list[Event]) -> None:
    prices, growing, told = parse(PRICES, ""), Growing(), Caching()
    asked: dict[int, Request] = {}
    seen: set[tuple[type[Event], int]] = set()
    for event in events:
        if isinstance(event, Request | UsageLine) and (type(event), event.n) in seen:
            continue
        if isinstance(event, Request):
            growing.request(event)
            asked[event.n] = event
        elif isinstance(event, Head):
            growing.head(event)
        elif isinstance(event, UsageLine):
            request = asked.get(event.n)
            model = event.model or (request.model if request else "") or "unknown"
            row = pricing.find(model, prices, _day(event.t))
            batch = growing.usage(event, model, row)
            if request is None or request.mode not in ("audit", "simulate"):
                told.include(caching([batch]))
        if isinstance(event, Request | UsageLine):
            seen.add((type(event), event.n))
    assert told == overview_of([Session("s1", events, 0)], prices).caching


def _day(t: float) -> date:
    return datetime.fromtimestamp(t, UTC).date()
