"""Our calls and results put back into a client's history: for formats whose messages hold arrays of blocks.

Anthropic's Messages and Bedrock's Converse are such. A client sees one assistant message for all rounds of a
response, without our calls. What later requests must have put back is kept at an anchor made of what the client
sends again: the id of its first tool call, or else the text. It is spliced in between the client's own blocks, so
that these keep their bytes, and the request goes on just as the rounds did.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from headroom.answering.base import TOOL, Recall
from headroom.answering.raw_json import array_span, digest, element_spans, squeezed
from headroom.spans import Cursor, Replacement, decode_text

_LONG = 80
"""A text of so many characters, blanks not counted, needs nothing beside it to be told from others."""
_UNIQUE = 16
"""So does an id of so many characters. Some servers count their calls."""


class Item(NamedTuple):
    """What is known of one block."""

    kind: str
    """text, call, result, thinking, other; or mark: a cache breakpoint, which goes with the block before it."""
    key: str = ""
    """What tells it from other blocks of its kind, however it is spelled."""
    name: str = ""
    """Of a call, the tool's."""
    text: str = ""
    """Of a text."""


class Said(NamedTuple):
    """One block of a round: the client's to see, or a call of ours with its result, both as JSON."""

    item: Item
    call: str = ""
    result: str = ""


class Wire(NamedTuple):
    """What the formats differ in."""

    read: Callable[[bytes], Item]
    """Reads one block. Raises ValueError for what is none."""
    result: Callable[[str, str], bytes]
    """Returns the block that answers the call of an id with a text."""
    text_block: tuple[bytes, bytes]
    """What stands around a string to make it a block of text."""


class _Message(NamedTuple):
    span: slice
    role: str
    content: slice | None
    items: Sequence[tuple[slice, Item]]
    anchor: str


def record(rounds: Sequence[Sequence[Said]]) -> str:
    """Return what the rounds of a response said, as a text to be kept."""
    return orjson.dumps([[_entry(said) for said in one] for one in rounds]).decode()


def anchor(items: Sequence[Item], context: str) -> str:
    """Return the name of an assistant message by the blocks that the client sees; empty for one that has none.

    Args:
        items: the message's blocks, without our calls.
        context: from `context_of`, for the request that it answers.
    """
    said = squeezed("".join(item.text for item in items if item.kind == "text"))
    call = next((item.key for item in items if item.kind == "call"), None)
    if call is not None:
        return digest("call", call, *(() if len(call) >= _UNIQUE else (said, context)))
    if said:
        return digest("text", said, "" if len(said) >= _LONG else context)
    thought = next((item.key for item in items if item.kind == "thinking"), "")
    return digest("thinking", thought) if thought else ""


def context_of(body: bytes, wire: Wire) -> str:
    """Return what the next answer stands behind: the last user's text, the last call of a client's tool.

    Raises ValueError when the request cannot be read.
    """
    walk = _Walk(body, wire)
    for _ in walk.messages():
        pass
    return walk.context()


def reinsert(body: bytes, recall: Recall, wire: Wire) -> list[Replacement]:
    """Return what puts our calls and results back; nothing where a message is not as it was seen by the client."""
    try:
        messages = list(_Walk(body, wire).messages())
    except ValueError:
        return []
    anchors = [message.anchor for message in messages if message.anchor]
    known = recall(anchors) if anchors else {}
    changes: list[Replacement] = []
    done: set[str] = set()
    for number, message in enumerate(messages):
        # An anchor counts once: a call put back twice would be refused.
        if message.anchor in known and message.anchor not in done:
            done.add(message.anchor)
            rounds = orjson.loads(known[message.anchor])
            changes += _put_back(body, message, _following(messages, number), rounds, wire)
    return changes


class _Walk:
    """The messages of a request, and what stood before them."""

    def __init__(self, body: bytes, wire: Wire) -> None:
        self._body = body
        self._wire = wire
        self._query = ""
        self._call = ""

    def context(self) -> str:
        """Return what the next message stands behind."""
        return digest(self._query, self._call)

    def messages(self) -> Iterator[_Message]:
        """Yield the messages. Raises ValueError when they cannot be read."""
        array = array_span(self._body, "messages")
        for span in element_spans(self._body, array) if array else ():
            yield self._take(span)

    def _take(self, span: slice) -> _Message:
        body = self._body
        cursor = Cursor(body, span.start)
        fields = {key: cursor.skip() for key in cursor.members()}
        role = decode_text(body[fields["role"]]) if "role" in fields else ""
        content = fields.get("content")
        items = self._items(content) if content else []
        name = ""
        if role == "assistant":
            own = [item for _, item in items if item.name != TOOL]
            name = anchor(own, self.context())
            self._call = next((item.key for item in reversed(own) if item.kind == "call"), self._call)
        elif role == "user":
            texts = [item.text for _, item in items if item.kind == "text" and not item.text.startswith("<")]
            self._query = squeezed("".join(texts)) or self._query
        return _Message(span, role, content, items, name)

    def _items(self, content: slice) -> list[tuple[slice, Item]]:
        body = self._body
        if body[content.start] == ord('"'):
            text = decode_text(body[content])
            return [(content, text_item(text))]
        if body[content.start] != ord("["):
            return []
        items: list[tuple[slice, Item]] = []
        start = -1
        for span in element_spans(body, content):
            item = self._wire.read(body[span])
            if item.kind != "mark":
                items.append((slice(start if start >= 0 else span.start, span.stop), item))
                start = -1
            elif items:
                items[-1] = (slice(items[-1][0].start, span.stop), items[-1][1])
            elif start < 0:
                start = span.start
        return items


