"""A JSON document as its tables, and what is around them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

from headroom.compressors import json_columns, json_table, json_values
from headroom.compressors.json_table import Lines, Table
from headroom.compressors.json_values import Number, Value
from headroom.types import PassThrough

_MIN_MEMBERS: Final = 3
"""An object with fewer members is not read as a table of its members."""
_MOSTLY: Final = 0.75
"""An array is a table when so many of its items are objects."""
_MIN_STRINGS: Final = 8
"""A shorter array of strings is left in the JSON around it."""
_MIN_NUMBERS: Final = 100
"""So is a shorter array of numbers, which reads as well there."""
_NUMBERS_WORTH: Final = 1.05
_WORTH: Final = 0.9
"""A table within other JSON must be at most this share as long as its JSON."""
_OVERHEAD_CHARS: Final = 16
_MIN_TEXT_CHARS: Final = 400
"""Shorter strings are not looked into."""
STRING: Final = "string"
LEGEND: Final = "string(x): a string that holds the JSON x, in which white space and key order may differ"

Kind = Literal["objects", "items", "arrays", "members", "lines"]
_UNITS: Final[dict[Kind, str]] = {
    "objects": "objects",
    "items": "items",
    "arrays": "arrays",
    "members": "members of an object",
    "lines": "JSON lines",
}


class Text(NamedTuple):
    """A string that holds JSON, as the results of MCP tools do, with its tables taken out."""

    around: object


class Place(NamedTuple):
    """Where a table stands in for its rows in the JSON around it."""

    number: int


@dataclass
class Part:
    """A table of a document."""

    kind: Kind
    table: Table

    @cached_property
    def written(self) -> Lines:
        """The table as text."""
        return json_table.write(self.table)

    @property
    def lines(self) -> list[str]:
        """All lines of the table."""
        return self.written.head + self.written.rows

    @property
    def unit(self) -> str:
        """What its rows are."""
        return _UNITS[self.kind]


@dataclass(slots=True)
class Document:
    """JSON text with its arrays taken out."""

    parts: list[Part]
    around: str
    """JSON with @1, @2, ... for the tables; empty when the only table is the whole text."""
    unit: str
    """What the rows of all tables are, together."""
    has_text: bool = False
    """Whether tables were in strings that hold JSON."""
    first: int = 1
    """The number of the first table's name."""
    is_whole: bool = True
    """Whether it is all JSON; else `around` is text, as it came, in which names of tables stand for their rows."""

    @property
    def form(self) -> str:
        """What the lines are, in words."""
        names = f"@{self.first}, @{self.first + 1}, ..."
        return f"rows of the tables {names}" if self.around else "a table"

    @property
    def rows_unit(self) -> str:
        """What is counted where rows are left out."""
        return "rows" if self.is_whole else "rows left whole in cut JSON"

    def legend(self, heads: Iterable[list[str]]) -> str:
        """Return how the document is to be read, with tables that have these heads."""
        said = json_table.legend([line for head in heads for line in head], self.is_whole)
        if not self.is_whole:
            return f"{said}; around them stands the text as it came"
        return f"{said}; {LEGEND}" if self.has_text else said

    def lines(self) -> list[str]:
        """Return the lines that say it all."""
        if not self.around:
            return self.parts[0].lines
        lines = [self.around]
        for number, part in enumerate(self.parts, self.first):
            lines += [f"@{number}: {part.table.rows} {part.unit}", *part.lines]
        return lines


def read(values: list[Value]) -> Document:
    """Return JSON values as a document; several values are lines of JSON."""
    if len(values) > 1:
        return Document([part("objects", values)], "", "JSON lines")
    value = values[0]
    whole = _kind(value)
    if whole and whole != "members" and isinstance(value, list):
        return Document([part(whole, value)], "", f"{_UNITS[whole]} of a JSON array")
    parts: list[Part] = []
    pulled = _pull(value, parts)
    around = _write(pulled)
    kinds = {part.kind for part in parts}
    unit = "JSON objects" if kinds <= {"objects", "members"} else "JSON items"
    return Document(parts, around, unit, has_text=_has_text(pulled))


