"""Reads back what json_rows wrote: the proof that no value is lost. Follows the legend, not the encoder's code."""

import json
import re
from typing import Any, NamedTuple

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?Infinity")
_TABLE = re.compile(r"@(\d+): (\d+) (objects|items|arrays|members of an object)")
_WHOLE = re.compile(r"\[headroom: ([\d,]+) (JSON lines|(?:objects|items|arrays) of a JSON array) as a table \(")
_ONE = re.compile(r"\[headroom: 1 JSON value as text without blanks, nothing left out\]")
_PLACE = re.compile(r'"(?:[^"\\]|\\.)*"|@(\d+)|string\(|\)')
_MARK, _HELD = "\x7f@", "\x7fstring"


class Spelled(str):
    """A number as it was spelled; differs from the string of the same characters."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Spelled and str.__eq__(self, other)

    def __hash__(self) -> int:
        return hash(("number", str(self)))


def plain(text: str) -> Any:
    """Read JSON with numbers as they are spelled."""
    return json.loads(text, parse_int=Spelled, parse_float=Spelled, parse_constant=Spelled)


class Held(NamedTuple):
    """What a string holds as JSON; its white space and key order are not known."""

    value: Any


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, by type and by spelling of numbers; the order of keys does not matter."""
    if isinstance(one, Held):
        return type(other) is str and same(one.value, plain(other))
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
    if _ONE.fullmatch(header):
        return [plain("\n".join(lines))]
    whole = _WHOLE.match(header)
    if whole:
        rows, rest = read_rows(lines, int(whole[1].replace(",", "")), whole[2].partition(" ")[0])
        assert not rest
        return rows if whole[2] == "JSON lines" else [rows]
    around, *lines = lines
    tables: dict[str, Any] = {}
    while lines:
        head = _TABLE.fullmatch(lines[0])
        assert head, lines[0]
        kind = head[3].partition(" ")[0]
        rows, lines = read_rows(lines[1:], int(head[2]), kind)
        tables[head[1]] = dict(rows) if kind == "members" else rows
    marked = _PLACE.sub(_marked, around)

    def built(pairs: list[tuple[str, Any]]) -> Any:
        if len(pairs) == 1 and pairs[0][0] == _MARK:
            return tables[pairs[0][1]]
        return Held(pairs[0][1]) if len(pairs) == 1 and pairs[0][0] == _HELD else dict(pairs)

    return [
        json.loads(marked, parse_int=Spelled, parse_float=Spelled, parse_constant=Spelled, object_pairs_hook=built)
    ]


def _marked(match: re.Match[str]) -> str:
    """Make JSON of what is not: @1 and string(...)."""
    if match[1]:
        return json.dumps({_MARK: match[1]})
    return {"string(": f'{{"{_HELD}":', ")": "}"}.get(match[0], match[0])


class _Head:
    """What stands above the column names."""

    def __init__(self, lines: list[str]) -> None:
        self.constants = _pairs(_taken(lines, "In every row: "))
        self.derived = _pairs(_taken(lines, "Made from other columns: "))
        self.prefixes = {name: _string(cell) for name, cell in _pairs(_taken(lines, "Prefixes: "))}
        self.suffixes = {name: _string(cell) for name, cell in _pairs(_taken(lines, "Suffixes: "))}
        self.strings = _taken(lines, "Strings: ")
        self.sections = _taken(lines, "Sections: ")
        self.ditto = dict(_pairs(_taken(lines, "Ditto: ")))
        self.values: list[str] = []
        while lines and lines[0].startswith(f"${len(self.values) + 1}="):
            self.values.append(lines.pop(0).partition("=")[2])

    def is_text(self, name: str) -> bool:
        return any(
            name in said for said in (self.prefixes, self.suffixes, self.strings, self.sections, self.ditto)
        )

    def read(self, name: str, cell: str, above: str, section: str) -> Any:
        """Return the value of a cell that is not empty, or that is one of a section's."""
        if self.values and (numbered := re.fullmatch(r"\$(\d+)( .*)?", cell)):
            value = self.values[int(numbered[1]) - 1]
            if numbered[2] is None:
                cell = value
            else:
                return self._whole(name, value + numbered[2][1:])
        if name in self.ditto and cell.startswith("~"):
            cut = above.rfind(self.ditto[name]) + 1
            return self._whole(name, above[:cut] + cell[1:])
        if name in self.sections:
            return self._whole(name, section + _string(cell))
        return self._whole(name, _string(cell)) if self.is_text(name) else _value(cell)

    def _whole(self, name: str, text: str) -> str:
        return self.prefixes.get(name, "") + text + self.suffixes.get(name, "")

    def without_shared(self, name: str, value: Any) -> str:
        if type(value) is not str:
            return ""
        end = len(value) - len(self.suffixes.get(name, ""))
        return value[len(self.prefixes.get(name, "")) : end]


