"""Summaries: every figure by hand on small sessions, and what must not change it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from headroom.ledger import RoundTrip, Saved
from headroom.pricing import PICO, parse
from headroom.report import Summary, summarise
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, End, Error, Event, Guard, Request, Retrieve, Start, UsageLine

T = datetime(2026, 11, 21, tzinfo=UTC).timestamp()
DOLLARS = PICO // 10**6
"""One token at one dollar per million."""


def request(
    n: int, *blocks: BlockLine, model: str = "claude-opus-5-5", ms: float = 2.0, status: int = 200
) -> Request:
    return Request(T + n, n, "anthropic", model, "ab", status, True, 900, 700, 90, 70, ms, 80.0, False, 0, blocks)


NOTHING = Saved()
NO_TRIP = RoundTrip()


def usage(n: int, *counts: int, saved: Saved = NOTHING, trip: RoundTrip = NO_TRIP, model: str = "") -> UsageLine:
    full, written, hour, read, output = counts
    return UsageLine(T + n, n, model, full, written, hour, read, output, saved, trip)


def block(
    key: str, before: int = 0, after: int = 0, compressor: str = "", tool: str = "Bash", **rest: object
) -> BlockLine:
    line = BlockLine(key, tool, compressor, before, after)
    return line._replace(**rest)  # type: ignore[arg-type]


def summary_of(*events: Event, agent: str = "claude", damaged: int = 0) -> Summary:
    return summarise([session(*events, agent=agent, damaged=damaged)])


def session(*events: Event, agent: str = "claude", id: str = "s1", damaged: int = 0) -> Session:  # noqa: A002
    return Session(id, [Start(T, id, agent), *events], damaged)


def test_nothing_happened() -> None:
    for summary in (summarise([]), summary_of(), summary_of(End(T + 9, 0, 9.0, "exit"))):
        assert not summary.had_traffic
        assert (summary.total.saved_percent, summary.total.net_saved, summary.percentile_ms(95)) == (0, 0, 0)
        assert summary.total.cache_hit_percent == summary.blocks.saved_percent == 0


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


def test_what_was_not_sent_is_only_counted() -> None:
    summary = summary_of(request(1, block("a", 900, 90, "logs"), status=0)._replace(mode="simulate"))
    assert (summary.simulated, summary.total.requests, summary.failed, summary.blocks.seen) == (1, 0, 0, 0)
    assert summary.had_traffic


def test_reasoning_and_images_are_parts_of_what_was_billed() -> None:
    line = usage(1, 900, 0, 0, 0, 400)._replace(reasoning=300, image=500)
    total = summary_of(request(1), line, line._replace(n=2)).total
    assert (total.reasoning, total.image, total.billed_tokens) == (600, 1000, 2600)


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


def test_a_conversation_left_alone_counts_once() -> None:
    guards = [Guard(T, "ab", "cache reads fell", 1500), Guard(T, "cd", "cache reads fell", 1000)]
    summary = summarise([session(*guards), session(guards[0], id="s2")])
    assert (dict(summary.guards), summary.guards_lost) == ({"cache reads fell": 2}, 2.5)


def test_rounds_of_ours_are_counted() -> None:
    assert summary_of(request(1), request(2)._replace(rounds=1), request(3)._replace(rounds=2)).rounds == 2


def held_out_session(conversations: int, factor: float, mode: str = "optimize") -> list[Event]:
    """Every other conversation is left alone; the others cost so much of what those cost."""
    events: list[Event] = []
    for number in range(conversations):
        alone = number % 2 == 0
        for turn in range(1 + number % 3):
            n = 10 * number + turn
            tokens = round((1000 + 7 * number) * (1 if alone else factor))
            asked = request(n)._replace(conversation=f"{number:x}", holdout=alone, mode=mode)
            events += [asked, usage(n, tokens, 0, 0, 0, 0)]
    return events


def test_conversations_left_alone_are_compared_with_the_others() -> None:
    found = summary_of(*held_out_session(40, 0.5)).holdout
    assert (found.treated, found.held_out) == (20, 20)
    assert found.difference == pytest.approx(-0.5, abs=0.02)
    assert -0.6 < found.low < -0.5 < found.high < -0.4
    dearer = summary_of(*held_out_session(40, 1.5)).holdout
    assert dearer.low > 0.2


def test_nothing_is_compared_of_audits_unpriced_models_and_few_conversations() -> None:
    assert summary_of(*held_out_session(15, 0.5)).holdout.difference is None
    assert summary_of(*held_out_session(40, 0.5, "audit")).holdout == (0, 0, None, 0, 0)
    unknown = [
        event._replace(model="claude-next") if isinstance(event, Request) else event
        for event in held_out_session(40, 0.5)
    ]
    assert summary_of(*unknown).holdout == (0, 0, None, 0, 0)


def test_conversations_from_before_the_drawing_are_not_compared() -> None:
    old: list[Event] = []
    for event in held_out_session(40, 9.0):
        if isinstance(event, Request):
            old.append(event._replace(t=event.t - 9000, conversation=f"0{event.n}", holdout=False))
        elif isinstance(event, UsageLine):
            old.append(event._replace(t=event.t - 9000))
    found = summarise([session(*old), session(*held_out_session(40, 0.5), id="s2")]).holdout
    assert found == summary_of(*held_out_session(40, 0.5)).holdout


def test_an_extra_round_is_a_cost_of_its_conversation_and_no_turn() -> None:
    plain = held_out_session(40, 0.5)
    rounds: list[Event] = []
    for event in plain:
        rounds.append(event)
        if isinstance(event, Request) and not event.holdout:
            rounds += [event._replace(n=event.n + 5, rounds=1), usage(event.n + 5, 1000, 0, 0, 0, 0)]
    with_rounds, without = summary_of(*rounds).holdout.difference, summary_of(*plain).holdout.difference
    assert with_rounds is not None
    assert without is not None
    assert with_rounds > without + 0.3


def test_a_tier_of_prices_that_was_not_reached_counts() -> None:
    summary = summary_of(
        request(1, model="claude-haiku-5-5"), usage(1, 90_000, 0, 0, 0, 0, saved=Saved(input=20_000))
    )
    assert summary.total.paid == 90_000 * DOLLARS // 10
    assert summary.total.would_have_paid == 110_000 * DOLLARS // 2


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


def test_what_is_logged_twice_counts_once() -> None:
    once: Sequence[Event] = [
        request(1, block("a", 900, 90, "logs")),
        usage(1, 5, 0, 0, 0, 7, saved=Saved(input=3)),
        request(2, block("b", 500, 500, reason="floor")),
    ]
    twice = [*once, *once, once[1]]
    assert summary_of(*once) == summary_of(*twice)


def test_a_block_counts_once_however_often_a_process_meets_it_anew() -> None:
    first = request(1, block("a", 900, 90, "logs"), block("b", 50, 50, reason="floor"))
    again = request(2, block("a", 900, 90, "logs"), block("b", 50, 50, reason="floor"), block("c", 10, 1, "logs"))
    resumed = session(again, id="s2")
    for summary in (summary_of(first, again), summarise([session(first), resumed])):
        assert (summary.blocks.seen, summary.blocks.shortened) == (3, 2)
        assert (summary.blocks.before, summary.blocks.after) == (910, 91)
        assert dict(summary.unchanged) == {"floor": 1}


def test_blocks_by_tool_and_compressor() -> None:
    summary = summary_of(
        request(
            1,
            block("a", 900, 90, "logs", lossless=False),
            block("b", 800, 400, "json_rows", "Grep"),
            block("c", 300, 300, tool="Read", reason="protected"),
            block("d", 700, 700, tool="Read", reason="retrieved", retrieval=True),
            block("e", 9, 9, tool=""),
            block("f", 1000, 10, "logs", new=False),
        )
    )
    assert {name: (b.seen, b.lossless, b.lossy, b.retrieved) for name, b in summary.by_tool.items()} == {
        "Bash": (1, 0, 1, 0),
        "Grep": (1, 1, 0, 0),
        "Read": (2, 0, 0, 1),
        "unknown": (1, 0, 0, 0),
    }
    assert {name: (b.before, b.after) for name, b in summary.by_compressor.items()} == {
        "logs": (900, 90),
        "json_rows": (800, 400),
    }
    assert summary.blocks.saved_percent == pytest.approx(100 * 1210 / 1700)
    assert summary.blocks.retrieved_tokens == 700
    assert dict(summary.unchanged) == {"protected": 1, "unknown": 1}


def test_blocks_of_a_retried_request_went_out_as_they_came() -> None:
    summary = summary_of(request(1, block("a", 900, 90, "logs"))._replace(retried=True))
    assert (summary.retried, summary.blocks.seen) == (1, 0)


def test_troubles_are_counted() -> None:
    summary = summary_of(
        request(1, status=529),
        request(2, status=0),
        request(3, status=201),
        Error(T, "request", "ValueError"),
        Retrieve(T, "ab", False, True, 900),
        Retrieve(T, "ab", True, False, 0),
        damaged=3,
    )
    assert (summary.failed, summary.lookups, summary.misses, summary.damaged) == (2, 2, 1, 3)
    assert dict(summary.errors) == {"request: ValueError": 1}
    assert (summary.total.requests, summary.total.with_usage) == (3, 0)


@pytest.mark.parametrize(
    ("times", "median", "most"),
    [([5], 5, 5), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), (range(1, 101), 50, 95), (range(1, 21), 10, 19)],
)
def test_percentiles_are_times_that_were_measured(times: Sequence[int], median: int, most: int) -> None:
    summary = summary_of(*(request(n, ms=ms) for n, ms in enumerate(times)))
    assert (summary.percentile_ms(50), summary.percentile_ms(95)) == (median, most)


def test_many_sessions_are_one_sum_by_agent() -> None:
    summary = summarise(
        [
            session(request(1), usage(1, 100, 0, 0, 0, 0), id="a"),
            session(request(1), usage(1, 200, 0, 0, 0, 0), id="b", damaged=1),
            session(request(1), agent="demo", id="c"),
            Session("d", [], 2),
        ]
    )
    assert summary.ids == ["a", "b", "c", "d"]
    assert dict(summary.sessions_by_agent) == {"claude": 2, "demo": 1, "unknown": 1}
    assert {name: (a.requests, a.input) for name, a in summary.by_agent.items()} == {
        "claude": (2, 300),
        "demo": (1, 0),
    }
    assert (summary.total.input, summary.damaged) == (300, 3)


def test_what_was_before_is_left_out() -> None:
    events = (request(1), usage(1, 100, 0, 0, 0, 0), request(10), usage(10, 30, 0, 0, 0, 0))
    summary = summarise([session(*events)], since=T + 5)
    assert (summary.total.requests, summary.total.input, summary.began) == (1, 30, T + 10)
    assert list(summary.by_agent) == ["claude"]
