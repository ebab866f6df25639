"""How a JSON value is spelled in a table's cell, and a path in a column's name: no two are spelled alike."""

import re
from itertools import islice
from typing import Final

from headroom.compressors import json_columns
from headroom.compressors.json_columns import MISSING, RARE_KEYS, Cells, Path, _Missing
from headroom.compressors.json_values import Number, Value, quote, write

MORE: Final = "(more)"
"""The name of the column of the rare keys: an object with these in each cell."""
ITSELF: Final = "(value)"
"""The name of the column of rows that are no objects (no lists, in a table of lists)."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_$@/-]++(?>(?: [A-Za-z0-9_$@/-]++)*)")
_KEYED: Final = re.compile(r"([^{]*?)(?:\[\{|\{)([^{}]*)(\}\]|\})")
_MANY_KEYS: Final = 3
_SPECIAL: Final = r"(?:true|false|null|none|nan|[+-]?+(?:infinity|(?:\d++\.?+\d*+|\.\d++)(?>(?:e[+-]?+\d++)?)))"
_LIKE_A_VALUE: Final = re.compile(_SPECIAL, re.IGNORECASE)
"""Strings that would be read as something else if they stood without quotes."""
_ANY_OTHER: Final = re.compile(rf"\n(?:[{{\[]|{_SPECIAL}(?=\n))", re.IGNORECASE)
_ANY_ODD: Final = re.compile(r'\n[ "~$=\n]')
_ANY_ODD_OR_OTHER: Final = re.compile(rf'\n(?:[ "{{\[~$=\n]|{_SPECIAL}\n)', re.IGNORECASE)


def name(path: Path) -> str:
    """Return a column's name: a.b for key b of the object a, a[0] for a list's first item."""
    if path == RARE_KEYS:
        return MORE
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        else:
            said += ("." if said else "") + _key(step)
    return said or ITSELF


def without_keys(name: str, values: Cells) -> tuple[str, Cells]:
    """Return a column with the keys of the objects in its cells said in its name, where all have the same.

    a[{b,c}] holds lists of objects, each object as the list of its values of b and c; a{b,c} holds such objects.
    """
    types = set(map(type, values))
    if name == MORE:
        return name, values
    if list in types and (keys := json_columns.item_keys(values)):
        lists: Cells = [
            [[item[key] for key in keys] for item in value] if type(value) is list else value  # type: ignore[index,call-overload]
            for value in values
        ]
        return f"{name}[{{{','.join(map(_key, keys))}}}]", lists
    if dict in types and (keys := json_columns.object_keys(values)):
        objects: Cells = [[value[key] for key in keys] if type(value) is dict else value for value in values]
        return f"{name}{{{','.join(map(_key, keys))}}}", objects
    return name, values


def with_only(name: str, values: Cells) -> tuple[str, Cells, str]:
    """Return a column of objects, as `without_keys` makes it, with one key of them, and that key.

    Only if all other members follow from it: labels[].name for labels[{id,url,name}]. Else the key is empty.
    """
    match = _KEYED.fullmatch(name)
    keys = match[2].split(",") if match and '"' not in name else []
    if match is None or len(keys) < _MANY_KEYS:
        return name, values, ""
    is_list = match[3] == "}]"
    lists = [value for value in values if type(value) is list]
    items: list[list[Value]] = [item for value in lists for item in value] if is_list else lists  # type: ignore[misc]
    wholes = len({write(item) for item in items})
    for at, key in enumerate(keys):
        told = {item[at] if type(item[at]) is str else None for item in items}
        if None in told or len(told) != wholes or any("://" in str(text) for text in told):
            continue
        short: Cells = [
            value
            if type(value) is not list
            else [item[at] for item in value]  # type: ignore[index]
            if is_list
            else value[at]
            for value in values
        ]
        return f"{match[1]}[].{key}" if is_list else f"{match[1]}.{key}", short, key
    return name, values, ""


def spell(values: Cells) -> list[str]:
    """Return the cells of a column; what is missing is empty."""
    types = set(map(type, values))
    if types == {str} and all_bare(values):
        return values  # type: ignore[return-value]
    if types == {Number}:
        return [str(value) for value in values]
    if types == {str}:
        return list(map(_text, values))  # type: ignore[arg-type]
    return list(map(cell, values))


def is_look_alike(texts: Cells, count: int) -> bool:
    """Whether at least `count` of a column's strings look like something else, and so would need quotes."""
    joined = "\n".join(texts)  # type: ignore[arg-type]
    if joined.count("\n") != len(texts) - 1:
        return sum(is_other(text) for text in texts if type(text) is str) >= count
    return sum(1 for _ in islice(_ANY_OTHER.finditer(f"\n{joined}\n"), count)) >= count


def all_bare(texts: Cells, are_strings: bool = False) -> bool:
    """Whether all of a column's strings can stand in cells as they are; False where that is in doubt.

    Args:
        are_strings: whether the head says that all of the column's cells are strings.
    """
    joined = "\n".join(texts)  # type: ignore[arg-type]
    if not joined.replace("\n", "").isprintable() or joined.count("\n") != len(texts) - 1:
        return False
    framed = f"\n{joined}\n"
    return " \n" not in framed and not (_ANY_ODD if are_strings else _ANY_ODD_OR_OTHER).search(framed)


def cell(value: "Value | _Missing") -> str:
    """Return a cell; no two different values have the same one."""
    if value is MISSING:
        return ""
    if type(value) is str:
        return _text(value)
    return str(value) if type(value) is Number else write(value)


def bare(text: str) -> str:
    """Return a string as it is if it can stand alone between tabs in a column of strings, else quoted."""
    if text and text.isprintable() and text[0] not in ' "~$=' and text[-1] != " ":
        return text
    return quote(text)


def _text(text: str) -> str:
    return quote(text) if is_other(text) else bare(text)


def is_other(text: str) -> bool:
    """Whether a string would be read as something else if it stood without quotes."""
    return text[:1] in ("{", "[") or _LIKE_A_VALUE.fullmatch(text) is not None


def _key(key: str) -> str:
    return key if _PLAIN_NAME.fullmatch(key) else quote(key)
