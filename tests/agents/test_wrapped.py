"""Real agents from npm under `headroom wrap`, as users have them set up."""

import sys
from pathlib import Path

import pytest

from headroom import markers
from headroom.session_log import events
from tests.agents.desk import Desk, needs
from tests.agents.wrapped import SETUPS, Setup
from tests.laws.conversations import log, rows
from tests.provider.app import running_provider
from tests.provider.script import calls_then
from tests.provider.view import view

NOWHERE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
"""Whatever does not go to this machine, goes nowhere."""


@pytest.fixture(params=list(SETUPS))
def setup(request: pytest.FixtureRequest) -> Setup:
    found = SETUPS[request.param]
    needs(found.agent)
    return found


def prepare(setup: Setup, desk: Desk, provider: str) -> dict[Path, bytes]:
    """Put the setup's files into the home, and return what they hold."""
    (desk.work / "orders.json").write_text(rows(100), encoding="utf-8")
    (desk.work / "app.log").write_text(log(setup.lines), encoding="utf-8")
    for name, text in setup.files.items():
        file = desk.home / name
        file.parent.mkdir(parents=True)
        file.write_text(text.replace("BASE", provider), encoding="utf-8")
    return {desk.home / name: (desk.home / name).read_bytes() for name in setup.files}


def test_a_wrapped_agent_asks_through_us_alone_and_reads_less(setup: Setup, desk: Desk) -> None:
    script = calls_then(
        (setup.shell("cat orders.json"), setup.shell("cat app.log")), lambda _result: "Now I know."
    )
    with running_provider(script) as provider:
        before = prepare(setup, desk, provider.url)
        environ = {name: value.replace("BASE", provider.url) for name, value in setup.environ.items()}
        arguments = [argument.replace("BASE", provider.url) for argument in setup.arguments]
        argv = [sys.executable, "-m", "headroom_cli", "wrap", setup.agent, "--", *arguments]
        done = desk.run(argv, NOWHERE | environ)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Now I know." in done.stdout
        assert not provider.problems
        # Over a WebSocket a request may hold no more than what is new.
        seen = dict.fromkeys(text.text for asked in provider.conversation for text in view(asked.parsed).results)
        asked = len(provider.conversation)
    orders, lines = seen
    assert "order-0-0099" in orders or setup.cuts
    assert "http.server" in lines
    assert len(lines) < len(log(setup.lines)) * 0.8
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in lines or setup.cuts
    assert markers.find(lines) or setup.cuts
    assert {file: file.read_bytes() for file in before} == before

    session = desk.log()
    assert not [event for event in session.events if isinstance(event, events.Error)]
    (start,) = [event for event in session.events if isinstance(event, events.Start)]
    assert start.agent == setup.agent
    requests = [event for event in session.events if isinstance(event, events.Request)]
    assert len([line for line in requests if line.blocks or line.tokens_before]) <= asked <= len(requests)
    assert {(line.dialect, line.status) for line in requests} == {(setup.dialect, 200)}
    large = [block.compressor for line in requests for block in line.blocks if block.before > 200]
    assert tuple(large) == setup.compressors
