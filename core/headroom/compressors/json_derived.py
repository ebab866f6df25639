"""Columns of a table that follow from other columns, so that they need not be written out.

url=https://host/issues/{number}    the text with column number's value in it, in every row
name={path after its last /}        the last part of column path
parent={dir}                        in every row the same value as in column dir
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

from headroom.compressors.json_cells import bare
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number, quote

_MIN_ROWS: Final = 3
_SOURCES: Final = 4
"""A template takes from at most so many columns."""
_MAX_COLUMNS: Final = 200
"""Wider tables are not looked at: the work grows with the square of the columns."""
_NAME: Final = frozenset(" {}")
"""A column with one of these in its name is not taken from: its placeholder could be misread."""
_PROBES: Final = 6
"""Rows by which most guesses are refused before all rows are looked at."""
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*?)(?: after its last /| up to its last /)?\}")


class _Source(NamedTuple):
    placeholder: str
    """How a template names it: {path after its last /}."""
    column: str
    texts: list[str]
    part: Callable[[str], str] | None
    """What is taken of the column's texts; None takes them whole."""

    def at(self, row: int) -> str:
        return self.part(self.texts[row]) if self.part else self.texts[row]


def _last(text: str) -> str:
    return text[text.rfind("/") + 1 :]


def _before_last(text: str) -> str:
    return text[: text.rfind("/")]


def derive(columns: Mapping[str, Cells]) -> dict[str, str]:
    """Return which columns follow from others, with what stands for them in the head of the table.

    No column follows from one that itself follows from another; and what follows is missing where that is.

    Args:
        columns: the columns by name; none of them the same value in every row.
    """
    if not 1 < len(columns) <= _MAX_COLUMNS:
        return {}
    # Columns that are missing in the same rows can follow from each other in the others.
    alike: dict[bytes, list[str]] = {}
    for name, values in columns.items():
        mask = bytes([value is MISSING for value in values]) if MISSING in values else b""
        alike.setdefault(mask, []).append(name)
    found: dict[str, str] = {}
    for mask, names in alike.items():
        if not mask:
            found |= _derive({name: columns[name] for name in names}, columns)
        elif len(names) > 1:
            found |= _derive(
                {name: [value for value in columns[name] if value is not MISSING] for name in names}, columns
            )
    return {name: found[name] for name in columns if name in found}


