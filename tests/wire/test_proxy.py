"""The proxy at the socket: what the client sent is what the provider gets, and the other way round."""

import asyncio
import gzip
import json
import zlib
from functools import partial
from pathlib import Path

import aiohttp
import brotli
import pytest
import zstandard
from yarl import URL

from headroom.session_log import events
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider
from tests.provider.clock import SkippingLoop, skip
from tests.provider.script import Fault, Stream, Turn
from tests.wire.running import running_proxy, until

HEADERS = {"Content-Type": "application/json", "x-api-key": "sk-ant-secret-1", "anthropic-version": "2023-06-01"}
BODIES = list(requests(conversation(["rows", "log", "short"])))
SMALL = next(iter(requests(conversation(["short"]))))
ANSWER = Turn(text="Grüße 😀 — done", thinking="let me see")


async def post(
    url: str, body: bytes, path: str = "/v1/messages?beta=true", **headers: str
) -> tuple[int, bytes, aiohttp.ClientResponse]:
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.post(url + path, data=body, headers=HEADERS | headers) as response,
    ):
        return response.status, await response.read(), response


async def test_the_provider_sees_the_clients_request_and_the_client_its_response(home: Path) -> None:
    async with Provider([ANSWER] * 2) as provider, running_proxy(provider.url, home, "s3cret") as proxy:
        headers = {"X-Odd-Header": "a", "Accept-Encoding": "gzip, br", "User-Agent": "agent/1", "TE": "trailers"}
        status, body, response = await post(proxy.url, SMALL, **headers)
        assert status == 200
        assert body == provider.responses[0]
        (seen,) = provider.requests
        assert seen.target == "/v1/messages?beta=true"
        assert seen.body == SMALL
        assert seen.header("host") == f"127.0.0.1:{provider.port}"
        ours = {
            name.lower(): value
            for name, value in seen.headers
            if name.lower() not in ("host", "content-length", "accept")
        }
        assert ours == {name.lower(): value for name, value in (HEADERS | headers).items() if name != "TE"}
        names = [name.lower() for name, _ in seen.headers]
        assert len(names) == len(set(names))
        direct = (await post(provider.url, SMALL))[2]
        ignored = {"date", "request-id", "transfer-encoding", "content-length", "connection"}
        assert {k.lower() for k in response.headers} - ignored == {k.lower() for k in direct.headers} - ignored


@pytest.mark.parametrize("split", [1, 2, 7, 64, 1000])
async def test_a_stream_comes_out_byte_for_byte_however_it_is_split(split: int, home: Path) -> None:
    turn = Turn(
        text="日本語 😀 é",
        thinking="hm",
        stream=Stream(split=split, insert={2: [{"type": "new_event", "x": "é"}]}),
    )
    async with Provider([turn]) as provider, running_proxy(provider.url, home) as proxy:
        _, body, _ = await post(proxy.url, SMALL)
        assert body == provider.responses[0]
        assert b"new_event" in body
        await until(lambda: proxy.events(events.UsageLine))
        (usage,) = proxy.events(events.UsageLine)
        assert isinstance(usage, events.UsageLine)
        assert usage.output == provider.usages[0]["output_tokens"]
        assert (
            usage.input + usage.cache_write
            == provider.usages[0]["input_tokens"] + provider.usages[0]["cache_creation_input_tokens"]
        )


@pytest.mark.parametrize("stream", [Stream(error_at=3), Stream(leave_out=("message_stop",)), Stream(pings=True)])
async def test_broken_streams_come_out_as_broken(stream: Stream, home: Path) -> None:
    async with (
        Provider([Turn(text="half", stream=stream)]) as provider,
        running_proxy(provider.url, home) as proxy,
    ):
        _, body, _ = await post(proxy.url, SMALL)
        assert body == provider.responses[0]


async def test_a_connection_that_is_cut_is_cut_for_the_client(home: Path) -> None:
    turns = [Turn(text="never seen whole", stream=Stream(drop_at=4)), Fault(drop=True)]
    async with Provider(turns) as provider, running_proxy(provider.url, home) as proxy:
        for _ in turns:
            with pytest.raises(aiohttp.ClientError):
                await post(proxy.url, SMALL)
        assert [r.outcome for r in provider.requests] == ["dropped", "dropped"]
        assert len(proxy.events(events.Error)) == 2


