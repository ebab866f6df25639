"""A table's columns as series of numbers: what they are, what is none, and where the level changes."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from statistics import median
from typing import Final

from headroom.compressors import row_series
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number

_NUMBER: Final = re.compile(r"-?+\d++(?>(?:\.\d++)?)(?>(?:[eE][+-]?+\d{1,3})?)")
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?>(?:[T ]\d\d:\d\d(?>(?::\d\d(?>(?:\.\d{1,9})?))?) ?(?>(?:Z|UTC|[+-]\d\d:?\d\d)?))?)"
)
_LOOK: Final = 20
_MAX_DIGITS: Final = 40
_MOSTLY: Final = 0.95
"""Where so many of the values are numbers, the others are what stands out."""
_ODD: Final = 2
_MIN_CHANGE_ROWS: Final = 20
_MOST_CHANGES: Final = 3
_CHANGE: Final = 1.8
"""How far the cumulated differences must go, in deviations times the root of the rows; 1.36 is the 5 % level."""


def numbers(values: Cells) -> list[float | None] | None:
    """Return a column's numbers, or the seconds of its times; None for a column of anything else.

    What is missing or null has no number, nor have NaN, the infinities and the few that are no numbers at all.
    """
    types = set(map(type, values)) - {type(MISSING), type(None)}
    if Number in types and len(types) > 1:
        return _mostly_numbers(values)
    if types != {Number} and types != {str}:
        return None
    texts: list[str] = [value for value in values if isinstance(value, str)]
    if len(texts) < row_series.MIN_ROWS:
        return None
    read = _seconds if are_times(values) else _number
    if types == {str} and not all(
        (_TIME if read is _seconds else _NUMBER).fullmatch(text) for text in texts[:_LOOK]
    ):
        return None
    try:
        return [read(value) if isinstance(value, str) else None for value in values]
    except ValueError:
        return None


def are_times(values: Cells) -> bool:
    """Whether a column's strings are times, by a look at the first of them."""
    first = next((value for value in values if isinstance(value, str)), "")
    return type(first) is str and _TIME.fullmatch(first) is not None and not first.isdecimal()


def odd(values: Cells, series: Sequence[float | None]) -> list[int]:
    """Return the rows of a series that have a value, but no number: NaN, a text; none where these are many."""
    without = [
        row
        for row, (value, number) in enumerate(zip(values, series, strict=True))
        if number is None and value is not MISSING and value is not None
    ]
    return without if len(without) <= max(_ODD, (1 - _MOSTLY) * len(series)) else []


def changes(series: Sequence[float | None]) -> list[int]:
    """Return the rows from which on the level of a series is another, by cumulated sums around the median."""
    rows = [row for row, number in enumerate(series) if number is not None]
    levels = [number for number in series if number is not None]
    if len(levels) < _MIN_CHANGE_ROWS or row_series.is_sequence(levels):
        return []
    found: list[int] = []
    parts = [(0, len(levels))]
    while parts and len(found) < _MOST_CHANGES:
        start, stop = parts.pop(0)
        split = _split(levels[start:stop])
        if split is not None:
            found.append(rows[start + split])
            parts += [(start, start + split), (start + split, stop)]
    return sorted(found)


def _mostly_numbers(values: Cells) -> list[float | None] | None:
    """Return the numbers of a column that has few other values beside them; None where they are not few."""
    present = sum(value is not MISSING and value is not None for value in values)
    count = sum(type(value) is Number for value in values)
    if count < max(row_series.MIN_ROWS, _MOSTLY * present):
        return None
    return [_number(value) if type(value) is Number else None for value in values]


def _split(levels: list[float]) -> int | None:
    if len(levels) < _MIN_CHANGE_ROWS:
        return None
    middle = median(levels)
    deviation = median([abs(level - middle) for level in levels]) / 0.6745
    if not deviation or not math.isfinite(deviation):
        return None
    # Single outliers must not look like a change: no number counts for more than two deviations.
    low, high = middle - 2 * deviation, middle + 2 * deviation
    clipped = [(min(max(level, low), high) - middle) / deviation for level in levels]
    mean = sum(clipped) / len(clipped)
    sums = list(accumulate(level - mean for level in clipped))
    at = max(range(len(sums) - 1), key=lambda row: abs(sums[row]))
    if abs(sums[at]) < _CHANGE * math.sqrt(len(levels)):
        return None
    before, after = median(levels[: at + 1]), median(levels[at + 1 :])
    return at + 1 if abs(before - after) > deviation / 2 else None


def _number(text: str) -> float | None:
    """Return a number; raises ValueError for any other text."""
    if len(text) > _MAX_DIGITS:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _seconds(text: str) -> float | None:
    """Return a time in seconds; raises ValueError for any other text."""
    moment = datetime.fromisoformat(text.replace(" UTC", "Z"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
