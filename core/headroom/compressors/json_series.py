"""A table's columns as series of numbers: which rows stand out, and where the level changes."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from operator import gt, lt
from statistics import median
from typing import Final

from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number

_NUMBER: Final = re.compile(r"-?+\d++(?:\.\d++)?+(?:[eE][+-]?+\d{1,3})?+")
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?+)?+ ?(?:Z|UTC|[+-]\d\d:?\d\d)?+)?+"
)
_LOOK: Final = 20
_MAX_DIGITS: Final = 40
_MIN_ROWS: Final = 8
"""In fewer rows nothing stands out."""
_MONOTONE: Final = 0.98
"""So many steps in one direction make a sequence: then the steps are looked at instead of the numbers."""
_OUTLIER: Final = 3.5
"""The modified z-score beyond which a number is an outlier (Iglewicz and Hoaglin, 1993)."""
_MOVING: Final = 0.1
_MIN_CHANGE_ROWS: Final = 20
_MOST_CHANGES: Final = 3
_CHANGE: Final = 1.8
"""How far the cumulated differences must go, in deviations times the root of the rows; 1.36 is the 5 % level."""


def numbers(values: Cells) -> list[float | None] | None:
    """Return a column's numbers, or the seconds of its times; None for a column of anything else.

    What is missing or null has no number.
    """
    types = set(map(type, values)) - {type(MISSING), type(None)}
    if types != {Number} and types != {str}:
        return None
    texts: list[str] = [value for value in values if isinstance(value, str)]
    if len(texts) < _MIN_ROWS:
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


def outliers(series: Sequence[float | None]) -> list[int]:
    """Return the rows whose numbers lie far from the others, the farthest first.

    By the modified z-score, 0.6745 (x - median) / MAD, of Iglewicz and Hoaglin, How to Detect and Handle
    Outliers (1993); where the MAD is 0, with the mean deviation in its place. In sequences (ids, times) the
    steps from row to row are looked at.
    """
    rows = [row for row, number in enumerate(series) if number is not None]
    levels = [number for number in series if number is not None]
    if len(levels) < _MIN_ROWS:
        return []
    if is_sequence(levels):
        steps = [after - before for before, after in pairwise(levels)]
        scores = _scores(steps)
        far = [(score, row) for score, row in zip(scores, rows[1:], strict=True) if score > _OUTLIER]
    else:
        far = [(score, row) for score, row in zip(_scores(levels), rows, strict=True) if score > _OUTLIER]
    return [row for _, row in sorted(far, key=lambda item: (-item[0], item[1]))]


def changes(series: Sequence[float | None]) -> list[int]:
    """Return the rows from which on the level of a series is another, by cumulated sums around the median."""
    rows = [row for row, number in enumerate(series) if number is not None]
    levels = [number for number in series if number is not None]
    if len(levels) < _MIN_CHANGE_ROWS or is_sequence(levels):
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


def is_sequence(levels: Sequence[float]) -> bool:
    """Whether numbers go all in one direction, as ids and times do; few steps in a flat line are no sequence."""
    steps = len(levels) - 1
    up, down = sum(map(gt, levels[1:], levels)), sum(map(lt, levels[1:], levels))
    return bool(max(up, down) >= _MOVING * steps and min(up, down) <= (1 - _MONOTONE) * steps)


def _scores(levels: list[float]) -> list[float]:
    middle = median(levels)
    distances = [abs(level - middle) for level in levels]
    deviation = median(distances) / 0.6745 or 1.253314 * sum(distances) / len(distances)
    if not deviation or not math.isfinite(deviation):
        return [0.0] * len(levels)
    return [distance / deviation for distance in distances]


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
