"""Real Codex, Copilot CLI and opencode from npm, before the scripted provider: with the proxy and without."""

import shutil
import subprocess

import pytest

from headroom import markers
from headroom.session_log import events
from tests.agents.agents import AGENTS, Agent
from tests.agents.desk import Desk, needs
from tests.agents.differences import differences, headers, in_one, in_order
from tests.laws.conversations import log, rows
from tests.provider.app import Provider, running_provider
from tests.provider.script import Answer, Call, Json, Turn, calls_then
from tests.provider.view import view

LOG, ROWS = log(150), rows(100)
"""About 14 KB each: Copilot keeps outputs of more than 18 KB to itself."""
RETRIEVE = "headroom_retrieve"
FILE = {"HEADROOM_RETRIEVAL_MODE": "file"}


@pytest.fixture(params=list(AGENTS))
def agent(request: pytest.FixtureRequest) -> Agent:
    found = AGENTS[request.param]
    needs(found.command)
    return found


def ask(agent: Agent, desk: Desk, base: str) -> subprocess.CompletedProcess[str]:
    """Let an agent answer the question, as one that was never started before."""
    for folder in (desk.home, desk.work):
        shutil.rmtree(folder)
        folder.mkdir()
    (desk.work / "orders.json").write_text(ROWS, encoding="utf-8")
    (desk.work / "app.log").write_text(LOG, encoding="utf-8")
    launch = agent.launch(base)
    done = desk.run(launch.argv, launch.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def requests(desk: Desk) -> list[events.Request]:
    assert desk.log().damaged == 0
    assert not [event for event in desk.log().events if isinstance(event, events.Error)]
    return [event for event in desk.log().events if isinstance(event, events.Request)]


def large(lines: list[events.Request]) -> list[events.BlockLine]:
    """Return the blocks that are worth a look: Codex puts a few words before each output, as one more."""
    return [block for line in lines for block in line.blocks if block.before > 200]


def test_a_session_is_the_same_but_for_shorter_tool_results(agent: Agent, desk: Desk) -> None:
    script = calls_then(
        (agent.shell("cat orders.json"), agent.shell("cat app.log")), lambda _result: "Now I know."
    )
    with running_provider(script) as provider:
        without = ask(agent, desk, provider.url)
        direct = in_order(provider.requests)
    with running_provider(script) as provider:
        with desk.proxy(provider.url, **FILE) as base:
            done = ask(agent, desk, base)
        assert not provider.problems
        proxied = in_order(provider.requests)
    assert "Now I know." in without.stdout
    assert "Now I know." in done.stdout

    assert [(r.method, r.target) for r in proxied] == [(r.method, r.target) for r in direct]
    for through, straight in zip(proxied, direct, strict=True):
        # The handshake of a WebSocket may have more of them: it is tests/wire/test_sockets.py that looks.
        assert headers(straight).items() <= headers(through).items()
        assert agent.name == "codex-socket" or headers(straight) == headers(through)
    pairs = zip(direct, proxied, strict=True)
    changed = in_one([differences(straight.parsed, through.parsed) for straight, through in pairs])
    assert len(changed) == 2
    orders, lines = changed
    assert "order-0-0099" in orders.one
    assert "order-0-0099" in orders.other
    assert LOG in lines.one
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in lines.other
    (omission,) = markers.find(lines.other)
    assert desk.original(omission.key) == lines.one
    for each in changed:
        assert len(each.other) < len(each.one) / 2
    assert sum(len(r.body) for r in proxied) < sum(len(r.body) for r in direct)

    assert [block.compressor for block in large(requests(desk))] == ["json_rows", "logs"]
    assert {(line.dialect, line.status) for line in requests(desk)} == {(agent.dialect, 200)}


@pytest.mark.parametrize("name", ["codex", "codex-socket", "copilot", "opencode"])
def test_an_original_is_read_back_with_the_agents_own_shell(name: str, desk: Desk) -> None:
    """The marker's path works on the turn it is first shown; what is read back is not made smaller again."""
    agent = AGENTS[name]
    needs(agent.command)

    def answer(request: Json, _number: int) -> Turn:
        results = view(request).results
        if not results:
            return Turn(calls=(agent.shell("cat app.log"),))
        if len(results) == 1:
            (omission,) = markers.find(results[0].text)
            return Turn(calls=(agent.shell(f"sed -n 41,65p {omission.original}"),))
        return Turn(text="It reads: " + results[-1].text)

    with running_provider(answer) as provider:
        with desk.proxy(provider.url, **FILE) as base:
            done = ask(agent, desk, base)
        assert not provider.problems
        (read,) = [r.text for r in view(provider.conversation[-1].parsed).results[-1:]]
    assert "\n".join(LOG.splitlines()[40:65]) in read
    assert LOG.splitlines()[40] in done.stdout
    blocks = large(requests(desk))
    assert [(block.retrieval, block.compressor) for block in blocks] == [(False, "logs"), (True, "")]


@pytest.mark.parametrize("name", ["copilot", "copilot-claude", "opencode-gpt"])
def test_a_proxy_started_by_hand_answers_its_own_tool(name: str, desk: Desk) -> None:
    """Without any setting: the model has one tool more, of which the agent learns nothing."""
    agent = AGENTS[name]
    needs(agent.command)
    asked: list[Json] = []

    def answer(request: Json, _number: int) -> Answer:
        seen = view(request)
        asked.append(request)
        assert seen.tools[-1] == RETRIEVE
        if not seen.results:
            return Turn(calls=(agent.shell("cat app.log"),))
        if len(seen.results) == 1:
            (omission,) = markers.find(seen.results[0].text)
            return Turn("Let me look.", calls=(Call(RETRIEVE, {"hash": omission.key, "query": "orders/57"}),))
        return Turn(text="It was " + seen.results[-1].text[:300])

    with running_provider(answer) as provider:
        with desk.proxy(provider.url) as base:
            done = ask(agent, desk, base)
        assert not provider.problems
    assert "Let me look." in done.stdout
    assert "/api/orders/57 " in done.stdout
    assert RETRIEVE not in done.stdout + done.stderr
    assert [line.rounds for line in requests(desk) if line.tokens_before] == [0, 1]
    assert len(asked) == 3
    (lookup,) = [event for event in desk.log().events if isinstance(event, events.Retrieve)]
    assert lookup.hit


def test_agents_whose_tools_cannot_be_added_to_get_files(desk: Desk) -> None:
    """Codex lists its tools where none can be added: it is given paths by a proxy without any setting, too."""
    agent = AGENTS["codex"]
    needs(agent.command)
    script = calls_then((agent.shell("cat app.log"),), lambda _result: "Now I know.")
    with running_provider(script) as provider:
        with desk.proxy(provider.url) as base:
            ask(agent, desk, base)
        assert _tools(provider) == {False}
        (omission,) = markers.find(view(provider.conversation[-1].parsed).results[-1].text)
    assert omission.original == str(desk.state / "store" / "originals" / f"{omission.key}.txt")


def _tools(provider: Provider) -> set[bool]:
    return {RETRIEVE in view(request.parsed).tools for request in provider.conversation}
