"""Columns that a selection of rows does without: they take tokens and tell little that is not said otherwise."""

import re
from collections.abc import Mapping
from typing import Final

from headroom.compressors import json_cells
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number

_OPAQUE: Final = re.compile(r"[0-9a-f]{32,128}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
"""Hashes and UUIDs."""
_NEARLY: Final = 0.9
_QUERY_CHARS: Final = 7
"""A hash that the query names is named by so many characters at least."""


def columns(columns: Mapping[str, Cells], query: str) -> dict[str, str]:
    """Return which columns need not be shown, by name, with what is to be said of each.

    Hashes and UUIDs, where another column tells the rows apart as well and the query names none of them; ids that
    follow from a name in the same object; and what is the same wherever its object is there at all.
    """
    shown = dict(columns)
    found: dict[str, str] = {}
    for name, values in columns.items():
        said = _constant(name, values, shown) or _id(name, values, shown)
        if said:
            found[name] = said
            del shown[name]
    found |= _opaque(shown, query)
    return found


def _constant(name: str, values: Cells, shown: Mapping[str, Cells]) -> str:
    """Say of a column that it is the same wherever another column of its object is not missing."""
    if MISSING not in values:
        return ""
    present = set(map(json_cells.cell, values)) - {""}
    if len(present) != 1 or not _siblings(name, values, shown):
        return ""
    return f"{name} (always {present.pop()})"


def _id(name: str, values: Cells, shown: Mapping[str, Cells]) -> str:
    """Say of a number that it follows from a name in the same object."""
    is_id = name.rpartition(".")[2] == "id" and set(map(type, values)) <= {Number, type(MISSING)}
    if not is_id:
        return ""
    cells = list(map(json_cells.cell, values))
    for other in _siblings(name, values, shown):
        texts = shown[other]
        if set(map(type, texts)) <= {str, type(MISSING)}:
            names = set(texts)
            if 2 * len(names) < len(texts) and len(set(zip(texts, cells, strict=True))) == len(names):
                return name
    return ""


def _siblings(name: str, values: Cells, shown: Mapping[str, Cells]) -> list[str]:
    """Return the other columns of the same nested object that are missing where this one is."""
    before, dot, _ = name.rpartition(".")
    if not dot:
        return []
    missing = [value is MISSING for value in values]
    return [
        other
        for other in shown
        if other != name
        and other.rpartition(".")[0] == before
        and [value is MISSING for value in shown[other]] == missing
    ]


def _opaque(shown: Mapping[str, Cells], query: str) -> dict[str, str]:
    hashes = {name: values for name, values in shown.items() if _is_opaque(values)}
    if not hashes:
        return {}
    others = [values for name, values in shown.items() if name not in hashes]
    distinct = max((len(set(map(json_cells.cell, values))) for values in others), default=0)
    return {
        name: name
        for name, values in hashes.items()
        if distinct >= _NEARLY * len(set(map(json_cells.cell, values)))
        and not any(isinstance(value, str) and value[:_QUERY_CHARS] in query for value in values)
    }


def _is_opaque(values: Cells) -> bool:
    strings = [value for value in values if value is not None and value is not MISSING]
    return bool(strings) and all(type(value) is str and _OPAQUE.fullmatch(value) for value in strings)
