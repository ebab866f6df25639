"""Advice is what is cheapest by the formula, and nothing without evidence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.toin import advice, structures
from headroom.toin.advice import LOSSLESS, Advice, Judged, Told, Trip, as_text, judge, name_of, parse, trip
from headroom.toin.counts import Tally

HELD = 1.25 + 20 * 0.1
"""What a token costs that stays for twenty turns, at the input price."""


def tally(weight: float = 1.0, **ever: int) -> Tally:
    return Tally({"w0": 3, **ever}, {what: n * weight for what, n in ever.items()}, 2)


def test_the_cost_of_a_form_by_hand() -> None:
    judged = Judged(tally(c0=10, b0=100_000, s0=20_000, a0=5, g0=4000), Trip(40_000, 150))
    lookup = 40_000 * 0.1 + 150 * 5 + 800 * HELD
    assert judged.cost(0) == pytest.approx(2000 * HELD + 0.5 * lookup)
    assert judged.cost(1) == pytest.approx(3000 * HELD + 0.5 / 1.5 * lookup)
    assert judged.cost(LOSSLESS) == pytest.approx(10_000 * HELD)


ASKED_AS_OFTEN = {"c": 10, "b": 900_000, "s": 40_000, "a": 40, "g": 60_000}


@pytest.mark.parametrize(
    ("counted", "level"),
    [
        pytest.param({"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 0}, 0, id="never looked up"),
        pytest.param({"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 2, "g0": 9000}, 0, id="too few lookups"),
        pytest.param({"c0": 4, "b0": 12_000, "s0": 4800, "a0": 40, "g0": 9000}, 0, id="too few forms"),
        pytest.param({"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 5, "g0": 4000}, 0, id="cheaper to look up"),
        pytest.param({"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 10, "g0": 9000}, LOSSLESS, id="small, always"),
        pytest.param({"c0": 10, "b0": 900_000, "s0": 20_000, "a0": 10, "g0": 9000}, 0, id="large, once each"),
        pytest.param({"c0": 10, "b0": 900_000, "s0": 20_000, "a0": 40, "g0": 60_000}, 2, id="large, often"),
        pytest.param(
            {"c0": 10, "b0": 900_000, "s0": 20_000, "a0": 40, "g0": 60_000}
            | {f"{what}{level}": n for level in (1, 2, 3) for what, n in ASKED_AS_OFTEN.items()},
            0,
            id="more room did not help",
        ),
    ],
)  # fmt: skip
def test_levels(counted: dict[str, int], level: int) -> None:
    assert Judged(tally(**counted), Trip()).level() == level


def test_one_week_is_no_habit() -> None:
    """A burst: an odd task of the user's."""
    counted = {"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 10, "g0": 9000, "f:0123abcd": 10}
    burst = tally(**counted)._replace(weeks=1)
    assert judge({"1" * 8: burst}) == {"1" * 8: Told(0, frozenset({"0123abcd"}))}


@pytest.mark.parametrize(("conversations", "level"), [(0, 0), (2, 0), (3, LOSSLESS)])
def test_few_conversations_are_no_habit(conversations: int, level: int) -> None:
    """However much they ask: as where a hostile output makes a model look it up without end."""
    counted = {"c0": 90, "b0": 270_000, "s0": 108_000, "a0": 90, "g0": 81_000}
    assert Judged(tally(**counted, w0=conversations), Trip()).level() == level


def test_faded_evidence_is_none() -> None:
    counted = {"c0": 10, "b0": 30_000, "s0": 12_000, "a0": 10, "g0": 9000, "f:0123abcd": 10}
    assert judge({"1" * 8: tally(0.11, **counted)}) == {"1" * 8: Told(LOSSLESS, frozenset({"0123abcd"}))}
    assert judge({"1" * 8: tally(0.09, **counted)}) == {}


@pytest.mark.parametrize(
    ("asked", "lacked", "is_kept"), [(3, 3, True), (2, 2, False), (3, 15, True), (3, 16, False), (9, 0, True)]
)
def test_fields_are_kept_that_are_asked_for(asked: int, lacked: int, is_kept: bool) -> None:
    field = "0123abcd"
    found = Judged(tally(**{f"f:{field}": asked, f"h:{field}": lacked}), Trip()).keep()
    assert found == (frozenset({field}) if is_kept else frozenset())


def test_what_turns_cost_is_counted_before_it_is_used() -> None:
    assert trip({}) == Trip()
    assert trip({"": tally(t=19, tr=19_000, to=19)}) == Trip()
    assert trip({"": tally(0.5, t=20, tr=2_000_000, to=4000)}) == Trip(100_000, 200)
    assert judge({"": tally(t=20, tr=2_000_000, to=4000)}) == {}


HASHES = st.text("0123456789abcdef", min_size=8, max_size=8)
ADVICE = st.dictionaries(HASHES, st.builds(Told, st.integers(0, LOSSLESS), st.frozensets(HASHES, max_size=3)))


@given(ADVICE)
def test_advice_comes_back(told: dict[str, Told]) -> None:
    text = as_text(told, dict.fromkeys(told, "json_rows"))
    if not told:
        assert text == ""
        return
    assert parse(text) == Advice(told, frozenset({"json_rows"}))
    assert name_of(text) == name_of(as_text(dict(reversed(told.items())), dict.fromkeys(told, "json_rows")))


def test_other_texts_are_no_advice() -> None:
    assert parse("[99]") == Advice()
    for text in ("", "{", "7", "[1,[2]]", '["a"'):
        with pytest.raises(ValueError):
            parse(text)


def test_a_text_is_told_by_its_structure() -> None:
    text = json.dumps([{"a": n, "b": {"c": 1}} for n in range(9)])
    structure = structures.key("json_rows", "list", "", ["a", "b.c"])
    field = structures.field_key(structure, "b.c")
    said = Advice({structure: Told(2, frozenset({field, "0123abcd"}))}, frozenset({"json_rows"}))
    assert said.of("json_rows", "list", "", text) == Told(2, frozenset({"b.c"}))
    assert said.of("json_rows", "other", "", text) == Told()
    assert said.of("logs", "list", "", text) == Told()
    assert advice.NONE.of("json_rows", "list", "", text) == Told()
    assert (Told(2).factor, Told(2).is_lossy, Told(LOSSLESS).is_lossy) == (2.0, True, False)
