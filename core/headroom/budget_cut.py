"""What a request looks like once rounds have left it, and the text under which they are kept.

Pure edits of raw bytes: a message from which all has left goes, one that keeps something loses only what leaves,
and one marker stands where the first of it stood. All other bytes stay (law 2).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from headroom import elements, markers, spans
from headroom.budget_rounds import MODEL, Round, leaving
from headroom.dialects.base import Message
from headroom.spans import Cursor, Replacement, decode_text, encode_text

_LITERAL: Final = re.compile(rb'"(?>(?:[^"\\]|\\.)*)"', re.DOTALL)
_TEXT_BYTES: Final = 120
"""A longer string of a result is set apart, so that its lines can be read as lines."""

_MARKS: Final[Mapping[str, tuple[bytes, bytes, bytes, bytes]]] = {
    #                   a user's message: before its part, behind it   a part: before its text, behind it
    "anthropic": (b'{"role":"user","content":[', b"]}", b'{"type":"text","text":', b"}"),
    "openai_chat": (b'{"role":"user","content":', b"}", b"", b""),
    "ollama": (b'{"role":"user","content":', b"}", b"", b""),
    "openai_responses": (b'{"role":"user","content":[', b"]}", b'{"type":"input_text","text":', b"}"),
    "gemini": (b'{"role":"user","parts":[', b"]}", b'{"text":', b"}"),
    "bedrock_converse": (b'{"role":"user","content":[', b"]}", b'{"text":', b"}"),
}
_ALTERNATES: Final = frozenset({"gemini", "bedrock_converse"})
"""Dialects in which two messages of one role may not follow each other: they become one where a cut makes them
neighbours."""

KNOWN: Final = frozenset(_MARKS)
"""The dialects in which a cut can be made."""


def marker(gone: Sequence[Round], messages: Sequence[Message], total: int, tokens: int, original: str) -> str:
    """Return the text that stands for rounds that left.

    It begins with a tag, as reminders do: what follows is nobody's question.

    Args:
        total: how many calls the conversation has.
        tokens: what left, in tokens.
        original: the way back to it.
    """
    names = [messages[number].parts[at].name or "a tool" for each in gone for number, at in each.calls]
    counted = sorted((-names.count(name), name) for name in set(names))
    shown = ", ".join(f"{name} {-count:,}" for count, name in counted[:8]) + (", ..." if counted[8:] else "")
    detail = f"the oldest and least needed, {tokens:,} tokens with their results: {shown}"
    return f"<headroom>\n{markers.omission(len(names), total, 'tool calls', detail, original)}\n</headroom>"


def stored(body: bytes, messages: Sequence[Message], gone: Sequence[Round]) -> str:
    """Return what leaves with rounds as one text: each call and its result, word for word."""
    count = sum(len(each.calls) for each in gone)
    pieces = [f"{count:,} tool calls and their results, in order, as they stood in the conversation.\n"]
    number = 0
    for each in gone:
        for call, result in zip(each.calls, each.results, strict=True):
            number += 1
            for what, (at, part_at) in (("call", call), ("result", result)):
                part = messages[at].parts[part_at]
                pieces.append(f"\n===== {what} {number} of {count}: {part.name or part.id}\n")
                pieces.append(_readable(body[part.span]))
    return "".join(pieces)


def edits(
    body: bytes, messages: Sequence[Message], gone: Sequence[Round], dialect: str, mark: str
) -> list[Replacement]:
    """Return the replacements that take rounds out of a request and put a marker in.

    Args:
        gone: in order, at least one; each may leave as a whole.
        dialect: the wire format's name, one of KNOWN.
        mark: the marker's text.

    Raises ValueError for a message that is not of a form that can be edited.
    """
    left = leaving(messages, gone)
    new: dict[int, bytes] = {}
    for number, parts in left.items():
        new[number] = _without(body, messages[number], parts)
    new = _marked(body, messages, new, gone[0], dialect, mark)
    return elements.changes([message.span for message in messages], new)


def _without(body: bytes, message: Message, gone: set[int]) -> bytes:
    """Return a message without some of its parts; nothing where no part stays."""
    if len(gone) == len(message.parts):
        return b""
    base = message.span.start
    raw = body[message.span]
    leaves = [
        slice(part.span.start - base, part.span.stop - base) for n, part in enumerate(message.parts) if n in gone
    ]
    stays = [slice(p.span.start - base, p.span.stop - base) for n, p in enumerate(message.parts) if n not in gone]
    changed: list[Replacement] = []
    if message.content and body[message.content.start] == ord("["):
        at = message.content.start - base
        listed = [slice(at + e.start, at + e.stop) for e in elements.spans_in(body[message.content])]
        out = {n: b"" for n, element in enumerate(listed) if any(_within(span, element) for span in leaves)}
        if len(out) < len(listed):
            changed = elements.changes(listed, out)
            leaves = [span for span in leaves if not any(_within(span, listed[n]) for n in out)]
    # What is left stands beside the content, as calls do, or is all of it: no empty list may stay.
    changed += elements.member_changes(raw, lambda _key, value: _leaves(value, leaves, stays))
    return spans.splice(raw, sorted(changed))


def _leaves(value: slice, leaves: Sequence[slice], stays: Sequence[slice]) -> bool:
    """Tell whether a member leaves. Raises ValueError where a part that stays would leave with it."""
    if not any(_within(span, value) for span in leaves):
        return False
    if any(_within(span, value) for span in stays):
        raise ValueError("some of a message's calls leave, and some stay")
    return True


def _within(inner: slice, outer: slice) -> bool:
    return bool(outer.start <= inner.start and inner.stop <= outer.stop)


class _Entry(NamedTuple):
    """A message as it will be."""

    number: int
    """Of the message whose place it takes."""
    last: int
    """Of the last message that is in it; -1 where it is the marker."""
    is_model: bool
    has_results: bool
    literal: bytes


def _marked(
    body: bytes, messages: Sequence[Message], left: Mapping[int, bytes], first: Round, dialect: str, mark: str
) -> dict[int, bytes]:
    """Return what takes the place of each message, with the marker before the first result that left."""
    before, behind, open_part, close_part = _MARKS[dialect]
    literal = before + open_part + encode_text(mark) + close_part + behind
    at = min(number for number, _ in first.results)
    entries: list[_Entry] = []
    for number, message in enumerate(messages):
        if number == at:
            entries.append(_Entry(number, -1, False, False, literal))
        kept = left.get(number, body[message.span])
        if kept:
            has_results = number not in left and any(part.kind == "result" for part in message.parts)
            entries.append(_Entry(number, number, message.role == MODEL, has_results, kept))
    if dialect in _ALTERNATES:
        entries = _alternating(entries, dialect)
    new: dict[int, list[bytes]] = {number: [] for number in range(len(messages))}
    for entry in entries:
        new[entry.number].append(entry.literal)
    return {
        number: b",".join(literals)
        for number, literals in new.items()
        if literals != [body[messages[number].span]]
    }


def _alternating(entries: Sequence[_Entry], dialect: str) -> list[_Entry]:
    """Make one message of those of one role that only the cut has made neighbours."""
    found: list[_Entry] = []
    for entry in entries:
        last = found[-1] if found else None
        if last and _are_new_neighbours(last, entry) and _may_join(last, entry, dialect):
            literal = _joined(last.literal, entry.literal)
            has_results = last.has_results or entry.has_results
            found[-1] = _Entry(last.number, entry.last, last.is_model, has_results, literal)
        else:
            found.append(entry)
    return found


def _are_new_neighbours(first: _Entry, second: _Entry) -> bool:
    return first.is_model == second.is_model and (second.last == -1 or second.last != first.last + 1)


def _may_join(first: _Entry, second: _Entry, dialect: str) -> bool:
    """Tell whether two messages may become one: in Gemini's, results stand alone, as many as there were calls."""
    return dialect != "gemini" or not (first.has_results or second.has_results)


