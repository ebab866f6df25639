"""Law 3: whatever goes wrong in our code, the original goes through."""

import asyncio
import sys
import threading
import time
from pathlib import Path

import pytest

from headroom.dialects import anthropic
from headroom.proxy.offload import Offload
from headroom.types import Compressed, Compressor, Context
from tests.laws.conversations import conversation, requests
from tests.laws.engines import Engine
from tests.wire.running import until


def raises(_text: str, _context: Context) -> Compressed:
    raise RuntimeError("a secret text that must not be logged")


def recurses(text: str, context: Context) -> Compressed:
    return recurses(text, context)


def hangs(_text: str, _context: Context) -> Compressed:
    while True:
        time.sleep(0.001)


def spins(_text: str, _context: Context) -> Compressed:
    while True:
        pass


def grows(text: str, _context: Context) -> Compressed:
    return Compressed(text + text, lossless=True)


def cannot_be_encoded(_text: str, _context: Context) -> Compressed:
    return Compressed("\ud800", lossless=True)


def yes(_text: str) -> bool:
    return True


def looks_badly(_text: str) -> bool:
    raise KeyError("no")


BODY = list(requests(conversation(["rows", "log"])))[-1]


@pytest.mark.parametrize(
    "row",
    [
        Compressor("raises", yes, raises),
        Compressor("recurses", yes, recurses),
        Compressor("grows", yes, grows),
        Compressor("surrogate", yes, cannot_be_encoded),
        Compressor("looks_badly", looks_badly, grows),
    ],
    ids=lambda row: row.name,
)
def test_a_failing_compressor_costs_its_saving_and_nothing_else(row: Compressor, tmp_path: Path) -> None:
    outcome = Engine(tmp_path, (row,)).send(BODY)
    assert outcome.body is BODY
    assert "secret" not in str(outcome.errors)
    assert bool(outcome.errors) is (row.name != "grows")


@pytest.mark.parametrize(
    "row", [Compressor("hangs", yes, hangs), Compressor("spins", yes, spins)], ids=lambda row: row.name
)
async def test_a_hanging_compressor_is_not_waited_for(row: Compressor, tmp_path: Path) -> None:
    engine = Engine(tmp_path, (row,))
    offload = Offload(engine.pipeline, deadline_s=0.2)
    for _ in range(2):
        outcome = await offload.transform(BODY, anthropic)
        assert outcome.body is BODY
    # The block was first sent raw, so it stays raw with a table that works, and after a restart.
    assert Engine(tmp_path).send(BODY).body is BODY


async def test_hung_threads_are_broken_off(tmp_path: Path) -> None:
    def is_spinning() -> bool:
        return any(frame.f_code is spins.__code__ for frame in sys._current_frames().values())

    offload = Offload(Engine(tmp_path, (Compressor("spins", yes, spins),)).pipeline, deadline_s=0.5)
    work = asyncio.create_task(offload.transform(BODY, anthropic))
    await until(is_spinning)
    assert (await work).body is BODY
    await until(lambda: not is_spinning())


@pytest.mark.parametrize("has_an_end", [True, False])
async def test_the_time_of_the_first_blocks_begins_when_all_they_need_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_an_end: bool
) -> None:
    is_there, leaves = threading.Event(), threading.Event()

    def warm() -> None:
        leaves.wait(0.3 if has_an_end else 60)
        is_there.set()

    def looks(text: str, _context: Context) -> Compressed:
        assert is_there.is_set() == has_an_end
        return Compressed(text[:100], lossless=True)

    if not has_an_end:
        monkeypatch.setattr("headroom.proxy.offload._WARMING_S", 0.05)
    engine = Engine(tmp_path, (Compressor("looks", yes, looks),))
    outcome = await Offload(engine.pipeline, 60, warm).transform(BODY, anthropic)
    leaves.set()
    assert (outcome.errors, outcome.is_changed) == ((), True)


async def test_the_loop_goes_on_while_a_request_is_compressed(tmp_path: Path) -> None:
    went_on = threading.Event()

    def waits(text: str, _context: Context) -> Compressed:
        assert went_on.wait(30), "the loop stood still"
        return Compressed(text[:100], lossless=True)

    offload = Offload(Engine(tmp_path, (Compressor("waits", yes, waits),)).pipeline, deadline_s=60)
    work = asyncio.create_task(offload.transform(BODY, anthropic))
    for _ in range(20):
        await asyncio.sleep(0.01)
    went_on.set()
    outcome = await work
    assert (outcome.errors, outcome.body == BODY) == ((), False)


def test_a_store_that_cannot_be_written_sends_the_original(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    for path in sorted(tmp_path.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    tmp_path.rmdir()
    tmp_path.write_text("a file where the folder was")
    outcome = engine.send(BODY)
    assert outcome.body is BODY
    assert outcome.errors
    tmp_path.unlink()
    tmp_path.mkdir()


def test_a_conversation_that_was_refused_is_left_alone_for_ever(tmp_path: Path) -> None:
    bodies = list(requests(conversation(["rows", "log", "rows", "log"])))
    engine = Engine(tmp_path)
    outcome = engine.send(bodies[2])
    assert outcome.is_changed
    engine.pipeline.give_up(outcome)
    engine.pipeline.forget()
    assert [engine.send(body).body for body in bodies] == bodies
    assert [Engine(tmp_path).send(body).body for body in bodies] == bodies
    elsewhere = list(requests(conversation(["rows", "terminal"]), session="other"))[-1]
    assert engine.send(elsewhere).is_changed


def sleeps(_text: str, _context: Context) -> Compressed:
    time.sleep(4)
    raise RuntimeError


async def test_with_every_thread_hung_blocks_stay_raw_for_ever(tmp_path: Path) -> None:
    bodies = list(requests(conversation(["rows", "log"] * 4)))
    engine = Engine(tmp_path, (Compressor("sleeps", yes, sleeps),))
    offload = Offload(engine.pipeline, deadline_s=0.05)
    for body in bodies:
        outcome = await offload.transform(body, anthropic)
        assert outcome.body is body
        assert not [what for where, what in outcome.errors if where == "request"]
    assert Engine(tmp_path).send(bodies[-1]).body is bodies[-1]


@pytest.mark.parametrize("odd", ['{"role":null}', '{"role":"user","content":["plain"]}', '{"content":{}}'])
def test_an_odd_new_message_does_not_undo_what_was_sent(odd: str, tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    outcome = engine.send(BODY)
    end = outcome.reading.walk.marks[-1].pos if outcome.reading else 0
    again = engine.send(BODY[:end] + b"," + odd.encode() + BODY[end:])
    literals = [sent.literal for sent in outcome.sent]
    assert any(literals)
    assert [sent.literal for sent in again.sent] == literals
    assert len(again.body) == len(outcome.body) + len(odd) + 1
