"""Gemini's generateContent and streamGenerateContent, of the Gemini API and of Vertex.

https://ai.google.dev/api/generate-content

Keys are read in both spellings that the JSON form of protocol buffers allows: functionCall and function_call.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from headroom.dialects import head, pairing, walk
from headroom.dialects.base import Before, Call, Head, Message, Part, Reading, Resume, Walk
from headroom.dialects.figures import figure
from headroom.dialects.values import REPEATED, Fields, elements_at, fields, fields_at, is_text, text_at
from headroom.spans import Cursor
from headroom.types import Usage

name: Final = "gemini"
usage_mark: Final = b'"usageMetadata"'
points_back: Final = True

_FRAME: Final = (b'{"output":', b"}")
"""A structure becomes one text, under the key that the format has for what a function returned."""
_CALL: Final = ("functionCall", "function_call")
_RESPONSE: Final = ("functionResponse", "function_response")


def read(body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
    """Find the tool results of a request. See `headroom.dialects.walk.read`."""
    return walk.read(_GRAMMAR, body, resume, before)


def outline(body: bytes) -> list[Message]:
    """Return the contents with their parts."""
    return walk.outline(_GRAMMAR, body, partial(_describe, Walk()))


def _message(cursor: Cursor, walked: Walk) -> None:
    """Walk one content."""
    found, repeated = fields(cursor)
    body = cursor.body
    role = text_at(body, found.get("role")) or "user"
    untouchable = repeated if role in ("user", "function") else f"role {role!r}"
    said = walk.Said()
    has_results = False
    for at in elements_at(body, found.get("parts")):
        part, again = _either(*fields_at(body, at))
        if "call" in part:
            pairing.call(walked, _call(body, part["call"]))
        elif "response" in part:
            has_results = True
            _result(body, walked, part["response"], said.query, untouchable or again)
        elif is_text(body, part.get("text")):
            said.add(text_at(body, part["text"]))
    if role == "user":
        walk.hear(walked, said.texts)
        if not has_results:
            walked.open.clear()


def _either(part: Fields, repeated: str) -> tuple[Fields, str]:
    """Return a part with its call or response under one name; given in both spellings, it is there twice."""
    for short, spellings in (("call", _CALL), ("response", _RESPONSE)):
        given = [part[key] for key in spellings if key in part]
        if given:
            return {**part, short: given[0]}, repeated or (REPEATED if len(given) > 1 else "")
    return {key: span for key, span in part.items() if key not in ("call", "response")}, repeated


def _call(body: bytes, span: slice) -> Call:
    made, _ = fields_at(body, span)
    return Call(text_at(body, made.get("id")), text_at(body, made.get("name")), made.get("args", "{}"))


def _result(body: bytes, walked: Walk, span: slice, query: str, untouchable: str) -> None:
    """Add the texts of a function's response; where it has none but a structure, the whole of it."""
    said, repeated = fields_at(body, span)
    tool = text_at(body, said.get("name"))
    call = pairing.answered(walked, text_at(body, said.get("id")), tool)
    result, twice = fields_at(body, said.get("response"))
    texts = [value for value in result.values() if is_text(body, value)]
    structures = [value for value in result.values() if body[value.start] in b"{["]
    reason = untouchable or repeated or twice
    one = walk.Result(call, texts, query, tool=tool, untouchable=reason)
    if _size(structures) > _size(texts):
        # A structure may refer to images beside it.
        reason = reason or ("parts" if "parts" in said else "")
        one = one._replace(spans=[said["response"]], untouchable=reason, frame=_FRAME)
    walk.add_result(body, walked, one)


def _size(spans: list[slice]) -> int:
    return sum(span.stop - span.start for span in spans)


def _describe(walked: Walk, body: bytes, span: slice) -> Message:
    found, _ = fields_at(body, span)
    role = text_at(body, found.get("role")) or "user"
    content = found.get("parts")
    parts = [_part(walked, body, at) for at in elements_at(body, content)]
    if role == "user" and all(part.kind != "result" for part in parts):
        walked.open.clear()
    roles = {"model": "assistant", "function": "user"}
    return Message(span, roles.get(role, role), content, tuple(parts))


def _part(walked: Walk, body: bytes, span: slice) -> Part:
    part, _ = _either(*fields_at(body, span))
    if "call" in part:
        made = pairing.call(walked, _call(body, part["call"]))
        return Part("call", span, made.id, made.name)
    if "response" in part:
        said, _ = fields_at(body, part["response"])
        call_id, tool = text_at(body, said.get("id")), text_at(body, said.get("name"))
        call = pairing.answered(walked, call_id, tool)
        return Part("result", span, call.id if call else call_id, tool)
    if is_text(body, part.get("text")):
        is_thought = "thought" in part and body[part["thought"]] == b"true"
        return Part("thinking" if is_thought else "text", span, text=text_at(body, part["text"]))
    return Part("other", span)


def _tools(cursor: Cursor, found: Head) -> None:
    """Take the tools; another function may be added to the first list of functions."""
    span = cursor.skip()
    body = cursor.body
    found.before_bytes += span.stop - span.start
    names: set[str] = set()
    for tool in elements_at(body, span):
        said, _ = fields_at(body, tool)
        declared = said.get("functionDeclarations") or said.get("function_declarations")
        for function in elements_at(body, declared):
            found.tools = found.tools or declared
            names |= head.name_of(body, function)
    found.tool_names |= names


def _instruction(cursor: Cursor, found: Head) -> None:
    """Take the system's instruction, which is a content."""
    span = cursor.skip()
    found.before_bytes += span.stop - span.start
    parts = fields_at(cursor.body, span)[0].get("parts")
    if parts:
        head.system()(Cursor(cursor.body, parts.start), replaced := Head())
        found.system += replaced.system


_GRAMMAR: Final = walk.Grammar(
    messages="contents",
    message=_message,
    head={
        "model": head.model,
        "systemInstruction": _instruction,
        "system_instruction": _instruction,
        "tools": _tools,
        "cachedContent": head.breakpoints,
        "cached_content": head.breakpoints,
    },
    caches_all=True,
)


def usage(event: Mapping[str, object], so_far: Usage) -> Usage:
    """Add what one chunk of the stream, or the whole answer, says of usage; later figures replace earlier ones.

    promptTokenCount holds what was read from the cache. Thoughts are counted beside the candidates, and what tools
    of the provider's put into the prompt beside the prompt.
    """
    figures = event.get("usageMetadata")
    model = event.get("modelVersion")
    if isinstance(model, str) and model:
        so_far = replace(so_far, model=model)
    if not isinstance(figures, dict):
        return so_far
    read = figure(figures, "cachedContentTokenCount", known=so_far.cache_read)
    full = so_far.input
    if "promptTokenCount" in figures:
        prompt = figure(figures, "promptTokenCount", known=so_far.total_input)
        full = max(0, prompt - read) + figure(figures, "toolUsePromptTokenCount")
    thoughts = figure(figures, "thoughtsTokenCount", known=so_far.reasoning)
    said = figure(figures, "candidatesTokenCount", known=so_far.output - so_far.reasoning)
    return replace(
        so_far,
        input=full,
        cache_read=read,
        output=said + thoughts,
        reasoning=thoughts,
        image=_images(figures.get("promptTokensDetails"), so_far.image),
    )


def _images(details: object, known: int) -> int:
    if not isinstance(details, list):
        return known
    images = [one for one in details if isinstance(one, dict) and one.get("modality") == "IMAGE"]
    return sum(figure(one, "tokenCount") for one in images) if images else known
