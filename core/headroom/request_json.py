"""A request's body, or a list of messages, as JSON bytes: what it holds, and other texts spliced into it.

Every byte that is not part of a new text stays as it is (law 2).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from headroom import spans
from headroom.messages import Path

_KEYS: Final = ("messages", "input")
"""Where a request's messages stand: Anthropic and Chat Completions, Responses."""
_MARKS: Final = ("role", "type")
"""A list of objects that have one of these is a list of messages."""


class Request(NamedTuple):
    """What a request's body holds."""

    messages: list[Any]
    at: Path
    """Where they stand in the body; empty where the body is the list itself."""
    model: str = ""
    tools: Sequence[Any] = ()


class NotMessages(ValueError):
    """The bytes are no request and no list of messages; the message says why."""


def read(data: bytes) -> Request:
    """Read a body: a request with messages, or a list of them. Raises NotMessages for anything else."""
    try:
        body = json.loads(data.decode(), object_pairs_hook=_members)
    except NotMessages:
        raise
    except RecursionError:
        raise NotMessages("nested too deeply") from None
    except ValueError as error:
        raise NotMessages(f"not JSON: {error}") from None
    if isinstance(body, dict):
        key = next((key for key in _KEYS if _are_messages(body.get(key))), "")
        if not key:
            raise NotMessages("no list of messages in it, by the name of messages or input")
        model, tools = body.get("model"), body.get("tools")
        return Request(
            body[key],
            (key,),
            model if isinstance(model, str) else "",
            tools if isinstance(tools, list) else (),
        )
    if not _are_messages(body):
        raise NotMessages("neither a request nor a list of messages (objects with a role or a type)")
    return Request(body, ())


def splice(data: bytes, texts: Mapping[Path, str]) -> bytes:
    """Return the bytes with other texts at the ends of some paths; the very same object where there are none.

    The bytes must be ones that `read` takes, and the paths must lead to texts in them.
    """
    if not texts:
        return data
    places: dict[Path, slice] = {}
    _locate(spans.Cursor(data), (), list(texts), places)
    ordered = sorted(texts, key=lambda path: places[path].start)
    return spans.splice(
        data,
        [spans.Replacement(places[p].start, places[p].stop, spans.encode_text(texts[p])) for p in ordered],
    )


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice = next(key for key in members if [name for name, _ in pairs].count(key) > 1)
        raise NotMessages(f"the key {twice!r} stands twice in one object")
    return members


def _are_messages(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_message, value))


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(mark), str) for mark in _MARKS)


def _locate(cursor: spans.Cursor, at: Path, wanted: list[Path], places: dict[Path, slice]) -> None:
    """Walk to the ends of the wanted paths, which are no deeper than a message's parts."""
    inner: dict[str | int, list[Path]] = {}
    for path in wanted:
        if path == at:
            places[path] = cursor.string()
            return
        inner.setdefault(path[len(at)], []).append(path)
    if cursor.peek() == ord("["):
        for number, _ in enumerate(cursor.elements()):
            if number in inner:
                _locate(cursor, (*at, number), inner[number], places)
    elif cursor.peek() == ord("{"):
        for key in cursor.members():
            if key in inner:
                _locate(cursor, (*at, key), inner[key], places)
