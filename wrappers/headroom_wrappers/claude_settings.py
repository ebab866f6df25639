"""The base URL that Claude Code's settings files name. https://code.claude.com/docs/en/settings

Which file is read, and which wins, as seen with 2.1.329: managed settings, --settings, local, project, user.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from headroom_wrappers.spec import Places

_MANAGED = Places("/etc/claude-code", "/Library/Application Support/ClaudeCode", "C:\\Program Files\\ClaudeCode")
MANAGED = Path(_MANAGED.on(sys.platform))
"""The folder of an administrator's settings."""
_ALL_SOURCES = "user,project,local"
_LOCAL = ".claude/settings.local.json"


class Named(NamedTuple):
    """A base URL, and the file that names it; both empty where none does."""

    url: str = ""
    file: str = ""


def base_url(environ: Mapping[str, str], cwd: Path, user: Sequence[str], managed: Path = MANAGED) -> str:
    """Return the base URL that a settings file names: the one that Claude Code itself would use.

    Args:
        user: the user's arguments.
        managed: the folder of an administrator's settings.
    """
    above = managed_base_url(managed).url or _named(take(user, cwd)[0])
    return above or next(filter(None, map(_named, map(_read, _files(environ, cwd, user)))), "")


def managed_base_url(folder: Path = MANAGED) -> Named:
    """Return the base URL that an administrator's settings name, which wins over everything.

    Further files in managed-settings.d come after managed-settings.json, by name, and the last one holds.
    """
    try:
        more = sorted(file for file in (folder / "managed-settings.d").iterdir() if file.suffix == ".json")
    except OSError:
        more = []
    for file in (*reversed(more), folder / "managed-settings.json"):
        url = _named(_read(file))
        if url:
            return Named(url, str(file))
    return Named()


def take(user: Sequence[str], cwd: Path) -> tuple[dict[str, object], list[str]]:
    """Return what the user's last --settings (a file or JSON) says, and the other arguments."""
    value, rest = _taken(user, "--settings")
    if value.lstrip().startswith("{"):
        return _parse(value), rest
    return (_read(cwd / value) if value else {}), rest


def _taken(user: Sequence[str], name: str, default: str = "") -> tuple[str, list[str]]:
    """Return the last value of an option, and the arguments without it."""
    rest: list[str] = []
    value = default
    items = iter(user)
    for argument in items:
        if argument == "--":
            return value, [*rest, argument, *items]
        if argument == name:
            value = next(items, "")
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
        else:
            rest.append(argument)
    return value, rest


def _files(environ: Mapping[str, str], cwd: Path, user: Sequence[str]) -> Iterator[Path]:
    """Yield the settings files that are read, first the one that wins.

    Local settings are those of the repository (of its main checkout, for a linked one), then the working folder's;
    project settings are the working folder's alone.
    """
    home = Path(environ.get("HOME", "~")).expanduser()
    sources = _taken(user, "--setting-sources", _ALL_SOURCES)[0].split(",")
    if "local" in sources:
        repository = _repository(cwd)
        if repository and repository != home:
            yield repository / _LOCAL
        yield cwd / _LOCAL
    if "project" in sources:
        yield cwd / ".claude" / "settings.json"
    if "user" in sources:
        folder = environ.get("CLAUDE_CONFIG_DIR")
        yield (Path(folder) if folder else home / ".claude") / "settings.json"


def _repository(cwd: Path) -> Path | None:
    """Return the main checkout of the Git repository around a folder. https://git-scm.com/docs/gitrepository-layout"""
    for folder in (cwd, *cwd.parents):
        entry = folder / ".git"
        if entry.is_dir():
            return folder
        if entry.is_file():
            return _main_checkout(entry) or folder
    return None


def _main_checkout(link: Path) -> Path | None:
    """Return where the main checkout is that a linked one belongs to; None for what is no linked one."""
    try:
        text = link.read_text(encoding="utf-8", errors="replace")
        private = link.parent / text.removeprefix("gitdir:").strip()
        common = (private / (private / "commondir").read_text(encoding="utf-8").strip()).resolve()
    except (OSError, ValueError):
        return None
    return common.parent if common.name == ".git" else None


def _named(settings: Mapping[str, object]) -> str:
    environment = settings.get("env")
    url = environment.get("ANTHROPIC_BASE_URL") if isinstance(environment, dict) else None
    return url if isinstance(url, str) else ""


def _read(file: Path) -> dict[str, object]:
    try:
        return _parse(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _parse(text: str) -> dict[str, object]:
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return settings if isinstance(settings, dict) else {}
