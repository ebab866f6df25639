import json

from tests.provider.bedrock_converse import bill, chunks, events, prepared, whole
from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.eventstream import decode
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import UNDISTURBED, Call, Json, Stream, Turn
from tests.provider.signing import verify

WORDS = "Héllo 🎉, this is more than one piece of text"
TURN = Turn(WORDS, thinking="hm", calls=(Call("sh", {"command": "cat é.json"}),), others=({"future": {"x": 1}},))
WHOLE = whole(TURN, {}, {"inputTokens": 3}, "seed")
POINT: Json = {"cachePoint": {"type": "default"}}


def test_a_turn_is_a_response() -> None:
    reasoning, other, text, use = WHOLE["output"]["message"]["content"]
    assert verify("hm", reasoning["reasoningContent"]["reasoningText"]["signature"])
    assert (other, text, WHOLE["stopReason"]) == ({"future": {"x": 1}}, {"text": WORDS}, "tool_use")
    assert use["toolUse"]["input"] == {"command": "cat é.json"}


def test_the_frames_come_in_the_api_s_order_and_add_up() -> None:
    frames = list(decode(b"".join(chunks(events(WHOLE, {}, UNDISTURBED)))))
    names = [frame.headers[":event-type"] for frame in frames]
    assert names[0] == "messageStart"
    assert names[-2:] == ["messageStop", "metadata"]
    assert names.count("contentBlockStart") == 1
    assert names.count("contentBlockStop") == 4
    payloads = [json.loads(frame.payload) for frame in frames]
    deltas = [payload["delta"] for payload in payloads if "delta" in payload]
    assert "".join(delta.get("text", "") for delta in deltas) == WORDS
    typed = "".join(delta.get("toolUse", {}).get("input", "") for delta in deltas)
    assert json.loads(typed) == {"command": "cat é.json"}
    assert payloads[-1]["usage"] == {"inputTokens": 3}


def test_an_error_in_the_stream_is_an_exception() -> None:
    *_, last = decode(b"".join(chunks(events(WHOLE, {}, Stream(error_at=2)))))
    assert last.headers[":message-type"] == "exception"


def test_cache_points_are_written_and_read() -> None:
    caches = Caches(PromptCache(Clock(), count=len, minimums={"*": 0}), PrefixCache(Clock()))
    hour: Json = {"cachePoint": {"type": "default", "ttl": "1h"}}
    request = prepared(
        {
            "system": [{"text": "s" * 100}, hour],
            "messages": [{"role": "user", "content": [{"text": "a" * 10}, POINT]}],
        },
        {"model": "m"},
    )
    first = bill(caches, request)
    first.begin()
    usage = first.usage(7, 0)
    assert (usage["inputTokens"], usage["cacheWriteInputTokens"], usage["totalTokens"]) == (0, 110, 117)
    assert usage["cacheDetails"] == [{"ttl": "5m", "inputTokens": 10}, {"ttl": "1h", "inputTokens": 100}]
    assert bill(caches, request).usage(7, 0)["cacheReadInputTokens"] == 110
