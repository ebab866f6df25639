"""An assistant's messages with our calls taken out of them, and put back: for formats whose turn is one message.

OpenAI's Chat Completions and Ollama's chat are such. A client sees one assistant message for all rounds of a
response: its text is that of all rounds together, and our calls are not in it. What later requests must have put
back is kept at an anchor, which is made of what the client sends again: the first call of its own tools, or else
the text. Put back is exactly what the rounds sent, and what they said stands nowhere twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from headroom.answering.base import TOOL, Recall
from headroom.answering.raw_json import array_span, canonical, digest, element_spans, squeezed, value_of
from headroom.spans import Cursor, Replacement, encode_text

_LONG = 80
"""A text of so many characters, blanks not counted, needs nothing beside it to be told from others."""
_UNIQUE = 16
"""So does an id of so many characters. Some servers count their calls."""


class Turn(NamedTuple):
    """What is put back at one assistant message of a client's history. The texts are raw JSON."""

    sent: Sequence[str] = ()
    """The messages that the answered rounds added, which stand before it."""
    covered: str = ""
    """What these messages say of the message's own text, from its beginning."""
    calls: Sequence[tuple[int, str]] = ()
    """Our calls beside the client's: where in the array of all calls, ascending."""
    results: Sequence[str] = ()
    """The messages that answer them, which stand behind it."""

    def record(self) -> str:
        """Return this as a text to be kept."""
        return orjson.dumps(self._asdict()).decode()


class _Message(NamedTuple):
    span: slice
    before: int
    """Offset just past the message before it, or just past the array's bracket."""
    text: str
    literal: slice | None
    """Where its text stands, if in one literal."""
    calls: slice | None
    anchor: str


def anchor(text: str, calls: Sequence[object], context: str, has_ids: bool = True) -> str:
    """Return the name of an assistant message as the client sends it again.

    Args:
        text: all that it says.
        calls: of the client's own tools, as read.
        context: from `context_of`.
        has_ids: whether clients send the ids of calls again.
    """
    said = squeezed(text)
    if calls:
        name = call_name(calls[0], has_ids)
        return digest("call", name, "" if not name.startswith("\0") else said)
    return digest("text", said, context if len(said) < _LONG else "")


def call_name(call: object, has_ids: bool = True) -> str:
    """Return what a call is known by: its id, its tool, its arguments however they are spelled."""
    fields = call if isinstance(call, dict) else {}
    function = fields.get("function")
    function = function if isinstance(function, dict) else {}
    identity = fields.get("id")
    said = identity if has_ids and isinstance(identity, str) else ""
    if len(said) >= _UNIQUE:
        return said
    return f"{said}\0{function.get('name')}\0{canonical(function.get('arguments'))}"


def context_of(body: bytes, has_ids: bool = True) -> str:
    """Return what the next answer stands behind: the last user's text and the last call of a client's tool."""
    array = array_span(body, "messages")
    if array is None:
        return ""
    walk = _Walk(has_ids)
    for span in element_spans(body, array):
        walk.take(body, span)
    return walk.context()


def reinsert(body: bytes, recall: Recall, has_ids: bool = True) -> list[Replacement]:
    """Return what puts our calls and results back into the messages of a request; nothing for one unread."""
    try:
        messages = list(_messages(body, has_ids))
        known = recall([message.anchor for message in messages]) if messages else {}
        return [change for message in messages for change in _changes(body, message, known)]
    except ValueError:
        return []


