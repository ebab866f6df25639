"""Message objects as the Messages API answers them, whole; `sse` cuts one into events."""

import hashlib
import json
from collections.abc import Callable

from tests.provider.script import Call, Json, Turn
from tests.provider.signing import sign

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def identifier(prefix: str, *parts: object) -> str:
    """Return an id in the API's shape (msg_01..., toolu_01..., req_01...): a function of the parts alone."""
    return f"{prefix}_01{_digits(22, *parts)}"


def opaque(prefix: str, size: int, *parts: object) -> str:
    """Return an id in OpenAI's shape (call_..., chatcmpl-...), `size` characters behind the prefix."""
    return prefix + _digits(size, *parts)


def arguments(call: Call) -> Json:
    """Return a call's arguments as an object, also where it is for a free-form tool."""
    return {"input": call.input} if isinstance(call.input, str) else dict(call.input)


def _digits(size: int, *parts: object) -> str:
    number = int.from_bytes(hashlib.sha512(repr(parts).encode()).digest(), "big")
    digits = ""
    for _ in range(size):
        number, digit = divmod(number, len(_ALPHABET))
        digits += _ALPHABET[digit]
    return digits


def message(turn: Turn, model: str, usage: Json, seed: str) -> Json:
    """Return a turn as a whole message. `usage` goes in as it is; ids follow from `seed`."""
    return {
        "model": model,
        "id": identifier("msg", seed),
        "type": "message",
        "role": "assistant",
        "content": content(turn, seed),
        "stop_reason": turn.stop_reason or ("tool_use" if turn.calls else "end_turn"),
        "stop_sequence": None,
        "usage": usage,
    }


def content(turn: Turn, seed: str) -> list[Json]:
    """Return a turn's content blocks."""
    blocks: list[Json] = []
    if turn.thinking:
        blocks.append({"type": "thinking", "thinking": turn.thinking, "signature": sign(turn.thinking)})
    blocks.extend(turn.others)
    if turn.text:
        blocks.append({"type": "text", "text": turn.text})
    for number, call in enumerate(turn.calls):
        name = call.id or identifier("toolu", seed, number)
        blocks.append({"type": "tool_use", "id": name, "name": call.name, "input": arguments(call)})
    return blocks


def output_tokens(turn: Turn, count: Callable[[str], int]) -> int:
    """Return the turn's output tokens: as scripted, or counted over its texts and inputs."""
    if turn.output_tokens is not None:
        return turn.output_tokens
    texts = [turn.thinking, turn.text, *(json.dumps(arguments(call)) for call in turn.calls)]
    return sum(count(text) for text in texts if text)
