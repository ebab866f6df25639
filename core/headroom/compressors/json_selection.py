"""Which rows of a table are shown where not all can be: what must be, and in which order the others follow."""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from headroom import words
from headroom.compressors import json_failures, json_profiles, json_series, relevance
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
_CANDIDATES: Final = 800
_OTHERS: Final = 4
_QUERY_WORDS: Final = 48
_WORD_CHARS: Final = 3
_TELLING_SHARE: Final = 0.3
"""A word in a larger share of the rows does not tell them apart,"""
_ALWAYS_TELLING: Final = 3
"""one in so few rows always does."""
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
    said = _telling(query, texts)
    hits = _hits(query, texts, _candidates(said, count))
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


def _telling(query: str, texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the words of a query that some but not most of the rows have, with these rows."""
    lowered = [text.lower().replace("\n", " ") for text in texts]
    joined = "\n".join(lowered)
    ends = list(accumulate(len(text) + 1 for text in lowered))
    most = max(_ALWAYS_TELLING, _TELLING_SHARE * len(texts))
    found: dict[str, list[int]] = {}
    asked = [word for word in dict.fromkeys(words.split(query)) if len(word) >= _WORD_CHARS or word.isdecimal()]
    for word in asked[:_QUERY_WORDS]:
        rows: list[int] = []
        at = joined.find(word)
        while at >= 0 and len(rows) <= most:
            row = bisect_right(ends, at)
            rows.append(row)
            at = joined.find(word, ends[row])
        if 0 < len(rows) <= most:
            found[word] = rows
    return found


def _hits(query: str, texts: Sequence[str], candidates: set[int]) -> list[int]:
    """Return the rows that answer a query, best first, among those that may."""
    rows = sorted(candidates)
    # Empty texts stand for the other rows: a word that all candidates have is rare all the same.
    others = min(_OTHERS * len(rows), len(texts) - len(rows))
    found = relevance.hits(query, [texts[row] for row in rows] + [""] * others, _MOST_HITS)
    return [rows[at] for at in found]


def _candidates(said: Mapping[str, Sequence[int]], count: int) -> set[int]:
    """Return the rows that have words of the query; of very many those with the most and rarest words."""
    scores: Counter[int] = Counter()
    for rows in said.values():
        weight = round(1000 * math.log(1 + count / len(rows)))
        for row in rows:
            scores[row] += weight
    best = sorted(scores, key=lambda row: (-scores[row], row)) if len(scores) > _CANDIDATES else scores
    return set(list(best)[:_CANDIDATES])


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
        if profile.series is not None:
            far.append(json_series.outliers(profile.series))
            changed += json_series.changes(profile.series)
    return far, changed


def _rare(profiles: Mapping[str, Profile], count: int) -> list[int]:
    """Return a row for each rare value of a category, the rarest first."""
    few = max(_FEW, int(_RARE_SHARE * count))
    found: list[tuple[int, int]] = []
    for profile in profiles.values():
        values, counts = profile.values, profile.counts
        if counts is None or count < _MIN_ROWS:
            continue
        rare = {value for value, n in counts.items() if n <= few}
        if not rare or sum(n for value, n in counts.items() if value not in rare) < _USUAL_SHARE * count:
            continue
        for row, value in enumerate(values):
            said = json_profiles.say(value)
            if said in rare:
                rare.discard(said)
                found.append((counts[said], row))
    return [row for _, row in sorted(found)][:_MOST_RARE]


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
