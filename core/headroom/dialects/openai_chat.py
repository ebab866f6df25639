"""OpenAI Chat Completions, as OpenAI, Azure and many compatible servers speak it.

https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from headroom.dialects import head, pairing, walk
from headroom.dialects.base import Before, Call, Head, Message, Part, Reading, Resume, Walk
from headroom.dialects.figures import figure
from headroom.dialects.values import Fields, elements_at, fields, fields_at, is_set, is_text, text_at
from headroom.spans import Cursor
from headroom.types import Usage

name: Final = "openai_chat"
usage_mark: Final = b'"usage"'
points_back: Final = True

_PROMPT: Final = ("system", "developer")
_RESULT: Final = ("tool", "function")
_BREAKPOINTS: Final = ("cache_control", "prompt_cache_breakpoint")
"""The first is Anthropic's, handed on by gateways."""


def read(body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
    """Find the tool results of a request. See `headroom.dialects.walk.read`."""
    return walk.read(_GRAMMAR, body, resume, before)


def outline(body: bytes) -> list[Message]:
    """Return the messages. A message with a tool's result has one part, which is the whole message."""
    return walk.outline(_GRAMMAR, body, partial(describe, Walk()))


def message(cursor: Cursor, walked: Walk) -> None:
    """Walk one message."""
    found, repeated = fields(cursor)
    body = cursor.body
    role = text_at(body, found.get("role"))
    texts = _texts(body, found.get("content"))
    if has_breakpoint(body, found):
        walked.breakpoint = cursor.pos
    if role in _RESULT:
        call = pairing.answered(walked, *_answers(body, found, role))
        result = walk.Result(call, texts, role="tool", tool=_tool(body, found), untouchable=repeated)
        walk.add_result(body, walked, result)
    elif role == "user":
        walked.open.clear()
        walk.hear(walked, [text_at(body, text) for text in texts])
    elif role == "assistant":
        for made, _ in _calls(body, found):
            pairing.call(walked, made)
    elif role in _PROMPT and walked.leading == walked.messages:
        walked.leading += 1
        walked.system += texts


def has_breakpoint(body: bytes, found: Fields) -> bool:
    """Whether a message, or a part of its content, carries a cache breakpoint."""
    if any(is_set(body, found.get(key)) for key in _BREAKPOINTS):
        return True
    parts = (fields_at(body, part)[0] for part in elements_at(body, found.get("content")))
    return any(is_set(body, part.get(key)) for part in parts for key in _BREAKPOINTS)


def describe(walked: Walk, body: bytes, span: slice) -> Message:
    """Return the message at a span; `walked` holds the calls of those before it."""
    found, _ = fields_at(body, span)
    content = found.get("content")
    role = text_at(body, found.get("role"))
    if role in _RESULT:
        call_id, tool = _answers(body, found, role)
        call = pairing.answered(walked, call_id, tool)
        part = Part("result", span, call.id if call else call_id, call.name if call else tool)
        return Message(span, "tool", content, (part,))
    if role == "user":
        walked.open.clear()
    parts = []
    if content and is_text(body, content):
        parts.append(Part("text", content, text=text_at(body, content)))
    for at in elements_at(body, content):
        text = fields_at(body, at)[0].get("text")
        is_plain = is_text(body, text)
        parts.append(Part("text", at, text=text_at(body, text)) if is_plain else Part("other", at))
    for made, at in _calls(body, found) if role == "assistant" else ():
        parts.append(Part("call", at, pairing.call(walked, made).id, made.name))
    return Message(span, "system" if role in _PROMPT else role, content, tuple(parts))


def _tool(body: bytes, found: Fields) -> str:
    return text_at(body, found.get("name")) or text_at(body, found.get("tool_name"))


def _answers(body: bytes, found: Fields, role: str) -> tuple[str, str]:
    """Return the id of the call that a result answers, and its tool's name; the old form has only the name."""
    call_id = text_at(body, found.get("tool_call_id")) if role == "tool" else ""
    return call_id, _tool(body, found)


def _texts(body: bytes, content: slice | None) -> list[slice]:
    """Return the string literals of a content: a string, or a list with parts of text."""
    if content and is_text(body, content):
        return [content]
    texts = []
    for at in elements_at(body, content):
        part, repeated = fields_at(body, at)
        is_plain = text_at(body, part.get("type")) == "text" and is_text(body, part.get("text"))
        if is_plain and not repeated:
            texts.append(part["text"])
    return texts


def _calls(body: bytes, found: Fields) -> list[tuple[Call, slice]]:
    """Return the calls of an assistant's message, and where each stands."""
    calls = []
    for at in elements_at(body, found.get("tool_calls")):
        made, _ = fields_at(body, at)
        said, _ = fields_at(body, made.get("function") or made.get("custom"))
        calls.append((_call(body, text_at(body, made.get("id")), said), at))
    if "function_call" in found:
        said, _ = fields_at(body, found["function_call"])
        if said:
            calls.append((_call(body, "", said), found["function_call"]))
    return calls


def _call(body: bytes, call_id: str, said: Fields) -> Call:
    given = said.get("arguments") or said.get("input")
    text = text_at(body, given)
    # Some compatible servers take an object where OpenAI takes JSON in a string.
    return Call(call_id, text_at(body, said.get("name")), given if given and not is_text(body, given) else text)


def named(body: bytes, tool: slice) -> frozenset[str]:
    """Return the name of the tool at a span."""
    found, _ = fields_at(body, tool)
    said, _ = fields_at(body, found.get("function") or found.get("custom"))
    text = text_at(body, said.get("name")) or text_at(body, found.get("name"))
    return frozenset({text} if text else ())


def cache_key(cursor: Cursor, found: Head) -> None:
    """Take what the client names for the routing of caches; it tells conversations apart, too."""
    span = cursor.skip()
    found.cache_key = text_at(cursor.body, span)
    found.client += found.cache_key


def cache_options(cursor: Cursor, found: Head) -> None:
    """Take whether the provider is asked not to cache by itself."""
    options, _ = fields_at(cursor.body, cursor.skip())
    if text_at(cursor.body, options.get("mode")) == "explicit":
        found.caches_all = False
        found.places_breakpoints = True


def _functions(cursor: Cursor, found: Head) -> None:
    """Take the old form of tools, to which ours cannot be added."""
    tools = Head()
    head.tools(head.name_of)(cursor, tools)
    found.before_bytes += tools.before_bytes
    found.tool_names |= tools.tool_names


SHARED: Final[dict[str, Callable[[Cursor, Head], None]]] = {
    "model": head.model,
    "stream": head.stream,
    "user": head.client,
    "safety_identifier": head.client,
    "prompt_cache_key": cache_key,
    "prompt_cache_options": cache_options,
    "tools": head.tools(named),
}
"""What both of OpenAI's formats have beside the messages."""

_GRAMMAR: Final = walk.Grammar(
    messages="messages",
    message=message,
    head={
        **SHARED,
        "functions": _functions,
        "session_id": head.client,
        "cache_control": head.breakpoints,
        "cache_control_injection_points": head.breakpoints,
        "transforms": head.edits,
        "plugins": head.edits,
    },
    caches_all=True,
)


def usage(event: Mapping[str, object], so_far: Usage) -> Usage:
    """Add what one chunk of the stream, or the whole answer, says of usage; later figures replace earlier ones.

    prompt_tokens holds what was read from the cache, and what was written to it. DeepSeek and gateways before
    Anthropic's models have names of their own for these.
    """
    model = event.get("model")
    if isinstance(model, str) and model:
        so_far = replace(so_far, model=model)
    figures = _figures(event)
    if figures is None:
        return so_far
    details = "prompt_tokens_details"
    prompt = figure(figures, "prompt_tokens", known=so_far.total_input)
    read = figure(figures, "prompt_cache_hit_tokens", known=so_far.cache_read)
    read = figure(figures, "cache_read_input_tokens", known=read)
    read = figure(figures, details, "cached_tokens", known=read)
    written = figure(figures, "cache_creation_input_tokens", known=so_far.cache_write)
    written = figure(figures, details, "cache_write_tokens", known=written)
    return replace(
        so_far,
        input=max(0, prompt - read - written),
        cache_read=read,
        cache_write=written,
        output=figure(figures, "completion_tokens", known=so_far.output),
        reasoning=figure(figures, "completion_tokens_details", "reasoning_tokens", known=so_far.reasoning),
        image=figure(figures, details, "image_tokens", known=so_far.image),
    )


def _figures(event: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return the usage object; some servers have it in the first choice."""
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    for holder in (event, first):
        found = holder.get("usage") if isinstance(holder, Mapping) else None
        if isinstance(found, dict):
            return found
    return None
