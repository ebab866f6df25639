"""What the model said in the inputs of OpenAI's Responses, with our calls taken out, and put back.

A turn is a run of items that the model said, between those of the client. What is put back at one is kept under
the first call that the client answered, or else under the text of all its messages; a client that leaves its
history to the provider sends nothing of it again but a response's id (`previous_response_id`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from headroom.answering.base import Recall
from headroom.answering.openai_responses_items import Item, for_the_client, read
from headroom.answering.raw_json import digest, element_spans, squeezed, value_of, value_span
from headroom.spans import Cursor, Replacement, encode_text

_LONG = 80
"""A text of so many characters, blanks not counted, needs nothing beside it to be told from others."""


class Beside(NamedTuple):
    """A call of ours among those of the client."""

    behind: Sequence[str]
    """What the item before it may be known by; empty at the beginning."""
    calls: int
    """How many calls of the client stand before it."""
    raw: str


class Turn(NamedTuple):
    """What is put back at one turn of a client's history. The texts are raw JSON."""

    sent: Sequence[str] = ()
    """The items that the answered rounds added, which stand before it."""
    covered: str = ""
    """What the messages among them say."""
    names: Sequence[str] = ()
    """What the items among them may be known by, which the client has seen."""
    beside: Sequence[Beside] = ()
    results: Sequence[str] = ()
    """The items that answer those beside."""
    goes_on: str = ""
    """The response that the provider can go on from, where the client knows another's id."""

    def record(self) -> str:
        """Return this as a text to be kept."""
        return orjson.dumps(self._asdict() | {"beside": [list(each) for each in self.beside]}).decode()


def anchor_of_response(response_id: str) -> str:
    """Return the name of what stands behind a response that the provider holds: by the id the client knows."""
    return "response:" + response_id


def anchor(items: Sequence[Item], context: str) -> str:
    """Return the name of a turn as the client sends it again."""
    calls = for_the_client(items)
    if calls:
        return digest("call", calls[0].call_id)
    said = squeezed("".join(item.said for item in items))
    return digest("text", said, context if len(said) < _LONG else "")


def context_of(body: bytes) -> str:
    """Return what the next answer stands behind: the last user's text and the last call of a client's tool."""
    walk = _Walk()
    for _, item in _items(body):
        walk.take(item)
    return walk.context()


