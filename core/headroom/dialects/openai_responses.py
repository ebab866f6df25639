"""OpenAI Responses, over HTTP and as the `response.create` frames of a WebSocket: the same keys at the top.

https://platform.openai.com/docs/api-reference/responses/create
https://developers.openai.com/api/reference/resources/responses/websocket-events
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from headroom.dialects import codex_script, head, openai_chat, walk
from headroom.dialects.base import Before, Call, Head, Message, Part, Reading, Resume, Walk
from headroom.dialects.figures import figure
from headroom.dialects.values import Fields, elements_at, fields, fields_at, is_set, is_text, raw_at, text_at
from headroom.spans import Cursor
from headroom.types import Usage

name: Final = "openai_responses"
usage_mark: Final = b'"usage"'
points_back: Final = False
"""A request with previous_response_id leaves its history to the provider."""

_PROMPT: Final = ("system", "developer")
_TEXTS: Final = ("input_text", "output_text", "text")
_SCRIPTS: Final = "exec"
"""The name of Codex's custom tool whose input is a script."""


def read(body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
    """Find the tool results of a request. See `headroom.dialects.walk.read`."""
    return walk.read(_GRAMMAR, body, resume, before)


def outline(body: bytes) -> list[Message]:
    """Return the items of the input. A call or a result has one part, which is the whole item."""
    return walk.outline(_GRAMMAR, body, _describe)


def _message(cursor: Cursor, walked: Walk) -> None:
    """Walk one item of the input."""
    found, repeated = fields(cursor)
    body = cursor.body
    kind = _kind(body, found)
    if openai_chat.has_breakpoint(body, found):
        walked.breakpoint = cursor.pos
    if kind == "message":
        _said(body, walked, found)
    elif kind in _CALLS:
        walk.add_call(walked, _call(body, kind, found))
    elif kind in _RESULTS:
        call = walked.index.get(_id(body, found))
        reason = repeated or ("" if _is_direct(body, found) else "read by a program")
        texts = _RESULTS[kind](body, found.get("output"))
        if any(is_set(body, fields_at(body, at)[0].get("prompt_cache_breakpoint")) for at in _parts(body, found)):
            walked.breakpoint = cursor.pos
        tool = text_at(body, found.get("name"))
        walk.add_result(body, walked, walk.Result(call, texts, role="tool", tool=tool, untouchable=reason))
    elif kind == "additional_tools" and "tools" in found:
        if walked.leading == walked.messages:
            walked.leading += 1
        walked.tools.append((found["tools"], _names(body, found["tools"])))


def _kind(body: bytes, found: Fields) -> str:
    return text_at(body, found["type"]) if "type" in found else "message" if "role" in found else ""


def _said(body: bytes, walked: Walk, found: Fields) -> None:
    """Take what a message says: the user's words, or the prompt where it stands first."""
    role = text_at(body, found.get("role"))
    texts = _texts(body, found.get("content"))
    if role == "user":
        walk.hear(walked, [text_at(body, text) for text in texts])
    elif role in _PROMPT and walked.leading == walked.messages:
        walked.leading += 1
        walked.system += texts


def _texts(body: bytes, span: slice | None) -> list[slice]:
    """Return the string literals of a content or an output: a string, or a list with parts of text."""
    if span and is_text(body, span):
        return [span]
    texts = []
    for at in elements_at(body, span):
        part, repeated = fields_at(body, at)
        if text_at(body, part.get("type")) in _TEXTS and is_text(body, part.get("text")) and not repeated:
            texts.append(part["text"])
    return texts


def _chunks(body: bytes, span: slice | None) -> list[slice]:
    """Return the string literals of a shell call's output: what each command wrote, and its errors."""
    texts = []
    for at in elements_at(body, span):
        chunk, repeated = fields_at(body, at)
        texts += [chunk[key] for key in ("stdout", "stderr") if is_text(body, chunk.get(key)) and not repeated]
    return sorted(texts, key=lambda text: text.start)


def _parts(body: bytes, found: Fields) -> list[slice]:
    return list(elements_at(body, found.get("output")))


def _is_direct(body: bytes, found: Fields) -> bool:
    """Whether the model made a call itself, and not a program of its own that reads the result."""
    if not is_set(body, found.get("caller")):
        return True
    return text_at(body, fields_at(body, found["caller"])[0].get("type")) == "direct"


def _id(body: bytes, found: Fields) -> str:
    return text_at(body, found.get("call_id")) or text_at(body, found.get("id"))


def _call(body: bytes, kind: str, found: Fields) -> Call:
    tool = text_at(body, found.get("name")) or kind.removesuffix("_call")
    return Call(_id(body, found), tool, _CALLS[kind](body, found), not _is_direct(body, found))


def _arguments(body: bytes, found: Fields) -> str:
    return text_at(body, found.get("arguments"))


def _custom(body: bytes, found: Fields) -> str:
    text = text_at(body, found.get("input"))
    return codex_script.tool_input(text) if text_at(body, found.get("name")) == _SCRIPTS else text


def _commands(body: bytes, found: Fields) -> str:
    action, _ = fields_at(body, found.get("action"))
    lines = [text_at(body, line) for line in elements_at(body, action.get("commands"))]
    return json.dumps({"command": "\n".join(lines)})


_CALLS: Final[dict[str, Callable[[bytes, Fields], str]]] = {
    "function_call": _arguments,
    "custom_tool_call": _custom,
    "local_shell_call": lambda body, found: raw_at(body, found.get("action")),
    "shell_call": _commands,
    "apply_patch_call": lambda body, found: raw_at(body, found.get("operation")),
    "computer_call": lambda body, found: raw_at(body, found.get("action")),
}
"""Calls that the client answers, and the input of each. What the provider runs itself stays as it is."""

_RESULTS: Final[dict[str, Callable[[bytes, slice | None], list[slice]]]] = {
    "function_call_output": _texts,
    "custom_tool_call_output": _texts,
    "local_shell_call_output": _texts,
    "apply_patch_call_output": _texts,
    "shell_call_output": _chunks,
    "computer_call_output": lambda _body, _span: [],
}
"""The client's answers, and where the texts of each stand."""


def _describe(body: bytes, span: slice) -> Message:
    found, _ = fields_at(body, span)
    kind = _kind(body, found)
    if kind == "message":
        role = text_at(body, found.get("role"))
        content = found.get("content")
        return Message(span, "system" if role in _PROMPT else role, content, _words(body, content))
    if kind in _CALLS:
        part = Part("call", span, _id(body, found), text_at(body, found.get("name")) or kind.removesuffix("_call"))
        return Message(span, "assistant", None, (part,))
    if kind in _RESULTS:
        part = Part("result", span, _id(body, found), text_at(body, found.get("name")))
        return Message(span, "tool", found.get("output"), (part,))
    if kind == "reasoning":
        return Message(span, "assistant", None, (Part("thinking", span),))
    role = text_at(body, found.get("role"))
    return Message(span, "system" if role in _PROMPT else role or "assistant", None, (Part("other", span),))


def _words(body: bytes, content: slice | None) -> tuple[Part, ...]:
    if content and is_text(body, content):
        return (Part("text", content, text=text_at(body, content)),)
    parts = []
    for at in elements_at(body, content):
        text = fields_at(body, at)[0].get("text")
        is_plain = is_text(body, text)
        parts.append(Part("text", at, text=text_at(body, text)) if is_plain else Part("other", at))
    return tuple(parts)


def _names(body: bytes, tools: slice) -> frozenset[str]:
    """Return the names of the tools in an array, and of those in its namespaces."""
    names: set[str] = set()
    for at in elements_at(body, tools):
        names |= _named(body, at)
    return frozenset(names)


def _named(body: bytes, tool: slice) -> frozenset[str]:
    found, _ = fields_at(body, tool)
    names = openai_chat.named(body, tool)
    return names.union(*(openai_chat.named(body, at) for at in elements_at(body, found.get("tools"))))


def _previous(cursor: Cursor, found: Head) -> None:
    """Take what the request goes on from: a response, or a conversation at the provider."""
    body, span = cursor.body, cursor.skip()
    said = text_at(body, span) or text_at(body, fields_at(body, span)[0].get("id"))
    found.previous = found.previous or said


def _instructions(cursor: Cursor, found: Head) -> None:
    span = cursor.skip()
    found.before_bytes += span.stop - span.start
    if is_text(cursor.body, span):
        found.system += (span,)


_GRAMMAR: Final = walk.Grammar(
    messages="input",
    message=_message,
    head={
        **openai_chat.SHARED,
        "tools": head.tools(_named),
        "instructions": _instructions,
        "previous_response_id": _previous,
        "conversation": _previous,
        "context_management": head.edits,
    },
    may_be_text=True,
    caches_all=True,
)


def usage(event: Mapping[str, object], so_far: Usage) -> Usage:
    """Add what the stream's last event, or the whole answer, says of usage.

    input_tokens holds what was read from the cache, and what was written to it.
    """
    response = event.get("response")
    source = response if isinstance(response, dict) else event
    model = source.get("model")
    if isinstance(model, str) and model:
        so_far = replace(so_far, model=model)
    figures = source.get("usage")
    if not isinstance(figures, dict):
        return so_far
    details = "input_tokens_details"
    prompt = figure(figures, "input_tokens", known=so_far.total_input)
    read_from = figure(figures, details, "cached_tokens", known=so_far.cache_read)
    written = figure(figures, details, "cache_write_tokens", known=so_far.cache_write)
    return replace(
        so_far,
        input=max(0, prompt - read_from - written),
        cache_read=read_from,
        cache_write=written,
        output=figure(figures, "output_tokens", known=so_far.output),
        reasoning=figure(figures, "output_tokens_details", "reasoning_tokens", known=so_far.reasoning),
        image=figure(figures, details, "image_tokens", known=so_far.image),
    )
