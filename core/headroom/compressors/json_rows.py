"""JSON with arrays of objects: the arrays become tables. No value changes; key order and whitespace may.

The text is JSON or JSON Lines. Its first line says how to read the rest; then comes what is around the
arrays (`{"total":2,"items":@1}`), unless the whole text is one array, and then table by table (json_table).
"""

import re
from typing import Final, NamedTuple

from headroom import markers
from headroom.compressors import json_table, json_values, protected, screen
from headroom.compressors.json_table import Row
from headroom.compressors.json_values import Value
from headroom.types import Compressed, Compressor, Context, PassThrough

_LEGEND: Final = (
    "cells between tabs; empty cell: no such key; a.b: key b of object a; bare text is a string; "
    "Prefixes: what the strings of these columns begin with"
)
_OPENING: Final = re.compile(r"\s*+[\[{]")
_SAMPLE_CHARS: Final = 4096
_MIN_MEMBERS: Final = 3
"""An object with fewer members is not read as a table of its members."""


class _Table(NamedTuple):
    """Where a table stands in for its rows in the JSON around it."""

    number: int


class _Found(NamedTuple):
    rows: list[Row]
    keys: list[str] | None


def looks_like(text: str) -> bool:
    """Whether the text begins as a JSON array or object does, under any colours."""
    return bool(_OPENING.match(screen.without_styles(text[:_SAMPLE_CHARS])))


def compress(text: str, context: Context) -> Compressed:
    """Return JSON with its arrays of objects as tables.

    Raises PassThrough for what is not strict JSON, has no array of objects or comes out no shorter; and
    when a budget asks for a lossy form.
    """
    if context.budget_tokens is not None:
        raise PassThrough("has no lossy form")
    protected.refuse(text)
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    result, rows = encode(screen.shown(text))
    if len(result) >= len(text):
        raise PassThrough("not shorter as a table")
    return Compressed(result, lossless=True, kept=rows)


def encode(text: str) -> tuple[str, int]:
    """Return JSON with its arrays of objects as tables, and how many rows these have, whether shorter or not.

    Raises PassThrough for what is not strict JSON or has no array of objects.
    """
    rows, lines, note = _form(json_values.read(text))
    body = "\n".join(lines)
    if not screen.is_encodable(body):
        raise PassThrough("a lone surrogate in a string")
    # An escape such as \u003c may have hidden it from the first look.
    protected.refuse(body)
    return (f"{note}\n{body}" if lines else note), rows


def _form(values: list[Value]) -> tuple[int, list[str], str]:
    """Return how many rows all tables have together, the lines, and the line that says how to read them."""
    found: list[_Found] = []
    if len(values) > 1:
        found.append(_Found([value for value in values if type(value) is dict], None))
        unit = "JSON lines"
    else:
        around = _pull_tables(values[0], found)
        if not found:
            raise PassThrough("no array of objects")
        unit = "objects of a JSON array" if isinstance(around, _Table) and found[0].keys is None else ""
    total = sum(len(part.rows) for part in found)
    if unit:
        return total, json_table.table(found[0].rows), markers.lossless_note(total, unit, f"a table ({_LEGEND})")
    lines = [_write(around)]
    for number, (rows, keys) in enumerate(found, 1):
        what = "objects" if keys is None else "members of an object"
        lines += [f"@{number}: {len(rows)} {what}", *json_table.table(rows, keys)]
    return (
        total,
        lines,
        markers.lossless_note(total, "JSON objects", f"rows of the tables @1, @2, ... ({_LEGEND})"),
    )


def _pull_tables(value: Value, found: list[_Found]) -> object:
    """Return a value with its outermost tables taken out and appended to `found`."""
    if type(value) is list:
        rows = [item for item in value if type(item) is dict]
        if len(rows) == len(value) >= 2:
            found.append(_Found(rows, None))
            return _Table(len(found))
        return [_pull_tables(item, found) for item in value]
    if type(value) is dict:
        rows = [item for item in value.values() if type(item) is dict and item]
        if len(rows) == len(value) >= _MIN_MEMBERS and json_table.is_uniform(rows):
            found.append(_Found(rows, list(value)))
            return _Table(len(found))
        return {key: _pull_tables(item, found) for key, item in value.items()}
    return value


def _write(around: object) -> str:
    if isinstance(around, _Table):
        return f"@{around.number}"
    if isinstance(around, dict):
        return "{" + ",".join([f"{json_values.quote(k)}:{_write(v)}" for k, v in around.items()]) + "}"
    if isinstance(around, list):
        return "[" + ",".join(map(_write, around)) + "]"
    return json_values.write(around)


JSON_ROWS: Final = Compressor("json_rows", looks_like, compress)
