import base64
import json

import pytest

from tests.provider.claude_elsewhere import BEDROCK_INVOKE, on_bedrock, on_vertex
from tests.provider.eventstream import decode
from tests.provider.messages import message
from tests.provider.reading import Refused
from tests.provider.script import UNDISTURBED, Json, Stream, Turn

USAGE = {
    "input_tokens": 3,
    "cache_creation_input_tokens": 1,
    "cache_read_input_tokens": 2,
    "output_tokens": 4,
}
WHOLE = message(Turn("hi"), "m", USAGE, "seed")
NAMED = {"model": "m"}


def payloads(stream: Stream) -> list[Json]:
    body = b"".join(BEDROCK_INVOKE.chunks(BEDROCK_INVOKE.events(WHOLE, {}, stream)))
    return [json.loads(frame.payload) for frame in decode(body)]


def test_events_come_in_frames_without_pings_and_end_in_bedrock_s_figures() -> None:
    events = [json.loads(base64.b64decode(payload["bytes"])) for payload in payloads(UNDISTURBED)]
    assert [event["type"] for event in events][:2] == ["message_start", "content_block_start"]
    assert "ping" not in [event["type"] for event in events]
    metrics = events[-1]["amazon-bedrock-invocationMetrics"]
    assert (metrics["inputTokenCount"], metrics["cacheReadInputTokenCount"], metrics["outputTokenCount"]) == (
        3,
        2,
        4,
    )


def test_an_error_in_the_stream_is_an_exception() -> None:
    assert payloads(Stream(error_at=1))[1:] == [{"message": "Overloaded"}]


def test_the_path_names_the_model() -> None:
    assert on_bedrock({"anthropic_version": "bedrock-2023-05-31"}, NAMED)["model"] == "m"
    assert on_vertex({"anthropic_version": "vertex-2023-10-16", "stream": True}, NAMED)["model"] == "m"
    assert on_vertex({"anthropic_version": "2026-10-21"}, NAMED)["model"] == "m"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "anthropic_version: Field required"),
        ({"anthropic_version": "vertex-2023-10-16"}, "anthropic_version: Input should be 'bedrock-2023-05-31'"),
        ({"anthropic_version": "2026-10-21", "model": "m"}, "model: Extra inputs are not permitted"),
        ({"anthropic_version": "2026-10-21", "stream": True}, "stream: Extra inputs are not permitted"),
    ],
)
def test_what_invoke_model_does_not_know_is_refused(body: Json, message: str) -> None:
    with pytest.raises(Refused, match=message):
        on_bedrock(body, NAMED)
