import base64
import json

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from headroom.frames import EventStream
from headroom.proxy.bedrock_backend import BedrockBackend, Incoming, Translated
from headroom.proxy.headers import Headers

EVENTS = [b'{"type":"message_start","message":{}}', b'{"type":"message_stop"}']
STREAM = b"".join(EventStream().encode(event, "chunk") for event in EVENTS)
SENT = b"event: message_start\ndata: %b\n\nevent: message_stop\ndata: %b\n\n" % tuple(EVENTS)
AWS_STREAM = [("Content-Type", "application/vnd.amazon.eventstream"), ("x-amzn-RequestId", "id-1")]

CLIENT = [
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, br"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("anthropic-version", "2023-06-01"),
    ("anthropic-beta", "interleaved-thinking-2025-05-14"),
    ("User-Agent", "claude-cli/2"),
    ("anthropic-beta", "claude-code-20250219,oauth-2025-04-20"),
    ("x-api-key", "sk-ant-secret"),
    ("X-Stainless-Lang", "js"),
]


@pytest.mark.parametrize(
    ("stream", "operation"), [("true", "invoke-with-response-stream"), ("false", "invoke"), ("null", "invoke")]
)
def test_a_message_goes_to_the_model_that_the_settings_name(stream: str, operation: str) -> None:
    backend = BedrockBackend(["claude-sonnet*=us.anthropic.claude-sonnet-v1:0"])
    body = f'{{"model":"claude-sonnet-4-5","stream":{stream},"messages":[ ]}}'.encode()
    sent = backend.outgoing("POST", "/v1/messages?beta=true", CLIENT, body)
    assert sent is not None
    assert (sent.method, sent.path) == ("POST", f"/model/us.anthropic.claude-sonnet-v1%3A0/{operation}")
    assert sent.headers == [
        ("User-Agent", "claude-cli/2"),
        ("X-Stainless-Lang", "js"),
        ("Accept", "application/json"),
        ("Accept-Encoding", "identity"),
        ("Content-Type", "application/json"),
    ]
    assert sent.body == (
        b'{"anthropic_version":"bedrock-2023-05-31",'
        b'"anthropic_beta":["interleaved-thinking-2025-05-14"],"messages":[ ]}'
    )


def test_a_count_asks_the_foundation_model() -> None:
    sent = BedrockBackend().outgoing(
        "POST", "/v1/messages/count_tokens", [], b'{"model":"eu.anthropic.m","messages":[]}'
    )
    assert sent is not None
    assert (sent.path, sent.kind) == ("/model/anthropic.m/count-tokens", "count")
    inner = json.loads(base64.b64decode(json.loads(sent.body)["input"]["invokeModel"]["body"]))
    assert inner == {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 1, "messages": []}


def test_a_body_that_cannot_be_read_is_for_bedrock_to_refuse() -> None:
    sent = BedrockBackend().outgoing("POST", "/v1/messages", [], b"nope")
    assert sent is not None
    assert (sent.path, sent.body) == ("/model/anthropic./invoke", b"nope")


@pytest.mark.parametrize(
    ("authorization", "is_sent"),
    [
        ("Bearer sk-ant-oat01-secret", False),
        ("Bearer ABSKabc", True),
        ("Bearer bedrock-api-key-abc", True),
        ("Basic eDp5", False),
    ],
)
def test_only_keys_of_bedrock_are_shown_to_aws(authorization: str, is_sent: bool) -> None:
    headers = [("authorization", authorization)]
    sent = BedrockBackend().outgoing("POST", "/v1/messages", headers, b"{}")
    assert sent is not None
    assert (("authorization", authorization) in sent.headers) is is_sent


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/models"), ("HEAD", "/"), ("POST", "/v1/messages/batches"), ("GET", "/v1/messages")],
)
def test_what_bedrock_does_not_have_is_not_found(method: str, path: str) -> None:
    backend = BedrockBackend()
    assert backend.outgoing(method, path, [], b"") is None
    status, headers, body = backend.not_found(method, path)
    assert (status, headers) == (404, [("Content-Type", "application/json")])
    assert json.loads(body)["error"]["type"] == "not_found_error"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_stream_becomes_server_sent_events_as_it_comes(size: int) -> None:
    incoming = Incoming(200, [*AWS_STREAM, ("Content-Length", "9"), ("X-Other", "1")], "messages")
    assert incoming.is_stream
    assert incoming.headers == [
        ("x-amzn-RequestId", "id-1"),
        ("X-Other", "1"),
        ("Content-Type", "text/event-stream; charset=utf-8"),
        ("request-id", "id-1"),
    ]
    got = [incoming.feed(STREAM[at : at + size]) for at in range(0, len(STREAM), size)]
    assert b"".join(got) + incoming.end() == SENT