def _derive(columns: dict[str, Cells], names: Collection[str]) -> dict[str, str]:
    rows = len(next(iter(columns.values()), []))
    if rows < _MIN_ROWS:
        return {}
    probes = sorted({at * (rows - 1) // (_PROBES - 1) for at in range(_PROBES)})
    sources = {name: _sources(name, values, probes) for name, values in columns.items()}
    found: dict[str, str] = {}
    used: set[str] = set()
    # Parts of paths first, then the shortest first: so an id stays, and the addresses made of it go.
    sizes = {name: sum(len(str(values[at])) for at in probes) for name, values in columns.items()}
    shortest = sorted(columns, key=sizes.__getitem__)
    for only_parts in (True, False):
        bases: list[str] = []
        for name in shortest:
            if name in found:
                continue
            candidates = columns if only_parts else bases + [other for other in used if other not in bases]
            others = [
                source
                for other in candidates
                if other != name and other not in found
                for source in sources[other]
                if source.part or not only_parts
            ]
            formula = None
            if name not in used:
                formula = _same(columns, name, others, probes) or _template(
                    columns[name], others, probes, only_parts, names
                )
            if formula:
                found[name] = formula[0]
                used.update(formula[1])
            else:
                bases.append(name)
    return found


def _sources(name: str, values: Cells, probes: Sequence[int]) -> list[_Source]:
    if not _NAME.isdisjoint(name) or not set(map(type, values)) <= {str, Number}:
        return []
    texts: list[str] = values  # type: ignore[assignment]
    some = [texts[at] for at in probes]
    if not all(some) or len(set(some)) == 1:
        return []
    whole = [_Source(f"{{{name}}}", name, texts, None)]
    if not all("/" in text.strip("/") and "://" not in text for text in some):
        return whole
    return [
        *whole,
        _Source(f"{{{name} after its last /}}", name, texts, _last),
        _Source(f"{{{name} up to its last /}}", name, texts, _before_last),
    ]


_Formula = tuple[str, list[str]]


def _same(columns: dict[str, Cells], name: str, sources: list[_Source], probes: Sequence[int]) -> _Formula | None:
    """Return the column that has the same values in all rows, as a formula; None when there is none."""
    values = columns[name]
    for source in sources:
        other = columns[source.column]
        if source.part or not all(values[at] == other[at] for at in probes):
            continue
        if values == other and list(map(type, values)) == list(map(type, other)):
            return source.placeholder, [source.column]
    return None


def _template(
    values: Cells, sources: list[_Source], probes: Sequence[int], only_whole: bool, names: Collection[str]
) -> _Formula | None:
    """Return a text with placeholders that yields every value of a column, and the columns that it takes from."""
    if set(map(type, values)) != {str}:
        return None
    texts: list[str] = values  # type: ignore[assignment]
    fitting: list[_Source] = []
    for source in sources:
        parts = [source.at(at) for at in probes]
        found = map(str.__eq__ if only_whole else str.__contains__, [texts[at] for at in probes], parts)
        if len(set(parts)) > 1 and all(parts) and all(found):
            fitting.append(source)
    # The longest first: a number may be found within an id by accident, but not the other way round.
    fitting.sort(key=lambda source: (-sum(len(source.at(at)) for at in probes), source.part is not None))
    for most in range(_SOURCES, 0, -1):
        pieces = _pieces(texts[probes[-1]], fitting, probes[-1], most)
        holds = all("".join(_texts(pieces, [at])) == texts[at] for at in probes)
        if len(pieces) and holds and _filled(pieces, len(texts)) == texts:
            return _written(pieces, names)
    return None


def _pieces(text: str, sources: list[_Source], row: int, most: int) -> list[str | _Source]:
    """Cut a text where the values of the sources stand in it; none when no source's value does."""
    pieces: list[str | _Source] = [text]
    for source in sources:
        part = source.at(row)
        if not any(isinstance(piece, str) and part in piece for piece in pieces):
            continue
        cut: list[str | _Source] = []
        for piece in pieces:
            if not isinstance(piece, str):
                cut.append(piece)
                continue
            for at, rest in enumerate(piece.split(part)):
                cut += [source] if at else []
                cut += [rest] if rest else []
        pieces = cut
        most -= 1
        if not most:
            break
    return pieces if any(not isinstance(piece, str) for piece in pieces) else []


def _texts(pieces: list[str | _Source], rows: Sequence[int]) -> list[str]:
    return ["".join([piece if isinstance(piece, str) else piece.at(row) for piece in pieces]) for row in rows]


def _filled(pieces: list[str | _Source], rows: int) -> list[str]:
    """Return the texts that pieces yield, row by row."""
    parts: list[list[str]] = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append([piece] * rows)
        else:
            parts.append(list(map(piece.part, piece.texts)) if piece.part else piece.texts)
    return list(map("".join, zip(*parts, strict=True)))


def _written(pieces: list[str | _Source], names: Collection[str]) -> _Formula | None:
    """Return a formula for pieces; None where the text around the placeholders could be taken for one."""
    literals = [piece for piece in pieces if isinstance(piece, str)]
    if any(inner in names for literal in literals for inner in _PLACEHOLDER.findall(literal)):
        return None
    text = "".join(piece if isinstance(piece, str) else piece.placeholder for piece in pieces)
    return quote(text) if len(pieces) == 1 else bare(text), [
        piece.column for piece in pieces if isinstance(piece, _Source)
    ]
