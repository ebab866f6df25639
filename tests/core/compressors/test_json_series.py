import random

import pytest

from headroom.compressors import json_series, row_series
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number


def series(*numbers: float) -> list[float | None]:
    return list(numbers)


def test_numbers_are_read_from_numbers_and_texts() -> None:
    assert json_series.numbers([Number(str(at)) for at in range(9)]) == [float(at) for at in range(9)]
    texts: Cells = [None, MISSING, *[f"{at}.5" for at in range(9)]]
    assert json_series.numbers(texts) == [None, None, *[at + 0.5 for at in range(9)]]


@pytest.mark.parametrize(
    "values",
    [
        ["x"] * 9,
        ["1"] * 8 + ["x"],
        [True] * 9,
        [Number("1")] * 3,
        ["2025-01-01T00:00:00Z"] * 8 + ["2025-13-99"],
        [[]] * 9,
    ],
)
def test_anything_else_is_no_series(values: Cells) -> None:
    assert json_series.numbers(values) is None


def test_the_few_that_are_no_numbers_are_odd() -> None:
    values: Cells = [Number(str(at * 7 % 1000)) for at in range(100)]
    values[10], values[20], values[30] = Number("NaN"), "three", None
    found = json_series.numbers(values)
    assert found is not None
    assert [row for row, number in enumerate(found) if number is None] == [10, 20, 30]
    assert json_series.odd(values, found) == [10, 20]
    assert json_series.odd([Number("NaN")] * 100, [None] * 100) == []
    assert json_series.numbers([*values, *["x"] * 20]) is None


def test_times_are_seconds() -> None:
    found = json_series.numbers([f"2025-01-01 00:00:{at:02d} UTC" for at in range(9)])
    assert found is not None
    assert found[8] - found[0] == 8  # type: ignore[operator]


def test_outliers_the_farthest_first() -> None:
    chance = random.Random(1)
    levels = [chance.gauss(100, 5) for _ in range(200)]
    levels[50], levels[120] = 180.0, -400.0
    assert row_series.outliers(levels)[:2] == [120, 50]


def test_where_most_are_equal_the_others_are_outliers() -> None:
    assert row_series.outliers([0.0] * 50 + [7.0] + [0.0] * 50) == [50]
    assert row_series.outliers([3.0] * 50) == []
    assert row_series.outliers([1.0, 2.0, 900.0]) == []


def test_sequences_are_judged_by_their_steps() -> None:
    ids = [float(at) for at in range(100)]
    assert row_series.outliers(ids) == []
    assert row_series.outliers([*ids, *[at + 5000 for at in ids]]) == [100]


def test_a_change_of_level() -> None:
    chance = random.Random(2)
    levels = [chance.gauss(100, 5) for _ in range(80)] + [chance.gauss(140, 5) for _ in range(80)]
    assert any(abs(row - 80) <= 2 for row in json_series.changes(levels))
    assert json_series.changes([chance.gauss(100, 5) for _ in range(160)]) == []
    assert json_series.changes(series(1, 2)) == []


def test_huge_numbers_do_no_harm() -> None:
    values: Cells = [Number("1e400"), Number("1" * 50), *[Number(f"1e{at}") for at in range(300, 309)]] * 3
    found = json_series.numbers(values)
    assert found is not None
    row_series.outliers(found)
    json_series.changes(found)
