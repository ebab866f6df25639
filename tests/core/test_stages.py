"""Stages run in order; one that fails, or that the provider refused, leaves the request as it was."""

import json

from headroom import stages
from headroom.dialects import openai_chat
from headroom.notes import Notes
from headroom.stages import Request, Stages
from headroom.store import MemoryMemo

BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hello"}]}).encode()


def renamed(old: bytes, new: bytes) -> stages.Stage:
    return lambda request: request.body.replace(old, new)


def fails(_request: Request) -> bytes:
    raise KeyError("no")


def run(table: list[tuple[str, stages.Stage]], notes: Notes, host: str = "") -> tuple[bytes, str, list[str]]:
    failed: list[str] = []
    body, name = Stages(table, notes).run(BODY, openai_chat, "", host, lambda where, _: failed.append(where))
    return body, name, failed


def test_each_gets_what_the_one_before_made_and_a_failure_is_told() -> None:
    table = [("one", renamed(b"Hello", b"Good day")), ("two", fails), ("three", renamed(b"Good", b"Fine"))]
    body, name, failed = run(table, Notes(MemoryMemo()))
    assert json.loads(body)["messages"][0]["content"] == "Fine day"
    assert name == openai_chat.read(BODY).conversation
    assert failed == ["two"]


def test_what_the_provider_refused_is_not_changed_again() -> None:
    notes = Notes(MemoryMemo())
    table = [("one", renamed(b"Hello", b"Good day"))]
    Stages(table, notes).give_up(openai_chat.read(BODY).conversation)
    assert run(table, notes)[0] is BODY


def test_openai_alone_gets_a_cache_key_the_same_for_all_requests() -> None:
    table = [("key", stages.key)]
    keys = {json.loads(run(table, Notes(MemoryMemo()), "api.openai.com")[0])["prompt_cache_key"] for _ in range(2)}
    assert len(keys) == 1
    assert run(table, Notes(MemoryMemo()), "gateway.example")[0] is BODY


def test_nothing_kept_nothing_put_back() -> None:
    assert run([("reinsert", stages.reinsert(Notes(MemoryMemo())))], Notes(MemoryMemo()))[0] is BODY
