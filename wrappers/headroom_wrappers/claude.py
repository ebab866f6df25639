"""Claude Code. https://docs.claude.com/en/docs/claude-code/settings"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_wrappers import claude_settings
from headroom_wrappers.spec import ANTHROPIC, Agent, Arguments, Places, Session, tidy

_SUBCOMMANDS = frozenset(
    {
        "agents",
        "attach",
        "auth",
        "auto-mode",
        "config",
        "doctor",
        "gateway",
        "import",
        "install",
        "kill",
        "logs",
        "mcp",
        "migrate-installer",
        "plugin",
        "plugins",
        "purge",
        "remote-control",
        "respawn",
        "rm",
        "setup-token",
        "stop",
        "update",
        "upgrade",
    }
)
"""These take no session flags, and send no conversation from here."""
_OF_BACKGROUND = frozenset({"agents", "attach", "respawn"})
"""These start or go on with sessions that a service of Claude Code's own runs."""


def outlives(user: Sequence[str]) -> bool:
    """Tell whether the session goes on in the background, with the environment that it was started with."""
    options = user[: user.index("--")] if "--" in user else user
    return not _OF_BACKGROUND.isdisjoint(user[:1]) or not {"--bg", "--background"}.isdisjoint(options)


def arguments(session: Session) -> Arguments:
    """Let the Read tool open originals, and let no settings file lead past the proxy.

    A base URL in a settings file wins over the environment's, and only `--settings` wins over that. Of several
    --settings the last one counts, so the user's own is taken into ours. The base URL holds a secret, so it
    stands in a file, not on the command line.
    """
    user = list(session.arguments)
    if user and user[0] in _SUBCOMMANDS:
        return Arguments(user)
    added = [f"--allowedTools=Read(/{session.originals.as_posix()}/**)"]
    if claude_settings.base_url(session.environ, session.cwd, user):
        own, user = claude_settings.take(user, session.cwd)
        environment = own.get("env")
        kept = environment if isinstance(environment, dict) else {}
        ours = {"env": {**kept, "ANTHROPIC_BASE_URL": session.base_url}}
        added += ["--settings", str(session.private_file)]
        return Arguments(added + user, json.dumps({**own, **ours}))
    return Arguments(added + user)


def unpointed(session: Session) -> Arguments:
    """Only let the Read tool open originals."""
    user = list(session.arguments)
    if user and user[0] in _SUBCOMMANDS:
        return Arguments(user)
    return Arguments([f"--allowedTools=Read(/{session.originals.as_posix()}/**)", *user])


def configured(environ: Mapping[str, str], cwd: Path, user: Sequence[str]) -> dict[str, str]:
    """Return the base URL that a settings file names, as an upstream."""
    url = claude_settings.base_url(environ, cwd, user)
    return {"anthropic": tidy(url)} if url else {}


def overruled(_environ: Mapping[str, str], _cwd: Path, _user: Sequence[str]) -> str:
    """Return the administrator's file that names a base URL: not even `--settings` wins over that."""
    return claude_settings.managed_base_url().file


CLAUDE = Agent(
    name="claude",
    title="Claude Code",
    command=("claude",),
    install="npm install -g @anthropic-ai/claude-code",
    base_url={"ANTHROPIC_BASE_URL": ANTHROPIC},
    flags="--settings, where a settings file names a base URL",
    keep_on={"ENABLE_TOOL_SEARCH": "true"},
    arguments=arguments,
    unpointed=unpointed,
    configured=configured,
    overruled=overruled,
    outlives=outlives,
    reads="Read, allowed for the folder of the originals by --allowedTools",
    transcripts=Places("~/.claude/projects/*/*.jsonl"),
    memory_file="CLAUDE.md",
    notes=(
        "Behind any base URL of one's own it defers no tools; ENABLE_TOOL_SEARCH=true keeps that on.",
        "Versions before 2.1.181 and 2.1.237 have prompt-caching faults behind any base URL of one's own.",
        "Versions before 2.1.229 may not offer the window of 1M tokens there; a model named with [1m] does.",
        "With CLAUDE_CODE_USE_BEDROCK or CLAUDE_CODE_USE_VERTEX it goes to the cloud directly, not through us.",
        "A session in the background outlives our proxy: with --bg it is started without us.",
        "Remote Control is off behind any host but Anthropic's.",
    ),
    verified="2.1.329",
)
