"""Codex. https://developers.openai.com/codex/config-reference

Everything is told by `-c`: config.toml is not touched, and the provider keeps its name, by which Codex lists past
sessions. Its login decides where the built-in provider is: an API key leads to api.openai.com, a ChatGPT login to
chatgpt.com, and `openai_base_url` stands for either.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_wrappers import codex_config, configs, providers
from headroom_wrappers.codex_config import BUILT_IN, SYSTEM, URL_KEY, Setup
from headroom_wrappers.providers import Provider
from headroom_wrappers.spec import OPENAI, Agent, Arguments, Places, Session

_CHATGPT_PATH = "/backend-api/codex"
_LOCAL = frozenset({"oss", "ollama", "lmstudio"})
_NO_SESSION = frozenset({"login", "logout", "mcp", "completion", "update", "features", "plugin", "doctor"})
"""These send no conversation."""


def arguments(session: Session) -> Arguments:
    """Point the provider in force at the proxy, by one -c; the user's own for the same key is taken out.

    It stands first, or behind a -c with a whole table that it is in: of two, the later one holds.
    """
    user = list(session.arguments)
    if user and user[0] in _NO_SESSION:
        return Arguments(user)
    key, url = _redirected(codex_config.setup(session.environ, user), session.base_url)
    if not key:
        return Arguments(user)
    theirs = _without(user, key)
    at = _behind_tables(theirs, key)
    return Arguments([*theirs[:at], "-c", f"{key}={json.dumps(url)}", *theirs[at:]])


def _behind_tables(user: Sequence[str], key: str) -> int:
    """Return the place behind the last -c that sets a table with this key in it; 0 where there is none."""
    parts = key.split(".")
    tables = {".".join(parts[:count]) for count in range(1, len(parts))}
    given = [option for option in codex_config.options(user) if option.name == "config"]
    return max((option.at + option.size for option in given if option.key in tables), default=0)


def _without(user: Sequence[str], key: str) -> list[str]:
    """Return the user's arguments without a -c for a key: one behind a subcommand would win over ours."""
    gone = {
        at
        for option in codex_config.options(user)
        if option.name == "config" and option.key == key
        for at in range(option.at, option.at + option.size)
    }
    return [argument for at, argument in enumerate(user) if at not in gone]


def configured(
    environ: Mapping[str, str], _cwd: Path, user: Sequence[str], system: Path = SYSTEM
) -> Mapping[str, str]:
    """Return where the provider in force is, by upstream."""
    setup = codex_config.setup(environ, user, system)
    if setup.provider != BUILT_IN:
        own = _own(setup)
        return providers.upstreams([own]) if own else {}
    if not setup.base_url:
        return {}
    if setup.is_chatgpt:
        return {"chatgpt": setup.base_url.rstrip("/").removesuffix(_CHATGPT_PATH)}
    return OPENAI.upstreams(setup.base_url)


def overruled(environ: Mapping[str, str], _cwd: Path, user: Sequence[str], system: Path = SYSTEM) -> str:
    """Return the administrator's file, where it sets what our -c sets: it wins over that."""
    setup = codex_config.setup(environ, user, system)
    key, _ = _redirected(setup, "")
    return str(setup.managed_file) if key and configs.inside(setup.managed, *key.split(".")) else ""


def _redirected(setup: Setup, base_url: str) -> tuple[str, str]:
    """Return the key of the setting that holds the base URL, and ours; empty where it cannot be redirected."""
    if setup.provider != BUILT_IN:
        own = _own(setup)
        return (f"model_providers.{own.name}.base_url", providers.shown(own, base_url)) if own else ("", "")
    if not setup.is_chatgpt:
        return URL_KEY, OPENAI.shown(base_url, setup.base_url)
    path = _CHATGPT_PATH if not setup.base_url or setup.base_url.rstrip("/").endswith(_CHATGPT_PATH) else ""
    return URL_KEY, base_url + path


def _own(setup: Setup) -> Provider | None:
    """Return the user's own provider, if it is one that can be answered below its name."""
    url = configs.inside(setup.tables, setup.provider, "base_url")
    found = Provider(setup.provider, url if isinstance(url, str) else "")
    return found if found.name not in _LOCAL and providers.redirectable(found) else None


CODEX = Agent(
    name="codex",
    title="Codex",
    command=("codex",),
    install="npm install -g @openai/codex",
    base_url={},
    flags="-c openai_base_url, or -c model_providers.NAME.base_url for a provider of one's own",
    default="openai",
    also=("chatgpt",),
    arguments=arguments,
    configured=configured,
    overruled=overruled,
    dialects=("openai_responses",),
    reads="its shell: the sandbox lets it read everywhere",
    transcripts=Places("~/.codex/sessions/*/*/*/rollout-*.jsonl"),
    memory_file="AGENTS.md",
    notes=(
        "The provider keeps its name, so the list of past sessions is the same.",
        "The base URL with the session's secret stands on its command line: others on this machine can see it.",
        "--oss and other local models go past us.",
        "A project's .codex/config.toml names no provider: Codex leaves such keys out even of trusted ones.",
        "It tries a WebSocket first, which is made smaller, too; a provider of one's own speaks HTTP.",
    ),
    verified="0.169.0",
)