def _has_text(around: object) -> bool:
    """Whether there is a string with JSON in it. Recurses once a level, so at most MAX_DEPTH deep."""
    if isinstance(around, Text):
        return True
    if isinstance(around, Place | str):
        return False
    inner = around.values() if isinstance(around, dict) else around if isinstance(around, list) else ()
    return any(map(_has_text, inner))


def part(kind: Kind, items: list[Value], keys: list[str] | None = None) -> Part:
    """Return values as a table; with `keys`, as that of an object's members."""
    return Part(kind, json_table.read(items, keys))


def _kind(value: Value) -> Kind | None:
    """Return what kind of table an array or object makes; None when it makes none."""
    if type(value) is list:
        types = set(map(type, value))
        if any(map(_holds_json, value)):
            return None
        if types == {dict}:
            return "objects" if len(value) > 1 else None
        objects = sum(type(item) is dict for item in value)
        if objects > 1 and list not in types and objects >= _MOSTLY * len(value):
            return "items"
        if types == {list}:
            widths = set(map(len, value))  # type: ignore[arg-type]
            is_table = len(value) > 1 and len(widths) == 1 and widths != {0}
            return "arrays" if is_table else None
        least = _MIN_NUMBERS if types == {Number} else _MIN_STRINGS
        return "items" if len(types) == 1 and types <= {str, Number} and len(value) >= least else None
    if type(value) is dict and len(value) >= _MIN_MEMBERS:
        rows = [item for item in value.values() if type(item) is dict and item]
        return "members" if len(rows) == len(value) and json_columns.is_uniform(rows) else None
    return None


def _pull(value: Value, parts: list[Part]) -> object:
    """Return a value with its outermost tables taken out and appended to `parts`."""
    kind = _kind(value)
    if kind:
        items = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
        table = part(kind, items, list(value) if isinstance(value, dict) else None)
        lines = table.lines
        size = sum(map(len, lines)) + len(lines) + _OVERHEAD_CHARS
        worth = _NUMBERS_WORTH if set(map(type, items)) == {Number} else _WORTH
        if size <= worth * len(json_values.write(value)):
            parts.append(table)
            return Place(len(parts))
    if type(value) is list:
        return [_pull(item, parts) if type(item) in (dict, list) else item for item in value]
    if type(value) is dict:
        pulled: dict[str, object] = {
            key: _pull(item, parts) if type(item) in (dict, list) else item for key, item in value.items()
        }
        if _holds_json(value):
            pulled["text"] = _pull_text(value["text"], parts)
        return pulled
    return value


def _holds_json(value: Value) -> bool:
    """Whether a value is a text block, {"type": "text", "text": ...}, whose text looks like JSON."""
    if type(value) is not dict or value.get("type") != "text":
        return False
    text = value.get("text")
    return type(text) is str and len(text) >= _MIN_TEXT_CHARS and text.lstrip()[:1] in ("[", "{")


def _pull_text(text: Value, parts: list[Part]) -> object:
    """Return a string with the tables of its JSON taken out; as it is when it has none."""
    try:
        values = json_values.read(str(text))
    except PassThrough:
        return text
    count = len(parts)
    around = _pull(values[0], parts) if len(values) == 1 else text
    return Text(around) if len(parts) > count else text


def _write(around: object) -> str:
    if isinstance(around, Place):
        return f"@{around.number}"
    if isinstance(around, Text):
        return f"{STRING}({_write(around.around)})"
    if isinstance(around, Number):
        return str(around)
    if isinstance(around, dict):
        return "{" + ",".join([f"{json_values.quote(k)}:{_write(v)}" for k, v in around.items()]) + "}"
    if isinstance(around, list):
        return "[" + ",".join(map(_write, around)) + "]"
    return json_values.write(around)
