"""Ollama's own /api/chat: as Chat Completions, but calls may have no id, and inputs are objects.

https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from headroom.dialects import head, openai_chat, walk
from headroom.dialects.base import Before, Message, Reading, Resume, Walk
from headroom.dialects.figures import figure
from headroom.types import Usage

name: Final = "ollama"
usage_mark: Final = b'"prompt_eval_count"'
points_back: Final = True


def read(body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
    """Find the tool results of a request. See `headroom.dialects.walk.read`."""
    return walk.read(_GRAMMAR, body, resume, before)


def outline(body: bytes) -> list[Message]:
    """Return the messages. A message with a tool's result has one part, which is the whole message."""
    return walk.outline(_GRAMMAR, body, partial(openai_chat.describe, Walk()))


_GRAMMAR: Final = walk.Grammar(
    messages="messages",
    message=openai_chat.message,
    head={"model": head.model, "stream": head.stream, "tools": head.tools(openai_chat.named)},
    caches_all=True,
    streams=True,
)


def usage(event: Mapping[str, object], so_far: Usage) -> Usage:
    """Add what the last line of the stream, or the whole answer, says of usage: not what was cached."""
    model = event.get("model")
    return replace(
        so_far,
        input=figure(event, "prompt_eval_count", known=so_far.input),
        output=figure(event, "eval_count", known=so_far.output),
        model=model if isinstance(model, str) and model else so_far.model,
    )
