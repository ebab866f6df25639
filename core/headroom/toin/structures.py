"""What an output is, whatever it holds: hashes of who reads it, who made it, and its field names.

    structure   SHA-256[:8] of row, tool and field names (without fields: of the program that was run, too)
    field       SHA-256[:8] of structure and field name, so that a field says nothing beside another structure

No value, no name and no user can be read from what is kept; whether a hash is that of a name at hand can be told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from headroom.compressors import commands, shell
from headroom.digests import digest

_SAMPLE: Final = 100
"""So many rows, evenly spread, tell the fields of all."""
_OFTEN: Final = 0.5
"""A key in a smaller share of the rows is no field: outputs of a tool differ in those."""
_MOST_FIELDS: Final = 200
"""An object with more keys is an index, whose keys are values."""
_DEPTH: Final = 3
_LEVELS, _VISITED = 4, 200
"""Where rows are looked for: so many levels deep, in so many values."""
_MEMBERS: Final = 3
_MOST_CHARS: Final = 8_000_000
"""A longer text is known by its tool alone."""

Row = Mapping[str, Any]


def key(kind: str, tool: str, tool_input: str, fields: Iterable[str]) -> str:
    """Return the structure of an output, 8 hex digits.

    Args:
        kind: the row of COMPRESSORS that reads it.
        tool_input: the call's input as JSON text, or a shell line; it counts where there are no fields.
        fields: their names, dotted where they are nested.
    """
    names = sorted(set(fields))
    program = "" if names else next((shell.program(run[0]) for run in commands.runs(tool_input)), "")
    return _hash(kind, tool, program, *names)


def field_key(structure: str, name: str) -> str:
    """Return what a field is called beside its structure, 8 hex digits."""
    return _hash(structure, name)


def fields(rows: list[Row]) -> tuple[str, ...]:
    """Return the names of the fields that most rows have, dotted where they are nested; in order."""
    step = max(1, len(rows) // _SAMPLE)
    some = rows[::step]
    counts = Counter(name for row in some for name, _ in flat(row))
    often = sorted(name for name, n in counts.items() if n >= _OFTEN * len(some))
    return tuple(often) if len(often) <= _MOST_FIELDS else ()


def flat(row: Row, before: str = "", depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """Yield a row's fields and values, those of nested objects by dotted names. Recurses 3 levels at most."""
    for name, value in row.items():
        if isinstance(value, dict) and value and depth > 1:
            yield from flat(value, f"{before}{name}.", depth - 1)
        else:
            yield before + name, value


def rows(text: str) -> list[Row]:
    """Return the objects that a JSON text lists: of its longest list, or on its lines. Nothing for other texts."""
    if len(text) > _MOST_CHARS or text.lstrip()[:1] not in ("[", "{"):
        return []
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _lines(text)
    return max(_lists(value), key=len, default=[])


def _lines(text: str) -> list[Row]:
    found: list[Row] = []
    for line in text.split("\n"):
        if line.strip():
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                return []
            if not isinstance(value, dict):
                return []
            found.append(value)
    return found


def _lists(value: Any) -> Iterator[list[Row]]:
    """Yield the lists of objects in a value, level by level; in a text that holds JSON, too."""
    level, seen = [value], 0
    for _ in range(_LEVELS):
        below: list[Any] = []
        for inner in level[: _VISITED - seen]:
            seen += 1
            found = _read(inner)
            is_object = isinstance(found, dict)
            members = list(found.values()) if is_object else found if isinstance(found, list) else []
            objects: list[Row] = [member for member in members if isinstance(member, dict)]
            least = _MEMBERS if is_object else 2
            if len(objects) >= least and 2 * len(objects) > len(members) and not _are_texts(objects):
                yield objects
            else:
                below += members
        level = below


def _are_texts(objects: list[Row]) -> bool:
    """Whether objects are text blocks, {"type": "text", "text": ...}, as MCP tools return them."""
    return all(item.get("type") == "text" for item in objects)


def _read(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _hash(*parts: str) -> str:
    return digest(*parts)[:8]
