"""Rows of JSON objects as a table: nested objects as dotted columns, constants once, shared beginnings once.

In every row: {"kind":"Pod"}            (left out when there is none)
Prefixes: {"url":"https://host/"}       (left out when there is none)
id   name   meta.uid   url              column names, between tabs
1    web    "007"      a/b              a row; no cell at all where the object has no such key
"""

import re
from collections.abc import Iterable
from typing import Final

from headroom.compressors.json_values import Number, Value, quote, write

EVERY_ROW: Final = "In every row: "
PREFIXES: Final = "Prefixes: "
KEY_COLUMN: Final = "(key)"
"""The column of an object's own keys, where its members are the rows."""
MORE_COLUMN: Final = "(more)"
"""The column of an object with the members too rare for a column of their own."""

_RARE: Final = 0.2
"""A key in a smaller share of the rows gets no column. This bounds the number of cells, too."""
_UNIFORM: Final = 0.6
"""Objects are flattened when on average they have this share of all the keys that occur in them."""
_MOSTLY: Final = 0.75
"""And when so many of the values are objects at all: in a row with many empty cells it is easy to miscount."""
_PREFIX_CHARS: Final = 12
"""Shorter shared beginnings stay in the cells, which then read better."""

_MIN_STRINGS: Final = 3
"""In a column with fewer strings a prefix is not worth its mention."""
_LIST_ITEMS: Final = 4
"""Longer lists of objects stay in one cell."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_$@/-]++(?: [A-Za-z0-9_$@/-]++)*+")
_LIKE_A_VALUE: Final = re.compile(
    r"true|false|null|none|nan|[+-]?(?:infinity|(?:\d++\.?+\d*+|\.\d++)(?:e[+-]?\d++)?+)", re.IGNORECASE
)
"""Strings that would be read as something else if they stood without quotes."""

Path = tuple[str | int, ...]
Row = dict[str, Value]


class _Missing:
    """The mark of a key that an object does not have."""


MISSING: Final = _Missing()
Column = list["Value | _Missing"]


def table(rows: list[Row], keys: list[str] | None = None) -> list[str]:
    """Return the lines of a table: what holds for every row, the column names, the rows.

    With `keys`, the rows are the members of an object, and each row begins with its key.
    """
    columns: dict[str, list[str]] = {}
    constants: list[str] = []
    prefixes: list[str] = []
    if keys is not None:
        columns[KEY_COLUMN] = [_cell(key) for key in keys]
    for path, values in _columns(rows):
        name = _name(path)
        cells = list(map(_cell, values))
        if cells[0] and cells.count(cells[0]) == len(cells):
            constants.append(f"{name}={cells[0]}")
            continue
        prefix = _prefix(values, cells)
        if prefix is not None:
            prefixes.append(f"{name}={_bare(prefix)}")
            cells = [_rest(value, len(prefix)) for value in values]
        columns[name] = cells
    lines = [EVERY_ROW + "\t".join(constants)] if constants else []
    lines += [PREFIXES + "\t".join(prefixes)] if prefixes else []
    if columns:
        lines.append("\t".join(columns))
        lines += ["\t".join(row).rstrip("\t") for row in zip(*columns.values(), strict=True)]
    return lines


def is_uniform(objects: list[Row]) -> bool:
    """Whether objects have enough keys in common for their keys to be columns."""
    counts = _key_counts(objects)
    return sum(counts.values()) >= _UNIFORM * len(counts) * len(objects)


def _columns(rows: list[Row]) -> list[tuple[Path, Column]]:
    """Return the columns of rows in order of first appearance, the rare keys together in the last."""
    counts = _key_counts(rows)
    rare = {key for key, n in counts.items() if n < _RARE * len(rows)}
    columns: list[tuple[Path, Column]] = []
    for key in counts:
        if key not in rare:
            columns += _flat((key,), [row.get(key, MISSING) for row in rows])
    if rare:
        # Many rare keys must not cost a look at each of them for every row.
        more: Column = [{key: row[key] for key in row if key in rare} or MISSING for row in rows]
        columns.append(((), more))
    return columns


def _flat(path: Path, values: Column) -> list[tuple[Path, Column]]:
    """Return a column as the columns of its members, where that can be read back; else as it is.

    What has no members (null, an empty object) stays in a column of the old name, beside those of the members.
    """
    steps = _steps(values)
    if not steps:
        return [(path, values)]
    kind = dict if isinstance(steps[0], str) else list
    columns: list[tuple[Path, Column]] = []
    if any(value is not MISSING and not (type(value) is kind and value) for value in values):
        columns.append((path, [MISSING if type(value) is kind and value else value for value in values]))
    for step in steps:
        columns += _flat((*path, step), [_member(value, step) for value in values])
    return columns


def _steps(values: Column) -> list[str] | list[int]:
    """Return the keys, or the places in a list, that a column is to be taken apart by; none if it is not."""
    present = len(values) - values.count(MISSING)
    objects = [value for value in values if type(value) is dict and value]
    if objects and len(objects) >= _MOSTLY * present and is_uniform(objects):
        return list(_key_counts(objects))
    lists = [value for value in values if type(value) is list and value]
    places = max(map(len, lists), default=0)
    if not lists or len(lists) < _MOSTLY * present or places > _LIST_ITEMS:
        return []
    items = [item for value in lists for item in value]
    members = [item for item in items if type(item) is dict and item]
    is_table = len(members) == len(items) >= _UNIFORM * places * len(lists) and is_uniform(members)
    return list(range(places)) if is_table else []


def _member(value: "Value | _Missing", step: str | int) -> "Value | _Missing":
    if type(value) is dict and isinstance(step, str):
        return value.get(step, MISSING)
    if type(value) is list and isinstance(step, int) and step < len(value):
        return value[step]
    return MISSING


def _key_counts(objects: Iterable[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for members in objects:
        for key in members:
            counts[key] = counts.get(key, 0) + 1
    return counts


def _name(path: Path) -> str:
    """Return a column's name: a.b for key b in the object at a, a[0] for a list's first item."""
    if not path:
        return MORE_COLUMN
    name = ""
    for step in path:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += ("." if name else "") + (step if _PLAIN_NAME.fullmatch(step) else quote(step))
    return name


def _cell(value: "Value | _Missing") -> str:
    """Return a cell; no two different values have the same one."""
    if value is MISSING:
        return ""
    if type(value) is str:
        return quote(value) if _LIKE_A_VALUE.fullmatch(value) or value[:1] in ("{", "[") else _bare(value)
    return str(value) if type(value) is Number else write(value)


def _bare(text: str) -> str:
    """Return a string as it is if it can stand alone between tabs, else quoted."""
    if text and text.isprintable() and text[0] not in ' "' and text[-1] != " ":
        return text
    return quote(text)


def _prefix(values: Column, cells: list[str]) -> str | None:
    """Return what all of a column's strings begin with, when it is worth being said once.

    An empty prefix says no more than that the column holds strings: they then need no quotes.
    """
    strings = [value for value in values if type(value) is str]
    if len(strings) < _MIN_STRINGS or len(strings) != len(values) - values.count(MISSING):
        return None
    first, last = min(strings), max(strings)
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    prefix = first[: first.rfind("/", 0, length) + 1]
    if len(prefix) >= _PREFIX_CHARS:
        return prefix
    needless = sum(cell[:1] == '"' for cell in cells) - sum(_bare(text)[:1] == '"' for text in strings)
    return "" if needless >= _MIN_STRINGS else None


def _rest(value: "Value | _Missing", start: int) -> str:
    return _bare(value[start:]) if isinstance(value, str) else ""
