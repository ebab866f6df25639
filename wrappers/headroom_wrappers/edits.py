"""Single values set in a JSON file that is the user's, and taken back. Pure functions over its bytes.

Nothing is re-serialised: a value is changed at its span, and all else stays as it is: comments, a comma before a
closing bracket, a byte order mark, line ends, indentation, the order of keys. What was set is only taken back
where it still stands, and byte for byte where nothing around it has changed.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from headroom.spans import Cursor, encode_text

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t"
# A string or a comment without an end goes on to the end: no text is looked at twice.
_STRING = rb'"(?>(?:[^"\\]|\\(?:.|\Z))*)(?:"|\Z)'
_COMMENT = re.compile(rb"(" + _STRING + rb")|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LAST_COMMA = re.compile(rb"(" + _STRING + rb")|,(?=\s*[}\]])", re.DOTALL)
_COMMA = re.compile(rb"\s*,")


class Change(NamedTuple):
    """What an agent's row wants to stand in a file of the user's."""

    file: Path
    values: Mapping[tuple[str, ...], str]
    """By the keys that lead to each; the object that it stands in is there already."""


class Edit(NamedTuple):
    """A value that was set, and what it takes to take it back."""

    path: tuple[str, ...]
    ours: str
    had: str | None
    """What stood there, as JSON; None where nothing did."""
    inserted: str
    """The bytes that were put in, where nothing stood there."""


class _Member(NamedTuple):
    key: str
    start: int
    """Of its name."""
    value: slice


class _Text(NamedTuple):
    """A file's bytes, and the same, at the same offsets, as a parser of plain JSON takes them."""

    raw: bytes
    bare: bytes
    """Without comments and byte order mark: there is white space in their place."""
    plain: bytes
    """Without commas before a closing bracket, too."""


def put(content: bytes, values: Mapping[tuple[str, ...], str]) -> tuple[bytes, list[Edit]]:
    """Set values; return the new content, and how to take them back.

    Raises ValueError when the content is no JSON (comments may be in it), when there is no object for a value to
    stand in, or what stands there is no text.
    """
    edits = []
    for path, ours in values.items():
        content, edit = _put(content, path, ours)
        edits.append(edit)
    return content, edits


def take_back(content: bytes, edits: Sequence[Edit]) -> tuple[bytes, list[Edit]]:
    """Take back the values that still are as they were set; return the new content, and which they were.

    Raises ValueError when the content is no JSON.
    """
    taken = []
    for edit in reversed(edits):
        after = _take_back(content, edit)
        if after is not None:
            _read(after)
            content = after
            taken.append(edit)
    if not edits:
        _read(content)
    return content, taken


def _put(content: bytes, path: tuple[str, ...], ours: str) -> tuple[bytes, Edit]:
    text = _read(content)
    literal = encode_text(ours)
    parent = _object(text.plain, path[:-1])
    members = _members(text.plain, parent)
    there = _last(members, path[-1])
    if there:
        had = content[there.value]
        if had[:1] != b'"' and had != b"null":
            raise ValueError(f"{'.'.join(path)} is no text")
        after = content[: there.value.start] + literal + content[there.value.stop :]
        return after, Edit(path, ours, had.decode(), "")
    member = encode_text(path[-1]) + b": " + literal
    if members:
        at = members[-1].value.stop
        member = b"," + content[_gap(text, members[-1].start) : members[-1].start] + member
    else:
        at = parent + 1
    return content[:at] + member + content[at:], Edit(path, ours, None, member.decode())


def _take_back(content: bytes, edit: Edit) -> bytes | None:
    text = _read(content)
    try:
        members = _members(text.plain, _object(text.plain, edit.path[:-1]))
    except ValueError:  # the object that it stood in is gone
        return None
    there = _last(members, edit.path[-1])
    if there is None or orjson.loads(content[there.value]) != edit.ours:
        return None
    if edit.had is not None:
        return content[: there.value.start] + edit.had.encode() + content[there.value.stop :]
    inserted = edit.inserted.encode()
    start = there.value.stop - len(inserted)
    is_whole = content[max(0, start) : there.value.stop] == inserted
    is_alone = len(members) == 1 and not _COMMA.match(text.bare, there.value.stop)
    was_first = is_alone and content[start - 1 : start] == b"{"
    if is_whole and (inserted[:1] == b"," or was_first):
        return content[:start] + content[there.value.stop :]
    return _without(text, members, members.index(there))


def _without(text: _Text, members: Sequence[_Member], at: int) -> bytes:
    """Return the content without a member, a comma beside it, and the white space before it."""
    raw, member = text.raw, members[at]
    start, stop = _gap(text, member.start), member.value.stop
    behind = _COMMA.match(text.bare, stop)
    if behind:
        return raw[:start] + raw[stop : behind.end() - 1] + raw[behind.end() :]
    if at == 0:
        return raw[:start] + raw[stop:]
    comma = text.plain.index(b",", members[at - 1].value.stop)
    return raw[:comma] + raw[comma + 1 : start] + raw[stop:]


def _read(content: bytes) -> _Text:
    """Raises ValueError when it is no JSON."""
    marked = b" " * len(_BOM) + content[len(_BOM) :] if content.startswith(_BOM) else content
    bare = _COMMENT.sub(_blank, marked)
    plain = _LAST_COMMA.sub(_blank, bare)
    try:
        orjson.loads(plain)
    except ValueError as error:
        raise ValueError(f"it is no JSON: {error}") from None
    return _Text(content, bare, plain)


def _blank(match: re.Match[bytes]) -> bytes:
    return match[1] or b" " * len(match[0])


def _object(plain: bytes, path: Sequence[str]) -> int:
    """Return where the object under the keys begins. Raises ValueError where there is none."""
    cursor = Cursor(plain)
    cursor.peek()
    at = cursor.pos
    for depth in range(len(path) + 1):
        if plain[at : at + 1] != b"{":
            raise ValueError(f"{'.'.join(path[:depth]) or 'it'} is no object")
        if depth < len(path):
            there = _last(_members(plain, at), path[depth])
            if there is None:
                raise ValueError(f"there is no {'.'.join(path[: depth + 1])}")
            at = there.value.start
    return at


def _members(plain: bytes, at: int) -> list[_Member]:
    """Return the members of the object that begins at an offset."""
    cursor = Cursor(plain, at)
    found = []
    behind = at + 1
    for key in cursor.members():
        start = plain.index(b'"', behind)  # only white space and a comma stand before it
        value = cursor.skip()
        found.append(_Member(key, start, value))
        behind = value.stop
    return found


def _last(members: Sequence[_Member], key: str) -> _Member | None:
    """Of several of the same name, the last counts, as it does for those who parse it."""
    return next((member for member in reversed(members) if member.key == key), None)


def _gap(text: _Text, before: int) -> int:
    """Return where the white space begins that stands before an offset, of one line end at most.

    A line end that a comment needs stays.
    """
    raw, start = text.raw, before
    while raw[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    if raw[start - 1 : start] != b"\n":
        return start
    end = start - (2 if raw[start - 2 : start - 1] == b"\r" else 1)
    last = end
    while last and raw[last - 1] in _BLANKS:
        last -= 1
    return start if last and text.bare[last - 1] in _BLANKS else end
