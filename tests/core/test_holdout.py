"""The hold-out: a fair lot, an interval that covers what it says, and silence where there is too little."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.holdout import MIN_CONVERSATIONS, Sample, compare, is_held_out, t_quantile


def conversations(draw: random.Random, count: int, factor: float, spread: float = 0.6) -> list[Sample]:
    """Of 1 to 60 turns, at a cost per turn of about `factor`, skewed as bills are."""
    samples = []
    for _ in range(count):
        turns = draw.randint(1, 60)
        samples.append(Sample(turns, turns * factor * draw.lognormvariate(0, spread)))
    return samples


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_the_lot_draws_the_share_that_was_asked_for(share: float) -> None:
    drawn = sum(is_held_out(f"{number:012x}", share) for number in range(20_000))
    assert drawn == pytest.approx(20_000 * share, abs=4 * math.sqrt(20_000 * 0.25))
    if share in (0.0, 1.0):
        assert drawn == 20_000 * share


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_who_is_drawn_stays_drawn_when_the_share_grows(name: str, share: float, other: float) -> None:
    low, high = sorted((share, other))
    assert is_held_out(name, low) <= is_held_out(name, high)
    assert is_held_out(name, low) == is_held_out(name, low)


@pytest.mark.parametrize(("treated", "held_out"), [(8, 8), (60, 10), (12, 80), (300, 40)])
@pytest.mark.parametrize("truth", [0.55, 1.0, 1.3])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(
    treated: int, held_out: int, truth: float
) -> None:
    draw = random.Random(f"{treated} {held_out} {truth}")
    rounds, covered = 1000, 0
    for _ in range(rounds):
        found = compare(conversations(draw, treated, truth, 0.9), conversations(draw, held_out, 1.0))
        covered += found.low <= truth - 1 <= found.high
    assert 0.925 <= covered / rounds <= 0.975


def test_what_is_cheaper_is_negative_and_what_is_dearer_positive() -> None:
    draw = random.Random(5)
    alone = conversations(draw, 200, 1.0)
    for factor in (0.6, 1.5):
        found = compare(conversations(draw, 200, factor), alone)
        assert found.difference is not None
        assert found.difference == pytest.approx(factor - 1, abs=0.15)
        assert found.low < found.difference < found.high
        assert (found.high < 0) == (factor < 1)
        assert (found.low > 0) == (factor > 1)


@pytest.mark.parametrize(("treated", "held_out"), [(0, 0), (7, 500), (500, 7), (0, 9)])
def test_nothing_is_claimed_of_too_few(treated: int, held_out: int) -> None:
    draw = random.Random(1)
    found = compare(conversations(draw, treated, 0.5), conversations(draw, held_out, 1.0))
    assert (found.treated, found.held_out, found.difference) == (treated, held_out, None)


def test_conversations_without_cost_or_turns_do_not_count() -> None:
    enough = [Sample(2, 3.0)] * MIN_CONVERSATIONS
    assert compare([*enough[1:], Sample(0, 1.0), Sample(1, 0.0)], enough).difference is None
    assert compare([*enough, Sample(0, 1.0)], enough) == (8, 8, 0.0, 0.0, 0.0)


def test_the_unit_does_not_matter() -> None:
    draw = random.Random(3)
    ours, theirs = conversations(draw, 20, 0.7), conversations(draw, 20, 1.0)
    pico = [[Sample(turns, cost * 1e9) for turns, cost in group] for group in (ours, theirs)]
    assert compare(*pico) == pytest.approx(compare(ours, theirs))


@pytest.mark.parametrize(
    ("probability", "degrees", "value"),
    # from the tables of the same handbook, 26.10
    [
        (0.975, 7, 2.365),
        (0.975, 10, 2.228),
        (0.975, 30, 2.042),
        (0.975, 120, 1.980),
        (0.95, 8, 1.860),
        (0.5, 9, 0.0),
    ],
)
def test_quantiles_are_those_of_the_tables(probability: float, degrees: float, value: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(value, abs=0.0011)
