"""What the model said in the contents of Gemini's requests, with our calls taken out, and put back.

https://ai.google.dev/api/caching#Content

A turn is a run of contents of the model: a client may keep each chunk of a stream as a content of its own, or all
their texts as one. What is put back is exactly what the rounds sent, signatures included; of what the client says
itself, that goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from headroom.answering.base import TOOL, Recall
from headroom.answering.raw_json import array_span, canonical, digest, element_spans, squeezed, value_of
from headroom.spans import Cursor, Replacement, encode_text

_LONG = 80
"""A text of so many characters, blanks not counted, needs nothing beside it to be told from others."""


class Part(NamedTuple):
    """A part of a content."""

    fields: Mapping[str, object]
    raw: bytes = b""

    @property
    def call(self) -> Mapping[str, object] | None:
        """The function call that it is; None for any other. Requests may spell it either way."""
        call = self.fields.get("functionCall", self.fields.get("function_call"))
        return call if isinstance(call, dict) else None

    @property
    def is_ours(self) -> bool:
        """Whether it is a call of our tool."""
        return self.call is not None and self.call.get("name") == TOOL

    @property
    def is_response(self) -> bool:
        """Whether it answers a call."""
        return "functionResponse" in self.fields or "function_response" in self.fields

    @property
    def said(self) -> str:
        """Its text, unless it is a thought."""
        text = self.fields.get("text")
        return text if isinstance(text, str) and not self.fields.get("thought") else ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return self.fields == {"text": ""}


class Turn(NamedTuple):
    """What is put back at one turn of a client's history. The texts are raw JSON."""

    sent: Sequence[str] = ()
    """The contents that the answered rounds added, which stand before it."""
    covered: str = ""
    """What their texts say."""
    names: Sequence[str] = ()
    """What their other parts are known by, which the client has seen."""
    beside: Sequence[tuple[int, str]] = ()
    """Our calls beside the client's: how many of these stand before, and the part."""
    results: Sequence[str] = ()
    """The parts that answer them."""

    def record(self) -> str:
        """Return this as a text to be kept."""
        return orjson.dumps(self._asdict()).decode()


def read(raw: bytes) -> Part:
    """Return a part by its JSON; one without fields for anything else."""
    fields = value_of(raw)
    return Part(fields if isinstance(fields, dict) else {}, raw)


def name_of(part: Part) -> str:
    """Return what a part is known by when a client sends it again."""
    return digest(canonical(dict(part.fields)))


def anchor(parts: Sequence[Part], context: str) -> str:
    """Return the name of a turn as the client sends it again."""
    said = squeezed("".join(part.said for part in parts))
    call = next((part.call for part in parts if part.call is not None), None)
    if call is not None:
        return digest("call", _call_name(call), said)
    return digest("text", said, context if len(said) < _LONG else "")


def context_of(body: bytes) -> str:
    """Return what the next answer stands behind: the last user's text and the last call of a client's tool."""
    walk = _Walk()
    for content in _contents(body):
        walk.take(content)
    return walk.context()


