"""A purge amid a conversation changes no byte of what is sent, even when the proxy starts again right after it."""

import time
from pathlib import Path

import aiohttp
import pytest

from headroom.retention import logs as logs_module
from headroom.retention import purge
from headroom.retention.purge import Chosen
from headroom.store.removal import Removal
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider
from tests.provider.script import Turn
from tests.wire.running import running_proxy

BODIES = list(requests(conversation(["rows", "log", "log"])))
HEADERS = {"content-type": "application/json", "x-api-key": "k", "anthropic-version": "2023-06-01"}
CALM = {"compress.deadline_ms": 60_000}
# Another level for conversations that begin later: what was decided before must be replayed, not decided anew.
OTHERWISE = CALM | {"compress.level": "lossless"}


def purged(home: Path, *, force: bool) -> None:
    logs = logs_module.look(home, time.time())
    assert [log.runs for log in logs] == [True]
    removal = Removal(home / "store")
    named = purge.named_in(removal, logs)
    what = purge.plan(Chosen(), logs, removal.originals(), removal.rows(), named, force=force)
    purge.carry_out(removal, what, with_damaged=True)
    assert bool(removal.originals()) is not force
    removal.close()


async def sent(home: Path, *, force: bool | None) -> list[bytes]:
    """Hold a conversation through two proxies, the second with other settings; purge in between."""
    bodies: list[bytes] = []
    parts = ((BODIES[:-1], CALM), (BODIES[-1:], OTHERWISE))
    for at, (part, flags) in enumerate(parts):
        async with (
            Provider([Turn("hi")] * len(part)) as provider,
            running_proxy(provider.url, home, **flags) as proxy,
            aiohttp.ClientSession() as session,
        ):
            for body in part:
                async with session.post(proxy.url + "/v1/messages", data=body, headers=HEADERS) as response:
                    assert response.status == 200
            bodies += [request.body for request in provider.requests]
        if at == 0 and force is not None:
            purged(home, force=force)
    return bodies


@pytest.mark.parametrize("force", [False, True])
async def test_what_is_sent_stays_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    state = tmp_path / "state"  # one name, for markers have it
    monkeypatch.setenv("HEADROOM_HOME", str(state))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    untouched = await sent(state, force=None)
    state.rename(tmp_path / "untouched")
    assert await sent(state, force=force) == untouched
    assert len(untouched[-1]) < len(BODIES[-1])
    if not force:  # and the test would see it: without its decisions, the conversation goes on otherwise
        monkeypatch.setattr(purge, "_rows", lambda _chosen, _logs, rows, _running: list(rows))
        state.rename(tmp_path / "purged")
        assert await sent(state, force=False) != untouched