def reinsert(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what puts our calls and results back into the input of a request; nothing for one unread."""
    try:
        if b"previous_response_id" in body and (changes := _behind_response(body, recall)):
            return changes
        turns = _turns(body)
        known = recall([name for name, _ in turns]) if turns else {}
        changes = [
            change for name, run in turns if name in known for change in _changes(body, run, _turn(known[name]))
        ]
        return sorted(changes, key=lambda change: change[:2])
    except ValueError:
        return []


class _Walk:
    """What stood before a turn."""

    def __init__(self) -> None:
        self._query = ""
        self._call = ""

    def context(self) -> str:
        return digest(self._query, self._call)

    def take(self, item: Item) -> None:
        if item.kind == "message" and item.fields.get("role") == "user":
            self._query = squeezed(item.said)
        elif item.is_for_the_client and not item.is_ours:
            self._call = item.call_id


class _At(NamedTuple):
    """Where an item stands."""

    span: slice
    before: int
    """Offset just past the item before it, or just past the array's bracket."""
    is_first: bool


_Run = list[tuple[_At, Item]]


def _items(body: bytes) -> Iterator[tuple[_At, Item]]:
    """Yield the items of a request's input; one user message for a text."""
    span = value_span(body, "input")
    if span is None:
        return
    if body[span.start] == ord('"'):
        yield _At(span, span.start, True), Item({"role": "user", "content": value_of(body[span])})
    if body[span.start] != ord("["):
        return
    before, is_first = span.start + 1, True
    for at in element_spans(body, span):
        yield _At(at, before, is_first), read(body[at])
        before, is_first = at.stop, False


def _turns(body: bytes) -> list[tuple[str, _Run]]:
    """Return the turns with their names."""
    walk = _Walk()
    turns: list[tuple[str, _Run]] = []
    run: _Run = []
    context = walk.context()
    for at, item in _items(body):
        if item.is_of_the_model:
            run.append((at, item))
        else:
            _close(turns, run, context)
            run = []
        walk.take(item)
        if not run:
            context = walk.context()
    _close(turns, run, context)
    return turns


def _close(turns: list[tuple[str, _Run]], run: _Run, context: str) -> None:
    if run and not any(item.is_ours for _, item in run):
        turns.append((anchor([item for _, item in run], context), run))


def _turn(record: str) -> Turn:
    fields = orjson.loads(record)
    return Turn(**fields | {"beside": [Beside(*each) for each in fields["beside"]]})


def _changes(body: bytes, run: _Run, turn: Turn) -> Iterator[Replacement]:
    covered, rest = _covered(run, turn)
    first = run[0][0]
    joined = b",".join(raw.encode() for raw in turn.sent)
    if joined and first.is_first and covered and covered[0] is first:
        yield Replacement(first.span.start, first.span.stop, joined)
        covered = covered[1:]
    elif joined:
        yield _before(first, turn.sent)
    yield from (Replacement(at.before, at.span.stop, b"") for at in covered)
    if rest:
        at, text = rest
        literal = _text_literal(body, at.span)
        if literal:
            yield Replacement(literal.start, literal.stop, encode_text(text))
    yield from _put_beside(run, turn)


def _before(at: _At, raws: Sequence[str]) -> Replacement:
    """Return what puts items before one, directly behind the one before that."""
    joined = b",".join(raw.encode() for raw in raws)
    return Replacement(at.before, at.before, joined + b"," if at.is_first else b"," + joined)


def _covered(run: _Run, turn: Turn) -> tuple[list[_At], tuple[_At, str] | None]:
    """Return which items of a turn the rounds' own items say, and the message of which they say a part."""
    left, names = turn.covered, set(turn.names)
    covered: list[_At] = []
    for at, item in run if turn.sent else ():
        if item.said and left.startswith(item.said):
            left = left[len(item.said) :]
        elif left and item.said.startswith(left):
            return covered, (at, item.said[len(left) :])
        elif item.said or not item.names() & names:
            break
        covered.append(at)
    return covered, None


def _text_literal(body: bytes, span: slice) -> slice | None:
    """Return where a message's text stands, if it is one literal."""
    content = value_span(body[span], "content")
    if content is None:
        return None
    at = slice(span.start + content.start, span.start + content.stop)
    if body[at.start] == ord('"'):
        return at
    parts = element_spans(body, at)
    if len(parts) != 1:
        return None
    cursor = Cursor(body, parts[0].start)
    return {key: cursor.skip() for key in cursor.members()}.get("text")


def _put_beside(run: _Run, turn: Turn) -> list[Replacement]:
    """Return what puts our calls where they stood, and their results behind the turn."""
    if not turn.beside:
        return []
    calls = [at for at, item in run if item.is_for_the_client]
    pieces: dict[int, list[Replacement]] = {}
    for call in turn.beside:
        names = set(call.behind)
        behind = next((at for at, item in run if names and item.names() & names), None)
        if behind is None and call.calls and calls:
            behind = calls[min(call.calls, len(calls)) - 1]
        if behind is not None:
            change = Replacement(behind.span.stop, behind.span.stop, b"," + call.raw.encode())
        else:
            change = _before(calls[0] if calls else run[-1][0], [call.raw])
        pieces.setdefault(change.start, []).append(change)
    end = run[-1][0].span.stop
    results = b"".join(b"," + raw.encode() for raw in turn.results)
    pieces.setdefault(end, []).append(Replacement(end, end, results))
    return [Replacement(at, at, b"".join(each.literal for each in pieces[at])) for at in sorted(pieces)]


def _behind_response(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what makes a request go on from what the provider holds, with our calls in it answered."""
    span = value_span(body, "previous_response_id")
    held = value_of(body[span]) if span else None
    where = value_span(body, "input")
    if span is None or where is None or not isinstance(held, str):
        return []
    name = anchor_of_response(held)
    known: Mapping[str, str] = recall([name])
    if name not in known:
        return []
    turn = _turn(known[name])
    changes = [in_front(body, where, turn.results)] if turn.results else []
    if turn.goes_on:
        changes.append(Replacement(span.start, span.stop, encode_text(turn.goes_on)))
    return sorted(changes)


def in_front(body: bytes, where: slice, raws: Sequence[str]) -> Replacement:
    """Return what puts items at the beginning of an input; a text becomes a message."""
    joined = b",".join(raw.encode() for raw in raws)
    if body[where.start] == ord("["):
        is_empty = not element_spans(body, where)
        return Replacement(where.start + 1, where.start + 1, joined if is_empty else joined + b",")
    return Replacement(where.start, where.stop, b"[" + joined + b"," + as_message(body[where]) + b"]")


def as_message(text: bytes) -> bytes:
    """Return the item that an input which is a text stands for."""
    return b'{"role":"user","content":' + text + b"}"