def _taken(lines: list[str], words: str) -> list[str]:
    return lines.pop(0)[len(words) :].split("\t") if lines and lines[0].startswith(words) else []


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    return list(map(_split_name, texts))


def _split_name(pair: str) -> tuple[str, str]:
    """Split name=cell at the first = outside of quotes."""
    match = re.match(r'((?:[^"=]|"(?:[^"\\]|\\.)*")*)=', pair)
    assert match
    return match[1], pair[match.end() :]


def read_rows(lines: list[str], count: int, kind: str) -> tuple[list[Any], list[str]]:
    """Return the rows of a table and the lines below it; a row is a pair, where it is a member of an object."""
    lines = list(lines)
    head = _Head(lines)
    constants = [(name, _value(cell)) for name, cell in head.constants]
    if not lines or _TABLE.fullmatch(lines[0]):
        return [_row(dict(constants), kind) for _ in range(count)], lines
    names = lines.pop(0).split("\t")
    rows: list[Any] = []
    section = ""
    above: dict[str, Any] = {}
    for _ in range(count):
        if head.sections and lines[0].startswith("= "):
            section = _string(lines.pop(0)[2:])
        cells = lines.pop(0).split("\t")
        assert len(cells) <= len(names)
        cells += [""] * (len(names) - len(cells))
        found: dict[str, Any] = {}
        for name, cell in zip(names, cells, strict=True):
            if cell or name in head.sections:
                shown = head.without_shared(name, above.get(name))
                found[name] = head.read(name, cell, shown, section)
        above = found
        members = dict(constants) | found
        for name, formula in head.derived:
            if (value := _derived(formula, found, names)) is not None:
                members[name] = value
        rows.append(_row(members, kind))
    return rows, lines


def _derived(formula: str, row: dict[str, Any], names: list[str]) -> Any:
    """Return what a formula yields in a row; None where what it takes from is missing."""
    if not formula.startswith('"') and (only := re.fullmatch(r"\{([^{}]*)\}", formula)) and only[1] in names:
        return row.get(only[1])
    is_missing = False

    def part(match: re.Match[str]) -> str:
        nonlocal is_missing
        if match[1] not in names:
            return match[0]
        if match[1] not in row:
            is_missing = True
            return ""
        value = str(row[match[1]])
        if match[2] == " after its last /":
            return value[value.rfind("/") + 1 :]
        return value[: value.rfind("/")] if match[2] else value

    text = re.sub(r"\{([^{}]*?)( after its last /| up to its last /)?\}", part, _string(formula))
    return None if is_missing else text


def _row(members: dict[str, Any], kind: str) -> Any:
    """Build a row's value from its cells by column name."""
    key = members.pop("(key)", None) if kind == "members" else None
    more = members.pop("(more)", {})
    if "(value)" in members:
        assert len(members) == 1
        assert not more
        return members["(value)"]
    root: dict[str | int, Any] = {}
    for name, cell in members.items():
        steps, value = _with_keys(name, cell)
        at = root
        for step in steps[:-1]:
            at = at.setdefault(step, {})
        assert steps[-1] not in at
        at[steps[-1]] = value
    row = {str(key): _listed(value) for key, value in root.items()} | more
    if kind == "arrays":
        return [_listed(root[place]) for place in range(len(root))]
    return (key, row) if kind == "members" else row


_KEYS = re.compile(r'^((?:[^"{]|"(?:[^"\\]|\\.)*")*?)(\[)?\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\}\]?$')


def _with_keys(name: str, value: Any) -> tuple[list[str | int], Any]:
    """Return the path that a column's name says, and the value with the keys that it says."""
    keyed = _KEYS.match(name)
    if not keyed:
        return _path(name), value
    keys = [_path(key)[0] for key in re.findall(r'"(?:[^"\\]|\\.)*"|[^",]+', keyed[3])]
    if keyed[2] and type(value) is list:
        value = [dict(zip(keys, item, strict=True)) for item in value]
    elif not keyed[2] and type(value) is list:
        value = dict(zip(keys, value, strict=True))
    return _path(keyed[1]), value


def _path(name: str) -> list[str | int]:
    steps: list[str | int] = []
    for quoted, place, bare in re.findall(r'("(?:[^"\\]|\\.)*")|\[(\d+)\]|([^."\[]+)', name):
        steps.append(json.loads(quoted) if quoted else int(place) if place else bare)
    return steps


def _string(cell: str) -> str:
    return str(_value(cell, text=True))


def _value(cell: str, text: bool = False) -> Any:
    if cell.startswith('"') or (not text and cell[:1] in ("{", "[")):
        return plain(cell)
    if text:
        return cell
    if cell in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[cell]
    return Spelled(cell) if _NUMBER.fullmatch(cell) else cell


def _listed(value: Any) -> Any:
    """Turn the objects that the path's places made into lists."""
    if type(value) is not dict:
        return value
    if value and all(type(key) is int for key in value):
        return [_listed(value[at]) for at in range(len(value))]
    return {key: _listed(item) for key, item in value.items()}