@pytest.mark.parametrize("status", [400, 401, 413, 429, 500, 529])
async def test_errors_pass_as_they_are_and_are_not_tried_again(status: int, home: Path) -> None:
    async with (
        Provider([Fault(status, "as I said", retry_after_s=7)]) as provider,
        running_proxy(provider.url, home) as proxy,
    ):
        got, body, response = await post(proxy.url, SMALL)
        assert (got, body) == (status, provider.responses[0])
        assert response.headers.get("retry-after") == "7"
        assert len(provider.requests) == 1


async def test_a_tool_result_goes_out_smaller_and_all_else_as_it_was(home: Path) -> None:
    async with Provider([ANSWER] * 4) as provider, running_proxy(provider.url, home) as proxy:
        for body in BODIES:
            status, _, _ = await post(proxy.url, body)
            assert status == 200
        sent = [json.loads(request.body) for request in provider.requests]
        came = [json.loads(body) for body in BODIES]
        assert len(provider.requests[-1].body) < len(BODIES[-1]) * 0.7
        for ours, theirs in zip(sent, came, strict=True):
            for out, into in zip(ours["messages"], theirs["messages"], strict=True):
                for block in out["content"] + into["content"]:
                    if block["type"] == "tool_result":
                        block["content"] = ""
            assert ours == theirs
        assert not provider.problems


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("gzip", partial(gzip.compress, mtime=0)),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
    ],
)
async def test_encoded_bodies_are_read_and_unchanged_ones_go_as_they_came(
    name: str, encode: object, home: Path
) -> None:
    assert callable(encode)
    async with Provider([ANSWER] * 2) as provider, running_proxy(provider.url, home) as proxy:
        await post(proxy.url, encode(SMALL), **{"Content-Encoding": name})
        await post(proxy.url, encode(BODIES[1]), **{"Content-Encoding": name})
        unchanged, changed = provider.requests
        assert (unchanged.body, unchanged.header("content-encoding")) == (encode(SMALL), name)
        assert changed.header("content-encoding") == ""
        assert len(changed.body) < len(BODIES[1])


async def test_an_unreadable_encoding_passes(home: Path) -> None:
    async with Provider(check=False) as provider, running_proxy(provider.url, home) as proxy:
        await post(proxy.url, b"\x1f\x8bnot gzip", **{"Content-Encoding": "gzip"})
        await post(proxy.url, SMALL, **{"Content-Encoding": "x-new"})
        assert [r.body for r in provider.requests] == [b"\x1f\x8bnot gzip", SMALL]


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "identity"])
async def test_usage_is_read_from_encoded_answers_too(encoding: str, home: Path) -> None:
    body = SMALL.replace(b'"stream": true', b'"stream": false')
    async with Provider([ANSWER], encoding=encoding) as provider, running_proxy(provider.url, home) as proxy:
        _, answer, response = await post(proxy.url, body, **{"Accept-Encoding": encoding})
        assert answer == provider.responses[0]
        assert response.headers.get("Content-Encoding", "identity") == encoding
        await until(lambda: proxy.events(events.UsageLine))
        assert len(proxy.events(events.UsageLine)) == 1


async def test_every_other_path_passes_untouched(home: Path) -> None:
    async with (
        Provider() as provider,
        running_proxy(provider.url, home) as proxy,
        aiohttp.ClientSession() as client,
    ):
        for method, path, body in [
            ("HEAD", "/", None),
            ("GET", "/", None),
            ("GET", "/v1/models?limit=3&a=%2Fb%20c", None),
            ("POST", "/v1/messages/count_tokens", BODIES[1]),
            ("POST", "/v1/messages/batches", b'{"requests": []}'),
            ("PUT", "/v1/files/x", b"\x00\x01" * 100_000),
            ("DELETE", "/v1/files/x", None),
            ("OPTIONS", "/v1/messages", None),
        ]:
            url = URL(proxy.url + path, encoded=True)
            async with client.request(method, url, data=body, headers={"x-api-key": "k"}) as response:
                answer = await response.read()
            seen = provider.requests[-1]
            assert (seen.method, seen.target, seen.body) == (method, path, body or b"")
            if method != "HEAD":
                assert answer == provider.responses[-1]


async def test_a_refused_change_is_asked_again_with_the_original(home: Path) -> None:
    def answer(request: dict[str, object], _n: int) -> Turn | Fault:
        text = json.dumps(request)
        return Fault(400, "messages.2: unexpected") if "In every row" in text else ANSWER

    async with Provider(answer) as provider, running_proxy(provider.url, home) as proxy:
        assert (await post(proxy.url, BODIES[0]))[0] == 200
        status, body, _ = await post(proxy.url, BODIES[2])
        assert status == 200
        assert body == provider.responses[2]
        assert [r.status for r in provider.requests] == [200, 400, 200]
        assert provider.requests[2].body == BODIES[2]
        # And the conversation is left alone from then on.
        assert (await post(proxy.url, BODIES[3]))[0] == 200
        assert provider.requests[3].body == BODIES[3]
        assert len(provider.requests) == 4


