"""Conversations left alone by lot, and what the others cost beside them."""

import pytest

from headroom.report import summarise
from headroom.session_log.events import Event, Request, UsageLine
from tests.core.report.made import request, session, summary_of, usage


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
