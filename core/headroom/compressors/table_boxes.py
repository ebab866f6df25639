"""Tables drawn with lines: psql, mysql, Markdown, the boxes of rich and others; records one by one.

The border and the padding of a cell are layout. A cell is what stands between, without the blanks around it; in
psql's and mysql's left-aligned columns blanks in front of a value are kept.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from headroom.compressors.table_cells import Table

_BAR: Final = re.compile(r"[|\u2502\u2503\u2551]")
_BORDER: Final = frozenset("+-=|: \u2500\u2501\u2550\u253c\u254b\u256c\u2502\u2503\u2551") | frozenset(
    map(chr, range(0x250C, 0x2574))
)
_UNESCAPED: Final = re.compile(r"(?<!\\)\|")
_RULES: Final = frozenset("-=\u2500\u2501\u2550\u2509\u254c")
_NUMBER_STARTS: Final = ("", *"+-.0123456789")
_RECORD: Final = re.compile(r"-\[ RECORD \d{1,9} \][-+]*+|\*{3,80} \d{1,9}\. row \*{3,80}")
_OTHER_SHARE: Final = 0.2
_OTHER_LINES: Final = 5
_LOOKED_AT: Final = 12
_MIN_ROWS: Final = 3


def looks_like(sample: list[str]) -> bool:
    """Whether a table begins in the first lines of a text."""
    head = sample[:_LOOKED_AT]
    if any(_RECORD.fullmatch(line) for line in head[:3]):
        return True
    span = _span(sample) if any(map(_is_border, head)) else None
    return span is not None and _is_most(span, sample)


def read(lines: list[str]) -> Table | None:
    """Return a text that is a table, for the most part; None when it is none, or not all lines agree."""
    if any(_RECORD.fullmatch(line) for line in lines[:3]):
        return _records(lines)
    span = _span(lines)
    if span is None:
        return None
    header, first, end = span
    groups: list[list[str]] = [[]]
    for line in lines[first:end]:
        if _is_border(line):
            groups.append([])
        else:
            groups[-1].append(line)
    groups = [group for group in groups if group]
    flat = [[line] for group in groups for line in group] if len(groups) <= 2 else groups
    style = _Style(lines[first - 1], len(lines[header].strip()))
    names = style.cells(lines[header])
    rows = [_joined([style.cells(line) for line in group]) for group in flat]
    if len(names) < 2 or len(rows) < _MIN_ROWS or any(len(row) != len(names) for row in rows):
        return None
    # psql breaks a value with line ends into lines that end in a plus sign.
    if style.is_open and any(line.endswith("+") or "+|" in line for line in lines[first:end]):
        return None
    top = header - 1 if header and _is_border(lines[header - 1]) else header
    after = lines[end:]
    if not _is_most(span, lines) or any("|" in line for line in after):
        return None
    columns = zip(*rows, strict=True)
    trimmed = [_aligned(column) if style.is_exact else [cell.strip(" ") for cell in column] for column in columns]
    return Table(
        style.name,
        lines[:top],
        [name.strip() for name in names],
        list(map(list, zip(*trimmed, strict=True))),
        after,
    )


class _Style:
    """How the cells of a table are kept apart."""

    def __init__(self, border: str, width: int) -> None:
        self._is_ascii = border.isascii()
        self.is_open = set(border.strip()) <= {"-", "+"} and border[:1] == "-"
        """Whether no line is drawn around it, as psql does."""
        is_markdown = "|" in border
        self.is_exact = self._is_ascii and not is_markdown
        self.name = "a Markdown table" if is_markdown else "a table drawn with lines"
        self._places = [at for at, sign in enumerate(border) if sign == "+"] if self.is_exact else []

    def cells(self, line: str) -> list[str]:
        """Return what stands between the bars of a line, with its blanks; one too few or many if unclear."""
        text = line.rstrip(" ") if not self.is_open else line
        if self._places and line.isascii():
            bars = [at for at in self._places if line[at : at + 1] in ("|", "")]
            if len(bars) == len(self._places):
                edges = [-1, *self._places, len(line)] if self.is_open else self._places
                return [line[a + 1 : b] for a, b in pairwise(edges)]
        parts = _UNESCAPED.split(text) if "\\|" in text else _BAR.split(text)
        return parts if self.is_open else _without_edges(parts)


def _without_edges(parts: list[str]) -> list[str]:
    start = 1 if not parts[0].strip() else 0
    end = len(parts) - 1 if len(parts) > 1 and not parts[-1].strip() else len(parts)
    return parts[start:end]


def _aligned(column: Sequence[str]) -> list[str]:
    """Return a column's cells without their padding: a margin of one blank, and the blanks of its alignment."""
    bare = [cell.removeprefix(" ") for cell in column]
    widths = {len(cell.rstrip(" ")) for cell in bare if cell.strip(" ")}
    cells = [cell.rstrip(" ") for cell in bare]
    are_numbers = all(cell.lstrip(" ")[:1] in _NUMBER_STARTS for cell in cells)
    return [cell.lstrip(" ") for cell in cells] if are_numbers or len(widths) <= 1 else cells


