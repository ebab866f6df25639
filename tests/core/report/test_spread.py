"""Percentiles by nearest rank: each is a time that was measured."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.report import Spread


@pytest.mark.parametrize(
    ("times", "spread"),
    [
        ([], Spread()),
        ([3.0], Spread(1, 3.0, 3.0, 3.0, 3.0)),
        ([1.0, 2.0], Spread(2, 1.0, 2.0, 2.0, 2.0)),
        ([float(n) for n in range(1, 101)], Spread(100, 50.0, 95.0, 99.0, 100.0)),
        ([float(n) for n in range(1, 201)], Spread(200, 100.0, 190.0, 198.0, 200.0)),
    ],
)
def test_by_hand(times: list[float], spread: Spread) -> None:
    assert Spread.of(times) == spread


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted))
def test_so_many_stay_within(times: list[float]) -> None:
    told = Spread.of(times)
    for percent, bound in ((50, told.p50), (95, told.p95), (99, told.p99)):
        assert bound in times
        assert sum(time <= bound for time in times) * 100 >= percent * len(times)
        assert sum(time < bound for time in times) * 100 < percent * len(times)
