"""A client of the Messages API with our tool answered in between: what the driver does, without sockets."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headroom.answering import anthropic
from headroom.answering.base import TOOL, Joiner, Recall
from headroom.frames import CHUNK, EventStream, Framing, Sse
from headroom.spans import Replacement, splice
from tests.provider.cache import PromptCache
from tests.provider.messages import identifier
from tests.provider.script import Json
from tests.provider.signing import sign
from tests.provider.sse import encode, events

HEX = "0123456789ab"
BASE_USAGE = {
    "input_tokens": 3,
    "cache_creation_input_tokens": 5,
    "cache_read_input_tokens": 7,
    "output_tokens": 11,
}


def thinking(text: str) -> Json:
    return {"type": "thinking", "thinking": text, "signature": sign(text)}


def text(said: str) -> Json:
    return {"type": "text", "text": said}


def call(name: str, number: int, **arguments: object) -> Json:
    return {"type": "tool_use", "id": identifier("toolu", name, number), "name": name, "input": arguments}


def ours(number: int) -> Json:
    return call(TOOL, number, hash=HEX, query=f"what {number}")


def message(content: list[Json], number: int = 0, stop_reason: str = "", usage: Json = BASE_USAGE) -> Json:
    calls = any(block["type"] == "tool_use" for block in content)
    return {
        "model": "claude-opus-5",
        "id": identifier("msg", number),
        "type": "message",
        "role": "assistant",
        "content": content,
        "stop_reason": stop_reason or ("tool_use" if calls else "end_turn"),
        "stop_sequence": None,
        "usage": usage,
    }


def stream(said: Json) -> bytes:
    return b"".join(encode(event, number) for number, event in enumerate(events(said)))


def in_aws(sse: bytes) -> bytes:
    """Return a stream as InvokeModelWithResponseStream sends it."""
    return b"".join(EventStream().encode(frame.data, CHUNK) for frame in Sse().feed(sse))


@dataclass
class Told:
    """What came of one request of a client."""

    sent: bytes = b""
    """What the client got."""
    bodies: list[bytes] = field(default_factory=list)
    """The requests of the rounds."""
    kept: dict[str, str] = field(default_factory=dict)


def run(
    body: bytes,
    answers: Sequence[Json],
    framing: Callable[[], Framing] | None = Sse,
    cuts: Sequence[int] = (),
    rounds: int = 4,
) -> Told:
    """Send a request whose rounds are answered so; `framing` None is for whole answers."""

    def streamed(said: Json) -> bytes:
        return stream(said) if framing is Sse else in_aws(stream(said))

    return rounds_of(
        anthropic.joiner(framing() if framing else None), body, answers, framing, streamed, cuts, rounds
    )


def rounds_of(
    joiner: Joiner,
    body: bytes,
    answers: Sequence[Json],
    framing: Callable[[], Framing] | None,
    streamed: Callable[[Json], bytes],
    cuts: Sequence[int],
    rounds: int,
) -> Told:
    """Do what a driver does with a joiner, for answers of any format."""
    told = Told(bodies=[body])
    for number, said in enumerate(answers[:rounds]):
        if framing:
            raw = streamed(said)
            cutter = framing()
            places = sorted({0, len(raw), *(cut % (len(raw) + 1) for cut in cuts)})
            for start, end in pairwise(places):
                told.sent += b"".join(joiner.feed(frame) for frame in cutter.feed(raw[start:end]))
        else:
            joiner.whole(json.dumps(said).encode())
        results = [f"result of {asked.id}" for asked in joiner.asked()]
        if not results or joiner.has_others() or number + 1 == rounds:
            told.sent += joiner.end(results)
            break
        told.bodies.append(joiner.proceed(told.bodies[-1], results))
    told.kept = dict(joiner.kept())
    return told


def accumulate(sent: bytes, framing: Callable[[], Framing] = Sse) -> Json:
    """Put a stream together as a client does, and hold it to the grammar of the events."""
    listed = [json.loads(frame.data) for frame in framing().feed(sent) if frame.data]
    listed = [event for event in listed if event["type"] != "ping"]
    assert [event["type"] for event in listed].count("message_start") == 1
    assert [event["type"] for event in listed[-2:]] == ["message_delta", "message_stop"]
    whole: Json = listed[0]["message"]
    inputs: dict[int, str] = {}
    is_open = False
    for event in listed[1:-2]:
        blocks = whole["content"]
        if event["type"] == "content_block_start":
            assert not is_open and event["index"] == len(blocks)
            blocks.append(dict(event["content_block"]))
            is_open = True
            continue
        assert is_open and event["index"] == len(blocks) - 1
        if event["type"] == "content_block_stop":
            is_open = False
            continue
        delta = dict(event["delta"])
        if delta.pop("type") == "input_json_delta":
            inputs[event["index"]] = inputs.get(event["index"], "") + delta["partial_json"]
        else:
            for name, piece in delta.items():
                blocks[-1][name] += piece
    assert not is_open
    for index, said in inputs.items():
        whole["content"][index]["input"] = json.loads(said or "{}")
    ending = listed[-2]
    whole |= ending["delta"]
    whole["usage"] |= ending["usage"]
    return whole


def put_back(body: bytes, *told: Told) -> bytes:
    """Return a client's later request as it goes out."""
    return put_back_by(anthropic.reinsert, body, *told)


def put_back_by(reinsert: Callable[[bytes, Recall], list[Replacement]], body: bytes, *told: Told) -> bytes:
    """Return a client's later request as it goes out, in any format."""
    known = {anchor: kept for one in reversed(told) for anchor, kept in one.kept.items()}
    changes = reinsert(body, lambda anchors: {name: known[name] for name in anchors if name in known})
    assert changes == sorted(changes, key=lambda change: change[:2])
    return splice(body, changes)


def cache_reads(bodies: Sequence[bytes]) -> list[int]:
    """Return what each of these requests reads from the provider's cache, in tokens, with automatic caching."""
    cache = PromptCache(clock=lambda: 0.0, count=len, minimums={"*": 0})
    reads = []
    for body in bodies:
        lookup = cache.look_up({**json.loads(body), "cache_control": {"type": "ephemeral"}})
        reads.append(lookup.usage["cache_read_input_tokens"])
        cache.begin(lookup)
    return reads
