"""Bedrock's Converse and ConverseStream, which are one format for all its models.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from headroom.dialects import head, walk
from headroom.dialects.base import Before, Call, Head, Message, Part, Reading, Resume, Walk
from headroom.dialects.figures import figure
from headroom.dialects.values import Fields, elements_at, fields, fields_at, is_text, text_at
from headroom.spans import Cursor
from headroom.types import Usage

name: Final = "bedrock_converse"
usage_mark: Final = b'"usage"'
points_back: Final = True

_JSON_FRAME: Final = (b'{"output":', b"}")
"""A value under "json" stays under it, as an object with one text."""


def read(body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
    """Find the tool results of a request. See `headroom.dialects.walk.read`."""
    return walk.read(_GRAMMAR, body, resume, before)


def outline(body: bytes) -> list[Message]:
    """Return the messages with their content blocks."""
    return walk.outline(_GRAMMAR, body, _describe)


def _message(cursor: Cursor, walked: Walk) -> None:
    """Walk one message."""
    found, untouchable = fields(cursor)
    body = cursor.body
    role = text_at(body, found.get("role"))
    if role != "user":
        untouchable = f"role {role!r}"
    said = walk.Said()
    for at in elements_at(body, found.get("content")):
        block, repeated = fields_at(body, at)
        if "toolUse" in block:
            used, _ = fields_at(body, block["toolUse"])
            if "input" in used:
                walk.add_call(walked, _call(body, used))
        elif "toolResult" in block:
            _result(body, walked, block["toolResult"], said.query, untouchable or repeated)
        elif "cachePoint" in block:
            walked.breakpoint = at.stop
        elif is_text(body, block.get("text")):
            said.add(text_at(body, block["text"]))
    if role == "user":
        walk.hear(walked, said.texts)


def _call(body: bytes, used: Fields) -> Call:
    return Call(text_at(body, used.get("toolUseId")), text_at(body, used.get("name")), used["input"])


def _result(body: bytes, walked: Walk, span: slice, query: str, untouchable: str) -> None:
    """Add a tool result's texts, and its JSON values that are objects or lists."""
    found, repeated = fields_at(body, span)
    untouchable = untouchable or repeated or ("server tool" if "type" in found else "")
    call = walked.index.get(text_at(body, found.get("toolUseId")))
    for at in elements_at(body, found.get("content")):
        part, twice = fields_at(body, at)
        if set(part) == {"text"} and is_text(body, part["text"]):
            one = walk.Result(call, [part["text"]], query, untouchable=untouchable or twice)
        elif set(part) == {"json"} and is_text(body, part["json"]):
            one = walk.Result(call, [part["json"]], query, untouchable=untouchable or twice)
        elif set(part) == {"json"} and body[part["json"].start] in b"{[":
            reason = untouchable or twice
            one = walk.Result(call, [part["json"]], query, untouchable=reason, frame=_JSON_FRAME)
        else:
            continue
        walk.add_result(body, walked, one)


def _describe(body: bytes, span: slice) -> Message:
    found, _ = fields_at(body, span)
    content = found.get("content")
    parts = tuple(_part(body, at) for at in elements_at(body, content))
    return Message(span, text_at(body, found.get("role")), content, parts)


def _part(body: bytes, span: slice) -> Part:
    block, _ = fields_at(body, span)
    if "toolUse" in block:
        used, _ = fields_at(body, block["toolUse"])
        return Part("call", span, text_at(body, used.get("toolUseId")), text_at(body, used.get("name")))
    if "toolResult" in block:
        used, _ = fields_at(body, block["toolResult"])
        return Part("result", span, text_at(body, used.get("toolUseId")))
    if is_text(body, block.get("text")):
        return Part("text", span, text=text_at(body, block["text"]))
    return Part("thinking" if "reasoningContent" in block else "other", span)


def _tool_config(cursor: Cursor, found: Head) -> None:
    config, _ = fields_at(cursor.body, cursor.skip())
    if "tools" in config:
        head.tools(_named, "cachePoint")(Cursor(cursor.body, config["tools"].start), found)


def _named(body: bytes, tool: slice) -> frozenset[str]:
    found, _ = fields_at(body, tool)
    return head.name_of(body, found["toolSpec"]) if "toolSpec" in found else frozenset()


_GRAMMAR: Final = walk.Grammar(
    messages="messages",
    message=_message,
    head={
        "modelId": head.model,
        "system": head.system("cachePoint"),
        "toolConfig": _tool_config,
        "requestMetadata": head.client,
        "additionalModelRequestFields": head.edits,
    },
)


def usage(event: Mapping[str, object], so_far: Usage) -> Usage:
    """Add what the stream's last event, or the whole answer, says of usage.

    inputTokens is what was neither read from the cache nor written to it. cacheDetails tells the lifetimes apart.
    """
    metadata = event.get("metadata")
    source = metadata if isinstance(metadata, dict) else event
    figures = source.get("usage")
    if not isinstance(figures, dict):
        return so_far
    return replace(
        so_far,
        input=figure(figures, "inputTokens", known=so_far.input),
        cache_read=figure(figures, "cacheReadInputTokens", known=so_far.cache_read),
        cache_write=figure(figures, "cacheWriteInputTokens", known=so_far.cache_write),
        cache_write_1h=_hour(figures.get("cacheDetails"), so_far.cache_write_1h),
        output=figure(figures, "outputTokens", known=so_far.output),
    )


def _hour(details: object, known: int) -> int:
    if not isinstance(details, list):
        return known
    hours = [one for one in details if isinstance(one, dict) and one.get("ttl") == "1h"]
    return sum(figure(one, "inputTokens") for one in hours) if hours else known
