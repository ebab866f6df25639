"""The walk that all dialects share: a JSON object with an array of messages in it, gone through once.

What is said of a message depends on what stands before it alone (law 1), so a walk can go on from the end of any
message of an earlier reading, and costs what is new. A dialect adds how one message is read, and a table of the
keys beside the messages.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from headroom.dialects.base import Before, Call, Head, Mark, Message, Part, Reading, Resume, UnknownShape, Walk
from headroom.dialects.values import text_at
from headroom.spans import Cursor
from headroom.types import Block


class Grammar(NamedTuple):
    """What tells one dialect's requests from another's."""

    messages: str
    """The key of the array of messages."""
    message: Callable[[Cursor, Walk], None]
    """Steps over one message, and adds to the walk what it finds. May raise ValueError."""
    head: Mapping[str, Callable[[Cursor, Head], None]]
    """For each key beside the messages that matters: reads its value. Other keys are stepped over."""
    may_be_text: bool = False
    """Whether a string may stand in the place of the array: what the user says."""
    caches_all: bool = False
    """Whether the provider caches by itself."""
    streams: bool = False
    """Whether the answer is a stream where the request does not say."""


class Result(NamedTuple):
    """A tool result that was found, and what its texts are said to be."""

    call: Call | None
    spans: Sequence[slice]
    """The string literals of its texts; or other values, where `frame` says what takes their place."""
    query: str = ""
    role: str = "user"
    tool: str = ""
    """The tool's name, where the result itself tells it."""
    untouchable: str = ""
    frame: tuple[bytes, bytes] | None = None


