"""The values that a template's parameters take: what they are in short, and which are unlike the others."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from headroom.compressors import row_series
from headroom.compressors.log_masks import ANY_WORD, PARAMETER, VARIABLE

_NUMBER: Final = re.compile(r"-?+\d{1,15}+(?>(?:\.\d{1,15}+)?)")
_DIGITS: Final = "0123456789."
_FEW_VALUES: Final = 3
"""So many different values are all named, with how often each occurs."""
_OFTEN: Final = 0.05
"""A value with this share of the lines is worth its name."""
_VALUE_CHARS: Final = 32

_LEAST_LINES: Final = 8
"""Of fewer lines, none is an outlier."""
_SAMPLE: Final = 1000
"""A median is that of about so many numbers."""
_SIGMA: Final = 1.4826
"""Of a normal distribution: its standard deviation, in median absolute deviations."""
_FAR: Final = 3.5
"""So many standard deviations from the median a number is an outlier (Iglewicz and Hoaglin, 1993)."""
_FAR_IN_LOG: Final = 3.0
"""And so many in logarithms, for most durations and sizes have a long tail."""
_MOST_KINDS: Final = 64
"""A parameter with more different values is not one in which a single value is rare."""
_KINDS_SHARE: Final = 0.1
_RARE: Final = 2
"""A value in at most so many lines is rare."""
_LOOK: Final = 40
"""Whether values are numbers is seen from so many of them,"""
_MOSTLY: Final = 0.9
"""if so many are."""
_MOST_ODD: Final = 4
"""So many of a parameter's values at most are shown for their sign."""


def slots(word: str, column: Sequence[str]) -> list[Sequence[str]]:
    """Return the values of each parameter of a word; of one that varies as a whole, the words themselves.

    Args:
        word: as in the template, with marks for its parameters.
        column: as in the lines.
    """
    if word == ANY_WORD:
        return [column]
    if word.count(PARAMETER) > 1:
        found = {said: VARIABLE.findall(said) for said in set(column)}
        return list(zip(*[found[said] for said in column], strict=True))
    before, _, after = word.partition(PARAMETER)
    if not before and not after:
        return [column]
    start, end = len(before), -len(after) or None
    return [[said[start:end] for said in column]]


def summary(values: Sequence[str]) -> str:
    """Return in short what values a parameter takes; a single one as it is."""
    counts = Counter(values)
    if len(counts) == 1:
        return values[0]
    if len(counts) <= _FEW_VALUES and max(map(len, counts)) <= _VALUE_CHARS:
        return "<" + "|".join(f"{value} x{count:,}" for value, count in counts.items()) + ">"
    if all(map(_NUMBER.fullmatch, counts)):
        return f"<{min(counts, key=float)}..{max(counts, key=float)}>"
    top = [value for value, _ in counts.most_common(_FEW_VALUES)]
    if counts[top[0]] >= max(_FEW_VALUES, _OFTEN * len(values)):
        return f"<{len(counts):,} values: {', '.join(f'{_cut(value)} x{counts[value]:,}' for value in top)}, ...>"
    return f"<{len(counts):,} values, e.g. {_cut(values[0])}>"


def unlike(columns: Iterable[Sequence[str]]) -> dict[int, float]:
    """Return which lines have a value unlike the others, and by how much: 1 is hardly.

    Args:
        columns: the values of each parameter, line by line.
    """
    strange: dict[int, float] = {}
    for values in columns:
        if len(values) >= _LEAST_LINES:
            bare = _framed(values)
            for at, much in chain(_outliers(bare), _rare(values)):
                strange[at] = max(strange.get(at, 0.0), much)
    return strange


