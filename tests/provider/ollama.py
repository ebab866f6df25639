"""Ollama's /api/chat: one JSON object, or a line for each piece (github.com/ollama/ollama, docs/api.md)."""

import json
from collections.abc import Iterator, Sequence

from tests.provider.dialect import Bill, Caches, Dialect
from tests.provider.messages import arguments
from tests.provider.script import Fault, Json, Stream, Turn
from tests.provider.sse import TEXT_PIECE_CHARS, arranged, pieces, spoken
from tests.provider.weighing import part, tool_part

CREATED_AT = "2026-01-01T00:00:00.000000Z"
ROLES = frozenset({"system", "user", "assistant", "tool"})


def streams(request: Json) -> bool:
    """Tell whether a request is to be streamed: it is unless it says no."""
    return request.get("stream") is not False


def misshapen(request: Json) -> str:
    """Return why the server cannot read a request; empty when it can."""
    return next(_shape(request), "")


def _shape(request: Json) -> Iterator[str]:
    if not isinstance(request.get("model"), str) or not request["model"]:
        yield "model is required"
    messages = request.get("messages") or []
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        yield "json: cannot unmarshal value into Go struct field ChatRequest.messages of type []api.Message"
    for message in messages:
        if message.get("role") not in ROLES:
            yield f"invalid role: {message.get('role')}"
        if not isinstance(message.get("content", ""), str):
            yield "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string"
        for call in message.get("tool_calls") or ():
            if not isinstance(call.get("function", {}).get("arguments"), dict):
                yield (
                    "json: cannot unmarshal string into Go struct field ToolCallFunction.messages.tool_calls."
                    "function.arguments of type api.ToolCallFunctionArguments"
                )


def bill(caches: Caches, request: Json) -> Bill:
    """Return the counts of a request; nothing costs anything, and what is cached is not told."""
    parts = [tool_part(tool, caches.count) for tool in request.get("tools") or ()]
    parts += [part(message, caches.count) for message in request.get("messages") or ()]
    total = sum(piece.tokens for piece in parts)
    return Bill(lambda output, _reasoning: {"prompt_eval_count": total, "eval_count": output})


def whole(turn: Turn, request: Json, usage: Json, _seed: str) -> Json:
    """Return a turn as a whole answer."""
    message: Json = {"role": "assistant", "content": turn.text}
    if turn.thinking and request.get("think"):
        message["thinking"] = turn.thinking
    if turn.calls:
        message["tool_calls"] = [
            {"function": {"index": at, "name": call.name, "arguments": arguments(call)}}
            for at, call in enumerate(turn.calls)
        ]
    return {
        "model": request["model"],
        "created_at": CREATED_AT,
        "message": message,
        "done": True,
        "done_reason": "length" if turn.stop_reason == "max_tokens" else "stop",
        "total_duration": 10_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": usage["prompt_eval_count"],
        "prompt_eval_duration": 4_000_000,
        "eval_count": usage["eval_count"],
        "eval_duration": 5_000_000,
    }


def events(answer: Json, _request: Json, stream: Stream) -> list[Json]:
    """Return the objects of an answer's stream."""
    return arranged(list(_events(answer)), stream, {"error": spoken(stream.error)})


def chunks(events: Sequence[Json]) -> list[bytes]:
    """Return objects as lines."""
    return [_json(event) + b"\n" for event in events]


def _events(answer: Json) -> Iterator[Json]:
    message = answer["message"]
    opening = {"model": answer["model"], "created_at": answer["created_at"]}
    deltas: list[Json] = [
        {"content": "", "thinking": t} for t in pieces(message.get("thinking", ""), TEXT_PIECE_CHARS)
    ]
    deltas += [{"content": text} for text in pieces(message["content"], TEXT_PIECE_CHARS)]
    deltas += [{"content": "", "tool_calls": [call]} for call in message.get("tool_calls", ())]
    for delta in deltas:
        yield {**opening, "message": {"role": "assistant", **delta}, "done": False}
    yield {**answer, "message": {"role": "assistant", "content": ""}}


def _json(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def error_body(fault: Fault, _request_id: str) -> bytes:
    """Return the body of an error answer."""
    return fault.body if fault.body is not None else _json({"error": fault.message or "internal server error"})


def error_headers(fault: Fault) -> dict[str, str]:
    """Return the headers of an error answer."""
    return {"content-type": "application/json; charset=utf-8"} | dict(fault.headers)


OLLAMA = Dialect(
    name="ollama",
    misshapen=misshapen,
    problem=lambda _request: "",
    bill=bill,
    whole=whole,
    events=events,
    chunks=chunks,
    error_body=error_body,
    error_headers=error_headers,
    headers=lambda _request_id: {},
    stream_headers={"content-type": "application/x-ndjson"},
)
