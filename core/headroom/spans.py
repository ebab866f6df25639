"""Walk raw JSON bytes, find string spans in them, splice replacements: the only place that edits a body.

Nothing is re-serialised. A body is read by a cursor that knows offsets, and changed by replacing the bytes
of whole string literals; every other byte goes out as it came in (law 2).
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

from headroom import kernels

_SPACE = b" \t\n\r"
_QUOTE, _BACKSLASH = ord('"'), b"\\"


class Replacement(NamedTuple):
    """The bytes [start, end) of a body, a JSON string literal with its quotes, and its replacement."""

    start: int
    end: int
    literal: bytes


def splice(body: bytes, replacements: Sequence[Replacement]) -> bytes:
    """Return the body with the spans replaced; the very same object when there is nothing to replace.

    Args:
        body: the request as it came.
        replacements: in ascending order, not overlapping.
    """
    if not replacements:
        return body
    pieces: list[bytes] = []
    at = 0
    for start, end, literal in replacements:
        pieces += (body[at:start], literal)
        at = end
    pieces.append(body[at:])
    return b"".join(pieces)


def encode_text(text: str) -> bytes:
    """Return the text as a JSON string literal. Raises ValueError for a lone surrogate (no UTF-8)."""
    try:
        return orjson.dumps(text)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from None


def decode_text(literal: bytes) -> str:
    """Return the text of a JSON string literal, lone surrogates included. Raises ValueError for others."""
    try:
        text = orjson.loads(literal)
    except orjson.JSONDecodeError:
        # orjson refuses lone surrogates, which the standard library reads.
        text = json.loads(literal)
    if not isinstance(text, str):
        raise ValueError("not a JSON string")
    return text


class Cursor:
    """A position in JSON bytes. Every method raises ValueError on bytes that are not the JSON it expects.

    `members` and `elements` yield with the cursor on a value; a caller that does not consume the value leaves
    it where it is, and it is skipped. They must be run to their end.
    """

    __slots__ = ("body", "pos")

    def __init__(self, body: bytes, pos: int = 0) -> None:
        self.body = body
        self.pos = pos

    def peek(self) -> int:
        """Skip white space and return the next byte, or -1 at the end."""
        body, pos = self.body, self.pos
        size = len(body)
        while pos < size and body[pos] in _SPACE:
            pos += 1
        self.pos = pos
        return body[pos] if pos < size else -1

    def expect(self, byte: bytes) -> None:
        """Step over one byte that must come next."""
        if self.peek() != byte[0]:
            raise ValueError(f"expected {byte!r} at offset {self.pos}")
        self.pos += 1

    def skip(self) -> slice:
        """Step over the value that comes next and return its span."""
        self.peek()
        start = self.pos
        self.pos = kernels.skip_value(self.body, start)
        return slice(start, self.pos)

    def string(self) -> slice:
        """Step over a string literal and return its span, quotes included."""
        if self.peek() != _QUOTE:
            raise ValueError(f"expected a string at offset {self.pos}")
        start = self.pos
        self.pos = kernels.find_string_end(self.body, start)
        return slice(start, self.pos)

    def text(self) -> str:
        """Step over a string literal and return its text."""
        return decode_text(self.body[self.string()])

    def members(self, entered: bool = False) -> Iterator[str]:
        """Yield each key of the object that comes next, with the cursor on the key's value.

        Args:
            entered: the cursor stands behind a member already, not before the object.
        """
        for _ in self._items(b"{", b"}", entered):
            span = self.string()
            raw = self.body[span.start + 1 : span.stop - 1]
            key = decode_text(self.body[span]) if _BACKSLASH in raw else raw.decode()
            self.expect(b":")
            self.peek()
            at = self.pos
            yield key
            if self.pos == at:
                self.skip()

    def elements(self, entered: bool = False) -> Iterator[None]:
        """Yield for each element of the array that comes next, with the cursor on the element."""
        for _ in self._items(b"[", b"]", entered):
            at = self.pos
            yield
            if self.pos == at:
                self.skip()

    def _items(self, opening: bytes, closing: bytes, entered: bool) -> Iterator[None]:
        if not entered:
            self.expect(opening)
            if self.peek() == closing[0]:
                self.pos += 1
                return
            yield
        while self.peek() == ord(","):
            self.pos += 1
            self.peek()
            yield
        self.expect(closing)
