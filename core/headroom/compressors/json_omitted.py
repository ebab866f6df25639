"""What the omitted rows of a table held, in numbers: values counted, ranges of numbers and times."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from headroom.compressors import json_profiles, row_series
from headroom.compressors.json_columns import MISSING
from headroom.compressors.json_profiles import Profile

_MOST_CHARS: Final = 700
_MOST_COLUMNS: Final = 14
_VALUES: Final = 5
_VALUE_CHARS: Final = 40
_LARGE: Final = 100_000


def describe(profiles: Mapping[str, Profile], shown: Sequence[int]) -> str:
    """Return what the rows hold that are not shown, column by column, as far as there is room.

    For example "status: ok 1,980, pending 5; amount 2.5..97.1, median 45.1; path: 812 different".

    Args:
        profiles: the columns by name.
        shown: the numbers of the rows that are shown.
    """
    total = len(next(iter(profiles.values())).values) if profiles else 0
    visible = set(shown)
    rows = [row for row in range(total) if row not in visible]
    said: list[str] = []
    length = 0
    for name, profile in profiles.items():
        text = _column(name, profile, shown, rows) if rows else ""
        if not text or length + len(text) > _MOST_CHARS or len(said) == _MOST_COLUMNS:
            continue
        said.append(text)
        length += len(text) + 2
    return "; ".join(said)


def _column(name: str, profile: Profile, shown: Sequence[int], rows: Sequence[int]) -> str:
    if profile.counts is not None:
        counts = profile.counts - Counter(json_profiles.say(profile.values[row]) for row in shown)
        if len(counts) <= 2 * _VALUES or profile.series is None:
            return f"{name}: {_counted(counts)}"
    if profile.series is not None:
        return _range(name, profile, profile.series, rows)
    strings = [value for row in rows if type(value := profile.values[row]) is str]
    different = len(set(strings))
    nothing = sum(profile.values[row] is MISSING or profile.values[row] is None for row in rows)
    if not 1 < different < len(rows) or len(strings) + nothing < len(rows):
        return ""
    return f"{name}: {different:,} different" + (f", none in {nothing:,}" if nothing else "")


def _range(name: str, profile: Profile, series: Sequence[float | None], rows: Sequence[int]) -> str:
    present = [(number, row) for row in rows if (number := series[row]) is not None]
    if not present:
        return ""
    said = f"{name} {profile.values[min(present)[1]]}..{profile.values[max(present)[1]]}"
    numbers = [number for number, _ in present]
    if not profile.is_time and not row_series.is_sequence(numbers):
        middle = median(numbers)
        said += f", median {middle:.0f}" if abs(middle) >= _LARGE else f", median {middle:.6g}"
    nothing = sum(profile.values[row] is MISSING or profile.values[row] is None for row in rows)
    odd = len(rows) - len(present) - nothing
    return said + (f", no number in {odd:,}" if odd else "") + (f", none in {nothing:,}" if nothing else "")


def _counted(counts: Counter[str]) -> str:
    often = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{_short(value)} {n:,}" for value, n in often[:_VALUES]]
    rest = sum(n for _, n in often[_VALUES:])
    if rest:
        parts.append(f"{len(often) - _VALUES} others {rest:,}")
    return ", ".join(parts)


def _short(value: str) -> str:
    return value if len(value) <= _VALUE_CHARS else value[: _VALUE_CHARS - 1] + "…"
