"""The scripted provider's bills, and its form."""

import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest

from headroom import tokens
from headroom_wrappers.demo.provider import PromptCache, serve

Json = dict[str, Any]

LONG = "a long text that is worth caching, " * 200
CACHED = {"cache_control": {"type": "ephemeral"}}


def request(*blocks: Json, system: str = LONG) -> Json:
    return {
        "model": "claude-sonnet-5-5",
        "stream": True,
        "system": [{"type": "text", "text": system, **CACHED}],
        "tools": [{"name": "bash"}],
        "messages": [{"role": "user", "content": list(blocks)}],
    }


def text(words: str, **more: Json) -> Json:
    return {"type": "text", "text": words, **more}


def classes(usage: Json) -> tuple[int, int, int]:
    return usage["input_tokens"], usage["cache_creation_input_tokens"], usage["cache_read_input_tokens"]


def test_a_prefix_is_written_once_read_afterwards_and_what_is_behind_it_is_paid_in_full() -> None:
    cache = PromptCache()
    head = tokens.count(LONG) + tokens.count('{"name": "bash"}')
    question, second, third = "Why do they fail?", "And now?", LONG[:700]
    assert classes(cache.bill(request(text(question)))) == (tokens.count(question), head, 0)
    longer = request(text(question), text(second, **CACHED), text(third))
    added = tokens.count(question) + tokens.count(second)
    assert classes(cache.bill(longer)) == (tokens.count(third), added, head)
    moved = request(text(question), text(second), text(third, **CACHED))
    assert classes(cache.bill(moved)) == (0, tokens.count(third), head + added)


def test_a_changed_byte_throws_away_what_is_behind_it() -> None:
    cache = PromptCache()
    cache.bill(request(text("one", **CACHED)))
    _, written, read = classes(cache.bill(request(text("one", **CACHED), system=LONG + "!")))
    assert read == 0
    assert written > tokens.count(LONG)


def test_a_short_prefix_is_not_cached() -> None:
    cache = PromptCache()
    first, again = (classes(cache.bill(request(text("one", **CACHED), system="short"))) for _ in range(2))
    assert first == again
    assert first[1:] == (0, 0)


def test_tool_calls_and_results_are_counted_by_their_text() -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "bash", "input": {"command": "ls"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "a\nb"}
    before, _, _ = classes(PromptCache().bill(request()))
    after, _, _ = classes(PromptCache().bill(request(call, result)))
    assert after - before == tokens.count('bash{"command": "ls"}') + tokens.count("a\nb")


def post(base_url: str, path: str, body: bytes) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    try:
        connection.request("POST", path, body)
        response = connection.getresponse()
        return response.status, response.headers["content-type"], response.read()
    finally:
        connection.close()


def test_an_answer_has_the_events_of_the_api_and_the_same_usage_at_both_ends() -> None:
    with serve() as base_url:
        body = json.dumps(request(text("Why?"))).encode()
        status, content_type, raw = post(base_url, "/v1/messages?beta=true", body)
    assert (status, content_type) == (200, "text/event-stream; charset=utf-8")
    events = []
    for chunk in raw.decode().split("\n\n")[:-1]:
        name, _, data = chunk.partition("\n")
        events.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {events[-1]['type']}"
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    kinds = list(dict.fromkeys((event["type"], event.get("index")) for event in events))
    expected = [("message_start", None), *[(kind, at) for at in (0, 1) for kind in block]]
    assert kinds == [*expected, ("message_delta", None), ("message_stop", None)]
    assert events[0]["message"]["model"] == "claude-sonnet-5-5"
    assert events[-2]["delta"]["stop_reason"] == "tool_use"
    assert classes(events[0]["message"]["usage"]) == classes(events[-2]["usage"])
    assert events[-2]["usage"]["output_tokens"] > 10


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/complete", b"{}", 404),
        ("/v1/messages", b"not JSON", 400),
        ("/v1/messages", b"{}", 400),
        ("/v1/messages", b"[]", 400),
    ],
)
def test_what_is_no_request_is_refused_in_the_form_of_the_api(path: str, body: bytes, status: int) -> None:
    with serve() as base_url:
        got, content_type, raw = post(base_url, path, body)
    assert (got, content_type) == (status, "application/json")
    assert json.loads(raw)["type"] == "error"


def test_the_port_and_the_threads_are_gone_afterwards() -> None:
    threads = threading.active_count()
    with serve() as base_url, serve() as other:
        assert base_url != other
    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        post(base_url, "/v1/messages", b"{}")
