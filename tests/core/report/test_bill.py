"""What is told of a session through the running proxy is what its provider billed, exactly."""

from pathlib import Path

import pytest

from headroom import pricing
from headroom.report import overview
from tests.laws.conversations import log
from tests.provider import invoice
from tests.provider.app import Provider
from tests.provider.script import Call, Json, Turn
from tests.provider.view import view
from tests.wire import clients
from tests.wire.running import running_proxy

PRICES = pricing.parse(
    """
    [[price]]
    match = "*"
    input = 3
    output = 15
    cache_write_5m = 3.75
    cache_write_1h = 6
    cache_read = 0.3
    """,
    "",
)
UPSTREAMS = ("anthropic", "openai", "gemini", "bedrock", "ollama")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    folder = tmp_path / "state"
    monkeypatch.setenv("HEADROOM_HOME", str(folder))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    return folder


def calls_a_tool(request: Json, _number: int) -> Turn:
    """Calls the client's tool each time the user asks, and answers."""
    seen = view(request)
    asked = sum(said.role == "user" for said in seen.texts)
    if sum(call.name == clients.TOOL for call in seen.calls) < asked:
        return Turn("I look.", calls=(Call(clients.TOOL, {"page": asked}),))
    return Turn(f"Found {asked}.")


@pytest.mark.parametrize("name", [name for name in clients.APIS if name != "ollama"])
async def test_what_was_paid_is_the_invoice(name: str, home: Path) -> None:
    async with Provider(calls_a_tool) as provider:
        flags = {f"upstream.{upstream}": provider.url for upstream in UPSTREAMS}
        async with running_proxy(provider.url, home, **flags, **{"retrieval.mode": "file"}) as proxy:
            client = clients.Client(clients.APIS[name], proxy.url, True)
            for turn in range(4):
                reply = await client.say(f"Question {turn}?")
                await client.answer(reply, log(400, turn))
        billed = [invoice.counts(usage) for usage in provider.usages]
    for _ in range(2):
        found = overview(home, PRICES)
        rates = PRICES[0].price
        paid = sum(
            counts.input * rates.input
            + counts.write_5m * rates.cache_write_5m
            + counts.write_1h * rates.cache_write_1h
            + counts.read * rates.cache_read
            + counts.output * rates.output
            for counts in billed
        )
        assert len(billed) == 8
        assert found.summary.total.paid == paid == sum(day.paid for day in found.by_day.values())
        assert found.summary.total.net_saved > 0
        assert found.caching.turns == 8
        assert len(found.largest) == 4
        assert found.largest[0].compressor == "logs"
