"""Why a turn missed, by what stood before it; and that a log may be left and read on."""

import json

import pytest

from headroom.pricing import Price
from headroom.session_index.turns import (
    ADVICE,
    CAUSES,
    MODEL,
    NEW,
    PAUSE,
    SHORT,
    SHORTER,
    SYSTEM,
    TOOLS,
    UNASKED,
    UNEXPLAINED,
    Missed,
    Turn,
    Turns,
    is_shortened,
    missed,
    rate_of_a_miss,
)
from headroom.session_log.events import Head, Request, UsageLine

FIRST = Turn(0.0, "anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5", "t", "s", 20_010, 0, 20_000, False)
NEXT = FIRST._replace(t=20.0, prompt=21_000, read=20_000, written=990)
LOST = NEXT._replace(read=0, written=20_990)


@pytest.mark.parametrize(
    ("before", "turn", "found"),
    [
        (FIRST, NEXT, None),
        (None, FIRST, Missed(NEW, 20_010)),
        (None, FIRST._replace(read=19_500, written=500), None),
        (FIRST, LOST, Missed(UNEXPLAINED, 20_000)),
        (FIRST, LOST._replace(asked="claude-opus-4-5", tools="x"), Missed(MODEL, 20_000)),
        (FIRST, LOST._replace(tools="x", system="x"), Missed(TOOLS, 20_000)),
        (FIRST, LOST._replace(system="x"), Missed(SYSTEM, 20_000)),
        (FIRST, LOST._replace(tools="", system=""), Missed(UNEXPLAINED, 20_000)),
        (FIRST, LOST._replace(t=301.0), Missed(PAUSE, 20_000)),
        (FIRST._replace(is_hour=True), LOST._replace(t=301.0), Missed(UNEXPLAINED, 20_000)),
        (FIRST._replace(is_hour=True), LOST._replace(t=3601.0), Missed(PAUSE, 20_000)),
        (FIRST, LOST._replace(prompt=9000), Missed(SHORTER, 9000)),
        (
            FIRST._replace(prompt=900, written=0),
            NEXT._replace(prompt=1000, read=0, written=0),
            Missed(SHORT, 900),
        ),
        (FIRST._replace(written=0), LOST._replace(written=0), Missed(UNASKED, 20_010)),
        (FIRST._replace(written=0), NEXT, None),
        (
            FIRST._replace(dialect="openai_chat", asked="gpt-5.1", written=0),
            LOST._replace(dialect="openai_chat", asked="gpt-5.1", written=0),
            Missed(UNEXPLAINED, 20_010),
        ),
    ],
)
def test_a_turn_missed_for_one_cause(before: Turn | None, turn: Turn, found: Missed | None) -> None:
    assert missed(before, turn) == found


def test_each_cause_has_advice() -> None:
    assert tuple(ADVICE) == CAUSES


def test_a_conversation_is_shortened_when_a_quarter_is_gone() -> None:
    assert not is_shortened(None, FIRST)
    assert not is_shortened(FIRST, FIRST._replace(prompt=15_008))
    assert is_shortened(FIRST, FIRST._replace(prompt=15_007))


@pytest.mark.parametrize(("written", "written_1h", "rate"), [(0, 0, 1), (5, 0, 3), (5, 2, 4)])
def test_a_token_that_was_missed_costs_a_write(written: int, written_1h: int, rate: int) -> None:
    assert rate_of_a_miss(Price(1, 2, 3, 4, 5), written, written_1h) == rate


def test_a_log_is_read_on_from_where_it_was_left() -> None:
    turns = Turns()
    turns.head(Head(0.0, n=1, conversation="c", tools="t", system="s"))
    turns.request(Request(1.0, n=1, dialect="anthropic", model="m", conversation="c"))
    turns.request(Request(2.0, n=2, dialect="anthropic", model="m", conversation="c"))
    first = turns.usage(UsageLine(3.0, n=1, input=5, cache_write=7, cache_read=9))
    assert first
    assert (first.before, first.turn.prompt, first.turn.tools, first.turn.model) == (None, 21, "t", "m")
    later = Turns(json.loads(json.dumps(turns.memory())))
    for going_on in (turns, later):
        going_on.head(Head(3.0, n=0, conversation="c", tools="old"))
        second = going_on.usage(UsageLine(4.0, n=2, model="n", input=8))
        assert second
        assert (second.before, second.turn.tools, second.turn.model) == (first.turn, "t", "n")
        assert going_on.usage(UsageLine(4.0, n=2)) is None
