"""OpenAI's Chat Completions: whole answers, and the chunks of a stream."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.provider import openai_chat_checks, openai_errors
from tests.provider.dialect import Dialect
from tests.provider.messages import opaque
from tests.provider.openai_billing import chat_bill
from tests.provider.script import Call, Json, Stream, Turn
from tests.provider.sse import JSON_PIECE_CHARS, TEXT_PIECE_CHARS, arranged, pieces, spoken

CREATED = 1_767_225_600
DONE: Json = {"type": "done"}
"""Stands for `data: [DONE]` among the events."""
FINISH = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}


def whole(turn: Turn, request: Json, usage: Json, seed: str) -> Json:
    """Return a turn as a chat.completion."""
    message: Json = {"role": "assistant", "content": turn.text or None, "refusal": None, "annotations": []}
    if turn.calls:
        message["tool_calls"] = [_call(call, seed, number) for number, call in enumerate(turn.calls)]
    for other in turn.others:
        message |= other
    reason = FINISH.get(turn.stop_reason, turn.stop_reason) or ("tool_calls" if turn.calls else "stop")
    return {
        "id": opaque("chatcmpl-", 29, seed),
        "object": "chat.completion",
        "created": CREATED,
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
        "usage": usage,
        "service_tier": "default",
        "system_fingerprint": None,
    }


def events(completion: Json, request: Json, stream: Stream) -> list[Json]:
    """Return the chunks of a completion's stream, `DONE` as the last."""
    wants_usage = bool((request.get("stream_options") or {}).get("include_usage"))
    error = {"error": {"message": spoken(stream.error), "type": "server_error", "param": None, "code": None}}
    return arranged([*_chunks(completion, wants_usage), DONE], stream, error)


def chunks(events: Sequence[Json]) -> list[bytes]:
    """Return chunks as server-sent events, which have no names here."""
    return [b"data: [DONE]\n\n" if event == DONE else _data(event) for event in events]


def _data(event: Json) -> bytes:
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode("utf-8", "surrogatepass")


def _call(call: Call, seed: str, number: int) -> Json:
    name = call.id or opaque("call_", 24, seed, number)
    if isinstance(call.input, str):
        return {"id": name, "type": "custom", "custom": {"name": call.name, "input": call.input}}
    arguments = json.dumps(dict(call.input), ensure_ascii=False, separators=(",", ":"))
    return {"id": name, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _chunks(completion: Json, wants_usage: bool) -> Iterator[Json]:
    choice = completion["choices"][0]
    message = choice["message"]
    empty = None if message.get("tool_calls") and not message["content"] else ""
    yield _chunk(completion, wants_usage, {"role": "assistant", "content": empty, "refusal": None})
    for piece in pieces(message["content"] or "", TEXT_PIECE_CHARS):
        yield _chunk(completion, wants_usage, {"content": piece})
    for index, call in enumerate(message.get("tool_calls", ())):
        for delta in _call_deltas(index, call):
            yield _chunk(completion, wants_usage, {"tool_calls": [delta]})
    yield _chunk(completion, wants_usage, {}, choice["finish_reason"])
    if wants_usage:
        yield {**_envelope(completion), "choices": [], "usage": completion["usage"]}


def _call_deltas(index: int, call: Json) -> Iterator[Json]:
    kind = call["type"]
    field = "input" if kind == "custom" else "arguments"
    opening = {"name": call[kind]["name"], field: ""}
    yield {"index": index, "id": call["id"], "type": kind, kind: opening}
    for piece in pieces(call[kind][field], JSON_PIECE_CHARS):
        yield {"index": index, kind: {field: piece}}


def _chunk(completion: Json, wants_usage: bool, delta: Json, reason: Any = None) -> Json:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
    return {**_envelope(completion), "choices": [choice], **({"usage": None} if wants_usage else {})}


def _envelope(completion: Json) -> Json:
    names = ("id", "created", "model", "service_tier", "system_fingerprint")
    return {"object": "chat.completion.chunk"} | {name: completion[name] for name in names}


OPENAI_CHAT = Dialect(
    name="openai_chat",
    misshapen=openai_chat_checks.misshapen,
    problem=openai_chat_checks.problem,
    bill=chat_bill,
    whole=whole,
    events=events,
    chunks=chunks,
    error_body=openai_errors.error_body,
    error_headers=openai_errors.error_headers,
    headers=openai_errors.headers,
)
