"""Bedrock's Converse: whole answers, the events of a stream, and a request as Anthropic's Messages hold it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.provider import bedrock_converse_checks as checks
from tests.provider import bedrock_errors
from tests.provider.bedrock_converse_checks import as_anthropic
from tests.provider.bedrock_errors import event_frame, exception_frame
from tests.provider.dialect import Bill, Caches, Dialect
from tests.provider.messages import arguments, opaque
from tests.provider.script import Json, Stream, Turn
from tests.provider.signing import sign
from tests.provider.sse import JSON_PIECE_CHARS, TEXT_PIECE_CHARS, arranged, pieces, spoken


def prepared(body: Json, named: Mapping[str, str]) -> Json:
    """Return a request with the model that its path names."""
    return {**body, "modelId": named["model"]}


def bill(caches: Caches, request: Json) -> Bill:
    """Return the price of a request: its cache points are breakpoints, cached as Anthropic's are."""
    found = caches.blocks.look_up(as_anthropic(request))
    counted = found.usage

    def usage(output: int, _reasoning: int) -> Json:
        read, written = counted["cache_read_input_tokens"], counted["cache_creation_input_tokens"]
        lasting = counted["cache_creation"]
        details = [("5m", lasting["ephemeral_5m_input_tokens"]), ("1h", lasting["ephemeral_1h_input_tokens"])]
        return {
            "inputTokens": counted["input_tokens"],
            "outputTokens": output,
            "totalTokens": counted["input_tokens"] + read + written + output,
            "cacheReadInputTokens": read,
            "cacheWriteInputTokens": written,
            "cacheDetails": [{"ttl": ttl, "inputTokens": tokens} for ttl, tokens in details if tokens],
        }

    return Bill(usage, lambda: caches.blocks.begin(found))


def whole(turn: Turn, _request: Json, usage: Json, seed: str) -> Json:
    """Return a turn as a ConverseResponse."""
    content: list[Json] = []
    if turn.thinking:
        text = {"text": turn.thinking, "signature": sign(turn.thinking)}
        content.append({"reasoningContent": {"reasoningText": text}})
    content.extend(turn.others)
    if turn.text:
        content.append({"text": turn.text})
    for number, call in enumerate(turn.calls):
        name = call.id or opaque("tooluse_", 22, seed, number)
        content.append({"toolUse": {"toolUseId": name, "name": call.name, "input": arguments(call)}})
    return {
        "metrics": {"latencyMs": 10},
        "output": {"message": {"content": content, "role": "assistant"}},
        "stopReason": turn.stop_reason or ("tool_use" if turn.calls else "end_turn"),
        "usage": usage,
    }


def events(response: Json, _request: Json, stream: Stream) -> list[Json]:
    """Return the events of a response's stream; `type` becomes the frame's :event-type."""
    return arranged(list(_events(response)), stream, {"type": "exception", "message": spoken(stream.error)})


def chunks(events: Sequence[Json]) -> list[bytes]:
    """Return events as frames."""
    return [_frame(event) for event in events]


def _frame(event: Json) -> bytes:
    if event["type"] == "exception":
        return exception_frame(event["message"])
    payload = {name: value for name, value in event.items() if name != "type"} | {"p": "abcdef"}
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return event_frame(event["type"], text.encode("utf-8", "surrogatepass"))


def _events(response: Json) -> Iterator[Json]:
    yield {"type": "messageStart", "role": "assistant"}
    for index, block in enumerate(response["output"]["message"]["content"]):
        at = {"contentBlockIndex": index}
        if "toolUse" in block:
            start = {name: block["toolUse"][name] for name in ("name", "toolUseId")}
            yield {"type": "contentBlockStart", **at, "start": {"toolUse": start}}
        for delta in _deltas(block):
            yield {"type": "contentBlockDelta", **at, "delta": delta}
        yield {"type": "contentBlockStop", **at}
    yield {"type": "messageStop", "stopReason": response["stopReason"]}
    yield {"type": "metadata", "metrics": response["metrics"], "usage": response["usage"]}


def _deltas(block: Json) -> Iterator[Any]:
    if "text" in block:
        for piece in pieces(block["text"], TEXT_PIECE_CHARS):
            yield {"text": piece}
    elif "reasoningContent" in block:
        text = block["reasoningContent"]["reasoningText"]
        for piece in pieces(text["text"], TEXT_PIECE_CHARS):
            yield {"reasoningContent": {"text": piece}}
        yield {"reasoningContent": {"signature": text["signature"]}}
    elif "toolUse" in block:
        for piece in pieces(json.dumps(block["toolUse"]["input"], ensure_ascii=False), JSON_PIECE_CHARS):
            yield {"toolUse": {"input": piece}}
    else:
        yield block


BEDROCK_CONVERSE = Dialect(
    name="bedrock_converse",
    misshapen=checks.misshapen,
    problem=checks.problem,
    bill=bill,
    whole=whole,
    events=events,
    chunks=chunks,
    error_body=bedrock_errors.error_body,
    error_headers=bedrock_errors.error_headers,
    headers=bedrock_errors.headers,
    stream_headers=bedrock_errors.STREAM_HEADERS,
)
