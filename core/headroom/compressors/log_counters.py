"""Counters and ids in a log, whichever forms of lines they stand in: where one is left out or comes twice."""

import math
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Final

from headroom.compressors import log_values, row_series
from headroom.compressors.log_lines import Lines
from headroom.compressors.log_masks import ANY_WORD
from headroom.compressors.log_templates import Template

_MOST: Final = 4
"""So many lines of a counter at most are shown."""

_Part = tuple[list[int], Sequence[str]]


def unlike(
    lines: Lines, templates: Sequence[Template], values: Sequence[Mapping[int, list[Sequence[str]]]]
) -> dict[int, float]:
    """Return the lines behind a gap in a counter, or with an id that comes twice, and how much that says.

    A parameter of several templates is the same one where it stands at the same place, behind the same word.
    """
    alike: dict[tuple[int, int, str, str], list[_Part]] = {}
    for template, slots in zip(templates, values, strict=True):
        if not lines.kinds[template.lines[0]].is_head:
            continue
        for place, columns in slots.items():
            word, before = template.words[place], template.words[place - 1] if place else ""
            for at, column in enumerate(columns if word != ANY_WORD else ()):
                alike.setdefault((place, at, before, word), []).append((template.lines, column))
    strange: dict[int, float] = {}
    for parts in alike.values():
        numbers, cells = _joined(parts)
        for rows in (_gaps(cells), row_series.repeated(cells)[:_MOST]):
            for row in rows:
                much = math.log2(len(cells) / (2 * len(rows)))
                strange[numbers[row]] = max(much, strange.get(numbers[row], 0.0))
    return strange


def _joined(parts: list[_Part]) -> tuple[list[int], Sequence[str]]:
    """Return the values of a parameter in all templates, in the order of their lines."""
    if len(parts) == 1:
        return parts[0][0], parts[0][1]
    pairs = sorted(chain.from_iterable(zip(numbers, column, strict=True) for numbers, column in parts))
    return [number for number, _ in pairs], [value for _, value in pairs]


def _gaps(cells: Sequence[str]) -> list[int]:
    numbers = log_values.numbers(cells) if any(one != other for one, other in pairwise(cells[:3])) else None
    return row_series.breaks(numbers)[:_MOST] if numbers else []
