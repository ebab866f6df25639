"""A table as its cells: what every reader of tables returns, and how it is written again in fewer tokens.

In every row: STATUS=Running	NODE=n1     (left out when there is none; cells between tabs here, too)
Prefixes: IMAGE=registry/shop/             (what each cell of the column begins with; left out when there is none)
Suffixes: MEMORY=Mi                        (what each cell of the column ends with; left out when there is none)
An empty cell repeats the one above: NAMESPACE          (left out when there is none)
NAMESPACE	NAME	IMAGE	MEMORY       the header
shop	cart-1	cart:1.4	120            a row
"""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

EVERY_ROW: Final = "In every row: "
PREFIXES: Final = "Prefixes: "
SUFFIXES: Final = "Suffixes: "
REPEATS: Final = "An empty cell repeats the one above: "

_NOTES: Final = (EVERY_ROW, PREFIXES, SUFFIXES, REPEATS)
_ODD: Final = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PLAIN_NAME: Final = re.compile(r"[^\t\r\n\",=][^\t\r\n\",=]{0,99}")
_PREFIX: Final = re.compile(r".*[^\w]|", re.DOTALL)
_UNIT: Final = re.compile(r"(?<=\d)(?:[A-Za-z]{1,3}|%)$|(?::00)?(?:\.0{3,9})?(?:Z|[+-]00:?00)$")
"""Endings that are left out though they are short: units, and what times end with."""
_LONG_SUFFIX: Final = re.compile(r"\W.*$", re.DOTALL)
_MIN_CELLS: Final = 5
_SHARED_CHARS: Final = 8
"""What cells begin or end with in common stays if it is shorter: cells can then be looked for as they are."""
_REPEATING: Final = 0.9
"""In a column with a larger share of cells like the one above, those are left empty."""
_REPEATED_CHARS: Final = 3


class Table(NamedTuple):
    """A table, and the lines around it."""

    what: str
    """What it was, in plain words: "CSV", "aligned columns"."""
    before: list[str]
    header: list[str]
    rows: list[list[str]]
    """Each with as many cells as the header."""
    after: list[str]


class Form(NamedTuple):
    """How the columns of a table are written."""

    head: list[str]
    """The lines above the rows."""
    columns: list[list[str]]
    """The cells that are written, column by column."""


def form(table: Table, is_whole: bool) -> Form:
    """Return how a table is written.

    Args:
        table: with one row at least.
        is_whole: whether all of its rows will be written. Cells like the one above are only left empty then, and
            only then are cells written without what all of them begin and end with.
    """
    columns: list[list[str]] = []
    names: list[str] = []
    notes: dict[str, list[str]] = {note: [] for note in _NOTES}
    can_say = len(set(table.header)) == len(table.header)
    last = len(table.header) - 1
    for at, (name, column) in enumerate(zip(table.header, zip(*table.rows, strict=True), strict=True)):
        cells: Sequence[str] = column
        if can_say and len(cells) >= _MIN_CELLS and _PLAIN_NAME.fullmatch(name):
            if cells[0] == cells[-1] and cells.count(cells[0]) == len(cells) and (columns or at < last):
                notes[EVERY_ROW].append(f"{name}={_cell(cells[0])}")
                continue
            cells = _without_ends(name, cells, notes) if is_whole else cells
        written = _written(cells)
        if can_say and is_whole and _PLAIN_NAME.fullmatch(name) and (shorter := _without_repeats(written)):
            written = shorter
            notes[REPEATS].append(name)
        columns.append(written)
        names.append(_cell(name))
    head = [note + "\t".join(said) for note, said in notes.items() if said]
    return Form([*head, "\t".join(names)], columns)


def lines_of(written: Form, rows: Iterable[int] | None = None) -> list[str]:
    """Return the lines of a table; only with these rows, when they are given."""
    columns = written.columns
    if rows is not None:
        chosen = list(rows)
        columns = [[column[row] for row in chosen] for column in columns]
    return [*written.head, *map("\t".join, zip(*columns, strict=True))]


def reads_like_a_note(line: str) -> bool:
    """Whether a line begins like one that says how to read a table."""
    return line.startswith(_NOTES)


def _cell(text: str) -> str:
    """Return a cell as it is; like a JSON string where it holds what would end it, or begins like one."""
    return json.dumps(text, ensure_ascii=False) if text.startswith('"') or _ODD.search(text) else text


def _is_odd(text: str) -> bool:
    return '"' in text or _ODD.search(text) is not None


def _written(cells: Sequence[str]) -> list[str]:
    together = "".join(cells)
    return list(map(_cell, cells)) if '"' in together or _ODD.search(together) else list(cells)


def _without_ends(name: str, cells: Sequence[str], notes: dict[str, list[str]]) -> Sequence[str]:
    """Return the cells of a column without what they all begin and end with, and note that."""
    prefix = _common(min(cells), max(cells))
    if len(prefix) >= _SHARED_CHARS and not _is_odd(prefix):
        notes[PREFIXES].append(f"{name}={prefix}")
        cells = [cell[len(prefix) :] for cell in cells]
    shortest = min(map(len, cells))
    ending = cells[0][-min(shortest, 60) :] if shortest else ""
    while ending and not all(cell.endswith(ending) for cell in cells):
        ending = ending[1:]
    long = _LONG_SUFFIX.search(ending)
    unit = _UNIT.search(ending)
    suffix = long[0] if long and len(long[0]) >= _SHARED_CHARS else unit[0] if unit else ""
    if suffix and not _is_odd(suffix) and suffix == suffix.strip():
        notes[SUFFIXES].append(f"{name}={suffix}")
        cells = [cell[: -len(suffix)] for cell in cells]
    return cells


def _common(low: str, high: str) -> str:
    """Return what two texts begin with in common, up to the end of a word."""
    size = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    match = _PREFIX.match(low[:size])
    return match[0] if match else ""


def _without_repeats(cells: list[str]) -> list[str] | None:
    """Return a column with each cell empty that is like the one above; None where that gains little."""
    if "" in cells:
        return None
    again = sum(a == b for a, b in pairwise(cells))
    if again < _REPEATING * len(cells) or sum(map(len, cells)) < _REPEATED_CHARS * len(cells):
        return None
    return [cells[0], *("" if a == b else b for a, b in pairwise(cells))]
