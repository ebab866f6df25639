"""Anthropic Messages: where tool results stand in a request, and what a response says of usage.

https://docs.claude.com/en/api/messages
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from headroom.dialects.base import Call, Head, Mark, Reading, Resume, UnknownShape, Walk
from headroom.spans import Cursor, decode_text
from headroom.types import Block, Usage

name = "anthropic"


def read(body: bytes, resume: Resume | None = None) -> Reading:
    """Find the tool results of a request.

    A resumed walk goes on behind the last message that an earlier request shares with this one, so the cost
    is that of the new messages, not of the conversation.

    Raises:
        UnknownShape: there are no messages, or a key that matters stands twice.
        ValueError: not JSON.
    """
    cursor = Cursor(body)
    if resume:
        walk = _resumed(resume)
        cursor.pos = resume.mark.pos
        _messages(cursor, walk, entered=True)
        return _finish(cursor, walk, resume)
    walk = Walk()
    for key in cursor.members():
        if key == "messages" and "messages" not in walk.head.keys:
            walk.head.keys |= {key}
            walk.messages_at = cursor.pos
            _messages(cursor, walk, entered=False)
            return _finish(cursor, walk, None)
        _top_level(cursor, walk.head, key)
    raise UnknownShape("no messages")


def _resumed(resume: Resume) -> Walk:
    old, mark = resume.reading.walk, resume.mark
    return Walk(
        head=old.head,
        messages_at=old.messages_at,
        messages=mark.messages,
        query=mark.query,
        opening=mark.opening,
        calls=old.calls[: mark.calls],
        skipped_blocks=mark.blocks,
        marks=list(resume.marks),
        breakpoint=mark.breakpoint,
    )


def _finish(cursor: Cursor, walk: Walk, resume: Resume | None) -> Reading:
    """Read what stands behind the messages; a tail seen before need not be read again."""
    end = cursor.pos
    if resume and cursor.body[end:] == resume.tail:
        head = resume.reading.head
    else:
        head = replace(walk.head)
        for key in cursor.members(entered=True):
            _top_level(cursor, head, key)
        if cursor.peek() != -1:
            raise UnknownShape(f"something behind the request at offset {cursor.pos}")
    seed = f"{head.client}\0{walk.opening}".encode(errors="surrogatepass")
    return Reading(walk, head, hashlib.sha256(seed).hexdigest()[:12], end)


def _top_level(cursor: Cursor, head: Head, key: str) -> None:
    if key in head.keys:
        raise UnknownShape(f"{key} stands twice")
    head.keys |= {key}
    at = cursor.pos
    if key == "model":
        head.model = cursor.text()
    elif key == "stream":
        head.stream = cursor.body[cursor.skip()] == b"true"
    elif key == "metadata":
        head.client = cursor.body[cursor.skip()].decode(errors="replace")
    elif key == "cache_control":
        head.caches_all = cursor.body[cursor.skip()] != b"null"
    elif key == "context_management":
        head.edits = cursor.body[cursor.skip()]
    elif key in ("system", "tools"):
        cursor.skip()
        head.before_bytes += cursor.pos - at


def _messages(cursor: Cursor, walk: Walk, entered: bool) -> None:
    for _ in cursor.elements(entered):
        found = len(walk.blocks)
        walk.newest = (0, 0)
        fields, role = _message(cursor, walk)
        if len(set(fields)) != len(fields):
            # Which of two equal keys the provider reads is not ours to guess.
            walk.blocks[found:] = [b._replace(untouchable="duplicate key") for b in walk.blocks[found:]]
        if role != "user":
            walk.blocks[found:] = [b._replace(untouchable=f"role {role!r}") for b in walk.blocks[found:]]
        walk.messages += 1
        blocks = walk.skipped_blocks + len(walk.blocks)
        mark = Mark(cursor.pos, walk.messages, blocks, len(walk.calls), walk.query, walk.breakpoint, walk.opening)
        walk.marks.append(mark)


def _message(cursor: Cursor, walk: Walk) -> tuple[list[str], str]:
    """Walk one message; return its keys and its role."""
    fields: list[str] = []
    role = ""
    texts: list[str] = []
    for key in cursor.members():
        fields.append(key)
        if key == "role":
            role = cursor.text()
        elif key == "content" and cursor.peek() == ord('"'):
            texts.append(cursor.text())
        elif key == "content":
            for _ in cursor.elements():
                _content_block(cursor, walk, texts)
    if role in ("user", ""):
        for text in texts:
            if not text.startswith("<"):  # reminders of the agent's own, not the user's words
                walk.query = text
            if not walk.opening:
                walk.opening = text
    return fields, role


def _content_block(cursor: Cursor, walk: Walk, texts: list[str]) -> None:
    """Walk one content block. `texts` holds the message's own texts so far."""
    fields: dict[str, slice] = {}
    duplicate = False
    strings: list[slice] = []
    for key in cursor.members():
        duplicate |= key in fields
        at = cursor.pos
        if key == "content":
            strings = _result_strings(cursor, walk)
        else:
            cursor.skip()
        fields[key] = slice(at, cursor.pos)
    body = cursor.body
    kind = _text(body, fields.get("type"))
    if kind == "tool_result":
        walk.newest = (walk.newest[0] + 1, walk.newest[1])
        _add_result(body, walk, fields, strings, texts, "duplicate key" if duplicate else "")
    else:
        walk.newest = (walk.newest[0], walk.newest[1] + 1)
    if kind == "tool_use" and "input" in fields:
        walk.calls.append(Call(_text(body, fields.get("id")), _text(body, fields.get("name")), fields["input"]))
    elif kind == "text":
        texts.append(_text(body, fields.get("text")))
    if "cache_control" in fields and body[fields["cache_control"]] != b"null":
        walk.breakpoint = cursor.pos


