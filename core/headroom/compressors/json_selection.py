"""Which rows of a table are shown where not all can be: what must be, and in which order the others follow."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from headroom.compressors import (
    json_cells,
    json_failures,
    json_profiles,
    json_series,
    relevance,
    row_selection,
    row_series,
)
from headroom.compressors.json_columns import Cells
from headroom.compressors.json_profiles import Profile

_FIRST: Final = 3
_LAST: Final = 2
_OUTLIERS: Final = 4
"""So many of a column are always shown; the others as far as there is room."""
_HITS: Final = 5
_MOST_HITS: Final = 40
_FEW: Final = 2
"""A value of a category is rare when at most so many rows have it,"""
_RARE_SHARE: Final = 0.004
"""or at most this share of them,"""
_USUAL_SHARE: Final = 0.7
"""and when so many rows have values that are not rare."""
_MIN_ROWS: Final = 8
"""In fewer rows nothing is rare."""
_FEW_CATEGORIES: Final = 12
_MOST_SPREAD: Final = 4096
_COMBINATIONS: Final = 0.03
"""More combinations of categories than this share of the rows say nothing of what is typical."""
_MOST_RARE: Final = 30
_ALIKE_FAILURES: Final = 4
"""Of failures that differ in nothing but numbers so many are always shown."""
_DIGITS: Final = re.compile(r"[a-f]*+\d[0-9a-f]*+")


class Picks(NamedTuple):
    """Rows by number."""

    always: list[int]
    """What must be shown, in order of rank: failures, answers to the query, outliers, rare values, both ends."""
    asked: frozenset[int]
    """Rows that answer the query."""
    failing: frozenset[int]
    """Rows that speak of a failure."""
    words: frozenset[str]
    """Words of the query that some but not most of the rows have."""
    then: list[int]
    """All other rows, in the order in which they fill what is left."""


def pick(profiles: Mapping[str, Profile], texts: Sequence[str], query: str) -> Picks:
    """Rank the rows of a table.

    Args:
        profiles: its columns by name, but for constants.
        texts: its rows as text.
        query: what the user asked last.
    """
    count = len(texts)
    failing = json_failures.rows({name: profile.values for name, profile in profiles.items()}, texts)
    said = relevance.telling(query, texts)
    hits = relevance.hits(query, texts, _MOST_HITS)
    far, changed = _standing_out(profiles)
    ends = [*range(min(_FIRST, count)), *range(max(0, count - _LAST), count)]
    always = _unique(
        [
            *_different(failing, texts),
            *hits[:_HITS],
            *[row for rows in far for row in rows[:_OUTLIERS]],
            *_rare(profiles, count),
            *ends,
        ]
    )
    then = _unique(
        [
            *hits,
            *[row for start in changed for row in (start, start - 1)],
            *failing,
            *[row for rows in far for row in rows],
            *_new_combinations(profiles, count),
            *_spread(count),
        ]
    )
    chosen = set(always)
    rest = [row for row in then if row not in chosen]
    return Picks(always, frozenset(hits[:_HITS]), frozenset(failing), frozenset(said), rest)


def _different(failing: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Return failures without those that differ from several earlier ones in nothing but numbers."""
    seen: Counter[str] = Counter()
    kept = []
    for row in failing:
        form = _DIGITS.sub("0", texts[row])
        seen[form] += 1
        if seen[form] <= _ALIKE_FAILURES:
            kept.append(row)
    return kept


def _standing_out(profiles: Mapping[str, Profile]) -> tuple[list[list[int]], list[int]]:
    """Return the outliers of each column, and all rows from which on the level of one changes."""
    far, changed = [], []
    for profile in profiles.values():
        if profile.counts is None and not profile.is_time:
            texts = [value if isinstance(value, str) else "" for value in profile.values]
            far.append(row_series.repeated(texts))
        if profile.series is not None:
            far.append(row_series.outliers(profile.series))
            far.append(row_series.against_sign(profile.series))
            far.append(json_series.odd(profile.values, profile.series))
            changed += json_series.changes(profile.series)
    return far, changed


def _rare(profiles: Mapping[str, Profile], count: int) -> list[int]:
    """Return a row for each rare value of a category, the rarest first."""
    few = max(_FEW, int(_RARE_SHARE * count))
    found: list[tuple[int, int]] = []
    for name, profile in profiles.items() if count >= _MIN_ROWS else ():
        values, counts = profile.values, profile.counts
        if name == json_cells.MORE:
            found += _rare_keys(values, few)
        if counts is None:
            found += _rare_forms(profile)
            continue
        rare = {value for value, n in counts.items() if n <= few}
        present = Counter({value: n for value, n in counts.items() if value != json_profiles.MISSING_SAID})
        usual = sum(n for value, n in present.items() if value not in rare)
        if not rare or usual < _USUAL_SHARE * present.total():
            continue
        for row, value in enumerate(values):
            said = json_profiles.say(value)
            if said in rare:
                rare.discard(said)
                found.append((counts[said], row))
    return [row for _, row in sorted(found)][:_MOST_RARE]


def _rare_keys(values: Cells, few: int) -> list[tuple[int, int]]:
    """Return the first row with each key that few rows have, after how many have it."""
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        for key in value if type(value) is dict else ():
            rows.setdefault(key, []).append(row)
    return [(len(with_it), with_it[0]) for with_it in rows.values() if len(with_it) <= few]


def _rare_forms(profile: Profile) -> list[tuple[int, int]]:
    """Return the rows whose text is of a form that few rows have, in a column of nothing but texts."""
    if profile.series is not None or set(map(type, profile.values)) != {str}:
        return []
    return [(_FEW, row) for row in sorted(row_selection.rare_forms(profile.values))]  # type: ignore[arg-type]


def _new_combinations(profiles: Mapping[str, Profile], count: int) -> list[int]:
    """Return the first row of each combination of categories that no earlier row has."""
    columns = [
        profile.values
        for profile in profiles.values()
        if profile.counts is not None and 1 < len(profile.counts) <= _FEW_CATEGORIES
    ]
    most = max(10, _COMBINATIONS * count)
    first: dict[tuple[object, ...], int] = {}
    for row, combination in enumerate(zip(*columns, strict=True)):
        if first.setdefault(combination, row) == row and len(first) > most:
            return []
    return list(first.values())


def _spread(count: int) -> list[int]:
    """Return rows so that any beginning of the list is spread evenly over the table."""
    bits = max(1, (count - 1).bit_length())
    every = range(min(1 << bits, _MOST_SPREAD))
    return [row for at in every if (row := int(f"{at:0{bits}b}"[::-1], 2)) < count]


def _unique(rows: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(rows))