def _joined(first: bytes, second: bytes) -> bytes:
    """Return the first message with the second one's parts behind its own."""
    ours, theirs = _list(first), _list(second)
    return first[: ours.start] + elements.joined(first[ours], second[theirs]) + first[ours.stop :]


def _list(message: bytes) -> slice:
    """Return where the list of a message's parts stands. Raises ValueError where there is none."""
    cursor = Cursor(message)
    lists = [span for key in cursor.members() for span in (cursor.skip(),) if key in ("content", "parts")]
    if len(lists) != 1 or message[lists[0].start] != ord("["):
        raise ValueError("a message without a list of parts")
    return lists[0]


def _readable(raw: bytes) -> str:
    """Return JSON with its long strings set apart, as the text that they are.

    Word for word: what stands in no long string stands there as JSON, its bytes unchanged.
    """
    texts: list[str] = []

    def apart(match: re.Match[bytes]) -> bytes:
        if match.end() - match.start() < _TEXT_BYTES and b"\\n" not in match[0]:
            return match[0]
        text = decode_text(match[0])
        if not _is_utf8(text):
            return match[0]
        texts.append(text)
        return b'"(text %d, below)"' % len(texts)

    said = _LITERAL.sub(apart, raw).decode(errors="replace")
    below = "".join(f"\n----- text {number}\n{text}\n" for number, text in enumerate(texts, 1))
    return f"{said}\n{below}"


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
