"""OpenAI's Responses: whole answers, the events of a stream, and what is remembered of a response."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.provider import openai_errors
from tests.provider import openai_responses_checks as checks
from tests.provider.dialect import Dialect
from tests.provider.history import History
from tests.provider.messages import opaque
from tests.provider.openai_billing import responses_bill
from tests.provider.reading import Refused
from tests.provider.script import Call, Json, Stream, Turn
from tests.provider.signing import seal
from tests.provider.sse import JSON_PIECE_CHARS, TEXT_PIECE_CHARS, arranged, pieces, spoken

CREATED_AT = 1_767_225_600
ECHOED = (
    "instructions", "max_output_tokens", "metadata", "parallel_tool_calls", "previous_response_id",
    "prompt_cache_key", "reasoning", "store", "temperature", "text", "tool_choice", "tools", "top_p", "truncation",
)  # fmt: skip
"""Fields of the request that stand in the response."""
DEFAULTS: Json = {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True, "metadata": {}, "store": True}


def expand(request: Json, history: History) -> Json:
    """Put the items of the previous response before those of a request. Raises Refused when it is not known."""
    previous = request.get("previous_response_id")
    if not previous:
        return request
    items = history.recall(str(previous))
    if items is None:
        raise Refused(f"Previous response with id '{previous}' not found.")
    return {**request, "input": [*items, *checks.items(request)]}


def remember(request: Json, response: Json, history: History) -> None:
    """Keep a response with all that came before it. `request` is the expanded one."""
    history.remember(
        response["id"], [*checks.items(request), *response["output"]], request.get("store") is not False
    )


def whole(turn: Turn, request: Json, usage: Json, seed: str) -> Json:
    """Return a turn as a response. One to a request that is not to generate has no output."""
    silent = request.get("generate") is False
    reason = "max_output_tokens" if turn.stop_reason in {"max_tokens", "max_output_tokens"} else ""
    return {
        "id": opaque("resp_", 48, seed),
        "object": "response",
        "created_at": CREATED_AT,
        "status": "incomplete" if reason else "completed",
        "background": False,
        "error": None,
        "incomplete_details": {"reason": reason} if reason else None,
        "model": request["model"],
        "output": [] if silent else output(turn, request, seed),
        **{name: request.get(name, DEFAULTS.get(name)) for name in ECHOED},
        "service_tier": "default",
        "usage": usage,
        "user": None,
    }


def output(turn: Turn, request: Json, seed: str) -> list[Json]:
    """Return a turn's output items."""
    items: list[Json] = []
    if turn.thinking:
        sealed = "reasoning.encrypted_content" in (request.get("include") or ())
        summary = [{"type": "summary_text", "text": turn.thinking}]
        item: Json = {"id": opaque("rs_", 48, seed), "type": "reasoning", "summary": summary}
        items.append(item | ({"encrypted_content": seal(turn.thinking)} if sealed else {}))
    items.extend(turn.others)
    if turn.text:
        part = {"type": "output_text", "annotations": [], "logprobs": [], "text": turn.text}
        message = {"id": opaque("msg_", 48, seed), "type": "message", "status": "completed"}
        items.append({**message, "content": [part], "role": "assistant"})
    items.extend(_call(call, seed, number) for number, call in enumerate(turn.calls))
    return items


def events(response: Json, _request: Json, stream: Stream) -> list[Json]:
    """Return the events of a response's stream, numbered."""
    error = {"type": "error", "code": "server_error", "message": spoken(stream.error), "param": None}
    return arranged(
        [{"sequence_number": at, **event} for at, event in enumerate(_events(response))],
        stream,
        {**error, "sequence_number": stream.error_at or 0},
    )


def data(event: Json) -> bytes:
    """Return an event's JSON, its type first as in the real stream."""
    ordered = {"type": event.get("type"), **event}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def chunks(events: Sequence[Json]) -> list[bytes]:
    """Return events as server-sent events."""
    return [b"event: %s\ndata: %s\n\n" % (str(event.get("type")).encode(), data(event)) for event in events]