def read(grammar: Grammar, body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
    """Find the tool results of a request.

    A resumed walk goes on behind the last message that an earlier request shares with this one, so the cost
    is that of the new messages, not of the conversation.

    Raises:
        UnknownShape: there are no messages, or a key that matters stands twice.
        ValueError: not JSON; or a continuation (`before`) is to be resumed, and is only ever read whole.
    """
    cursor = Cursor(body)
    if resume:
        if before:
            raise ValueError("a continuation is read whole")
        walk = _resumed(resume)
        cursor.pos = resume.mark.pos
        _messages(grammar, cursor, walk, entered=True)
        return _finish(grammar, cursor, walk, resume)
    walk = Walk(head=Head(caches_all=grammar.caches_all, stream=grammar.streams))
    if before:
        walk.query, walk.opening = before.query, before.opening
        for call in before.calls:
            add_call(walk, call)
    for key in cursor.members():
        if key == grammar.messages and key not in walk.head.keys:
            walk.head.keys |= {key}
            walk.messages_at = cursor.pos
            if grammar.may_be_text and cursor.peek() == ord('"'):
                hear(walk, [cursor.text()])
            else:
                _messages(grammar, cursor, walk, entered=False)
            return _finish(grammar, cursor, walk, None)
        _top_level(grammar, cursor, walk.head, key)
    raise UnknownShape("no messages")


def outline(grammar: Grammar, body: bytes, describe: Callable[[bytes, slice], Message]) -> list[Message]:
    """Return the messages of a request. Raises as `read`.

    Args:
        describe: returns the message at a span of the body; called in order.
    """
    found: list[Message] = []
    cursor = Cursor(body)
    seen: set[str] = set()
    for key in cursor.members():
        if key in seen and (key == grammar.messages or key in grammar.head):
            raise UnknownShape(f"{key} stands twice")
        seen.add(key)
        if key != grammar.messages:
            continue
        if grammar.may_be_text and cursor.peek() == ord('"'):
            span = cursor.string()
            found.append(Message(span, "user", span, (Part("text", span, text=text_at(body, span)),)))
            continue
        found += [describe(body, cursor.skip()) for _ in cursor.elements()]
    if grammar.messages not in seen or cursor.peek() != -1:
        raise UnknownShape("no messages, or something behind the request")
    return found


class Said:
    """What a message says before a result in it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.query = ""
        """The newest text that is no reminder of the agent's own; empty where there is none."""

    def add(self, text: str) -> None:
        """Take the next text."""
        self.texts.append(text)
        if not is_reminder(text):
            self.query = text


def is_reminder(text: str) -> bool:
    """Whether a user's text is a reminder of the agent's own, and not the user's words."""
    return text.startswith("<")


def hear(walk: Walk, texts: Sequence[str]) -> None:
    """Take note of what the user says in a message: the newest text is the query, the first of all the opening."""
    for text in texts:
        if not is_reminder(text):
            walk.query = text
        if not walk.opening:
            walk.opening = text


def add_call(walk: Walk, call: Call) -> None:
    """Take note of a tool call."""
    walk.index[call.id] = call
    walk.calls.append(call)


def add_result(body: bytes, walk: Walk, result: Result) -> None:
    """Add the blocks of a tool result: one for each of its texts."""
    call = result.call
    tool, tool_input = (call.name, _input(body, call)) if call else (result.tool, "")
    untouchable = result.untouchable or ("read by a program" if call and call.by_program else "")
    for span in result.spans:
        walk.blocks.append(
            Block(
                start=span.start,
                end=span.stop,
                text=body[span].decode() if result.frame else text_at(body, span),
                kind="tool_result",
                role=result.role,
                tool=tool,
                tool_input=tool_input,
                query=result.query or walk.query,
                message=walk.messages,
                untouchable=untouchable,
                calls=len(walk.calls),
                frame=result.frame,
            )
        )


def _input(body: bytes, call: Call) -> str:
    return call.input if isinstance(call.input, str) else body[call.input].decode(errors="replace")


def _messages(grammar: Grammar, cursor: Cursor, walk: Walk, entered: bool) -> None:
    for _ in cursor.elements(entered):
        grammar.message(cursor, walk)
        walk.messages += 1
        blocks = walk.skipped_blocks + len(walk.blocks)
        walk.marks.append(
            Mark(
                cursor.pos,
                walk.messages,
                blocks,
                len(walk.calls),
                walk.query,
                walk.breakpoint,
                walk.opening,
                tuple(walk.open),
            )
        )


def _resumed(resume: Resume) -> Walk:
    old, mark = resume.reading.walk, resume.mark
    calls = old.calls[: mark.calls]
    return Walk(
        head=old.head,
        whole=old.whole,
        messages_at=old.messages_at,
        messages=mark.messages,
        query=mark.query,
        opening=mark.opening,
        calls=calls,
        skipped_blocks=mark.blocks,
        marks=list(resume.marks),
        breakpoint=mark.breakpoint,
        open=list(mark.open),
        leading=min(old.leading, mark.messages),
        system=[span for span in old.system if span.stop <= mark.pos],
        tools=[(span, names) for span, names in old.tools if span.stop <= mark.pos],
        index={call.id: call for call in calls},
    )


def _finish(grammar: Grammar, cursor: Cursor, walk: Walk, resume: Resume | None) -> Reading:
    """Read what stands behind the messages; a tail seen before need not be read again."""
    end = cursor.pos
    if resume and cursor.body[end:] == resume.tail:
        walk.whole = _moved(walk.whole, resume.reading.end, end)
    else:
        walk.whole = replace(walk.head)
        for key in cursor.members(entered=True):
            _top_level(grammar, cursor, walk.whole, key)
        if cursor.peek() != -1:
            raise UnknownShape(f"something behind the request at offset {cursor.pos}")
    head = _with_messages(walk)
    seed = f"{head.client}\0{walk.opening}".encode(errors="surrogatepass")
    return Reading(walk, head, hashlib.sha256(seed).hexdigest()[:12], end)


def _moved(head: Head, old_end: int, end: int) -> Head:
    """Return a head of which what stood behind the messages stands elsewhere now."""

    def moved(span: slice) -> slice:
        return slice(span.start + end - old_end, span.stop + end - old_end) if span.start >= old_end else span

    if old_end == end or not (head.tools or head.system):
        return head
    return replace(head, tools=head.tools and moved(head.tools), system=tuple(map(moved, head.system)))


def _with_messages(walk: Walk) -> Head:
    """Return the head with what the messages add to it."""
    head = walk.whole
    if walk.breakpoint < 0 and not walk.system and not walk.tools:
        return head
    return replace(
        head,
        places_breakpoints=head.places_breakpoints or walk.breakpoint >= 0,
        system=head.system + tuple(walk.system),
        tool_names=head.tool_names.union(*(names for _, names in walk.tools)),
    )


def _top_level(grammar: Grammar, cursor: Cursor, head: Head, key: str) -> None:
    if key in head.keys:
        raise UnknownShape(f"{key} stands twice")
    head.keys |= {key}
    take = grammar.head.get(key)
    if take:
        take(cursor, head)
