"""What a provider's cache reads is compared with what it held; our own fault is certain, and counted."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from headroom import guard, ledger, tokens
from headroom.dialects import anthropic
from headroom.guard import Guard
from headroom.ledger import RoundTrip, Saved
from headroom.plans import Outcome
from headroom.types import Usage
from tests.laws.conversations import conversation, requests
from tests.laws.engines import Engine
from tests.provider import invoice
from tests.provider.cache import PromptCache

KINDS = ["rows", "source", "source", "source", *["short"] * 9]
BODIES = list(requests(conversation(KINDS)))


def harmful(outcome: Outcome, number: int) -> Outcome:
    """What a compressor would send that writes how many requests there were into what it leaves out."""
    return replace(outcome, body=outcome.body.replace(b"nothing left out", b"nothing left out %03d" % number))


def play(folder: Path, harm: bool, clock: list[float]) -> Iterator[tuple[Outcome, Usage, float]]:
    """Send the requests one minute apart; yield what was sent, its usage, and what it costs more than direct."""
    engine = Engine(folder)
    caches = [PromptCache(lambda: clock[0], count=tokens.count) for _ in range(2)]
    for number, body in enumerate(BODIES):
        outcome = engine.send(body)
        outcome = harmful(outcome, number) if harm else outcome
        bills = []
        for cache, sent in zip(caches, (body, outcome.body), strict=True):
            found = cache.look_up(json.loads(sent))
            cache.begin(found)
            bills.append(found.usage)
        dearer = invoice.weight(bills[1:]) - invoice.weight(bills[:1])
        yield outcome, anthropic.usage({"usage": bills[1], "model": "m"}, Usage()), dearer
        clock[0] += 60


def test_a_harmful_compressor_shows_a_negative_number_and_is_stopped(tmp_path: Path) -> None:
    clock, watch = [0.0], Guard()
    claimed = difference = 0.0
    why = []
    for outcome, usage, dearer in play(tmp_path, True, clock):
        changes = outcome.changes()
        saved = ledger.attribute(changes, usage)
        net = guard.weight(saved, RoundTrip())
        verdict = watch.judge(outcome, usage, clock[0], clock[0] + 1, net)
        claimed += guard.weight(guard.with_lost(saved, verdict.lost, usage), RoundTrip())
        difference -= dearer
        why += [verdict.why] if verdict.why else []
    assert why
    assert "was changed" in why[0]
    assert difference < 0
    assert claimed < 0
    assert claimed == pytest.approx(difference, rel=0.15)


def test_what_leaves_the_prefix_whole_goes_on(tmp_path: Path) -> None:
    clock, watch = [0.0], Guard()
    for outcome, usage, dearer in play(tmp_path, False, clock):
        verdict = watch.judge(outcome, usage, clock[0], clock[0] + 1, 0.0)
        assert verdict == (0, "")
        assert dearer <= 0


def misses(count: int, saved: float, apart_s: float = 60) -> list[str]:
    """The verdicts on requests whose cache is never read, although what was sent is in order."""
    watch, now = Guard(), 0.0
    pipeline = Engine(Path("/nonexistent")).pipeline
    found = []
    for number in range(count):
        body = BODIES[number]
        plan_outcome = pipeline.transform(body, anthropic)
        outcome = replace(plan_outcome, is_changed=True)
        usage = Usage(cache_write=5000, model="m")
        found.append(watch.judge(outcome, usage, now, now + 1, saved).why)
        now += apart_s
    return found


def test_a_cache_that_is_missed_again_and_again_ends_it_when_it_costs_more_than_is_saved() -> None:
    # The first request's only message changes, as the breakpoint moves on: nothing is expected of the second.
    assert [bool(why) for why in misses(5, saved=10)] == [False, False, False, True, True]
    assert not any(misses(5, saved=100_000))


def test_a_cache_that_has_gone_cold_is_nobodys_fault() -> None:
    assert not any(misses(5, saved=0, apart_s=400))


def test_weights_are_those_of_the_price_list() -> None:
    assert guard.weight(Saved(100, 100, 0, 100), RoundTrip()) == 100 + 125 + 10
    assert guard.weight(Saved(0, 100, 100, 0), RoundTrip()) == 200
    assert guard.weight(Saved(), RoundTrip(cache_read=100, output=10, input=1)) == -(10 + 50 + 1)
