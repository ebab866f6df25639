"""Rows of JSON values as a table: nested objects as dotted columns, what repeats said once.

In every row: kind=Pod                               (each line of the head only where there is such a thing)
Made from other columns: url=https://host/{id}
Prefixes: image=registry.example.com/
Suffixes: time=Z
Strings: zip                                         strings, also where they look like a number
Sections: path                                       a line "= x": below it, path begins with x
Ditto: time=T                                        ~x: as in the row above up to its last T, then x
$1=a long value                                      $1: that value; $1 x: that value, then x
id   name   meta.uid   image                         column names, between tabs
1    web    "007"      a/b                           a row; no cell at all where the object has no such key
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from headroom.compressors import json_cells, json_columns, json_derived, json_shared, json_stems
from headroom.compressors.json_cells import bare
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_shared import Shared
from headroom.compressors.json_stems import Stems
from headroom.compressors.json_values import Value

EVERY_ROW: Final = "In every row: "
SHOWN_ROWS: Final = "In every row shown: "
DERIVED: Final = "Made from other columns: "
PREFIXES: Final = "Prefixes: "
SUFFIXES: Final = "Suffixes: "
STRINGS: Final = "Strings: "
SECTIONS: Final = "Sections: "
DITTO: Final = "Ditto: "
KEY_COLUMN: Final = "(key)"
"""The column of an object's own keys, where its members are the rows."""
NUMBER_COLUMN: Final = "#"
"""The column of the rows' places in the whole, from 1, where not all are shown."""

_LEGENDS: Final = (
    (DERIVED, "{a} in Made from other columns, only there: what column a has"),
    (PREFIXES, "Prefixes, Suffixes: what the strings of these columns begin and end with"),
    (STRINGS, "Strings: columns of strings only"),
    (SECTIONS, 'below a line "= x" the cells of the Sections column begin with x'),
    (DITTO, "~x: the cell above up to its last separator, then x"),
    ("$", "$1: the value given so; $1 x: that value, then x"),
    ("{", "a{b,c}: an object, as the list of its b and c; a[{b,c}]: a list of such"),
    (NUMBER_COLUMN, "#: place of the row in the whole"),
)


_PLACE_HERE: Final = "#: place of the row among those of its table that came"
_PLAIN_SAVED: Final = 6
"""Tokens a row that a shared beginning must save in a selection of rows, where cells are better whole."""
_OBJECT_COLUMN: Final = re.compile(r"(?:^|[\t ])[^\t={]++\{[^\t=}]++\}\]?+(?:[\t=]|$)")


@dataclass(slots=True)
class Table:
    """A table as its columns, before it is written."""

    rows: int
    constants: dict[str, str]
    """What holds in every row: cells by column name."""
    derived: dict[str, str]
    """Columns that follow from others."""
    columns: dict[str, Cells]
    """All other columns."""

    def constant_texts(self) -> list[str]:
        """Return the constants as the head of the table has them."""
        return [f"{name}={cell}" for name, cell in self.constants.items()]


class Lines(NamedTuple):
    """A table as text."""

    head: list[str]
    """What is said above the rows, the column names last."""
    rows: list[str]


@dataclass(slots=True)
class _Head:
    """What is said above the column names."""

    shown: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    suffixes: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    ditto: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


def read(items: list[Value], keys: list[str] | None = None) -> Table:
    """Return items as a table; with `keys`, as that of an object's members, where each row begins with its key."""
    found: dict[str, Cells] = {KEY_COLUMN: list(keys)} if keys is not None else {}
    constants = {}
    for path, values in json_columns.columns(items):
        name, spelled = json_cells.without_keys(json_cells.name(path), values)
        if _is_constant(spelled):
            constants[name] = json_cells.cell(spelled[0])
        else:
            found[name] = spelled
    derived = json_derived.derive(found)
    return Table(len(items), constants, derived, {name: found[name] for name in found if name not in derived})


def write(table: Table) -> Lines:
    """Return a table as text: all of its rows."""
    head = _Head()
    columns: dict[str, list[str]] = {}
    stems: dict[str, Stems] = {}
    for name, values in table.columns.items():
        columns[name], parts = _cells(name, values, head)
        if parts:
            stems[name] = parts
    section = max(stems, key=lambda name: stems[name].saved_by_sections, default="")
    if section and stems[section].saved_by_sections:
        head.sections.append(section)
    for name, parts in stems.items():
        if name in head.sections:
            columns[name] = ["" if cell == '""' else cell for cell in _bare_all(parts.rests)]
        elif parts.saved_by_ditto:
            head.ditto.append(f"{name}={parts.separator}")
            columns[name] = json_stems.ditto(parts)
    shortened = {*head.sections, *(said.rpartition("=")[0] for said in head.ditto)}
    for name, cells in columns.items():
        if name not in shortened:
            columns[name], often = json_stems.number_values(cells, stems.get(name), len(head.values) + 1)
            head.values += often
    rows = _rows(columns)
    if head.sections:
        rows = _in_sections(rows, stems[section].stems)
    return Lines([*_head_lines(table, head), *rows[:1]], rows[1:])


