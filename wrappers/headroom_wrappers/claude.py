"""Claude Code. https://docs.claude.com/en/docs/claude-code/settings"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_wrappers.spec import ANTHROPIC, Agent, Arguments, Places, Session

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
_PROJECT_FILES = (".claude/settings.local.json", ".claude/settings.json")


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
    if configured_base_url(session.environ, session.cwd, user):
        own, user = _take_settings(user, session.cwd)
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


def configured_base_url(environ: Mapping[str, str], cwd: Path, user: Sequence[str]) -> str:
    """Return a base URL that a settings file sets: the one that Claude Code itself would use."""
    home = environ.get("CLAUDE_CONFIG_DIR")
    user_folder = Path(home) if home else Path(environ.get("HOME", "~")).expanduser() / ".claude"
    files = [*(cwd / name for name in _PROJECT_FILES), user_folder / "settings.json"]
    for settings in (_take_settings(user, cwd)[0], *map(_read, files)):
        environment = settings.get("env")
        url = environment.get("ANTHROPIC_BASE_URL") if isinstance(environment, dict) else None
        if isinstance(url, str) and url:
            return url
    return ""


def configured(environ: Mapping[str, str], cwd: Path, user: Sequence[str]) -> dict[str, str]:
    """Return the same as an upstream."""
    url = configured_base_url(environ, cwd, user)
    return {"anthropic": url} if url else {}


def _take_settings(user: Sequence[str], cwd: Path) -> tuple[dict[str, object], list[str]]:
    """Return what the user's last --settings (a file or JSON) says, and the other arguments."""
    rest: list[str] = []
    value = ""
    items = iter(user)
    for argument in items:
        if argument == "--settings":
            value = next(items, "")
        elif argument.startswith("--settings="):
            value = argument.partition("=")[2]
        else:
            rest.append(argument)
    if value.lstrip().startswith("{"):
        return _parse(value), rest
    return (_read(cwd / value) if value else {}), rest


def _read(file: Path) -> dict[str, object]:
    try:
        return _parse(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return {}


def _parse(text: str) -> dict[str, object]:
    try:
        settings = json.loads(text)
    except ValueError:
        return {}
    return settings if isinstance(settings, dict) else {}


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
    reads="Read, allowed for the folder of the originals by --allowedTools",
    transcripts=Places("~/.claude/projects/*/*.jsonl"),
    memory_file="CLAUDE.md",
    notes=(
        "Behind any base URL of one's own it defers no tools; ENABLE_TOOL_SEARCH=true keeps that on.",
        "Versions before 2.1.181 and 2.1.237 have prompt-caching faults behind any base URL of one's own.",
        "Versions before 2.1.229 may not offer the window of 1M tokens there; a model named with [1m] does.",
        "With CLAUDE_CODE_USE_BEDROCK or CLAUDE_CODE_USE_VERTEX it goes to the cloud directly, not through us.",
        "Remote Control is off behind any host but Anthropic's.",
    ),
    verified="2.1.329",
)
