"""Anthropic's Messages at other providers, Bedrock's InvokeModel and Vertex AI, where the path names the model."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.provider import bedrock_errors, gemini_errors, sse
from tests.provider.anthropic import ANTHROPIC
from tests.provider.bedrock_errors import event_frame, exception_frame
from tests.provider.reading import Refused
from tests.provider.script import Json, Stream

BEDROCK_VERSION = "bedrock-2023-05-31"
VERTEX_VERSION = "vertex-2023-10-16"
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
"""The version that newer SDKs name everywhere (anthropic 2.12 for Python)."""


def on_bedrock(body: Json, named: Mapping[str, str]) -> Json:
    """Return a request with its model. Raises Refused for fields that InvokeModel does not know."""
    return _with_model(body, named, BEDROCK_VERSION, ("model", "stream"))


def on_vertex(body: Json, named: Mapping[str, str]) -> Json:
    """Return a request with its model. Raises Refused for fields that Vertex AI does not know."""
    return _with_model(body, named, VERTEX_VERSION, ("model",))


def bedrock_events(message: Json, _request: Json, stream: Stream) -> list[Json]:
    """Return a message's events: without pings, and with Bedrock's own figures in the last one."""
    listed = sse.events(message, replace(stream, pings=False))
    usage = message["usage"]
    metrics = {
        "inputTokenCount": usage["input_tokens"],
        "outputTokenCount": usage["output_tokens"],
        "invocationLatency": 10,
        "firstByteLatency": 5,
        "cacheReadInputTokenCount": usage["cache_read_input_tokens"],
        "cacheWriteInputTokenCount": usage["cache_creation_input_tokens"],
    }
    return [
        {**event, "amazon-bedrock-invocationMetrics": metrics} if event["type"] == "message_stop" else event
        for event in listed
    ]


def bedrock_chunks(events: Sequence[Json]) -> list[bytes]:
    """Return events as frames, each event in base64."""
    return [_frame(event, number) for number, event in enumerate(events)]


def _frame(event: Json, number: int) -> bytes:
    if event["type"] == "error":
        return exception_frame(event["error"]["message"])
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    padding = "abcdefghijklmnopqrstuvwxyz"[: number * 5 % 27]
    return event_frame("chunk", json.dumps({"bytes": base64.b64encode(data).decode(), "p": padding}).encode())


def _with_model(body: Json, named: Mapping[str, str], version: str, unknown: tuple[str, ...]) -> Json:
    if "anthropic_version" not in body:
        raise Refused("anthropic_version: Field required")
    if body["anthropic_version"] != version and not _DATED.fullmatch(str(body["anthropic_version"])):
        raise Refused(f"anthropic_version: Input should be '{version}'")
    for name in unknown:
        if name in body:
            raise Refused(f"{name}: Extra inputs are not permitted")
    return {**body, "model": named["model"]}


BEDROCK_INVOKE = replace(
    ANTHROPIC,
    name="bedrock_invoke",
    events=bedrock_events,
    chunks=bedrock_chunks,
    error_body=bedrock_errors.error_body,
    error_headers=bedrock_errors.error_headers,
    headers=bedrock_errors.headers,
    answer_headers={},
    stream_headers={**bedrock_errors.STREAM_HEADERS, "x-amzn-bedrock-content-type": "application/json"},
)
VERTEX_ANTHROPIC = replace(ANTHROPIC, name="vertex_anthropic", headers=gemini_errors.headers, answer_headers={})
