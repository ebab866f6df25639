"""What kind of values a table's column holds: categories, numbers, times; found once for each column."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from headroom.compressors import json_cells, json_series
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import quote, write

MISSING_SAID: Final = "(missing)"
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
    """Return a value as it is called in counts: a string that looks like something else in quotes."""
    if type(value) is str:
        return quote(value) if not value or json_cells.is_other(value) else value
    if value is MISSING:
        return MISSING_SAID
    return str(value) if isinstance(value, str) else write(value)


def _categories(values: Cells) -> Counter[str] | None:
    types = set(map(type, values))
    if list in types or dict in types:
        return None
    most = max(_ALWAYS, _CATEGORIES * len(values))
    if len(types) > 1:
        # As keys of a dict, 1 and "1" would be the same.
        said = Counter(map(say, values)) if len(set(values)) <= most else None
        return said if said is not None and len(said) <= most else None
    counts = Counter(values)
    return Counter({say(value): n for value, n in counts.items()}) if len(counts) <= most else None
