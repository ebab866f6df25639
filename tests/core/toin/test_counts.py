"""Merging counts is commutative, associative and idempotent; old ones weigh less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.toin import counts
from headroom.toin.counts import Cell, merged, tallies, weight

CELLS = st.builds(
    Cell,
    st.sampled_from(["a" * 16, "b" * 16, "0" * 16]),
    st.integers(20_000, 20_020),
    st.sampled_from(["11111111", "22222222", ""]),
    st.sampled_from(["c0", "a0", "f:0123abcd", "o:error", "t"]),
)
COUNTS = st.dictionaries(CELLS, st.integers(0, 1000), max_size=12)


@given(COUNTS, COUNTS, COUNTS)
def test_the_laws_of_merging(a: counts.Counts, b: counts.Counts, c: counts.Counts) -> None:
    assert merged(a, b) == merged(b, a)
    assert merged(merged(a, b), c) == merged(a, merged(b, c))
    assert merged(a, a) == a
    assert merged(merged(a, b), b) == merged(a, b)


@given(COUNTS)
def test_counts_of_machines_and_days_add_up(table: counts.Counts) -> None:
    found = tallies(table, 20_020)
    for structure, tally in found.items():
        for what, n in tally.ever.items():
            assert n == sum(m for cell, m in table.items() if (cell.structure, cell.what) == (structure, what))
            assert 0 <= tally.now[what] <= n


def test_half_is_left_after_fourteen_days_and_nothing_after_seven_months() -> None:
    assert [weight(100 - age, 100) for age in (-5, 0, 14, 28)] == [1, 1, 0.5, 0.25]
    old = {Cell("a" * 16, 0, "11111111", "c0"): 5}
    assert tallies(old, 28)["11111111"] == ({"c0": 5}, {"c0": 1.25}, 0)
    assert not tallies(old, 211)


def test_counts_of_a_week_are_kept_together() -> None:
    assert [counts.bucket(day) for day in (20_005, 20_006, 20_012, 20_013)] == [19_999, 20_006, 20_006, 20_013]


@pytest.mark.parametrize(
    ("values", "is_sound"),
    [
        (("a" * 16, 5, "0123abcd", "c0", 7), True),
        (("a" * 16, 5, "", "tr", 0), True),
        (("a" * 16, 5, "0123abcd", "f:0123abcd", 1 << 53), True),
        (("a" * 16, 5, "0123abcd", "w0", 1), True),
        (("me", 5, "0123abcd", "c0", 7), False),
        (("a" * 16, -1, "0123abcd", "c0", 7), False),
        (("a" * 16, 5, "a name", "c0", 7), False),
        (("a" * 16, 5, "0123abcd", "f:email", 7), False),
        (("a" * 16, 5, "0123abcd", "c4", 7), False),
        (("a" * 16, 5, "0123abcd", "c0", -7), False),
        (("a" * 16, 5, "0123abcd", "c0", True), False),
        (("a" * 16, 5, "0123abcd", "c0", 7.0), False),
        (("a" * 16, 5, "0123abcd", None, 7), False),
        (("a" * 16, 5, "0123abcd", "c0"), False),
    ],
)
def test_what_our_code_writes(values: tuple[object, ...], is_sound: bool) -> None:
    count = counts.of(values)
    assert (count is not None) is is_sound
    assert count is None or (*count.cell, count.n) == values


@pytest.mark.parametrize(
    ("structure", "kind", "is_sound"),
    [("0123abcd", "logs", True), ("0123abcd", "a b", False), ("x", "logs", False), ("0123abcd", 1, False)],
)
def test_kinds_that_our_code_writes(structure: object, kind: object, is_sound: bool) -> None:
    assert counts.is_kind(structure, kind) is is_sound
