"""Values of a JSON body by their spans: an object is read without parsing what is in it."""

from collections.abc import Iterator

from headroom.spans import Cursor, decode_text

Fields = dict[str, slice]
"""Where the values of an object stand, by key."""
REPEATED = "duplicate key"
"""Why nothing in an object is touched that has a key twice: which one the provider reads is not ours to guess."""


def fields(cursor: Cursor) -> tuple[Fields, str]:
    """Step over the object that comes next; return its values, and why it is untouchable, if it is."""
    found: Fields = {}
    untouchable = ""
    for key in cursor.members():
        if key in found:
            untouchable = REPEATED
        found[key] = cursor.skip()
    return found, untouchable


def fields_at(body: bytes, span: slice | None) -> tuple[Fields, str]:
    """Return the values of the object at a span; none where there is no object. See `fields`."""
    return fields(Cursor(body, span.start)) if span and body[span.start] == ord("{") else ({}, "")


def elements_at(body: bytes, span: slice | None) -> Iterator[slice]:
    """Yield where the elements of the array at a span stand; none where there is no array."""
    if span and body[span.start] == ord("["):
        cursor = Cursor(body, span.start)
        for _ in cursor.elements():
            yield cursor.skip()


def is_text(body: bytes, span: slice | None) -> bool:
    """Whether a string literal stands at a span."""
    return span is not None and body[span.start] == ord('"')


def is_set(body: bytes, span: slice | None) -> bool:
    """Whether anything but null stands at a span."""
    return span is not None and body[span] != b"null"


def text_at(body: bytes, span: slice | None) -> str:
    """Return the text at a span; empty where there is none, or another kind of value."""
    return decode_text(body[span]) if span and body[span.start] == ord('"') else ""


def raw_at(body: bytes, span: slice | None) -> str:
    """Return the JSON at a span as it stands; empty where there is none."""
    return body[span].decode(errors="replace") if span else ""
