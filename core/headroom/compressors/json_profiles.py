"""What kind of values a table's column holds: categories, numbers, times; found once for each column."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from headroom.compressors import json_series
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import write

_CATEGORIES: Final = 0.2
"""A column with more different values than this share of the rows holds no categories."""
_ALWAYS: Final = 8
"""With so few it always does."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A column as categories or as a series."""

    values: Cells
    counts: Counter[str] | None
    """How often each value comes, as `say` spells it; None where there are too many for categories."""
    series: list[float | None] | None
    """The numbers, or the times in seconds; None for a column of anything else."""
    is_time: bool


def profile(values: Cells) -> Profile:
    """Return what kind of values a column holds."""
    series = json_series.numbers(values)
    return Profile(values, _categories(values), series, series is not None and json_series.are_times(values))


def say(value: object) -> str:
    """Return a value as it is called in counts."""
    if isinstance(value, str):
        return str(value) or '""'
    return "(missing)" if value is MISSING else write(value)


def _categories(values: Cells) -> Counter[str] | None:
    types = set(map(type, values))
    if list in types or dict in types:
        return None
    most = max(_ALWAYS, _CATEGORIES * len(values))
    counts = Counter(values)
    if len(counts) > most:
        return None
    said: Counter[str] = Counter()
    for value, n in counts.items():
        said[say(value)] += n
    return said
