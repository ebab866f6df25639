"""Tables whose columns are kept apart by blanks: docker ps, kubectl get, ps aux, df, pip list, npm outdated.

The padding is layout: a cell is what stands in its column, without the blanks around it.
"""

import re
from itertools import pairwise
from typing import Final

from headroom.compressors.table_cells import Table

_GAP: Final = re.compile(r" {2,}")
_HEADING: Final = re.compile(r"[A-Z%#][\w%#.:/()+-]*+(?>(?: [\w%#.:/()+-]++)*)")
_UNDERLINE: Final = re.compile(r"-{2,}(?: +-{2,})+ *")
_WORDS_HEADER: Final = re.compile(
    r" *(?:USER|UID|F|PID|PPID|S|STAT|Filesystem|Proto)(?: +[A-Z%0-9][\w%+/:-]*(?: on)?)+ *"
)
_MIN_ROWS: Final = 3
_ASCII_BLANKS: Final = bytes(0 if code == 0x20 else 1 for code in range(256))
_LOOKED_AT: Final = 20
_SLIP_CHARS: Final = 20
_IN_PLACE: Final = 0.75
"""So many of the last cells must begin right below their name."""
_MANY: Final = 4
"""A header of fewer columns must be in capitals, or underlined."""


def looks_like(sample: list[str]) -> bool:
    """Whether the first lines of a text are a header and rows that stand in its columns."""
    return read(sample[:_LOOKED_AT]) is not None


def read(lines: list[str]) -> Table | None:
    """Return a text in aligned columns as a table; None when it is none, or a cell's column is not sure."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    body, after = lines[:last], lines[last:]
    if len(body) <= _MIN_ROWS or "\t" in body[0] or any("\t" in line or not line.strip() for line in body):
        return None
    if _UNDERLINE.fullmatch(body[1]):
        return _cut(body[0], body[2:], [match.start() for match in re.finditer("-+", body[1])], after)
    if _WORDS_HEADER.fullmatch(body[0]):
        return _by_words(body, after)
    headings = [match.span() for match in re.finditer(r"\S+(?: \S+)*", body[0])]
    if not _are_headings([body[0][start:end] for start, end in headings]):
        return None
    edges = _edges(body, headings)
    return None if edges is None else _cut(body[0], body[1:], edges, after)


def _are_headings(names: list[str]) -> bool:
    if len(names) < 2 or len(set(names)) < len(names) or not all(_HEADING.fullmatch(name) for name in names):
        return False
    are_capitals = all((name := heading.partition("(")[0]).upper() == name for heading in names)
    return are_capitals or (len(names) >= _MANY and max(map(len, names)) <= 24)


def _edges(body: list[str], headings: list[tuple[int, int]]) -> list[int] | None:
    """Return where the columns begin: behind blanks that stand in all lines between one heading and the next."""
    width = max(map(len, body))
    taken = 0
    for line in body:
        taken |= int.from_bytes(line.ljust(width).encode("latin-1", "replace").translate(_ASCII_BLANKS), "big")
    blank = [not flag for flag in taken.to_bytes(width, "big")]
    edges = [0]
    for (_, end), (start, _) in pairwise(headings):
        if start >= 2 and blank[start - 1] and blank[start - 2]:
            edges.append(start)
            continue
        gaps = [at for at in range(end, start) if blank[at]]
        # A single run of blanks: with more of them it is not sure which parts the columns.
        if len(gaps) < 2 or gaps[-1] - gaps[0] != len(gaps) - 1:
            return None
        edges.append(gaps[-1] + 1)
    return edges


def _cut(header: str, body: list[str], edges: list[int], after: list[str]) -> Table | None:
    """Return the table whose columns begin at `edges`; None where a cell does not stand in its column."""
    spans = [*pairwise(edges), (edges[-1], max(len(header), *map(len, body)))]
    parts = [slice(start, end) for start, end in spans]
    if any(line[edge - 1 : edge] not in (" ", "") for line in (header, *body) for edge in edges[1:]):
        return None
    rows = [[line[part].strip(" ") for part in parts] for line in body]
    names = [header[part].strip(" ") for part in parts]
    if "" in names or len(rows) < _MIN_ROWS or len(set(names)) < len(names):
        return None
    return Table("aligned columns", [], names, rows, after)


def _by_words(body: list[str], after: list[str]) -> Table | None:
    """Return a table of words with single blanks between, the last column with all that is left of the line."""
    names = body[0].replace("Mounted on", "Mounted\0on").split()
    names = [name.replace("\0", " ") for name in names]
    rows = [line.split(None, len(names) - 1) for line in body[1:]]
    if any(len(row) != len(names) for row in rows) or len(set(names)) < len(names) or len(names) < _MANY:
        return None
    # Where a cell has several words ("Nov 20") the rest of its line would slip by a column.
    column = body[0].rfind(names[-1])
    lasts = [line.find(row[-1], max(0, column - _SLIP_CHARS)) for line, row in zip(body[1:], rows, strict=True)]
    if lasts.count(column) < _IN_PLACE * len(lasts):
        return None
    return Table("aligned columns", [], names, [[cell.rstrip(" ") for cell in row] for row in rows], after)