def reinsert(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what puts our calls and results back into the contents of a request; nothing for one unread."""
    try:
        turns = list(_turns(body))
        known = recall([name for name, _, _ in turns]) if turns else {}
        changes: list[Replacement] = []
        for name, run, following in turns:
            if name in known:
                turn = Turn(**orjson.loads(known[name]))
                changes += _put_sent(body, run, turn)
                changes += _put_beside(run, following, turn)
        return sorted(changes, key=lambda change: change[:2])
    except ValueError:
        return []


class _Content(NamedTuple):
    """Where a content stands, and its parts with their spans."""

    span: slice
    before: int
    """Offset just past the content before it, or just past the array's bracket."""
    is_first: bool
    role: str
    parts: list[tuple[slice, Part]]


class _Walk:
    """What stood before a turn."""

    def __init__(self) -> None:
        self._query = ""
        self._call = ""

    def context(self) -> str:
        return digest(self._query, self._call)

    def take(self, content: _Content) -> None:
        if content.role == "model":
            calls = [part.call for _, part in content.parts if part.call is not None and not part.is_ours]
            self._call = _call_name(calls[-1]) if calls else self._call
        elif said := squeezed("".join(part.said for _, part in content.parts)):
            self._query = said


def _call_name(call: Mapping[str, object]) -> str:
    return f"{call.get('id') or ''}\0{call.get('name')}\0{canonical(call.get('args') or {})}"


def _contents(body: bytes) -> Iterator[_Content]:
    array = array_span(body, "contents")
    if array is None:
        return
    before, is_first = array.start + 1, True
    for span in element_spans(body, array):
        cursor = Cursor(body, span.start)
        fields = {key: cursor.skip() for key in cursor.members()} if body[span.start] == ord("{") else {}
        role = value_of(body[fields["role"]]) if "role" in fields else "user"
        parts = fields.get("parts")
        spans = element_spans(body, parts) if parts and body[parts.start] == ord("[") else []
        yield _Content(span, before, is_first, str(role), [(at, read(body[at])) for at in spans])
        before, is_first = span.stop, False


def _turns(body: bytes) -> Iterator[tuple[str, list[_Content], _Content | None]]:
    """Yield the turns with their names, and the content behind each."""
    walk = _Walk()
    run: list[_Content] = []
    context = walk.context()
    for content in _contents(body):
        if content.role == "model":
            run.append(content)
        elif run:
            yield from _closed(run, content, context)
            run = []
        walk.take(content)
        if not run:
            context = walk.context()
    yield from _closed(run, None, context)


def _closed(
    run: list[_Content], following: _Content | None, context: str
) -> Iterator[tuple[str, list[_Content], _Content | None]]:
    parts = [part for content in run for _, part in content.parts]
    if parts and not any(part.is_ours for part in parts):
        yield anchor(parts, context), run, following


def _put_sent(body: bytes, run: list[_Content], turn: Turn) -> Iterator[Replacement]:
    """Put what the rounds sent before a turn, and take away what stands in it of that."""
    if not turn.sent:
        return
    covered, rest = _covered(run, turn)
    joined = b",".join(raw.encode() for raw in turn.sent)
    first = run[0]
    gone = [content for content in run if content.parts and all(at.start in covered for at, _ in content.parts)]
    if first.is_first and first in gone:
        yield Replacement(first.span.start, first.span.stop, joined)
    else:
        yield Replacement(first.before, first.before, joined + b"," if first.is_first else b"," + joined)
    for content in run:
        if content not in gone:
            yield from _without([at for at, _ in content.parts], covered)
        elif content is not first or not first.is_first:
            yield Replacement(content.before, content.span.stop, b"")
    if rest:
        at, text = rest
        cursor = Cursor(body, at.start)
        literal = {key: cursor.skip() for key in cursor.members()}["text"]
        yield Replacement(literal.start, literal.stop, encode_text(text))


def _covered(run: list[_Content], turn: Turn) -> tuple[set[int], tuple[slice, str] | None]:
    """Return where the parts begin that the rounds' own say, and the text of which they say a part."""
    left, names = turn.covered, set(turn.names)
    covered: set[int] = set()
    for at, part in (each for content in run for each in content.parts):
        if part.said and left.startswith(part.said):
            left = left[len(part.said) :]
        elif left and part.said.startswith(left):
            return covered, (at, part.said[len(left) :])
        elif part.said or part.call is not None:
            break
        elif name_of(part) not in names:
            continue
        covered.add(at.start)
    return covered, None


def _without(spans: list[slice], covered: set[int]) -> Iterator[Replacement]:
    """Take some elements, not all, out of an array."""
    kept: slice | None = None
    gone: slice | None = None
    for at in spans:
        if at.start in covered:
            gone = slice(gone.start if gone else at.start, at.stop)
            continue
        if gone:
            yield Replacement(kept.stop, gone.stop, b"") if kept else Replacement(gone.start, at.start, b"")
        kept, gone = at, None
    if gone and kept:
        yield Replacement(kept.stop, gone.stop, b"")


def _put_beside(run: list[_Content], following: _Content | None, turn: Turn) -> Iterator[Replacement]:
    """Put our calls where they stood among the client's, and their results before the client's."""
    calls = [at for content in run for at, part in content.parts if part.call is not None]
    answers = [at for at, part in following.parts if part.is_response] if following else []
    if not (turn.beside and calls and answers):
        return
    pieces: dict[int, bytes] = {}
    for before, raw in turn.beside:
        at = calls[min(before, len(calls)) - 1].stop if before else calls[0].start
        pieces[at] = pieces.get(at, b"") + (b"," + raw.encode() if before else raw.encode() + b",")
    yield from (Replacement(at, at, piece) for at, piece in pieces.items())
    start = answers[0].start
    yield Replacement(start, start, b"".join(raw.encode() + b"," for raw in turn.results))