@pytest.mark.parametrize(
    ("status", "kind", "body", "expected"),
    [
        (200, "messages", b'{"type":"message","x":1.0}', b'{"type":"message","x":1.0}'),
        (200, "count", b'{"inputTokens":7}', b'{"input_tokens":7}'),
        (502, "messages", b"<html>", b"<html>"),
        (
            429,
            "messages",
            b'{"message":"Slow"}',
            b'{"type":"error","error":{"type":"rate_limit_error","message":"Slow"},"request_id":"id-1"}',
        ),
        (400, "messages", b"x" * (5 << 20), b"x" * (5 << 20)),
    ],
)
def test_a_whole_answer_keeps_its_status(status: int, kind: str, body: bytes, expected: bytes) -> None:
    headers = [("Content-Type", "application/json"), ("x-amzn-requestid", "id-1"), ("Retry-After", "3")]
    incoming = Incoming(status, headers, kind)
    assert incoming.status == status
    assert {("Retry-After", "3"), ("request-id", "id-1")} <= set(incoming.headers)
    half = len(body) // 2
    assert incoming.feed(body[:half]) + incoming.feed(body[half:]) + incoming.end() == expected


def test_an_answer_in_a_coding_that_was_not_asked_for_stays() -> None:
    headers = [*AWS_STREAM, ("Content-Encoding", "gzip")]
    incoming = Incoming(200, headers, "messages")
    assert incoming.feed(b"\x1f\x8b") + incoming.end() == b"\x1f\x8b"
    assert ("Content-Type", "application/vnd.amazon.eventstream") in incoming.headers


@pytest.mark.parametrize("is_slow", [False, True])
async def test_the_proxy_reads_it_as_any_other_response(is_slow: bool) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if not is_slow:
            return web.Response(body=STREAM, headers=dict(AWS_STREAM))
        response = web.StreamResponse(headers=dict(AWS_STREAM))
        await response.prepare(request)
        for at in range(0, len(STREAM), 50):
            await response.write(STREAM[at : at + 50])
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        async with Translated(await session.get(server.make_url("/")), "messages") as response:
            assert (response.status, response.ok, response.reason) == (200, True, "OK")
            assert response.headers["content-type"].startswith("text/event-stream")
            assert (b"request-id", b"id-1") in response.raw_headers
            data = response.content.read_nowait()
            while not response.content.at_eof():
                data += await response.content.readany()
            assert data == SENT
        async with Translated(await session.get(server.make_url("/")), "messages") as response:
            assert await response.read() == SENT


async def test_an_error_is_read_to_its_end_and_then_translated() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"message": "No"}, status=403)

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        async with Translated(await session.get(server.make_url("/")), "messages") as response:
            assert "content-length" not in response.headers
            data = response.content.read_nowait()
            while not response.content.at_eof():
                data += await response.content.readany()
        assert json.loads(data)["error"] == {"type": "permission_error", "message": "No"}


def test_headers_keep_their_order() -> None:
    given: Headers = [("B", "1"), ("A", "2"), ("b", "3")]
    assert Incoming(200, given, "messages").headers == given
