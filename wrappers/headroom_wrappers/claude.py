"""Claude Code. https://docs.claude.com/en/docs/claude-code/settings"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from headroom_wrappers.spec import Agent, Arguments, Session

_SUBCOMMANDS = frozenset(
    {
        "agents",
        "auth",
        "auto-mode",
        "config",
        "doctor",
        "install",
        "mcp",
        "migrate-installer",
        "plugin",
        "plugins",
        "remote-control",
        "setup-token",
        "update",
        "upgrade",
    }
)
"""These take no session flags, and send no conversation."""
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
    base_url={"ANTHROPIC_BASE_URL": "{base_url}"},
    upstream="ANTHROPIC_BASE_URL",
    keep_on={"ENABLE_TOOL_SEARCH": "true"},
    arguments=arguments,
    configured_base_url=configured_base_url,
    transcripts="~/.claude/projects/*/*.jsonl",
    memory_file="CLAUDE.md",
    notes=("Versions before 2.1.237 have prompt-caching faults behind any base URL of one's own.",),
)
