"""JSON read strictly and written compactly, so that no value changes: numbers keep their spelling."""

import json
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from headroom.types import PassThrough

MAX_DEPTH: Final = 64
"""Deeper nesting is not read: everything here recurses once a level."""


class Number(str):
    """A JSON number, as it was spelled: 1.0, 1e5 and 9223372036854775808 stay what they are."""

    __slots__ = ()


Value: TypeAlias = "dict[str, Value] | list[Value] | str | bool | None"
"""A JSON value; a number is a Number."""

# Never fails once it has begun, also where a string does not end: so each character is looked at once.
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
_NOT_BRACKET: Final = re.compile(r"[^\[\]{}]++")
_BLANKS: Final = re.compile(r"[ \t\r\n]*+")
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def read(text: str) -> list[Value]:
    """Return the values of a JSON text: one, or several objects each on its own line (JSON Lines).

    Raises PassThrough for anything that is not strict JSON, and for what could not be written back
    unchanged: an object with a key twice, NaN, trailing text, nesting deeper than MAX_DEPTH.
    """
    if _depth(text) > MAX_DEPTH:
        raise PassThrough(f"JSON nested deeper than {MAX_DEPTH}")
    values: list[Value] = []
    end = 0
    at = _skip_blanks(text, 0)
    while at < len(text):
        if values and "\n" not in text[end:at]:
            raise PassThrough("text after the JSON value")
        try:
            value, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise PassThrough(f"not JSON: {error.msg}" if not values else "text after the JSON value") from None
        values.append(value)
        at = _skip_blanks(text, end)
    if len(values) > 1 and not all(type(value) is dict for value in values):
        raise PassThrough("several JSON values that are not all objects")
    if not values:
        raise PassThrough("empty")
    return values


def write(value: object) -> str:
    """Return the compact JSON text of a value. Recurses once a level, so at most MAX_DEPTH deep."""
    return _WRITERS[type(value)](value)


def quote(text: str) -> str:
    """Return a string as JSON, with non-ASCII characters as they are."""
    return _ENCODER.encode(text)


def _depth(text: str) -> int:
    """Return how deep the brackets outside of strings nest; looked at before anything recurses into them."""
    depth = deepest = 0
    for bracket in _NOT_BRACKET.sub("", _STRING.sub("", text)):
        depth += _STEP[bracket]
        if depth > deepest:
            deepest = depth
    return deepest


def _skip_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise PassThrough("an object has the same key twice")
    return members


def _no_constant(name: str) -> None:
    raise PassThrough(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=Number,
    parse_float=Number,
    parse_constant=_no_constant,
)
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
