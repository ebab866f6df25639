"""Which rows of a column of numbers or ids stand out: too far, of another sign, out of step, or there twice."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from operator import gt, lt
from statistics import median
from typing import Final

MIN_ROWS: Final = 8
"""In fewer rows nothing stands out."""
_MONOTONE: Final = 0.98
"""So many steps in one direction make a sequence: then the steps are looked at instead of the numbers."""
_MOVING: Final = 0.1
_OUTLIER: Final = 3.5
"""The modified z-score beyond which a number is an outlier (Iglewicz and Hoaglin, 1993)."""
_FEW_SHARE: Final = 0.05
"""What a larger share of the rows has is not strange."""
_UNIQUE_SHARE: Final = 0.98
"""A column with so many different values is one of ids,"""
_TWICE_SHARE: Final = 0.005
"""if no larger share of them comes again, or no more than these."""
_TWICE: Final = 2
_BY_CHANCE: Final = 0.02
"""So many numbers at most may come twice by chance, or"""
_BY_DESIGN: Final = 20
"""so many times as many as do: else a number that comes twice is no id."""
_ID: Final = re.compile(r"(?!\d{1,7}+[A-Za-z]{1,3}\Z|\d{4}-\d\d-\d\d)(?=[^\d]{0,40}+\d)[\w-]{4,64}")
"""An id: not an amount with its unit, not a date, not a fraction."""
_MOST_DIGITS: Final = 18


def outliers(series: Sequence[float | None]) -> list[int]:
    """Return the rows whose numbers lie far from the others, the farthest first.

    By the modified z-score, 0.6745 (x - median) / MAD, of Iglewicz and Hoaglin, How to Detect and Handle
    Outliers (1993); where the MAD is 0, with the mean deviation in its place. In sequences (ids, times) the
    steps from row to row are looked at.
    """
    rows = [row for row, number in enumerate(series) if number is not None]
    levels = [number for number in series if number is not None]
    if len(levels) < MIN_ROWS:
        return []
    if is_sequence(levels):
        steps = [after - before for before, after in pairwise(levels)]
        scores = _scores(steps)
        far = [(score, row) for score, row in zip(scores, rows[1:], strict=True) if score > _OUTLIER]
    else:
        far = [(score, row) for score, row in zip(_scores(levels), rows, strict=True) if score > _OUTLIER]
    return [row for _, row in sorted(far, key=lambda item: (-item[0], item[1]))]


def against_sign(series: Sequence[float | None]) -> list[int]:
    """Return the few rows below zero where all others are above, or above where they are below; farthest first."""
    known = [(number, row) for row, number in enumerate(series) if number is not None]
    if len(known) < MIN_ROWS:
        return []
    most = max(1, int(_FEW_SHARE * len(known)))
    below = [(number, row) for number, row in known if number < 0]
    above = [(-number, row) for number, row in known if number > 0] if len(below) >= len(known) - most else []
    few = above or below
    if not 0 < len(few) <= most or is_sequence([number for number, _ in known]):
        return []
    return [row for _, row in sorted(few)]


def breaks(series: Sequence[float | None]) -> list[int]:
    """Return the rows of a counter, all of whose steps are the same but for a few, that another step leads to."""
    rows = [row for row, number in enumerate(series) if number is not None]
    levels = [number for number in series if number is not None]
    if len(levels) < MIN_ROWS or not is_sequence(levels):
        return []
    steps = [after - before for before, after in pairwise(levels)]
    usual, count = Counter(steps).most_common(1)[0]
    if not usual or len(steps) - count > max(_TWICE, _FEW_SHARE * len(steps)):
        return []
    # A single number out of line makes two odd steps: the one back leads to nothing odd. Nor does a new round.
    return [
        rows[at + 1]
        for at, step in enumerate(steps)
        if step != usual
        and levels[at + 1] != levels[0]
        and (at == 0 or levels[at + 1] - levels[at - 1] != 2 * usual)
    ]


def repeated(cells: Sequence[str]) -> list[int]:
    """Return the rows with an id that another row has, too, in a column where ids are otherwise different.

    Args:
        cells: as text; empty where there is nothing.
    """
    if len(cells) < MIN_ROWS:
        return []
    counts = Counter(cells)
    counts.pop("", 0)
    if len(counts) < _UNIQUE_SHARE * len(cells) - 1 or len(counts) == len(cells):
        return []
    twice = {cell for cell, count in counts.items() if count > 1}
    if len(twice) > max(_TWICE, _TWICE_SHARE * len(cells)) or not all(map(_ID.fullmatch, twice)):
        return []
    if any(map(str.isdecimal, twice)) and not _are_ids(counts, len(twice)):
        return []
    return [row for row, cell in enumerate(cells) if cell in twice]


def is_sequence(levels: Sequence[float]) -> bool:
    """Whether numbers go all in one direction, as ids and times do; few steps in a flat line are no sequence."""
    steps = len(levels) - 1
    up, down = sum(map(gt, levels[1:], levels)), sum(map(lt, levels[1:], levels))
    return bool(max(up, down) >= _MOVING * steps and min(up, down) <= (1 - _MONOTONE) * steps)


def _are_ids(counts: Counter[str], twice: int) -> bool:
    """Whether whole numbers are ids: as random amounts, far more of them would come twice, or none at all."""
    if not all(cell.isdecimal() and cell.isascii() and len(cell) <= _MOST_DIGITS for cell in counts):
        return False
    numbers = list(map(int, counts))
    by_chance = len(numbers) ** 2 / (2 * (max(numbers) - min(numbers) + 1))
    return by_chance <= _BY_CHANCE or by_chance >= _BY_DESIGN * twice


def _scores(levels: list[float]) -> list[float]:
    middle = median(levels)
    distances = [abs(level - middle) for level in levels]
    deviation = median(distances) / 0.6745 or 1.253314 * sum(distances) / len(distances)
    if not deviation or not math.isfinite(deviation):
        return [0.0] * len(levels)
    return [distance / deviation for distance in distances]
