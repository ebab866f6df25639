"""Which file an agent reads its rules from: one for the user alone, and one that a team shares.

Of several files, an agent reads the first that is there. Seen in requests of the real agents to a scripted
provider: Claude Code 2.1.329, Codex 0.169, Gemini CLI 0.61, opencode 1.18, Copilot CLI 1.0.102, Qwen Code 0.15.

Claude Code alone reads a personal file in the project, and Gemini CLI has one for each project in the user's home.
The others know a file for all projects; what concerns one of them stands there in a section of its own. In Codex,
AGENTS.override.md in the project would do, but it takes the place of the team's AGENTS.md.

A file that changes while a session runs is not read again by Claude Code, Codex and Copilot CLI before the session
is resumed: then Codex puts what is new at the end, and the others write their cached prefix once more. opencode
reads its files for each request, so there the prefix moves at once.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """A file in the user's home."""

    name: str
    """Below the folder that the variable names."""
    variable: str = ""
    default: str = ""
    """The folder where the variable is not set, below the user's home."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The files of one agent."""

    shared: tuple[str, ...]
    """In the project: the first that is there is the one that it reads; else the first is made."""
    local: str = ""
    """In the project, for the user alone."""
    home: tuple[Place, ...] = ()
    """For all projects, where there is none for one; as `shared`."""
    registry: Place | None = None
    """A JSON file of the agent's that names each project's folder, see `_private`."""
    private: str = ""
    """The file for the user alone, below the registry's folder, with {} for the project's."""
    hidden_by: str = ""
    """In the project: when it is there, the agent reads it in place of the shared file."""
    rereads: bool = False
    """Whether it reads its files for each request, and not when a session begins or is resumed."""


_GEMINI = ("GEMINI_CLI_HOME", "")

MEMORIES: Mapping[str, Memory] = {
    "claude": Memory(("CLAUDE.md", ".claude/CLAUDE.md"), local="CLAUDE.local.md"),
    "codex": Memory(
        ("AGENTS.md",),
        home=(
            Place("AGENTS.override.md", "CODEX_HOME", ".codex"),
            Place("AGENTS.md", "CODEX_HOME", ".codex"),
        ),
        hidden_by="AGENTS.override.md",
    ),
    "copilot": Memory(("AGENTS.md",), home=(Place("copilot-instructions.md", "COPILOT_HOME", ".copilot"),)),
    "gemini": Memory(
        ("GEMINI.md",),
        home=(Place(".gemini/GEMINI.md", *_GEMINI),),
        registry=Place(".gemini/projects.json", *_GEMINI),
        private=".gemini/tmp/{}/memory/MEMORY.md",
    ),
    "opencode": Memory(
        ("AGENTS.md", "CLAUDE.md", "CONTEXT.md"),
        home=(Place("opencode/AGENTS.md", "XDG_CONFIG_HOME", ".config"), Place(".claude/CLAUDE.md")),
        rereads=True,
    ),
    "qwen": Memory(("QWEN.md", "AGENTS.md"), home=(Place("QWEN.md", "QWEN_HOME", ".qwen"),)),
}
"""By the names of the transcripts' readers."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file that rules are written to."""

    file: Path
    label: str
    """Of the section: the project, in a file that is read in all of them; else empty."""
    project: Path
    agents: tuple[str, ...]
    is_local: bool = False
    """Whether it is a personal file within the project, which git must not see."""
    is_shared: bool = False
    also_read: tuple[Path, ...] = ()
    """What those agents read beside it: what stands there need not be said again."""
    note: str = ""
    """What the user should know of the file."""


def targets(agents: Iterable[str], project: Path, environ: Mapping[str, str], *, is_shared: bool) -> list[Target]:
    """Return the files that rules of these agents belong in, each once, with all agents that read it."""
    found: dict[tuple[str, str], Target] = {}
    for agent in agents:
        target = _target(agent, project, environ, is_shared=is_shared)
        key = (os.path.realpath(target.file), target.label)
        known = found.get(key)
        if known:
            target = replace(
                known,
                agents=(*known.agents, *target.agents),
                also_read=tuple(dict.fromkeys((*known.also_read, *target.also_read))),
                note=known.note or target.note,
            )
        found[key] = target
    return list(found.values())


def _target(agent: str, project: Path, environ: Mapping[str, str], *, is_shared: bool) -> Target:
    memory = MEMORIES[agent]
    shared = _first([project / name for name in memory.shared])
    if is_shared:
        hiding = project / memory.hidden_by if memory.hidden_by else None
        note = f"{agent} reads {memory.hidden_by} here in its place" if hiding and _is_there(hiding) else ""
        return Target(shared, "", project, (agent,), is_shared=True, note=note)
    if memory.local:
        return Target(project / memory.local, "", project, (agent,), is_local=True, also_read=(shared,))
    private = _private(memory, project, environ)
    if private:
        return Target(private, "", project, (agent,), also_read=(shared,))
    home = _first([_path(place, environ) for place in memory.home])
    note = f"{agent} has no personal file for one project: it reads this one in all of them"
    return Target(home, str(project), project, (agent,), also_read=(shared,), note=note)


def _first(files: list[Path]) -> Path:
    """Return the first file that is there; of none, the one that may be made without hiding another: the first
    whose name is the common one."""
    there = next((file for file in files if _is_there(file)), None)
    if there:
        return there
    return next((file for file in files if ".override." not in file.name), files[0])


def _is_there(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def _path(place: Place, environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111
    named = environ.get(place.variable, "") if place.variable else ""
    return (Path(named).expanduser() if named else home / place.default) / place.name


def _private(memory: Memory, project: Path, environ: Mapping[str, str]) -> Path | None:
    """Return the agent's own file for one project of the user's; None where it does not know the project."""
    if memory.registry is None:
        return None
    file = _path(memory.registry, environ)
    try:
        projects = json.loads(file.read_text(encoding="utf-8"))["projects"]
        name = projects.get(str(project)) or projects.get(os.path.realpath(project))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(name, str) or not name or "/" in name or name in (".", ".."):
        return None
    return _path(memory.registry._replace(name=memory.private.format(name)), environ)
