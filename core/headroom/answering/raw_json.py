"""Small JSON values taken apart and put together by their raw bytes, for events that are changed.

What is not changed keeps its spelling: numbers, escapes, unknown members. Only the blanks between the members of
an object, or the elements of an array, that is put together again are lost. Requests are never put together so:
they are spliced.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import orjson

from headroom.spans import Cursor, Replacement, encode_text

NULL = b"null"
_FIGURES_DEPTH = 4
"""How deep figures of usage may be nested; what lies deeper is taken as it comes."""


def members(data: bytes) -> dict[str, bytes]:
    """Return an object's values, raw, by key; of equal keys the last counts. Raises ValueError for others."""
    cursor = Cursor(data)
    return {key: data[cursor.skip()] for key in cursor.members()}


def elements(data: bytes) -> list[bytes]:
    """Return an array's elements, raw. Raises ValueError for anything else."""
    cursor = Cursor(data)
    return [data[cursor.skip()] for _ in cursor.elements()]


def object_of(values: Mapping[str, bytes]) -> bytes:
    """Return the object with these raw values."""
    return b"{" + b",".join(encode_text(key) + b":" + value for key, value in values.items()) + b"}"


def array_of(values: Iterable[bytes]) -> bytes:
    """Return the array with these raw elements."""
    return b"[" + b",".join(values) + b"]"


def literal(text: str) -> bytes:
    """Return a text as a JSON string literal; a lone surrogate, which is no text, becomes a question mark."""
    return orjson.dumps(text.encode(errors="replace").decode())


def value_of(data: bytes | None) -> object:
    """Return a raw value's meaning; None for what is missing or no JSON."""
    try:
        return orjson.loads(data) if data else None
    except orjson.JSONDecodeError:
        return None


def canonical(value: object) -> str:
    """Return the same text for values that mean the same, however they are spelled; a JSON text is read first."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return str(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def squeezed(text: str) -> str:
    """Return a text without its blanks, which clients add and take away."""
    return "".join(text.split())


def digest(*parts: str) -> str:
    """Return a name for these texts together."""
    said = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        said.update(b"%d:" % len(data))
        said.update(data)
    return said.hexdigest()[:32]


def add_figures(first: object, second: object, depth: int = _FIGURES_DEPTH) -> object:
    """Return two rounds' figures of usage added up; where they are no numbers, those of the later round.

    Lists of objects are added up by what names their elements (Gemini's tokens by modality).
    """
    if second is None:
        return first
    if _is_number(first) and _is_number(second):
        return first + second  # type: ignore[operator]
    if depth and isinstance(first, dict) and isinstance(second, dict):
        keys = [*first, *(key for key in second if key not in first)]
        return {key: add_figures(first.get(key), second.get(key), depth - 1) for key in keys}
    if depth and isinstance(first, list) and isinstance(second, list):
        both: dict[str, object] = {}
        for element in (*first, *second):
            name = _name(element)
            both[name] = add_figures(both.get(name), element, depth - 1)
        return list(both.values())
    return second


def array_span(body: bytes, key: str) -> slice | None:
    """Return where the array of a request's top-level member stands; None where there is none."""
    span = value_span(body, key)
    return span if span and body[span.start] == ord("[") else None


def value_span(body: bytes, key: str) -> slice | None:
    """Return where the value of a top-level member stands. Raises ValueError for what is no JSON object."""
    cursor = Cursor(body)
    found = None
    for name in cursor.members():
        if name == key:
            found = cursor.skip()
    return found


def element_spans(body: bytes, array: slice) -> list[slice]:
    """Return where the elements of an array stand."""
    cursor = Cursor(body, array.start)
    return [cursor.skip() for _ in cursor.elements()]


def appended(body: bytes, array: slice, added: Sequence[bytes]) -> Replacement:
    """Return what adds raw elements at the end of an array, directly behind the last one."""
    there = element_spans(body, array)
    at = there[-1].stop if there else array.start + 1
    return Replacement(at, at, b"".join(b"," + raw for raw in added)[0 if there else 1 :])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(element: object) -> str:
    if not isinstance(element, dict):
        return ""
    return canonical({key: value for key, value in element.items() if isinstance(value, str)})
