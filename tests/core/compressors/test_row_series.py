from collections.abc import Sequence

import pytest

from headroom.compressors import row_series


def counter(count: int = 200) -> list[float | None]:
    return [float(at) for at in range(count)]


def test_one_below_zero_among_others_above() -> None:
    series: list[float | None] = [20.0 + at * 7 % 70 for at in range(200)]
    series[77] = -18.4
    assert row_series.against_sign(series) == [77]
    assert row_series.against_sign([None if one is None else -one for one in series]) == [77]
    assert row_series.against_sign([1.0, -1.0] * 50) == []
    assert row_series.against_sign([-1.0, 1.0, 2.0]) == []
    assert row_series.against_sign([at - 3.0 for at in range(100)]) == []


def test_the_row_after_a_gap() -> None:
    series = counter()
    assert row_series.breaks(series) == []
    assert row_series.breaks([*series[:90], *series[93:]]) == [90]
    assert row_series.breaks(series[::-1]) == []
    assert row_series.breaks([float(at * at) for at in range(200)]) == []
    assert row_series.breaks([5.0] * 200) == []


def test_a_number_out_of_line_is_one_row() -> None:
    series = counter()
    series[50] = 45.0
    assert row_series.breaks(series) == [50]


def test_a_counter_that_starts_again_has_no_gap() -> None:
    assert row_series.breaks([*counter(100), *counter(100)]) == []


@pytest.mark.parametrize("form", ["{}", "req-{}", "{:08x}a"])
def test_an_id_that_comes_twice(form: str) -> None:
    ids = [form.format(41_000 + at) for at in range(200)]
    assert row_series.repeated(ids) == []
    ids[120] = ids[7]
    assert row_series.repeated(ids) == [7, 120]


@pytest.mark.parametrize(
    "cells",
    [
        [f"{at * 7919 % 199}" for at in range(200)] + ["x y 1"] * 2,
        [f"{at}.5" for at in range(200)] + ["7.5"],
        [f"{at}ms" for at in range(200)] + ["7ms"],
        [f"2026-03-14T{at:06d}" for at in range(200)] + ["2026-03-14T000007"],
        [str(at * at) for at in range(200)] + ["49"],
        ["a", "b"] * 100,
        [""] * 200,
        ["x1", "x1"],
    ],
    ids=["sentence", "fractions", "durations", "times", "amounts", "categories", "nothing", "few"],
)
def test_what_comes_twice_but_is_no_id(cells: Sequence[str]) -> None:
    assert row_series.repeated(cells) == []
