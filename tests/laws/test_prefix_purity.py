"""Law 1: what is sent for a block depends only on it and on what stands before, so the provider's cache hits."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.types import Block, Compressed, Compressor, Context
from tests.laws.conversations import KINDS, OUTPUTS, conversation, requests
from tests.laws.engines import Engine

ALL = sorted(OUTPUTS) * 2


def without_breakpoints(body: bytes) -> list[dict[str, object]]:
    """The messages as the provider's cache sees them: cache_control is not part of a block."""
    messages = json.loads(body)["messages"]
    for message in messages:
        for block in message["content"] if isinstance(message["content"], list) else ():
            block.pop("cache_control", None)
    return messages


def assert_prefixes(sent: Sequence[bytes]) -> None:
    for shorter, longer in pairwise(sent):
        earlier, later = without_breakpoints(shorter), without_breakpoints(longer)
        assert later[: len(earlier)] == earlier


@settings(max_examples=15, deadline=None)
@given(KINDS, st.booleans(), st.booleans())
def test_each_request_begins_with_what_was_sent_before(kinds: list[str], as_blocks: bool, moves: bool) -> None:
    with TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        assert_prefixes(
            [engine.send(body).body for body in requests(conversation(kinds, as_blocks), moves_breakpoint=moves)]
        )


@settings(max_examples=10, deadline=None)
@given(KINDS, st.data())
def test_also_when_the_proxy_is_restarted_between_any_turns(kinds: list[str], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        sent = []
        for body in requests(conversation(kinds)):
            if data.draw(st.booleans()):
                engine = Engine(Path(folder))
            sent.append(engine.send(body).body)
        assert_prefixes(sent)


def test_a_conversation_from_nothing_comes_out_as_turn_by_turn(tmp_path: Path) -> None:
    """A pure function of the request: memory of earlier ones saves time and changes nothing."""
    bodies = list(requests(conversation(ALL)))
    engine = Engine(tmp_path / "a")
    sent = [engine.send(body).body for body in bodies]
    assert Engine(tmp_path / "a").send(bodies[-1]).body == sent[-1]
    assert len(sent[-1]) < len(bodies[-1])


def test_decisions_outlive_a_new_version_and_a_new_policy(tmp_path: Path) -> None:
    def shout(text: str, _context: Context) -> Compressed:
        return Compressed(text[: len(text) // 3].upper(), lossless=True)

    other = (Compressor("shout", lambda _block: True, shout),)
    bodies = list(requests(conversation(ALL)))
    half = len(bodies) // 2
    old = Engine(tmp_path)
    sent = [old.send(body).body for body in bodies[:half]]
    new = Engine(tmp_path, other, floor_tokens=1, lossy=False, protected_tools=())
    sent += [new.send(body).body for body in bodies[half:]]
    assert_prefixes(sent)
    fresh = list(requests(conversation(ALL), session="s2"))[-1]
    assert new.send(fresh).body != new.send(bodies[-1]).body, "a new conversation does follow the new policy"


def test_a_block_that_failed_stays_raw_when_it_would_work_later(tmp_path: Path) -> None:
    def fail(_text: str, _context: Context) -> Compressed:
        raise RuntimeError("not today")

    bodies = list(requests(conversation(["rows", "log", "rows"])))
    failing = Engine(tmp_path, (Compressor("fail", lambda _block: True, fail),))
    sent = [failing.send(body).body for body in bodies[:2]]
    assert sent == bodies[:2]
    sent += [Engine(tmp_path).send(body).body for body in bodies[2:]]
    assert_prefixes(sent)
    assert sent[-1] != bodies[-1], "what is new is compressed again"


def test_forks_of_a_conversation_send_the_same_beginning(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    common = conversation(["rows", "log", "terminal"])
    list(map(engine.send, requests(common)))
    for n in range(8):
        fork = [*common, *conversation(["rows", "log"])[1:], {"role": "user", "content": f"fork {n}"}]
        sent = [engine.send(body).body for body in requests(fork)]
        assert_prefixes(sent)
        first = list(requests(common))[-1]
        assert without_breakpoints(sent[-1])[: len(common)] == without_breakpoints(engine.send(first).body)


def test_other_requests_in_between_change_nothing(tmp_path: Path) -> None:
    """Interleaved conversations, sub-agents with the same session, and many of them: the memory is bounded."""
    engine = Engine(tmp_path)
    bodies = [list(requests(conversation(["rows", kind, "log"]), session=f"s{kind}")) for kind in sorted(OUTPUTS)]
    sent: list[list[bytes]] = [[] for _ in bodies]
    for turn in range(len(bodies[0])):
        for number, conversation_bodies in enumerate(bodies):
            sent[number].append(engine.send(conversation_bodies[turn]).body)
            engine.send(conversation_bodies[0])
    for one in sent:
        assert_prefixes(one)


@pytest.mark.parametrize("later", ["next question", "x" * 50_000])
def test_nothing_later_than_a_block_decides_about_it(tmp_path: Path, later: str) -> None:
    messages = conversation(["rows", "log"])
    seen: list[tuple[Block, Context]] = []

    def spy(text: str, context: Context) -> Compressed:
        seen.append((text, context))  # type: ignore[arg-type]
        return Compressed(text[: len(text) // 2], lossless=True)

    rows = (Compressor("spy", lambda _block: True, spy),)
    Engine(tmp_path / "a", rows).send(list(requests(messages))[-1])
    alone, seen[:] = list(seen), []
    Engine(tmp_path / "a2", rows).send(list(requests([*messages, {"role": "user", "content": later}]))[-1])

    def comparable(calls: list[tuple[Block, Context]]) -> list[tuple[object, ...]]:
        return [(text, context._replace(original="")) for text, context in calls]

    assert comparable(alone) == comparable(seen)


def test_a_fork_under_another_name_keeps_the_policy_of_what_it_shares(tmp_path: Path) -> None:
    def named(body: bytes, session: str) -> bytes:
        request = json.loads(body)
        request["metadata"] = request.pop("metadata") | {"user_id": session}  # behind the messages
        return json.dumps(request).encode()

    bodies = list(requests(conversation(["rows", "log", "rows", "log"])))
    Engine(tmp_path).send(named(bodies[1], "s1"))
    engine = Engine(tmp_path, lossy=False, floor_tokens=10**9)
    sent = [engine.send(named(bodies[2], "s1")).body]
    sent.append(engine.send(named(bodies[3], "s2")).body)
    assert_prefixes(sent)
    assert Engine(tmp_path).send(named(bodies[3], "s2")).body == sent[-1]