async def test_what_is_refused_either_way_is_no_fault_of_ours(home: Path) -> None:
    """Too long a prompt, say: changing the prefix now would only cost its cache."""
    turns = [Fault(400, "prompt is too long"), Fault(400, "prompt is too long"), ANSWER]
    async with Provider(turns) as provider, running_proxy(provider.url, home) as proxy:
        status, body, _ = await post(proxy.url, BODIES[2])
        assert (status, body) == (400, provider.responses[1])
        await post(proxy.url, BODIES[2])
        assert provider.requests[2].body == provider.requests[0].body != BODIES[2]


async def test_a_dead_pooled_connection_is_replaced(home: Path) -> None:
    """The provider closed an idle connection: a new one is made before the client notices."""
    async with Provider([ANSWER]) as provider, running_proxy(provider.url, home) as proxy:
        await post(proxy.url, SMALL)
        port = provider.port
        await provider.stop()
        async with Provider([ANSWER], port=port) as again:
            status, _, _ = await post(proxy.url, SMALL)
            assert status == 200
            assert len(again.requests) == 1


async def test_a_client_that_leaves_takes_the_upstream_request_with_it(home: Path) -> None:
    turn = Turn(text="long", stream=Stream(stalls={3: 30}))
    async with Provider([turn]) as provider, running_proxy(provider.url, home) as proxy:
        task = asyncio.create_task(post(proxy.url, SMALL))
        await until(lambda: provider.requests)
        await asyncio.sleep(0.05)  # some of the answer is on its way
        task.cancel()
        await until(lambda: provider.requests[0].outcome != "open")
        assert provider.requests[0].outcome == "client gone"


def test_ten_silent_minutes_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is simulated for the whole loop, the proxy's own timeouts included."""
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path))

    async def story() -> None:
        turn = Turn(text="at last", stream=Stream(wait_s=600, stalls={2: 600}))
        async with Provider([turn], sleep=skip) as provider, running_proxy(provider.url, tmp_path) as proxy:
            timeout = aiohttp.ClientTimeout(total=None)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(proxy.url + "/v1/messages", data=SMALL, headers=HEADERS) as response,
            ):
                assert await response.read() == provider.responses[0]

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(story())


async def test_no_provider_looks_like_no_provider(home: Path) -> None:
    async with running_proxy("http://127.0.0.1:9", home) as proxy:
        with pytest.raises(aiohttp.ClientError):
            await post(proxy.url, SMALL)
        (error,) = proxy.events(events.Error)
        assert isinstance(error, events.Error)
        assert "Connect" in error.what


async def test_compression_can_be_switched_off(home: Path) -> None:
    flags = {"compress.enabled": False}
    async with Provider([ANSWER]) as provider, running_proxy(provider.url, home, **flags) as proxy:
        await post(proxy.url, BODIES[2])
        assert provider.requests[0].body == BODIES[2]


async def test_a_prefix_in_the_upstream_url_is_kept(home: Path) -> None:
    async with Provider() as provider, running_proxy(provider.url + "/gateway/", home) as proxy:
        await post(proxy.url, SMALL)
        assert provider.requests[0].target == "/gateway/v1/messages?beta=true"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/messages", {}, 404),
        ("/s/wrong/v1/messages", {}, 404),
        ("/s/s3cretx/v1/messages", {}, 404),
        ("/s/s3cret/v1/messages", {"Host": "evil.example"}, 403),
        ("/s/s3cret/v1/messages", {"Host": "evil.example:80"}, 403),
        ("/s/s3cret/v1/messages", {"Origin": "https://evil.example"}, 403),
        ("/s/s3cret/v1/messages", {"Origin": "null"}, 403),
        ("/s/s3cret/health", {"Host": "evil.example"}, 403),
        ("/health", {}, 404),
        ("/stats", {}, 404),
    ],
)
async def test_strangers_are_refused_and_reach_nothing(
    path: str, headers: dict[str, str], status: int, home: Path
) -> None:
    async with Provider() as provider, running_proxy(provider.url, home, "s3cret") as proxy:
        got, body, _ = await post(proxy.url.removesuffix("/s/s3cret"), SMALL, path, **headers)
        assert got == status
        assert b"s3cret" not in body
        assert not provider.requests


