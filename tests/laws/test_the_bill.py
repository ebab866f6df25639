"""What all of it is for: behind headroom no beginning of a session costs more than without it, and what the
ledger says was saved is what the provider's two invoices differ by."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from headroom import ledger, tokens
from headroom.dialects import anthropic
from headroom.types import Usage
from tests.laws.conversations import KINDS, OUTPUTS, conversation, requests
from tests.laws.engines import Engine
from tests.provider import invoice
from tests.provider.cache import PromptCache

ALL = sorted(OUTPUTS) * 3


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def billed(cache: PromptCache, body: bytes) -> dict[str, Any]:
    found = cache.look_up(json.loads(body))
    cache.begin(found)
    return dict(found.usage)


def sessions(
    bodies: list[bytes], folder: Path, pauses: dict[int, float], restarts: set[int]
) -> Iterator[tuple[Any, ...]]:
    """Each request's bill without us and with us, and what we say was saved."""
    clock = Clock()
    without, behind = (PromptCache(clock, count=tokens.count) for _ in range(2))
    engine = Engine(folder)
    for number, body in enumerate(bodies):
        clock.now += 20 + pauses.get(number, 0)
        if number in restarts:
            engine = Engine(folder)
        outcome = engine.send(body)
        ours = billed(behind, outcome.body)
        usage = anthropic.usage({"usage": ours}, Usage())
        yield billed(without, body), ours, ledger.attribute(outcome.changes(), usage)


SCENARIOS: dict[str, tuple[dict[int, float], set[int]]] = {
    "steady": ({}, set()),
    "pauses longer than the cache lives": ({6: 400, 15: 4000}, set()),
    "restarts": ({}, {3, 4, 11}),
    "restarts after pauses": ({9: 400}, {9}),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_beginning_of_a_session_costs_more(scenario: str, tmp_path: Path) -> None:
    pauses, restarts = SCENARIOS[scenario]
    direct = behind = 0.0
    for theirs, ours, _ in sessions(list(requests(conversation(ALL))), tmp_path, pauses, restarts):
        direct += invoice.weight([theirs])
        behind += invoice.weight([ours])
        assert behind <= direct
    assert behind < 0.8 * direct


@settings(max_examples=10, deadline=None)
@given(KINDS)
def test_nor_of_any_other(kinds: list[str]) -> None:
    with TemporaryDirectory() as folder:
        direct = behind = 0.0
        for theirs, ours, _ in sessions(list(requests(conversation(kinds))), Path(folder), {}, set()):
            direct += invoice.weight([theirs])
            behind += invoice.weight([ours])
            assert behind <= direct


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_ledger_says_what_the_invoices_differ_by(scenario: str, tmp_path: Path) -> None:
    pauses, restarts = SCENARIOS[scenario]
    difference = claimed = 0.0
    for theirs, ours, saved in sessions(list(requests(conversation(ALL))), tmp_path, pauses, restarts):
        difference += invoice.weight([theirs]) - invoice.weight([ours])
        claimed += saved.input + 1.25 * saved.cache_write + 0.1 * saved.cache_read
    # Rendered blocks are counted with their JSON, so a token here and there falls differently.
    assert claimed == pytest.approx(difference, rel=0.03)
