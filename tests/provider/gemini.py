"""Gemini's generateContent: whole answers, and a stream as server-sent events or as one growing array."""

import fnmatch
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tests.provider import gemini_checks, gemini_errors
from tests.provider.dialect import Bill, Caches, Dialect
from tests.provider.messages import arguments, opaque
from tests.provider.prefix_cache import Part, Prompt, Rule
from tests.provider.script import Call, Fault, Json, Stream, Turn
from tests.provider.sse import TEXT_PIECE_CHARS, arranged, pieces
from tests.provider.weighing import leaves, part, tool_part

IMAGE_TOKENS = 258
MINIMUMS: Mapping[str, int] = {"*flash*": 1024, "*": 4096}
"""The smallest prefix that is cached by itself, in tokens, by model; the first pattern that fits holds."""
FINISH = {"end_turn": "STOP", "tool_use": "STOP", "max_tokens": "MAX_TOKENS"}


def prepared(body: Json, named: Mapping[str, str]) -> Json:
    """Return a request in one spelling, with the model that its path names."""
    return {**gemini_checks.in_camel_case(body), "model": named["model"]}


def bill(caches: Caches, request: Json) -> Bill:
    """Return the price of a request: cached by itself, writes are free."""
    minimum = next(size for glob, size in MINIMUMS.items() if fnmatch.fnmatch(request["model"], glob))
    parts = _parts(request, caches)
    images = IMAGE_TOKENS * sum(leaves(content)[1] for content in request["contents"])
    found = caches.prefixes.look_up(Prompt(f"{request['model']}\n", parts, Rule(minimum=minimum)))

    def usage(output: int, reasoning: int) -> Json:
        details = [{"modality": "TEXT", "tokenCount": found.total - images}]
        if images:
            details.append({"modality": "IMAGE", "tokenCount": images})
        counts: Json = {
            "promptTokenCount": found.total,
            "candidatesTokenCount": output - reasoning,
            "totalTokenCount": found.total + output,
            "promptTokensDetails": details,
        }
        if found.read:
            cached = [{"modality": "TEXT", "tokenCount": found.read}]
            counts |= {"cachedContentTokenCount": found.read, "cacheTokensDetails": cached}
        return counts | ({"thoughtsTokenCount": reasoning} if reasoning else {})

    return Bill(usage, lambda: caches.prefixes.begin(found))


def whole(turn: Turn, request: Json, usage: Json, seed: str) -> Json:
    """Return a turn as a GenerateContentResponse."""
    content = {"parts": output(turn, request, seed), "role": "model"}
    reason = FINISH.get(turn.stop_reason, turn.stop_reason) or "STOP"
    return {
        "candidates": [{"content": content, "finishReason": reason, "index": 0}],
        "usageMetadata": usage,
        "modelVersion": request["model"],
        "responseId": opaque("", 22, seed),
    }


def output(turn: Turn, request: Json, seed: str) -> list[Json]:
    """Return a turn's parts. The first call bears the thought's signature."""
    thinking = (request.get("generationConfig") or {}).get("thinkingConfig") or {}
    parts: list[Json] = []
    if turn.thinking and thinking.get("includeThoughts"):
        parts.append({"text": turn.thinking, "thought": True})
    parts.extend(turn.others)
    if turn.text:
        parts.append({"text": turn.text})
    for number, call in enumerate(turn.calls):
        made = _call(call, seed, number)
        signed = {} if number else {"thoughtSignature": gemini_checks.signature(made)}
        parts.append({"functionCall": made, **signed})
    return parts


def events(response: Json, _request: Json, stream: Stream) -> list[Json]:
    """Return the responses that a stream brings, one piece of a part in each."""
    return arranged(list(_events(response)), stream, gemini_errors.error(Fault(503)))


def chunks(events: Sequence[Json]) -> list[bytes]:
    """Return responses as server-sent events (alt=sse)."""
    return [b"data: %s\r\n\r\n" % _json(event) for event in events]


def listed_chunks(events: Sequence[Json]) -> list[bytes]:
    """Return responses as the pieces of one JSON array."""
    last = len(events) - 1
    return [
        (b"," if at else b"[") + _json(event) + (b"]" if at == last else b"\r\n")
        for at, event in enumerate(events)
    ]


def _json(event: Json) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _parts(request: Json, caches: Caches) -> list[Part]:
    parts = [tool_part(tool, caches.count) for tool in request.get("tools") or ()]
    if request.get("systemInstruction"):
        parts.append(part(request["systemInstruction"], caches.count, IMAGE_TOKENS))
    return parts + [part(content, caches.count, IMAGE_TOKENS) for content in request["contents"]]


def _call(call: Call, seed: str, number: int) -> Json:
    return {"id": call.id or opaque("", 8, seed, number), "name": call.name, "args": arguments(call)}


def _events(response: Json) -> Iterator[Json]:
    candidate = response["candidates"][0]
    listed = [piece for found in candidate["content"]["parts"] for piece in _pieces(found)] or [{"text": ""}]
    for at, piece in enumerate(listed):
        ends = {"finishReason": candidate["finishReason"]} if at == len(listed) - 1 else {}
        content = {"parts": [piece], "role": "model"}
        yield {**response, "candidates": [{"content": content, **ends, "index": 0}]}


def _pieces(found: Json) -> list[Json]:
    if "text" not in found:
        return [found]
    return [{**found, "text": piece} for piece in pieces(found["text"], TEXT_PIECE_CHARS)]


GEMINI = Dialect(
    name="gemini",
    misshapen=gemini_checks.misshapen,
    problem=gemini_checks.problem,
    bill=bill,
    whole=whole,
    events=events,
    chunks=chunks,
    error_body=gemini_errors.error_body,
    error_headers=gemini_errors.error_headers,
    headers=gemini_errors.headers,
    stream_headers={"content-type": "text/event-stream", "content-disposition": "attachment"},
)
GEMINI_LISTED = replace(
    GEMINI,
    chunks=listed_chunks,
    error_body=gemini_errors.listed_error_body,
    stream_headers={"content-type": "application/json; charset=UTF-8"},
)
"""streamGenerateContent without alt=sse"""
