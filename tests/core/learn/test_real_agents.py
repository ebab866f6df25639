"""Real agents read what is written for them, the personal file and the shared one, when a session begins."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from headroom.agent_files.targets import targets
from headroom.learn.applying import apply
from headroom.learn.rules import Found
from tests.agents.agents import AGENTS
from tests.agents.desk import Desk, needs
from tests.core.learn.memory_files import OPTIONS, finding
from tests.provider.app import running_provider
from tests.provider.script import Call, Turn

LOGIN = '{"security": {"auth": {"selectedType": "gemini-api-key"}}}'


class Start(NamedTuple):
    argv: list[str]
    environ: Mapping[str, str]


def _claude(base: str) -> Start:
    quiet = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "IS_SANDBOX": "1"}
    environ = {"ANTHROPIC_BASE_URL": base, "ANTHROPIC_API_KEY": "sk-ant-dummy-key", **quiet}
    return Start(["claude", "-p", "Why?", "--allowedTools", "Bash"], environ)


def _gemini(base: str) -> Start:
    return Start(["gemini", "--skip-trust", "-p", "Why?"], {"GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": base})


def _qwen(base: str) -> Start:
    environ = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": f"{base}/v1", "OPENAI_MODEL": "gpt-5"}
    return Start(["qwen", "-p", "Why?"], environ)


def _known(name: str) -> Callable[[str], Start]:
    return lambda base: Start(list(AGENTS[name].launch(base).argv), AGENTS[name].launch(base).environ)


STARTS: Mapping[str, Callable[[str], Start]] = {
    "claude": _claude,
    "codex": _known("codex"),
    "copilot": _known("copilot"),
    "gemini": _gemini,
    "opencode": _known("opencode"),
    "qwen": _qwen,
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk.under(tmp_path)
    subprocess.run(["git", "init", "-q", str(made.work)], check=True)
    (made.home / ".gemini").mkdir()
    (made.home / ".gemini" / "settings.json").write_text(LOGIN)
    return made


def run(agent: str, desk: Desk, *rules: str) -> None:
    """Run an agent once, and see that the rules are in what it asks."""
    with running_provider(lambda _request, _number: Turn(text="I see.")) as provider:
        start = STARTS[agent](provider.url)
        done = desk.run(start.argv, start.environ)
        assert done.returncode == 0, done.stdout + done.stderr
        bodies = [request.body.decode("utf-8", "replace") for request in provider.requests]
    assert any(all(rule in body for rule in rules) for body in bodies)


@pytest.mark.parametrize("agent", STARTS)
def test_it_reads_what_is_written_for_it(agent: str, desk: Desk) -> None:
    needs(agent)
    environ = {"HOME": str(desk.home)}
    for is_shared, rule in ((False, "Personal rule 3141."), (True, "Shared rule 2718.")):
        (target,) = targets([agent], desk.work, environ, is_shared=is_shared)
        apply(desk.state, target, Found([finding(rule)]), OPTIONS, 1.0)
    run(agent, desk, "Personal rule 3141.", "Shared rule 2718.")
    if agent == "gemini":  # it knows the project now
        (target,) = targets([agent], desk.work, environ, is_shared=False)
        assert target.file.name == "MEMORY.md"
        apply(desk.state, target, Found([finding("Private rule 1618.")]), OPTIONS, 2.0)
        run(agent, desk, "Private rule 1618.", "Shared rule 2718.")


def test_claude_code_does_not_read_it_again_while_a_session_runs(desk: Desk) -> None:
    """So the prefix that the provider has cached stays, and the markers cost nothing."""
    needs("claude")
    (target,) = targets(["claude"], desk.work, {"HOME": str(desk.home)}, is_shared=False)
    apply(desk.state, target, Found([finding("Old rule 3141.")]), OPTIONS, 1.0)

    def answer(request: object, number: int) -> Turn:
        if number == 0:
            apply(desk.state, target, Found([finding("New rule 2718.")]), OPTIONS, 2.0)
            return Turn(calls=(Call("Bash", {"command": "true"}),))
        return Turn(text="I see.")

    with running_provider(answer) as provider:
        start = _claude(provider.url)
        assert desk.run(start.argv, start.environ).returncode == 0
        bodies = [request.body.decode() for request in provider.conversation]
    assert "New rule" in target.file.read_text()
    assert len(bodies) == 2
    for body in bodies:
        assert "Old rule 3141." in body
        assert "New rule 2718." not in body
        assert "headroom:learn" not in body
