"""JSON read strictly and written compactly, so that no value changes: numbers keep their spelling."""

import json
import re
from collections.abc import Callable
from itertools import chain, islice
from typing import Any, Final, TypeAlias

from headroom.types import PassThrough

MAX_DEPTH: Final = 64
"""Deeper nesting is not read: everything here recurses once a level."""
_TOO_DEEP: Final = f"JSON nested deeper than {MAX_DEPTH}"


class Broken(PassThrough):
    """A text is no JSON, or no more than a part of it is."""


class Number(str):
    """A JSON number, as it was spelled: 1.0, 1e5, 9223372036854775808 and NaN stay what they are."""

    __slots__ = ()


Value: TypeAlias = "dict[str, Value] | list[Value] | str | bool | None"
"""A JSON value; a number is a Number."""

_BLANKS: Final = re.compile(r"[ \t\r\n]*+")
_STRING_OR_BRACKET: Final = re.compile(r'"(?>(?:[^"\\]|\\.)*)(?:"|\Z)|[\[\]{}]', re.DOTALL)
_LOOK_CHARS: Final = 2048
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def read(text: str) -> list[Value]:
    """Return the values of a JSON text: one, or several objects each on its own line (JSON Lines).

    NaN, Infinity and -Infinity, which many programs write, are numbers here.
    Raises PassThrough (Broken) for anything else that is not strict JSON, and for what could not be written back
    unchanged: an object with a key twice, trailing text, nesting deeper than MAX_DEPTH.
    """
    values: list[Value] = []
    end = 0
    at = _skip_blanks(text, 0)
    while at < len(text):
        if values and "\n" not in text[end:at]:
            raise Broken("text after the JSON value")
        try:
            value, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise _broken(text, error, values) from None
        except RecursionError:
            raise PassThrough(_TOO_DEEP) from None
        values.append(value)
        at = _skip_blanks(text, end)
    if len(values) > 1 and not all(type(value) is dict for value in values):
        raise PassThrough("several JSON values that are not all objects")
    if not values:
        raise PassThrough("empty")
    refuse_deep(values)
    return values


def value_at(text: str, start: int) -> tuple[Value, int]:
    """Return the JSON value that begins at `start`, and the offset just past it.

    Raises json.JSONDecodeError where none does, and PassThrough for what `read` does not take.
    """
    if _opens_too_deep(text, start):
        raise PassThrough(_TOO_DEEP)
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError:
        raise PassThrough(_TOO_DEEP) from None


def refuse_deep(values: list[Value]) -> None:
    """Raise PassThrough when values nest deeper than MAX_DEPTH."""
    if _is_deep(values):
        raise PassThrough(_TOO_DEEP)


def end(text: str, start: int) -> int | None:
    """Return the offset just past the JSON array or object that begins at `start`; None where none does.

    Stops at the first character that is not JSON. What is nested deeper than MAX_DEPTH counts as none.
    """
    if text[start : start + 1] not in ("[", "{") or _opens_too_deep(text, start):
        return None
    try:
        value, past = _PLAIN_DECODER.raw_decode(text, start)
    except (json.JSONDecodeError, RecursionError):
        return None
    return None if _is_deep([value]) else past


def write(value: object) -> str:
    """Return the compact JSON text of a value. Recurses once a level, so at most MAX_DEPTH deep."""
    return _WRITERS[type(value)](value)


def quote(text: str) -> str:
    """Return a string as JSON, with non-ASCII characters as they are."""
    return _ENCODER.encode(text)


def _broken(text: str, error: json.JSONDecodeError, values: list[Value]) -> Broken:
    """Return in plain words where a text stops being JSON."""
    length = len(text.rstrip())
    if error.pos >= length or error.msg.startswith("Unterminated"):
        is_begun = values or text.lstrip()[:1] in ("[", "{", '"')
        return Broken(f"not whole JSON: it ends at character {length:,}" if is_begun else "not JSON")
    if values:
        return Broken("text after the JSON value")
    begins = len(text) - len(text.lstrip())
    return Broken("not JSON" if error.pos <= begins else f"not JSON from character {error.pos + 1:,} on")


def _opens_too_deep(text: str, start: int) -> bool:
    """Tell whether a value soon opens more levels than MAX_DEPTH: much cheaper than to begin to read it."""
    stop = start + _LOOK_CHARS
    if text.count("[", start, stop) + text.count("{", start, stop) <= MAX_DEPTH:
        return False
    depth = 0
    for match in islice(_STRING_OR_BRACKET.finditer(text, start, stop), 2 * MAX_DEPTH):
        depth += _STEP.get(match[0], 0)
        if not 0 < depth <= MAX_DEPTH:
            break
    return depth > MAX_DEPTH


def _is_deep(values: list[Value]) -> bool:
    """Tell whether values nest deeper than MAX_DEPTH, level by level."""
    level = list(values)
    for _ in range(MAX_DEPTH + 1):
        types = set(map(type, level))
        if dict not in types and list not in types:
            return False
        objects = [value for value in level if type(value) is dict]
        lists = [value for value in level if type(value) is list]
        level = list(chain(chain.from_iterable(map(dict.values, objects)), chain.from_iterable(lists)))
    return True


def _skip_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise PassThrough("an object has the same key twice")
    return members


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=Number,
    parse_float=Number,
    parse_constant=Number,
)
_PLAIN_DECODER: Final = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def _write_object(members: dict[str, object]) -> str:
    return "{" + ",".join([f"{quote(key)}:{write(value)}" for key, value in members.items()]) + "}"


def _write_array(items: list[object]) -> str:
    return "[" + ",".join([write(item) for item in items]) + "]"


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    Number: str,
    str: quote,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    dict: _write_object,
    list: _write_array,
}
