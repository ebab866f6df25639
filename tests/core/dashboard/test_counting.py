"""One answer and one block; sums of them are held to the reports in test_board.py."""

from headroom import pricing
from headroom.dashboard.counting import Tool, account_of
from headroom.ledger import RoundTrip, Saved
from headroom.session_log.events import UsageLine
from tests.core.dashboard.logs import block

LINE = UsageLine(0.0, 1, "claude-sonnet-4-5", 100, 200, 0, 300, 10, saved=Saved(cache_read=1000))


def test_an_answer_at_its_price() -> None:
    row = pricing.find("claude-sonnet-4-5")
    assert row
    told = account_of(LINE, LINE.model, row)
    price = row.price
    assert told.paid == 100 * price.input + 200 * price.cache_write_5m + 300 * price.cache_read + 10 * price.output
    assert told.net_saved == 1000 * price.cache_read
    assert (told.billed_tokens, told.saved, told.priced, told.requests) == (610, 1000, 1, 0)


def test_extra_turns_are_taken_away_and_may_make_it_negative() -> None:
    trip = RoundTrip(cache_read=2000, output=50, input=0)
    told = account_of(LINE._replace(round_trip=trip), LINE.model, pricing.find(LINE.model))
    assert told.saved - told.round_trip == 1000 - 2050
    assert told.net_saved < 0


def test_a_price_that_is_not_known_is_no_money() -> None:
    told = account_of(LINE, "odd-1", None)
    assert (told.priced, told.paid, told.would_have_paid, dict(told.unpriced)) == (0, 0, 0, {"odd-1": 610})


def test_blocks_of_a_tool() -> None:
    tool = Tool()
    for line in (
        block("a"),
        block("b", lossless=True, after=300),
        block("c", compressor=""),
        block("d", compressor="", retrieval=True),
    ):
        tool.add(line)
    assert tool == Tool(seen=4, lossless=1, lossy=1, before=2000, after=400, retrieved=1)
    tool.include(tool)
    assert tool == Tool(seen=8, lossless=2, lossy=2, before=4000, after=800, retrieved=2)
