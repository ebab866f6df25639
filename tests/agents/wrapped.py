"""How users have agents set up that they then start with `headroom wrap AGENT`."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tests.agents.agents import QUESTION
from tests.provider.script import Call, codex_exec


class Setup(NamedTuple):
    """A setup. BASE stands for the provider, in arguments, variables and files of the home."""

    name: str
    agent: str
    """As `headroom wrap` and the package's executable name it."""
    arguments: Sequence[str]
    environ: Mapping[str, str]
    shell: Callable[[str], Call]
    """The call by which its model runs a command."""
    dialect: str
    compressors: tuple[str, str] = ("json_rows", "logs")
    """What becomes of a JSON file and of a log that are printed: what stands around them is the agent's."""
    files: Mapping[str, str] = {}
    lines: int = 150
    """Of the log."""
    cuts: bool = False
    """Whether it shortens what a command prints itself, to about 4 KB."""


def _bash(command: str) -> Call:
    return Call("bash", {"command": command, "description": "Look at the orders"})


def _run_shell_command(command: str) -> Call:
    return Call("run_shell_command", {"command": command, "description": "Look", "is_background": False})


_CODEX = ("exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", QUESTION)
_CORP = """\
model_provider = "corp"

[model_providers.corp]
name = "Corp"
base_url = "BASE/v1"
env_key = "CORP_KEY"
wire_api = "responses"
"""
_CORP_TABLE = 'model_providers.corp={name="Corp",base_url="BASE/v1",env_key="CORP_KEY",wire_api="responses"}'
_OPENCODE = {"permission": "allow", "autoupdate": False, "share": "disabled"}
_UPSTREAMS = {f"HEADROOM_UPSTREAM_{name}": "BASE" for name in ("ANTHROPIC", "OPENAI", "GEMINI")}
_GEMINI_LOGIN = '{"security": {"auth": {"selectedType": "gemini-api-key"}}}'


def _opencode(model: str, key: str) -> dict[str, str]:
    return {key: "sk-dummy", "OPENCODE_CONFIG_CONTENT": json.dumps({**_OPENCODE, "model": model})}


def _copilot(kind: str, path: str, model: str) -> dict[str, str]:
    return {
        "COPILOT_PROVIDER_BASE_URL": f"BASE{path}",
        "COPILOT_PROVIDER_API_KEY": "sk-dummy",
        "COPILOT_PROVIDER_TYPE": kind,
        "COPILOT_MODEL": model,
    }


_OPENAI = {"OPENAI_API_KEY": "sk-dummy"}
_COPILOT = ("-p", QUESTION, "--allow-all-tools")
_QWEN = ("--auth-type", "openai", "-y", "-p", QUESTION)
_GEMINI = ("-y", "-m", "gemini-2.5-pro", "-p", QUESTION)

SETUPS = {
    setup.name: setup
    for setup in (
        Setup("codex", "codex", _CODEX, _OPENAI | _UPSTREAMS, codex_exec, "openai_responses"),
        Setup(
            "codex with a provider of one's own", "codex", _CODEX, {"CORP_KEY": "sk-corp"}, codex_exec,
            "openai_responses", files={".codex/config.toml": _CORP},
        ),
        Setup(
            "codex with a provider in its arguments", "codex",
            ("exec", "-c", _CORP_TABLE, "-c", 'model_provider="corp"', *_CODEX[1:]), {"CORP_KEY": "sk-corp"},
            codex_exec, "openai_responses",
        ),
        Setup("copilot", "copilot", _COPILOT, _copilot("openai", "/v1", "gpt-5"), _bash, "openai_chat"),
        Setup(
            "copilot with Claude", "copilot", _COPILOT, _copilot("anthropic", "", "claude-sonnet-4-5"), _bash,
            "anthropic",
        ),
        Setup(
            "opencode", "opencode", ("run", QUESTION),
            _UPSTREAMS | _opencode("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"), _bash, "anthropic",
        ),
        Setup(
            "opencode with Gemini", "opencode", ("run", QUESTION),
            _UPSTREAMS | _opencode("google/gemini-2.5-pro", "GOOGLE_GENERATIVE_AI_API_KEY"), _bash, "gemini",
        ),
        Setup(
            "qwen", "qwen", _QWEN, _OPENAI | {"OPENAI_MODEL": "gpt-4o", "OPENAI_BASE_URL": "BASE/v1"},
            _run_shell_command, "openai_chat", lines=60, cuts=True,
        ),
        Setup(
            "gemini", "gemini", _GEMINI,
            _UPSTREAMS | {"GEMINI_API_KEY": "dummy", "GEMINI_CLI_TRUST_WORKSPACE": "true"},
            _run_shell_command, "gemini", files={".gemini/settings.json": _GEMINI_LOGIN},
        ),
    )
}  # fmt: skip