def text_item(text: str) -> Item:
    """Return a text as an item: blanks, which clients add and take away, do not count."""
    return Item("text", digest(squeezed(text)), text=text)


def _entry(said: Said) -> Mapping[str, str]:
    if said.call:
        return {"call": said.call, "result": said.result}
    return {"kind": said.item.kind, "key": said.item.key}


def _following(messages: Sequence[_Message], number: int) -> _Message | None:
    """Return the user's answer to a message. Messages of the system stand outside."""
    later = (message for message in messages[number + 1 :] if message.role != "system")
    message = next(later, None)
    return message if message and message.role == "user" else None


class _Cut(NamedTuple):
    """A round ends: these results stand between it and the next."""

    results: list[bytes]


_Token = slice | bytes | _Cut
"""A block of the client's by its place, a call of ours, or the end of a round."""


def _put_back(
    body: bytes, message: _Message, following: _Message | None, rounds: list[list[dict[str, str]]], wire: Wire
) -> list[Replacement]:
    content = message.content
    tokens = _tokens(message.items, rounds)
    if tokens is None or content is None:
        return []
    ends = isinstance(tokens[-1], _Cut) and not tokens[-1].results
    tail: list[Replacement] = []
    if not ends:
        # The last round's results stand before the client's own, or before what the user says next.
        cut = tokens[-1]
        results = cut.results if isinstance(cut, _Cut) else []
        tail = _before_content(body, following, results, wire)
        if not tail:
            return []
    tokens = tokens[:-1]
    if body[content.start] == ord('"'):
        return [] if tail else _before_message(message, tokens)
    return _between(body, message, content, tokens) + tail


def _tokens(items: Sequence[tuple[slice, Item]], rounds: list[list[dict[str, str]]]) -> list[_Token] | None:
    """Return what the message becomes, with a cut at its end; None when its blocks are not those of the rounds."""
    tokens: list[_Token] = []
    at = 0
    for one in rounds:
        results: list[bytes] = []
        for entry in one:
            if "call" in entry:
                tokens.append(entry["call"].encode())
                results.append(entry["result"].encode())
            elif at < len(items) and items[at][1][:2] == (entry["kind"], entry["key"]):
                tokens.append(items[at][0])
                at += 1
            elif entry["kind"] == "call":
                return None
        tokens.append(_Cut(results))
    if at < len(items):
        return None
    if len(tokens) > 1 and isinstance(tokens[-2], _Cut) and not _last_results(tokens):
        tokens.pop()  # Nothing is left of the last round: the one before it is the last.
    return tokens


def _last_results(tokens: list[_Token]) -> list[bytes]:
    return tokens[-1].results if isinstance(tokens[-1], _Cut) else []


def _between(body: bytes, message: _Message, content: slice, tokens: Sequence[_Token]) -> list[Replacement]:
    """Return what stands between the client's blocks, with messages of its own form where a round ends."""
    opening = body[message.span.start : content.start + 1]
    closing = body[content.stop - 1 : message.span.stop]
    changes: list[Replacement] = []
    end = -1
    """Where the client's last block ends."""
    added: list[bytes] = []
    is_empty = True
    for token in (*tokens, None):
        if isinstance(token, bytes):
            added += (b"" if is_empty else b",", token)
            is_empty = False
        elif isinstance(token, _Cut):
            added += (closing, b",", _user(token.results), b",", opening)
            is_empty = True
        else:
            start = token.start if token else (end if end >= 0 else content.start + 1)
            if added and token and not is_empty:
                added.append(b",")
            if added:
                changes.append(Replacement(end if end >= 0 else start, start, b"".join(added)))
            end, added, is_empty = token.stop if token else end, [], False
    return changes


def _before_message(message: _Message, tokens: Sequence[_Token]) -> list[Replacement]:
    """Return what stands before a message that is one text: all rounds but the last, which said nothing else."""
    added: list[bytes] = []
    calls: list[bytes] = []
    for token in tokens[:-1]:
        if isinstance(token, bytes):
            calls.append(token)
        elif isinstance(token, _Cut):
            added += (b'{"role":"assistant","content":[', b",".join(calls), b"]},", _user(token.results), b",")
            calls = []
        else:
            return []
    if calls or not isinstance(tokens[-1], slice):
        return []
    return [Replacement(message.span.start, message.span.start, b"".join(added))]


def _before_content(body: bytes, message: _Message | None, results: list[bytes], wire: Wire) -> list[Replacement]:
    """Return what puts results before all else that a user's message says."""
    if message is None or message.content is None:
        return []
    start, stop = message.content.start, message.content.stop
    joined = b",".join(results)
    if body[start] == ord('"'):
        before, behind = wire.text_block
        return [Replacement(start, start, b"[" + joined + b"," + before), Replacement(stop, stop, behind + b"]")]
    if body[start] != ord("["):
        return []
    return [Replacement(start + 1, start + 1, joined + (b"," if message.items else b""))]


def _user(results: list[bytes]) -> bytes:
    return b'{"role":"user","content":[' + b",".join(results) + b"]}"