def numbers(values: Sequence[str]) -> list[float | None] | None:
    """Return values as numbers, None for the few that are none; None in all where most are none."""
    some = values[:: max(1, len(values) // _LOOK)]
    if sum(1 for value in some if _NUMBER.fullmatch(value)) < _MOSTLY * len(some):
        return None
    try:
        plain = list(map(float, values))
    except ValueError:
        pass
    else:
        if all(map(math.isfinite, plain)):
            return list(plain)
    known = {value: float(value) if _NUMBER.fullmatch(value) else None for value in set(values)}
    return [known[value] for value in values]


def _outliers(values: Sequence[str]) -> Iterable[tuple[int, float]]:
    """Yield which values are unlike other numbers: far off, of another sign, no number at all."""
    known = numbers(values)
    if known is None:
        return
    odd = [at for at, number in enumerate(known) if number is None]
    if len(odd) <= max(_RARE, len(values) // 100):
        yield from _few(odd, len(values))
        yield from _few(row_series.against_sign(known)[:_MOST_ODD], len(values))
    yield from _far(values, known)


def _few(rows: Sequence[int], count: int) -> Iterable[tuple[int, float]]:
    """Yield so few of the lines, as unlike the others as a rare value is."""
    for at in rows:
        yield at, math.log2(count / (_RARE * len(rows)))


def _framed(values: Sequence[str]) -> Sequence[str]:
    """Return words without what all of them begin and end with: -4 and 31 of in=-4ms and in=31ms."""
    if len(values) < _LEAST_LINES or _NUMBER.fullmatch(values[0]) or _NUMBER.fullmatch(values[-1]):
        return values
    start = len(_common(min(values), max(values)).rstrip(_DIGITS))
    backwards = [value[: start - 1 if start else None : -1] for value in values]
    end = len(_common(min(backwards), max(backwards)).rstrip(_DIGITS))
    if not start and not end:
        return values
    return [value[start : len(value) - end] for value in values]


def _common(one: str, other: str) -> str:
    """Return what two texts begin with."""
    most = min(len(one), len(other))
    return one[: next((at for at in range(most) if one[at] != other[at]), most)]


def _far(values: Sequence[str], series: Sequence[float | None]) -> Iterable[tuple[int, float]]:
    """Yield what numbers are far from the median (robust: in median absolute deviations)."""
    known = [number for number in series if number is not None]
    some = known[:: max(1, len(known) // _SAMPLE)]
    middle, spread = _middle_and_spread(some)
    if not spread:
        return
    high, low = middle + _FAR * spread, middle - _FAR * spread
    if max(known) <= high and min(known) >= low:
        return
    in_log = [math.log(number) for number in some if number > 0]
    log_middle, log_spread = _middle_and_spread(in_log) if in_log else (0.0, 0.0)
    often = Counter(values)
    for at, number in enumerate(series):
        if number is None or low <= number <= high or often[values[at]] > max(_RARE, _OFTEN * len(values)):
            continue
        much = abs(number - middle) / spread / _FAR
        if number > high and log_spread:
            much = min(much, (math.log(number) - log_middle) / log_spread / _FAR_IN_LOG)
        yield at, much


def _middle_and_spread(values: list[float]) -> tuple[float, float]:
    """Return the median and a robust standard deviation."""
    middle = sorted(values)[len(values) // 2]
    apart = sorted([abs(number - middle) for number in values])
    return middle, _SIGMA * apart[len(apart) // 2] or sum(apart) / len(apart)


def _rare(values: Sequence[str]) -> Iterable[tuple[int, float]]:
    """Yield where a value stands that few lines have, while all others have one of a few values."""
    few = min(_MOST_KINDS, int(_KINDS_SHARE * len(values)) + 1)
    if len(set(values[: 2 * _MOST_KINDS])) > _MOST_KINDS:
        return
    counts = Counter(values)
    if not 1 < len(counts) <= few:
        return
    rare = {value for value, count in counts.items() if count <= _RARE}
    # Where many values are rare none is: then it is but a small sample of a large choice.
    if rare and 4 * len(rare) <= 3 * len(counts) and sum(map(counts.__getitem__, rare)) < len(values) / 20:
        much = math.log2(len(values) / (_RARE * len(rare)))
        for at, value in enumerate(values):
            if value in rare:
                yield at, much


def _cut(value: str) -> str:
    return value if len(value) <= _VALUE_CHARS else value[:_VALUE_CHARS] + "..."
