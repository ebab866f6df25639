"""Memory and the proxy: what the model tells is kept behind the client's back, and no byte of a request moves."""

import json
from pathlib import Path

import aiohttp
import pytest

from headroom import memory, session_log
from headroom.memory import PROJECT, USER
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider
from tests.provider.script import Stream, Turn
from tests.wire.running import running_proxy

BODIES = [
    json.dumps(json.loads(body) | {"stream": True}).encode() for body in requests(conversation(["rows", "log"]))
]
HEADERS = {"content-type": "application/json", "x-api-key": "k", "anthropic-version": "2023-06-01"}
SAID = "Done.\n<memory>\n- Tests run with make test.\n</memory>\n<memory scope=user>Answer in English.</memory>\n"
BY_HAND = memory.Origin("hand")


async def post(url: str, body: bytes) -> bytes:
    async with (
        aiohttp.ClientSession() as session,
        session.post(url + "/v1/messages", data=body, headers=HEADERS) as response,
    ):
        assert response.status == 200
        return await response.read()


async def sent(home: Path, *, inline: bool) -> list[bytes]:
    """Hold a conversation whose answers tell facts; return what went to the provider."""
    turns = [Turn(SAID, stream=Stream(split=7)), Turn(SAID), Turn("Again.\n" + SAID)]
    flags = {"memory.inline": inline, "compress.deadline_ms": 60_000}  # a busy machine decides as an idle one
    async with Provider(turns) as provider, running_proxy(provider.url, home, **flags) as proxy:
        for number, body in enumerate(BODIES):
            await post(proxy.url, body)
            if inline:  # the memory changes amid the conversation, in every way there is
                kept = memory.open(home)
                added = kept.add(f"Fact {number} of a running conversation.", BY_HAND)
                kept.edit(added.fact.id, BY_HAND, text=f"Fact {number}, edited.")
                kept.close()
        return [request.body for request in provider.requests]


async def test_no_byte_of_a_conversation_is_changed_by_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"  # one name, for markers have it
    monkeypatch.setenv("HEADROOM_HOME", str(state))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    without = await sent(state, inline=False)
    state.rename(tmp_path / "without")
    assert await sent(state, inline=True) == without
    assert any(len(body) < len(original) for body, original in zip(without, BODIES, strict=True))
    assert not (tmp_path / "without" / "memory").exists()
    (log,) = session_log.sessions(state)
    told = [fact for fact in memory.open(state).list(anywhere=True) if fact.origin.how == "inline"]
    assert {(fact.text, fact.scope) for fact in told} == {
        ("Tests run with make test.", PROJECT),
        ("Answer in English.", USER),
    }
    assert {(fact.seen, fact.origin.session, fact.origin.agent) for fact in told} == {(3, log.stem, "test")}


@pytest.mark.parametrize("inline", [False, True])
async def test_the_client_gets_the_answer_as_it_came(home: Path, inline: bool) -> None:
    async with (
        Provider([Turn(SAID, stream=Stream(split=11))] * 2) as provider,
        running_proxy(provider.url, home, **{"memory.inline": inline}) as proxy,
    ):
        answers = [await post(url, BODIES[0]) for url in (provider.url, proxy.url)]
    direct, through = ([line for line in each.splitlines() if b"text_delta" in line] for each in answers)
    assert direct
    assert direct == through