def write_some(table: Table, numbers: Sequence[int], columns: dict[str, Cells]) -> Lines:
    """Return a table as text of which only some rows are shown, each with its place; values stay plain.

    Args:
        numbers: which rows, from 0, in order.
        columns: the columns to be shown, by name, each with one value for each of `numbers`.
    """
    head = _Head()
    cells: dict[str, list[str]] = {NUMBER_COLUMN: [str(number + 1) for number in numbers]}
    for name, values in columns.items():
        if len(numbers) > 1 and _is_constant(values):
            head.shown.append(f"{name}={json_cells.cell(values[0])}")
        else:
            cells[name], _ = _cells(name, values, head, _PLAIN_SAVED)
    rows = _rows(cells)
    return Lines([*_head_lines(table, head), *rows[:1]], rows[1:])


def legend(lines: Sequence[str], is_whole: bool = True) -> str:
    """Return how tables are to be read, as far as the lines of their heads have need of it.

    Args:
        is_whole: whether the tables have all rows that there are; else places are counted in the table alone.
    """
    said = ["cells between tabs; empty cell: no such key"]
    said += ["a.b: key b of object a"] if any("." in line for line in lines) else []
    said.append("bare text is a string")
    for start, meaning in _LEGENDS:
        if start == "{":
            is_needed = any(_OBJECT_COLUMN.search(line) for line in lines)
        elif start == "$":
            is_needed = any(line.startswith("$1=") for line in lines)
        elif start == NUMBER_COLUMN:
            is_needed = any(line.startswith("#\t") for line in lines)
        elif start == PREFIXES:
            is_needed = any(line.startswith((PREFIXES, SUFFIXES)) for line in lines)
        else:
            is_needed = any(line.startswith(start) for line in lines)
        here = _PLACE_HERE if start == NUMBER_COLUMN and not is_whole else meaning
        said += [here] if is_needed else []
    return "; ".join(said)


def _is_constant(values: Cells) -> bool:
    first = values[0]
    if first is MISSING:
        return False
    if type(first) is dict or type(first) is list:
        # Equal lists may hold different values: a number equals the string of the same characters.
        cell = json_cells.cell(first)
        return values[-1] == first and all(json_cells.cell(value) == cell for value in values)
    return values.count(first) == len(values) and len(set(map(type, values))) == 1


def _cells(name: str, values: Cells, head: _Head, least: float = 0) -> tuple[list[str], Stems | None]:
    """Return a column's cells without what they share, which goes into the head; and the strings' stems."""
    if not json_shared.is_text(values):
        return json_cells.spell(values), None
    shared = json_shared.share(values, least)
    has_missing = MISSING in values
    if shared.prefix and not has_missing and not least:
        # Directories as sections need no prefix, and are then there in full.
        whole = [shared.prefix + text for text in shared.texts]
        parts = json_stems.split(whole)
        if parts and parts.saved_by_sections and parts.separator == "/":
            shared = Shared("", shared.suffix, whole)
    if shared.prefix:
        head.prefixes.append(f"{name}={bare(shared.prefix)}")
    if shared.suffix:
        head.suffixes.append(f"{name}={bare(shared.suffix)}")
    if not shared.prefix and not shared.suffix:
        strings = [value for value in values if value is not MISSING] if has_missing else values
        if not json_cells.is_look_alike(strings, json_shared.MIN_STRINGS):
            cells = json_cells.spell(values)
            return cells, json_stems.split(cells) if cells is values else None
        head.strings.append(name)
    if has_missing:
        rests = ["" if value is MISSING else bare(text) for value, text in zip(values, shared.texts, strict=True)]
        return rests, None
    return _bare_all(shared.texts), json_stems.split(shared.texts)


def _bare_all(texts: list[str]) -> list[str]:
    return texts if json_cells.all_bare(texts, are_strings=True) else list(map(bare, texts))  # type: ignore[arg-type]


def _head_lines(table: Table, head: _Head) -> list[str]:
    said = (
        (EVERY_ROW, table.constant_texts()),
        (SHOWN_ROWS, head.shown),
        (DERIVED, [f"{name}={formula}" for name, formula in table.derived.items()]),
        (PREFIXES, head.prefixes),
        (SUFFIXES, head.suffixes),
        (STRINGS, head.strings),
        (SECTIONS, head.sections),
        (DITTO, head.ditto),
    )
    lines = [start + "\t".join(parts) for start, parts in said if parts]
    return lines + [f"${number}={value}" for number, value in enumerate(head.values, 1)]


def _rows(columns: dict[str, list[str]]) -> list[str]:
    if not columns:
        return []
    rows = map("\t".join, zip(*columns.values(), strict=True))
    if "" in next(reversed(columns.values())):
        rows = map(_without_last_tabs, rows)
    return ["\t".join(columns), *rows]


def _without_last_tabs(row: str) -> str:
    return row.rstrip("\t")


def _in_sections(lines: list[str], stems: list[str]) -> list[str]:
    """Return the rows with a line for each new stem above those that have it."""
    result = [lines[0]]
    last = ""
    for line, stem in zip(lines[1:], stems, strict=True):
        if stem != last:
            result.append("= " + bare(stem))
            last = stem
        result.append(line)
    return result