class _Walk:
    """What stood before a message."""

    def __init__(self, has_ids: bool) -> None:
        self._has_ids = has_ids
        self._query = ""
        self._call = ""

    def context(self) -> str:
        return digest(self._query, self._call)

    def take(self, body: bytes, span: slice) -> tuple[str, slice | None, slice | None, list[object]] | None:
        """Take the next message; return an assistant's text, its literal, its calls' span and its calls."""
        fields = _fields(body, span)
        role = value_of(body[fields["role"]]) if "role" in fields else None
        if role == "user":
            self._query = squeezed(_text(body, fields.get("content"))[0])
        if role != "assistant":
            return None
        at = fields.get("tool_calls")
        said = value_of(body[at]) if at else None
        calls = said if isinstance(said, list) else []
        own = [call for call in calls if not is_ours(call)]
        if own:
            self._call = call_name(own[-1], self._has_ids)
        if len(own) != len(calls):
            return None
        text, literal = _text(body, fields.get("content"))
        return text, literal, at if calls else None, calls


def is_ours(call: object) -> bool:
    """Tell whether a call is of our tool."""
    function = call.get("function") if isinstance(call, dict) else None
    return isinstance(function, dict) and function.get("name") == TOOL


def _messages(body: bytes, has_ids: bool) -> Iterator[_Message]:
    array = array_span(body, "messages")
    if array is None:
        return
    walk = _Walk(has_ids)
    before = array.start + 1
    for span in element_spans(body, array):
        context = walk.context()
        if taken := walk.take(body, span):
            text, literal, at, calls = taken
            yield _Message(span, before, text, literal, at, anchor(text, calls, context, has_ids))
        before = span.stop


def _fields(body: bytes, span: slice) -> dict[str, slice]:
    if body[span.start] != ord("{"):
        return {}
    cursor = Cursor(body, span.start)
    return {key: cursor.skip() for key in cursor.members()}


def _text(body: bytes, content: slice | None) -> tuple[str, slice | None]:
    """Return the text of a message's content, and where it stands if it is one literal."""
    if content is None:
        return "", None
    said = value_of(body[content])
    if isinstance(said, str):
        return said, content
    if not isinstance(said, list):
        return "", None
    texts = [part["text"] for part in said if isinstance(part, dict) and isinstance(part.get("text"), str)]
    if len(said) == 1 and texts:
        return texts[0], _fields(body, element_spans(body, content)[0])["text"]
    return "".join(texts), None


def _changes(body: bytes, message: _Message, known: Mapping[str, str]) -> Iterator[Replacement]:
    if message.anchor not in known:
        return
    turn = Turn(**orjson.loads(known[message.anchor]))
    sent = [raw.encode() for raw in turn.sent]
    rest = _rest(message, turn)
    if sent and rest == "" and message.calls is None:
        yield Replacement(message.span.start, message.span.stop, b",".join(sent))
        return
    if sent:
        is_first = body[message.before - 1] == ord("[") and not body[message.before : message.span.start].strip()
        joined = b",".join(sent)
        yield Replacement(message.before, message.before, joined + b"," if is_first else b"," + joined)
    changes = []
    if message.literal and rest is not None:
        changes.append(Replacement(message.literal.start, message.literal.stop, encode_text(rest)))
    if message.calls:
        changes += _put_calls(body, message.calls, turn.calls)
    yield from sorted(changes)
    if turn.results and message.calls:
        behind = b"".join(b"," + raw.encode() for raw in turn.results)
        yield Replacement(message.span.stop, message.span.stop, behind)


def _rest(message: _Message, turn: Turn) -> str | None:
    """Return what of a message's text the rounds before it did not say; None where that cannot be told."""
    if turn.covered and message.literal and message.text.startswith(turn.covered):
        return message.text[len(turn.covered) :]
    return None


def _put_calls(body: bytes, array: slice, calls: Sequence[tuple[int, str]]) -> list[Replacement]:
    """Return what puts our calls where they stood among the client's."""
    spans = element_spans(body, array)
    pieces: dict[int, bytes] = {}
    for number, (index, raw) in enumerate(calls):
        place = min(index - number, len(spans))
        if place < len(spans):
            at, piece = spans[place].start, raw.encode() + b","
        else:
            at, piece = spans[-1].stop, b"," + raw.encode()
        pieces[at] = pieces.get(at, b"") + piece
    return [Replacement(at, at, piece) for at, piece in sorted(pieces.items())]