def _result_strings(cursor: Cursor, walk: Walk) -> list[slice]:
    """Return the spans of the texts in a tool result's content: a string, or a list of blocks."""
    opening = cursor.peek()
    if opening == ord('"'):
        return [cursor.string()]
    if opening != ord("["):
        cursor.skip()
        return []
    strings = []
    for _ in cursor.elements():
        if cursor.peek() != ord("{"):
            continue
        fields: dict[str, slice] = {}
        count = 0
        for key in cursor.members():
            count += 1
            fields[key] = cursor.skip()
        if "cache_control" in fields and cursor.body[fields["cache_control"]] != b"null":
            walk.breakpoint = cursor.pos
        is_text = _text(cursor.body, fields.get("type")) == "text"
        if is_text and count == len(fields) and "text" in fields and cursor.body[fields["text"].start] == ord('"'):
            strings.append(fields["text"])
    return strings


def _add_result(
    body: bytes,
    walk: Walk,
    fields: Mapping[str, slice],
    strings: list[slice],
    texts: list[str],
    untouchable: str,
) -> None:
    call_id = _text(body, fields.get("tool_use_id"))
    call = next((call for call in reversed(walk.calls) if call.id == call_id), None)
    tool, tool_input = (call.name, body[call.input].decode(errors="replace")) if call else ("", "")
    query = next((text for text in reversed(texts) if not text.startswith("<")), walk.query)
    for string in strings:
        walk.blocks.append(
            Block(
                start=string.start,
                end=string.stop,
                text=decode_text(body[string]),
                kind="tool_result",
                role="user",
                tool=tool,
                tool_input=tool_input,
                query=query,
                message=walk.messages,
                untouchable=untouchable,
                calls=len(walk.calls),
            )
        )


def _text(body: bytes, span: slice | None) -> str:
    """Return the text at a span; empty where there is none, or another kind of value."""
    return decode_text(body[span]) if span and body[span.start] == ord('"') else ""


def usage(event: Mapping[str, object], so_far: Usage) -> Usage:
    """Add what one event of the stream, or the whole answer, says of usage.

    message_start carries the input figures, message_delta the final output (and, where a server tool ran,
    final input figures); later figures replace earlier ones. Cache lifetimes are told apart where the answer
    does.
    """
    message = event.get("message")
    source = message if isinstance(message, dict) else event
    figures = source.get("usage")
    model = source.get("model")
    if isinstance(model, str) and model:
        so_far = replace(so_far, model=model)
    if not isinstance(figures, dict):
        return so_far
    lifetimes = figures.get("cache_creation")
    hour = lifetimes.get("ephemeral_1h_input_tokens") if isinstance(lifetimes, dict) else None

    def figure(value: object, known: int) -> int:
        return value if isinstance(value, int) and not isinstance(value, bool) else known

    return Usage(
        input=figure(figures.get("input_tokens"), so_far.input),
        cache_write=figure(figures.get("cache_creation_input_tokens"), so_far.cache_write),
        cache_write_1h=figure(hour, so_far.cache_write_1h),
        cache_read=figure(figures.get("cache_read_input_tokens"), so_far.cache_read),
        output=figure(figures.get("output_tokens"), so_far.output),
        model=so_far.model,
    )