async def test_health_and_stats_are_answered_below_the_secret(home: Path) -> None:
    async with Provider([ANSWER] * 2) as provider, running_proxy(provider.url, home, "s3cret") as proxy:
        await post(proxy.url, BODIES[0])
        await post(proxy.url, BODIES[1])
        async with aiohttp.ClientSession() as client:
            async with client.get(proxy.url + "/health") as response:
                assert (await response.json())["status"] == "ok"
            async with client.get(proxy.url + "/stats") as response:
                stats = await response.json()
        assert (stats["requests"], stats["changed"], stats["errors"]) == (2, 1, 0)
        assert stats["saved_tokens"] > 0
        assert len(provider.requests) == 2


async def test_keys_and_texts_are_nowhere_in_the_log(home: Path) -> None:
    async with Provider([ANSWER] * 4) as provider, running_proxy(provider.url, home, "s3cret") as proxy:
        for body in BODIES:
            await post(proxy.url, body, Authorization="Bearer sk-ant-oat01-secret")
        assert len(provider.requests) == 4
        await until(lambda: len(proxy.events(events.UsageLine)) == 4)
    text = proxy.log.read_text(encoding="utf-8")
    for secret in ("sk-ant", "oat01", "s3cret", "orders fail", "order-0", "worker.pool", "Grüße"):
        assert secret not in text


async def test_parallel_requests_do_not_mix(home: Path) -> None:
    bodies = [list(requests(conversation(["rows", "log"]), session=f"s{n}"))[-1] for n in range(24)]

    def answer(request: dict[str, object], _n: int) -> Turn:
        return Turn(text=str(request["metadata"]))

    async with Provider(answer) as provider, running_proxy(provider.url, home) as proxy:
        answers = await asyncio.gather(*(post(proxy.url, body) for body in bodies))
        for n, (status, body, _) in enumerate(answers):
            assert status == 200
            assert f"'s{n}'".encode() in body
        assert not provider.problems


async def test_headers_that_are_no_utf8_are_no_reason_to_fail(home: Path) -> None:
    async with Provider([ANSWER]) as provider, running_proxy(provider.url, home) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        head = f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\nContent-Length: {len(SMALL)}\r\n"
        writer.write(head.encode() + "X-Folder: /home/é/中\r\n".encode() + b"X-Latin: caf\xe9\r\n\r\n" + SMALL)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
        headers = {name: value.encode("latin-1") for name, value in provider.requests[0].headers}
        assert headers["X-Folder"] == "/home/é/中".encode()


async def test_a_whole_answer_has_the_providers_headers_too(home: Path) -> None:
    """A short answer goes on in one packet; the headers are the provider's all the same."""
    body = SMALL.replace(b'"stream": true', b'"stream": false')
    async with Provider([ANSWER] * 2) as provider, running_proxy(provider.url, home) as proxy:
        _, answer, ours = await post(proxy.url, body)
        _, _, theirs = await post(provider.url, body)
        assert answer == provider.responses[0]
        varying = {"date", "request-id", "connection", "transfer-encoding"}
        assert {k.lower() for k in ours.headers} - varying == {k.lower() for k in theirs.headers} - varying


async def test_a_repetition_that_is_not_looked_at_decides_nothing(home: Path) -> None:
    """400 to what we changed, then 429 to the original: nobody knows whose fault it was."""
    turns = [Fault(400, "bad"), Fault(429, "busy"), ANSWER]
    async with Provider(turns) as provider, running_proxy(provider.url, home) as proxy:
        assert (await post(proxy.url, BODIES[2]))[0] == 429
        await post(proxy.url, BODIES[2])
        assert provider.requests[2].body == provider.requests[0].body != BODIES[2]


async def test_a_broken_origin_is_refused_and_no_error_of_ours(home: Path) -> None:
    async with Provider() as provider, running_proxy(provider.url, home) as proxy:
        assert (await post(proxy.url, SMALL, Origin="http://["))[0] == 403


async def test_what_the_client_library_will_not_send_is_no_answer_of_ours(home: Path) -> None:
    """A password in the upstream's URL beside an Authorization header, say."""
    async with Provider() as provider:
        upstream = provider.url.replace("http://", "http://user:pass@")
        async with running_proxy(upstream, home) as proxy:
            with pytest.raises(aiohttp.ClientError):
                await post(proxy.url, SMALL, Authorization="Bearer x")
            assert len(proxy.events(events.Error)) == 1
