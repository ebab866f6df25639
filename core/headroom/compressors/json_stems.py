"""Stems that the strings of a column share with others of them: directories, dates, whole values.

Three ways to say a stem less often, each where it saves most tokens:

    = src/api/          a line of its own: in the rows below it, the column's strings begin with this
    ~10:15:00           as in the row above, up to the last separator
    $2 app.py           the value that the table's head gives as $2, followed by the rest
"""

import re
from collections import Counter
from operator import eq, ne
from typing import Final, NamedTuple

from headroom import tokens
from headroom.compressors.json_cells import bare
from headroom.compressors.json_shared import sample

_MIN_ROWS: Final = 4
_DATE: Final = re.compile(r"\d[\d-]*+([T ])\d\d:\d\d")
_SHARE: Final = 0.12
"""What a way must save of a column's tokens; the row then reads less easily."""
_LOOK: Final = 128
_MIN_VALUE_TOKENS: Final = 6
"""Shorter values are not worth a look into the head."""
_MIN_VALUE_CHARS: Final = 12
_REFERENCE_TOKENS: Final = 3
_CLEARLY: Final = 0.8
_MOST_VALUES: Final = 60
"""So many values have a number at most."""


class Stems(NamedTuple):
    """A column's strings as a stem and the rest of each."""

    separator: str
    stems: list[str]
    rests: list[str]
    saved_by_sections: float
    """In tokens; at most 0 where that is not worth it."""
    saved_by_ditto: float


def split(texts: list[str]) -> Stems | None:
    """Return a column's strings cut in two after their last separator; None when they have none in common."""
    some = sample(texts)
    separator = _separator(some)
    if len(texts) < _MIN_ROWS or not separator or not _come_again(texts, separator):
        return None
    cuts = [text.rfind(separator) + 1 for text in texts]
    stems = [text[:cut] for text, cut in zip(texts, cuts, strict=True)]
    rests = [text[cut:] for text, cut in zip(texts, cuts, strict=True)]
    runs = 1 + sum(map(ne, stems, stems[1:]))
    some_stems = sample(stems)
    stem_tokens = tokens.count("\t".join(some_stems)) / len(some_stems) - 0.8
    total = tokens.count("\t".join(some)) / len(some) * len(texts)
    by_sections = stem_tokens * (len(texts) - runs) - 2 * runs
    by_ditto = (stem_tokens - 1) * (len(texts) - runs)
    distinct = len(set(stems))
    by_values = (stem_tokens - _REFERENCE_TOKENS) * len(texts) - (stem_tokens + _REFERENCE_TOKENS) * distinct
    # Numbered values read less easily than the other two ways, so they must save clearly more.
    least = max(_SHARE * total, _CLEARLY * by_values if distinct <= min(_MOST_VALUES, len(texts) / 3) else 0)
    return Stems(
        separator,
        stems,
        rests,
        by_sections if by_sections >= least else 0,
        by_ditto if by_ditto >= least else 0,
    )


def ditto(parts: Stems) -> list[str]:
    """Return the cells of a column of strings, with ~ for a stem that the row above has, too."""
    cells = [bare(parts.stems[0] + parts.rests[0])]
    for at in range(1, len(parts.stems)):
        stem, rest = parts.stems[at], parts.rests[at]
        again = stem and stem == parts.stems[at - 1] and (not rest or bare(rest) == rest)
        cells.append("~" + rest if again else bare(stem + rest))
    return cells


def number_values(cells: list[str], parts: Stems | None, first: int) -> tuple[list[str], list[str]]:
    """Return a column's cells with $n for values or stems that come often, and the values, the first as `first`.

    The values are empty where that is not worth it.

    Args:
        cells: as they would be written.
        parts: the stems of the column's strings, if its strings have them.
    """
    if max(map(len, sample(cells))) < _MIN_VALUE_CHARS:
        return cells, []
    counts = Counter(cells)
    often = _worth(counts, len(cells), cells)
    if often:
        numbers = {value: f"${first + at}" for at, value in enumerate(often)}
        return [numbers.get(cell, cell) for cell in cells], often
    if parts is None:
        return cells, []
    often = _worth(Counter(parts.stems), len(cells), cells)
    numbers = {value: f"${first + at} " for at, value in enumerate(often)}
    if not often:
        return cells, []
    return [
        numbers[stem] + rest if stem in numbers and rest and bare(rest) == rest and bare(cell) == cell else cell
        for cell, stem, rest in zip(cells, parts.stems, parts.rests, strict=True)
    ], often


def _worth(counts: Counter[str], total: int, cells: list[str]) -> list[str]:
    """Return the values to be numbered, in order of first appearance; none if that saves too little."""
    if len(counts) > total / 2:
        return []
    often = [(value, count) for value, count in counts.items() if count > 2 and len(value) >= _MIN_VALUE_CHARS]
    often.sort(key=lambda item: -item[1] * len(item[0]))
    chosen: set[str] = set()
    saved = 0
    for value, count in often[:_MOST_VALUES]:
        size = tokens.count(value)
        if (
            size >= _MIN_VALUE_TOKENS
            and (gain := (size - _REFERENCE_TOKENS) * count - size - _REFERENCE_TOKENS) > 0
        ):
            chosen.add(value)
            saved += gain
    some = sample(cells)
    if saved < 2 * _SHARE * tokens.count("\t".join(some)) / len(some) * len(cells):
        return []
    return [value for value in counts if value in chosen]


def _come_again(texts: list[str], separator: str) -> bool:
    """Whether stems come again at all, by a look at the beginning and the middle."""
    middle = len(texts) // 2
    stems = [text[: text.rfind(separator) + 1] for part in (0, middle) for text in texts[part : part + _LOOK]]
    return any(map(eq, stems, stems[1:])) or 2 * len(set(stems)) <= len(stems)


def _separator(some: list[str]) -> str:
    """Return what most of some strings have before their last part; empty when there is no such thing."""
    for separator in ("/", "\\"):
        if 2 * sum(separator in text for text in some) > len(some):
            return separator
    dates = {date[1] if (date := _DATE.match(text)) else "" for text in some}
    if len(dates) == 1 and (only := dates.pop()):
        return only
    return "." if all(text.count(".") > 1 for text in some) else ""
