"""Reads back what json_rows wrote: the proof that no value is lost. Follows the legend, not the encoder's code."""

import json
import re
from typing import Any

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TABLE = re.compile(r"@(\d+): (\d+) (objects|members of an object)")
_PLACE = re.compile(r'"(?:[^"\\]|\\.)*"|@(\d+)')


class Spelled(str):
    """A number as it was spelled; differs from the string of the same characters."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Spelled and str.__eq__(self, other)

    def __hash__(self) -> int:
        return hash(("number", str(self)))


def plain(text: str) -> Any:
    """Read JSON with numbers as they are spelled."""
    return json.loads(text, parse_int=Spelled, parse_float=Spelled)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, by type and by spelling of numbers; the order of keys does not matter."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def decode(text: str) -> list[Any]:
    """Return the JSON values that the text stands for: one, or the lines of JSON Lines."""
    header, *lines = text.split("\n")
    whole = re.match(r"\[headroom: ([\d,]+) (JSON lines|objects of a JSON array) as a table \(", header)
    if whole:
        rows, rest = _rows(lines, int(whole[1].replace(",", "")))
        assert not rest
        return rows if whole[2] == "JSON lines" else [rows]
    around, *lines = lines
    tables: dict[str, Any] = {}
    while lines:
        head = _TABLE.fullmatch(lines[0])
        assert head, lines[0]
        rows, lines = _rows(lines[1:], int(head[2]), keyed=head[3] != "objects")
        tables[head[1]] = dict(rows) if head[3] != "objects" else rows
    marked = _PLACE.sub(lambda m: f'{{"@": "{m[1]}"}}' if m[1] else m[0], around)
    objects = {"@": lambda pairs: tables[pairs[0][1]]}
    value = json.loads(
        marked,
        parse_int=Spelled,
        parse_float=Spelled,
        object_pairs_hook=lambda pairs: (
            objects["@"](pairs) if len(pairs) == 1 and _is_place(pairs[0], tables) else dict(pairs)
        ),
    )
    return [value]


def _is_place(pair: tuple[str, Any], tables: dict[str, Any]) -> bool:
    return pair[0] == "@" and type(pair[1]) is str and pair[1] in tables


def _rows(lines: list[str], count: int, keyed: bool = False) -> tuple[list[Any], list[str]]:
    constants: list[tuple[list[str | int], Any]] = []
    prefixes: dict[str, str] = {}
    if lines and lines[0].startswith("In every row: "):
        for name, cell in map(_split_name, lines.pop(0)[len("In every row: ") :].split("\t")):
            constants.append((_path(name), _value(cell)))
    if lines and lines[0].startswith("Prefixes: "):
        prefixes = {
            name: str(_value(cell, text=True))
            for name, cell in map(_split_name, lines.pop(0)[len("Prefixes: ") :].split("\t"))
        }
    if not lines or _TABLE.fullmatch(lines[0]):
        return [_build(constants) for _ in range(count)], lines
    names = lines[0].split("\t")
    body, rest = lines[1 : count + 1], lines[count + 1 :]
    assert len(body) == count
    rows = []
    for line in body:
        cells = line.split("\t")
        assert len(cells) <= len(names)
        key = None
        members = list(constants)
        more: dict[str, Any] = {}
        for name, cell in zip(names, cells, strict=False):
            if name == "(key)" and keyed and key is None:
                key = _value(cell)
            elif not cell:
                continue
            elif name == "(more)":
                more = _value(cell)
            elif name in prefixes:
                members.append((_path(name), prefixes[name] + str(_value(cell, text=True))))
            else:
                members.append((_path(name), _value(cell)))
        row = _build(members) | more
        rows.append((key, row) if keyed else row)
    return rows, rest


def _split_name(pair: str) -> tuple[str, str]:
    """Split name=cell at the first = outside of quotes."""
    match = re.match(r'((?:[^"=]|"(?:[^"\\]|\\.)*")*)=', pair)
    assert match
    return match[1], pair[match.end() :]


def _path(name: str) -> list[str | int]:
    steps: list[str | int] = []
    for quoted, place, bare in re.findall(r'("(?:[^"\\]|\\.)*")|\[(\d+)\]|([^."\[]+)', name):
        steps.append(json.loads(quoted) if quoted else int(place) if place else bare)
    return steps


def _value(cell: str, text: bool = False) -> Any:
    if cell.startswith('"') or (not text and cell[:1] in ("{", "[")):
        return plain(cell)
    if text:
        return cell
    if cell in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[cell]
    return Spelled(cell) if _NUMBER.fullmatch(cell) else cell


def _build(members: list[tuple[list[str | int], Any]]) -> dict[str, Any]:
    root: dict[str | int, Any] = {}
    for path, value in members:
        at = root
        for step in path[:-1]:
            at = at.setdefault(step, {})
        assert path[-1] not in at
        at[path[-1]] = value
    return {str(key): _listed(value) for key, value in root.items()}


def _listed(value: Any) -> Any:
    """Turn the objects that the path's places made into lists."""
    if type(value) is not dict:
        return value
    if value and all(type(key) is int for key in value):
        return [_listed(value[at]) for at in range(len(value))]
    return {key: _listed(item) for key, item in value.items()}
