"""Which rows of a table stay when there is no room for all, and what the others were, in numbers.

Over cells as strings, column by column. Failures, the first and the last rows, outliers, rare values and what
answers the query come first; what room is left goes to rows spread evenly over the table.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from math import isfinite
from statistics import median
from typing import Final, NamedTuple

from headroom.compressors import failure, relevance, row_series

_ENDS: Final = 2
"""So many of the first rows, and of the last, always stay."""
_NUMERIC: Final = 0.8
"""A column with this share of numbers is one of numbers."""
_MAD_TO_SIGMA: Final = 1.4826
_MEAN_TO_SIGMA: Final = 1.2533
_FAR: Final = 3.5
"""Robust sigmas from the median at which a number is an outlier (Iglewicz and Hoaglin, 1993)."""
_OUTLIERS: Final = 8
"""At most so many of a column, the farthest."""
_ODD: Final = 4
"""And so many of another sign, out of step, or with an id that another row has."""
_RARE_SHARE: Final = 0.01
_RARE_ROWS: Final = 2
_RARE_IN_ALL: Final = 0.05
"""Values that together make up more of the rows than this are not rare but various."""
_SHAPE_SAMPLE: Final = 40
_ANSWERS: Final = 16
_FAILURE_SHARE: Final = 0.3
"""Where more of the rows speak of failures, that is what the table is about: they may fill the budget, no more."""

_SAID_VALUES: Final = 6
_SAID_COMMON: Final = 4
_CLIPPED_CHARS: Final = 40

_NUMBER: Final = re.compile(r"([-+]?\$?\d[\d,]*+(?:\.\d++)?)(?:[eE]([-+]?\d{1,3}))? ?([A-Za-z\u00b5%/]{0,6})")
_DURATION: Final = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?(?:ms|us|ns|[ywdhms]))+")
_BARE: Final = re.compile(r"[-+]?\d++(?>(?:\.\d++)?)")
_PART: Final = re.compile(r"([\d.]+)(ms|us|ns|[ywdhms])")
_SECONDS: Final[Mapping[str, float]] = {
    "y": 31_536_000,
    "w": 604_800,
    "d": 86_400,
    "h": 3600,
    "m": 60,
    "s": 1,
    "ms": 1e-3,
    "us": 1e-6,
    "ns": 1e-9,
}
_UNITS: Final[Mapping[str, float]] = {
    "": 1,
    "%": 1,
    "k": 1e3,
    "K": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "B": 1,
    "kB": 1e3,
    "KB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
_SHAPE: Final = str.maketrans(
    {**{chr(code): "a" for code in range(ord("a"), ord("z") + 1)}, **{str(digit): "0" for digit in range(10)}}
    | {chr(code): "A" for code in range(ord("A"), ord("Z") + 1)}
)
_DIGITS: Final = str.maketrans({str(digit): "0" for digit in range(10)})
_RUNS: Final = tuple((sign, re.compile(sign * 2 + "++")) for sign in "aA0")
_SHAPE_CHARS: Final = 80


class Choice(NamedTuple):
    """The rows that stay, by their numbers, in order."""

    rows: list[int]
    must: int
    """How many of them stay for a reason of their own, not to fill the room."""


def choose(columns: Sequence[Sequence[str]], query: str, budget_chars: float) -> Choice:
    """Choose rows that are about `budget_chars` long together, or longer where more of them must stay.

    Args:
        columns: cells, column by column, all columns of the same length.
        query: the user's words; empty when not known.
        budget_chars: room for the rows, cells and separators.
    """
    texts = list(map("\t".join, zip(*columns, strict=True)))
    count = len(texts)
    mean_chars = sum(map(len, texts)) / count + 1 if count else 1
    room = max(0, int(budget_chars / mean_chars))
    must = {*range(min(_ENDS, count)), *range(max(0, count - _ENDS), count)}
    failures = failure.Search(texts).failures()
    if len(failures) <= max(_FAILURE_SHARE * count, room):
        must |= failures
    for column in columns:
        must |= _remarkable(column)
    must.update(relevance.hits(query, texts, min(_ANSWERS, max(1, room // 2))))
    used = sum(len(texts[row]) + 1 for row in must)
    left = [row for row in range(count) if row not in must]
    if not must >= failures:
        left = sorted(failures - must) or left
    extra = _spread(left, int((budget_chars - used) / mean_chars))
    return Choice(sorted(must.union(extra)), len(must))


def statistics(
    names: Sequence[str], columns: Sequence[Sequence[str]], rows: Iterable[int], limit_chars: int
) -> str:
    """Return what rows are, column by column: how many of each value, or from where to where numbers go.

    Args:
        names: of the columns.
        columns: cells, column by column.
        rows: numbers of the rows that are meant.
        limit_chars: columns that do not fit in are not mentioned.
    """
    chosen = set(rows)
    if not chosen:
        return ""
    flags = [row in chosen for row in range(len(columns[0]))] if columns else []
    said: list[tuple[int, int, str]] = []
    for at, (name, column) in enumerate(zip(names, columns, strict=True)):
        rank, text = _said(list(compress(column, flags)))
        said.append((rank, at, f"{name}: {text}"))
    chars, parts = 0, []
    for _, at, text in sorted(said):
        if chars + len(text) <= limit_chars:
            chars += len(text) + 2
            parts.append((at, text))
    return "; ".join(text for _, text in sorted(parts))


def numbers(column: Sequence[str]) -> list[float | None] | None:
    """Return a column's values as numbers, None for what is none; None in all when most are no numbers.

    Sizes (512Mi), shares (40%) and durations (3d4h, 12.5ms) are numbers, too.
    """
    sample = column[:: max(1, len(column) // _SHAPE_SAMPLE)]
    if not sample or sum(_number(cell) is not None for cell in sample) < _NUMERIC * len(sample):
        return None
    try:
        plain = list(map(float, column))
    except ValueError:
        pass
    else:
        if all(map(isfinite, plain)):
            return list(plain)
    if _has_two_scales(column):
        return None
    values = list(map(_number, column))
    return values if sum(value is not None for value in values) >= _NUMERIC * len(values) else None


def _has_two_scales(column: Sequence[str]) -> bool:
    """Whether durations stand beside bare numbers: 100m beside 2 are no minutes, but parts of a processor."""
    cells = set(column)
    has_bare = any(cell.strip("0") and _BARE.fullmatch(cell) for cell in cells)
    return has_bare and any(map(_DURATION.fullmatch, cells))


def _remarkable(column: Sequence[str]) -> set[int]:
    """Return the rows with an outlier or a rare value in a column."""
    values = numbers(column)
    if values is not None:
        odd = [row for row, value in enumerate(values) if value is None]
        are_few = len(odd) <= max(_RARE_ROWS, _RARE_IN_ALL * len(column))
        found = _outliers(values).union(row for row in odd if are_few and column[row].strip())
        for rows in (row_series.against_sign(values), row_series.breaks(values), row_series.repeated(column)):
            found.update(rows[:_ODD])
        return found
    rare = _rare(column)
    return rare_forms(column).union(row_series.repeated(column)[:_ODD]) if rare is None else rare


def rare_forms(column: Sequence[str]) -> set[int]:
    """Return the rows whose text is of another form than most: but for its numbers, or else for its words too."""
    for map_of in (_DIGITS, _SHAPE):
        found = _rare(_forms(column, map_of))
        if found is not None:
            return found
    return set()


def _outliers(values: list[float | None]) -> set[int]:
    known = [value for value in values if value is not None]
    middle = median(known)
    off = [abs(value - middle) for value in known]
    sigma = median(off) * _MAD_TO_SIGMA or sum(off) / len(off) * _MEAN_TO_SIGMA
    if not sigma:
        return set()
    low, high = middle - _FAR * sigma, middle + _FAR * sigma
    far = [(row, value) for row, value in enumerate(values) if value is not None and not low <= value <= high]
    beyond = sorted((-abs(value - middle), row) for row, value in far)
    return {row for _, row in beyond[:_OUTLIERS]}


def _rare(column: Sequence[str]) -> set[int] | None:
    """Return the rows with a rare value; None when most values are different, so that none is rare."""
    counts = Counter(column)
    if len(counts) > max(_RARE_ROWS + 1, 0.2 * len(column)):
        return None
    most = max(_RARE_ROWS, _RARE_SHARE * len(column))
    rare = {value for value, count in counts.items() if count <= most}
    rows = {row for row, value in enumerate(column) if value in rare} if rare else set()
    if len(rows) <= max(_RARE_ROWS, _RARE_IN_ALL * len(column)):
        return rows
    return None if len(rows) > 0.5 * len(column) else set()


def _forms(column: Sequence[str], alike: Mapping[int, str]) -> list[str]:
    """Return the form of each cell: characters of a kind alike, whatever their number."""
    together = "\n".join([cell[:_SHAPE_CHARS].replace("\n", " ") for cell in column]).translate(alike)
    for sign, run in _RUNS if alike is _SHAPE else _RUNS[-1:]:
        together = run.sub(sign, together)
    return together.split("\n")


def _spread(rows: list[int], count: int) -> list[int]:
    """Return so many of some rows, at even distances."""
    if count <= 0 or not rows:
        return []
    if count >= len(rows):
        return rows
    step = len(rows) / count
    return [rows[int((at + 0.5) * step)] for at in range(count)]


def _said(cells: list[str]) -> tuple[int, str]:
    """Return what cells are, in short, and how much that says (0 says most)."""
    counts = Counter(cells)
    if len(counts) <= _SAID_VALUES:
        values = ", ".join(f"{_clipped(value)} {count:,}" for value, count in counts.most_common())
        return 0, values
    amounts = numbers(cells)
    if amounts is not None:
        value_of = {at: value for at, value in enumerate(amounts) if value is not None}
        order = sorted(value_of, key=value_of.__getitem__)
        low, middle, high = (_clipped(cells[at]) for at in (order[0], order[len(order) // 2], order[-1]))
        others = len(cells) - len(value_of)
        return 1, f"{low}..{high}, median {middle}" + (f", no number in {others:,}" if others else "")
    common = counts.most_common(_SAID_COMMON)
    if common[-1][1] > _RARE_SHARE * len(cells) and len(counts) <= 0.2 * len(cells):
        rest = len(counts) - len(common)
        values = ", ".join(f"{_clipped(value)} {count:,}" for value, count in common)
        return 2, f"{values}, {rest:,} other values"
    return 3, f"{len(counts):,} different"


def _clipped(value: str) -> str:
    if not value:
        return "(empty)"
    return value if len(value) <= _CLIPPED_CHARS else value[:_CLIPPED_CHARS] + "..."


@lru_cache(maxsize=4096)
def _with_unit(cell: str) -> float | None:
    if _DURATION.fullmatch(cell):
        return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(cell) if number.count(".") < 2)
    match = _NUMBER.fullmatch(cell)
    if match is None or match[3] not in _UNITS:
        return None
    number = float(match[1].replace(",", "").replace("$", ""))
    return number * 10.0 ** int(match[2] or 0) * _UNITS[match[3]]


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return _with_unit(cell) if len(cell) <= 40 else None
    # Not a number, or beyond all numbers: what sorts like no number.
    return value if -1e300 < value < 1e300 else None
