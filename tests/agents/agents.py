"""How each agent is started so that it asks once, without a terminal, at the base URL it is given."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tests.provider.script import Call, codex_exec

QUESTION = "Why do the orders fail?"


class Launch(NamedTuple):
    """A command, and what is added to its environment."""

    argv: Sequence[str]
    environ: Mapping[str, str]


class Agent(NamedTuple):
    """An agent, in one of the ways in which it can speak to a provider."""

    name: str
    command: str
    launch: Callable[[str], Launch]
    """From the base URL of a provider of all APIs."""
    shell: Callable[[str], Call]
    """The call by which its model runs a command."""
    dialect: str


def _codex(*config: str) -> Callable[[str], Launch]:
    flags = ("exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox")

    def launch(base: str) -> Launch:
        options = [part for each in config for part in ("-c", each.replace("BASE", base))]
        return Launch(["codex", *flags, *options, QUESTION], {"OPENAI_API_KEY": "sk-dummy"})

    return launch


def _copilot(kind: str, path: str, model: str) -> Callable[[str], Launch]:
    def launch(base: str) -> Launch:
        environ = {
            "COPILOT_PROVIDER_BASE_URL": base + path,
            "COPILOT_PROVIDER_API_KEY": "sk-dummy",
            "COPILOT_PROVIDER_TYPE": kind,
            "COPILOT_MODEL": model,
        }
        return Launch(["copilot", "-p", QUESTION, "--allow-all-tools"], environ)

    return launch


def _opencode(kind: str, model: str) -> Callable[[str], Launch]:
    def launch(base: str) -> Launch:
        config = {
            "model": f"{kind}/{model}",
            "provider": {kind: {"options": {"baseURL": f"{base}/v1", "apiKey": "sk-dummy"}}},
            "permission": "allow",
            "autoupdate": False,
            "share": "disabled",
        }
        return Launch(["opencode", "run", QUESTION], {"OPENCODE_CONFIG_CONTENT": json.dumps(config)})

    return launch


def _bash(command: str) -> Call:
    return Call("bash", {"command": command, "description": "Look at the orders"})


_CODEX_PROVIDER = (
    'model_providers.here={name="here",base_url="BASE/v1",env_key="OPENAI_API_KEY",wire_api="responses"}'
)

AGENTS = {
    agent.name: agent
    for agent in (
        Agent("codex", "codex", _codex("model_provider=here", _CODEX_PROVIDER), codex_exec, "openai_responses"),
        Agent("codex-socket", "codex", _codex('openai_base_url="BASE/v1"'), codex_exec, "openai_responses"),
        Agent("copilot", "copilot", _copilot("openai", "/v1", "gpt-5"), _bash, "openai_chat"),
        Agent("copilot-claude", "copilot", _copilot("anthropic", "", "claude-sonnet-4-5"), _bash, "anthropic"),
        Agent("opencode", "opencode", _opencode("anthropic", "claude-sonnet-4-5"), _bash, "anthropic"),
        Agent("opencode-gpt", "opencode", _opencode("openai", "gpt-5"), _bash, "openai_responses"),
    )
}