def _call(call: Call, seed: str, number: int) -> Json:
    name = call.id or opaque("call_", 24, seed, number)
    if isinstance(call.input, str):
        item = opaque("ctc_", 48, seed, number)
        custom = {"type": "custom_tool_call", "status": "completed", "call_id": name, "input": call.input}
        return {"id": item, **custom, "name": call.name}
    arguments = json.dumps(dict(call.input), ensure_ascii=False, separators=(",", ":"))
    function = {"type": "function_call", "status": "completed", "arguments": arguments, "call_id": name}
    return {"id": opaque("fc_", 48, seed, number), **function, "name": call.name}


def _events(response: Json) -> Iterator[Json]:
    opening = {**response, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    yield {"type": "response.created", "response": opening}
    yield {"type": "response.in_progress", "response": opening}
    for index, item in enumerate(response["output"]):
        yield {"type": "response.output_item.added", "output_index": index, "item": _opened(item)}
        at = {"item_id": item.get("id"), "output_index": index}
        yield from _ITEM_EVENTS.get(str(item.get("type")), _no_events)(item, at)
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{response['status']}", "response": response}


_EMPTIED: dict[str, Json] = {
    "message": {"status": "in_progress", "content": []},
    "reasoning": {"summary": []},
    "function_call": {"status": "in_progress", "arguments": ""},
    "custom_tool_call": {"status": "in_progress", "input": ""},
}
"""What stands in an item when it is added, instead of what comes piece by piece; other types come whole."""


def _opened(item: Json) -> Json:
    return {**item, **_EMPTIED.get(str(item.get("type")), {})}


def _message_events(item: Json, at: Json) -> Iterator[Json]:
    for index, part in enumerate(item["content"]):
        here = {**at, "content_index": index}
        yield {"type": "response.content_part.added", **here, "part": {**part, "text": ""}}
        for piece in pieces(part["text"], TEXT_PIECE_CHARS):
            yield {"type": "response.output_text.delta", **here, "delta": piece, "logprobs": []}
        yield {"type": "response.output_text.done", **here, "text": part["text"], "logprobs": []}
        yield {"type": "response.content_part.done", **here, "part": part}


def _reasoning_events(item: Json, at: Json) -> Iterator[Json]:
    for index, part in enumerate(item["summary"]):
        here = {**at, "summary_index": index}
        yield {"type": "response.reasoning_summary_part.added", **here, "part": {**part, "text": ""}}
        for piece in pieces(part["text"], TEXT_PIECE_CHARS):
            yield {"type": "response.reasoning_summary_text.delta", **here, "delta": piece}
        yield {"type": "response.reasoning_summary_text.done", **here, "text": part["text"]}
        yield {"type": "response.reasoning_summary_part.done", **here, "part": part}


def _function_events(item: Json, at: Json) -> Iterator[Json]:
    for piece in pieces(item["arguments"], JSON_PIECE_CHARS):
        yield {"type": "response.function_call_arguments.delta", **at, "delta": piece}
    yield {"type": "response.function_call_arguments.done", **at, "arguments": item["arguments"]}


def _custom_events(item: Json, at: Json) -> Iterator[Json]:
    for piece in pieces(item["input"], JSON_PIECE_CHARS):
        yield {"type": "response.custom_tool_call_input.delta", **at, "delta": piece}
    yield {"type": "response.custom_tool_call_input.done", **at, "input": item["input"]}


def _no_events(_item: Json, _at: Json) -> Iterator[Json]:
    return iter(())


_ITEM_EVENTS: dict[str, Any] = {
    "message": _message_events,
    "reasoning": _reasoning_events,
    "function_call": _function_events,
    "custom_tool_call": _custom_events,
}

OPENAI_RESPONSES = Dialect(
    name="openai_responses",
    misshapen=checks.misshapen,
    problem=checks.problem,
    bill=responses_bill,
    whole=whole,
    events=events,
    chunks=chunks,
    error_body=openai_errors.error_body,
    error_headers=openai_errors.error_headers,
    headers=openai_errors.headers,
    expand=expand,
    remember=remember,
)