def _joined(lines: list[list[str]]) -> list[str]:
    """Return the cells of a row that takes several lines."""
    if len(lines) == 1 or any(len(line) != len(lines[0]) for line in lines):
        return lines[0] if len(lines) == 1 else []
    return ["\n".join(part.strip() for part in cell).rstrip("\n") for cell in zip(*lines, strict=True)]


def _is_border(line: str) -> bool:
    signs = set(line)
    return len(line) >= 3 and signs <= _BORDER and not signs.isdisjoint(_RULES) and (len(signs) > 1)


def _span(lines: list[str]) -> tuple[int, int, int] | None:
    """Return the line of a table's header, of its first row, and past its last."""
    borders = [at for at, line in enumerate(lines[:_LOOKED_AT]) if _is_border(line)]
    for at in borders:
        if at and _BAR.search(lines[at - 1]) and not _is_border(lines[at - 1]):
            end = at + 1
            while end < len(lines) and lines[end] and (_BAR.search(lines[end]) or _is_border(lines[end])):
                end += 1
            return (at - 1, at + 1, end) if end > at + 1 else None
    return None


def _is_most(span: tuple[int, int, int], lines: list[str]) -> bool:
    """Whether a table is most of a text."""
    header, _, end = span
    return header + len(lines) - end <= _OTHER_SHARE * len(lines) + _OTHER_LINES


def _records(lines: list[str]) -> Table | None:
    """Return the records that psql (expanded) or mysql (vertical) writes one below the other."""
    rows: list[list[str]] = []
    names: list[str] = []
    after: list[str] = []
    first = next(at for at, line in enumerate(lines) if _RECORD.fullmatch(line))
    is_psql = lines[first].startswith("-[")
    bar = "|" if is_psql else ":"
    for at, line in enumerate(lines[first:], first):
        if _RECORD.fullmatch(line):
            rows.append([])
            continue
        name, found, value = line.partition(bar)
        if not found:
            after = lines[at:]
            break
        if len(rows) == 1:
            names.append(name.strip())
        elif len(rows[-1]) >= len(names) or names[len(rows[-1])] != name.strip():
            return None
        rows[-1].append(value.removeprefix(" ").rstrip(" ") if is_psql else value.removeprefix(" "))
    is_whole = len(set(names)) == len(names) >= 2 and "" not in names
    is_wrapped = is_psql and any(cell.endswith("+") for row in rows for cell in row)
    if not is_whole or is_wrapped or any(len(row) != len(names) for row in rows) or len(rows) < _MIN_ROWS:
        return None
    if any(_RECORD.fullmatch(line) for line in after) or len(after) > 4:
        return None
    return Table("records", lines[:first], names, rows, after)
