"""Finds agents' transcripts: from globs, each below the user's home or where the agent's own variable puts it."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MOVED: Mapping[str, Sequence[tuple[str, str]]] = {
    "~/.claude": (("CLAUDE_CONFIG_DIR", ""),),
    "~/.codex": (("CODEX_HOME", ""),),
    "~/.copilot": (("COPILOT_HOME", ""),),
    "~/.gemini": (("GEMINI_CLI_HOME", ".gemini"),),
    "~/.qwen": (("QWEN_RUNTIME_DIR", ""), ("QWEN_HOME", "")),
    "~/.local/share/opencode/opencode.db": (("OPENCODE_DB", ""),),
    "~/.local/share": (("XDG_DATA_HOME", ""),),
}
"""What an agent has instead of a folder of the home, if one of these variables is set: the first that is, and what
stands below it. Read in the agents of the versions that the wrapper table names."""
ALSO: Mapping[str, Sequence[str]] = {
    "claude": ("~/.claude/projects/*/*/subagents/agent-*.jsonl",),
    "opencode": ("~/.local/share/opencode/storage/session/*/*.json",),
}
"""Where sub-agents' are, and where earlier versions kept theirs."""
_VARIABLE = re.compile(r"%([A-Z_]+)%")
_WILD = re.compile(r"[*?\[]")
_ENCODED = frozenset({"claude", "qwen"})
"""Agents that name the folder of a project's transcripts after the project's, below a folder `projects`."""
_PROJECTS = "projects"


class Found(NamedTuple):
    """A file with transcripts."""

    agent: str
    path: Path
    modified: float
    """Seconds since 1970."""


def locate(
    rows: Mapping[str, Sequence[str]],
    home: Path,
    environ: Mapping[str, str],
    since: float = 0,
    project: str = "",
) -> Sequence[Found]:
    """Return the files of agents' transcripts, the one that was last changed last.

    Args:
        rows: Globs by agent, as its wrapper has them: "~/.codex/sessions/*/*/*/rollout-*.jsonl". Relative ones,
            which are files of a project, and empty ones find nothing.
        home: The user's home folder.
        environ: The variables by which agents are told of other places.
        since: Seconds since 1970; files that were last changed before are left out.
        project: A folder. Left out are files that, by where they lie, are another project's; where that cannot be
            told they stay: a transcript names its project (see `of_project`).
    """
    found: dict[str, Found] = {}
    for agent, globs in rows.items():
        for glob in (*globs, *ALSO.get(agent, ())):
            for path in _paths(_placed(glob, home, environ)):
                one = _file(agent, path)
                if one and one.modified >= since and not _is_elsewhere(agent, path, project):
                    # A link to a file, or a folder that links lead to twice, is the same transcript.
                    found.setdefault(os.path.realpath(path), one)
    return sorted(found.values(), key=lambda one: (one.modified, str(one.path)))


def of_project(folder: str, project: str) -> bool:
    """Tell whether a transcript's folder is a project's: the project itself or a folder in it."""
    wanted = project.rstrip("/\\")
    return folder.rstrip("/\\") == wanted or folder.startswith((f"{wanted}/", f"{wanted}\\"))


def _placed(glob: str, home: Path, environ: Mapping[str, str]) -> str:
    """Return a glob without variables and without the home's sign; "" for one that is in no certain place."""
    for folder, variables in MOVED.items():
        if glob == folder or glob.startswith(f"{folder}/"):
            for variable, below in variables:
                value = environ.get(variable, "")
                if value and (value.startswith("~") or Path(value).is_absolute()):
                    rest = glob[len(folder) :]
                    return str(_at_home(value, home) / below) + rest
    glob = _VARIABLE.sub(lambda name: environ.get(name[1], name[0]), glob).replace("\\", "/")
    placed = str(_at_home(glob, home))
    return placed if Path(placed).is_absolute() and not _VARIABLE.search(placed) else ""


def _at_home(path: str, home: Path) -> Path:
    return home / path[2:] if path.startswith("~/") else Path(path)


def _paths(glob: str) -> Iterator[Path]:
    """Yield what a glob without `**` finds. Folders that cannot be read are as if empty."""
    if not glob:
        return
    parts = Path(glob).parts
    wild = next((at for at, part in enumerate(parts) if _WILD.search(part)), len(parts))
    start = Path(*parts[:wild])
    yield from start.glob("/".join(parts[wild:])) if wild < len(parts) else iter((start,))


def _file(agent: str, path: Path) -> Found | None:
    try:
        status = path.stat()
    except OSError:
        return None
    modified = status.st_mtime
    if path.suffix == ".db":
        # A database in use is written to its journal first.
        with suppress(OSError):
            modified = max(modified, Path(f"{path}-wal").stat().st_mtime)
    return Found(agent, path, modified) if path.is_file() else None


def _is_elsewhere(agent: str, path: Path, project: str) -> bool:
    if not project or agent not in _ENCODED:
        return False
    below = path.parts[::-1]
    folder = below[below.index(_PROJECTS) - 1] if _PROJECTS in below else ""
    encoded = re.sub(r"[^A-Za-z0-9]", "-", project.rstrip("/\\"))
    return not folder.lower().startswith(encoded.lower())
