"""Real agents whose settings files name a base URL: wrapped, they ask who they would have asked, through us."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from headroom.session_log import events
from tests.agents.agents import QUESTION
from tests.agents.desk import Desk, needs
from tests.provider.app import running_provider
from tests.provider.script import Turn


class Settled(NamedTuple):
    """Settings in several places. RIGHT stands for the provider that the agent asks, WRONG for another, WORK for
    the working folder's repository."""

    name: str
    agent: str
    arguments: tuple[str, ...]
    files: Mapping[str, str]
    folder: str = "."
    """Of the repository, where the agent is started."""


def _claude(url: str) -> str:
    return json.dumps({"env": {"ANTHROPIC_BASE_URL": url}})


def _codex(url: str) -> str:
    return f'openai_base_url = "{url}/v1"\n'


USER, PROJECT = "home/.claude/settings.json", "work/.claude/settings.json"
LOCAL = "work/.claude/settings.local.json"
CODEX = "home/.codex/config.toml"
PRINT = ("-p", QUESTION)
EXEC = ("exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox")
KEYS = {"ANTHROPIC_API_KEY": "sk-ant-dummy", "OPENAI_API_KEY": "sk-dummy"}
QUIET = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "IS_SANDBOX": "1"}
TRUSTED = '[projects."WORK"]\ntrust_level = "trusted"\n'

SETTLED = (
    Settled("claude-user", "claude", PRINT, {USER: _claude("RIGHT")}),
    Settled("claude-project", "claude", PRINT, {PROJECT: _claude("RIGHT"), USER: _claude("WRONG")}),
    Settled(
        "claude-repository", "claude", PRINT,
        {LOCAL: _claude("RIGHT"), PROJECT: _claude("WRONG"), "work/sub/.claude/settings.json": _claude("WRONG")},
        folder="sub",
    ),
    Settled(
        "claude-sources", "claude", ("--setting-sources", "user", *PRINT),
        {USER: _claude("RIGHT"), PROJECT: _claude("WRONG"), LOCAL: _claude("WRONG")},
    ),
    Settled("codex-attached", "codex", (*EXEC, "-copenai_base_url=RIGHT/v1", QUESTION), {CODEX: _codex("WRONG")}),
    Settled(
        "codex-profile", "codex", (*EXEC, "-pnew", QUESTION),
        {CODEX: _codex("WRONG"), "home/.codex/new.config.toml": _codex("RIGHT")},
    ),
    Settled(
        "codex-project", "codex", (*EXEC, QUESTION),
        {CODEX: _codex("RIGHT") + TRUSTED, "work/.codex/config.toml": _codex("WRONG")},
    ),
)  # fmt: skip


@pytest.mark.parametrize("is_wrapped", [False, True], ids=["direct", "wrapped"])
@pytest.mark.parametrize("settled", SETTLED, ids=lambda settled: settled.name)
def test_the_one_that_the_agent_would_ask_is_asked(settled: Settled, is_wrapped: bool, desk: Desk) -> None:
    """The direct runs show that the real agent reads its files as we do."""
    needs(settled.agent)
    with running_provider(lambda _request, _number: Turn("Now I know.")) as right, running_provider() as wrong:

        def told(text: str) -> str:
            return text.replace("RIGHT", right.url).replace("WRONG", wrong.url).replace("WORK", str(desk.work))

        subprocess.run(["git", "init", "-q", str(desk.work)], check=True)
        for name, text in settled.files.items():
            file = desk.home.parent / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(told(text), encoding="utf-8")
        environ = desk.environ(KEYS | QUIET | {"ANTHROPIC_BASE_URL": wrong.url})
        ours = [sys.executable, "-m", "headroom_cli", "wrap", "--"] if is_wrapped else []
        done = subprocess.run(
            [*ours, settled.agent, *map(told, settled.arguments)], cwd=desk.work / settled.folder, env=environ,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Now I know." in done.stdout
        assert right.conversation
        assert not wrong.requests
    if is_wrapped:
        assert len([event for event in desk.log().events if isinstance(event, events.Request)]) > 0
