"""What there is to learn: transcripts located and read, and what the finders say of them."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from headroom.agent_files.projects import root_of
from headroom.learn import finders, transcripts
from headroom.learn.rules import Found, Session, about, is_enough, ranked
from headroom.learn.types import Finding, Transcript
from headroom.session_log import Session as Log

_OF_ONE_FOLDER = frozenset({"wrong-path"})
"""Kinds whose rules name paths as seen from the folder that the agent ran in."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at, and what was found."""

    sessions: Mapping[str, int]
    """How many, by agent."""
    findings: Sequence[Finding]
    """All of them, the most worth first."""
    read: frozenset[Session]
    damaged: int = 0
    """Lines that could not be read."""
    unreadable: Sequence[str] = ()
    """Files that could not be opened, with the reason."""

    def of(self, agents: Iterable[str], min_evidence: int, min_confidence: float) -> Found:
        """Return what agents' own sessions tell them, as far as it is enough for a rule."""
        names = frozenset(agents)
        own = [one for one in self.findings if any(seen.agent in names for seen in one.evidence)]
        enough = [one for one in own if is_enough(one, min_evidence, min_confidence)]
        return Found(ranked(enough), frozenset(map(about, self.findings)), self.read)


@dataclass(slots=True)
class _Tally:
    """Counts transcripts as they go by: they are not kept."""

    sessions: Counter[str] = field(default_factory=Counter)
    read: set[Session] = field(default_factory=set)
    damaged: int = 0
    unreadable: list[str] = field(default_factory=list)


def look(
    files: Iterable[tuple[str, Path]],
    logs: Iterable[Log],
    project: Path | None = None,
    since: float | None = None,
) -> Looked:
    """Read transcripts and our own session logs, and say what they teach.

    Args:
        files: each with the name of its reader.
        project: only sessions in this folder, or below it; None for all.
        since: only sessions that went on after that, in seconds since 1970.
    """
    tally = _Tally()
    found = finders.find(_read(files, project, since, tally))
    told = finders.compressions(_counted(logs, tally))
    own = [one for one in (*found, *told) if project is None or is_within(one.project, project)]
    fitting = [
        one
        for one in own
        if project is None or one.kind not in _OF_ONE_FOLDER or _real(one.project) == _real(str(project))
    ]
    return Looked(dict(tally.sessions), fitting, frozenset(tally.read), tally.damaged, tally.unreadable)


def is_within(folder: str, project: Path) -> bool:
    """Tell whether a folder is the project's, or below it and no other repository's."""
    if not folder:
        return False
    at, root = _real(folder), _real(str(project))
    if at == root:
        return True
    inner = Path(at)
    own = root_of(inner)
    is_outside_of_any = own == inner and not (inner / ".git").exists()
    return at.startswith(root.rstrip("/") + "/") and (own == Path(root) or is_outside_of_any)


@lru_cache(maxsize=1000)
def _real(folder: str) -> str:
    return os.path.realpath(folder)


def _read(
    files: Iterable[tuple[str, Path]], project: Path | None, since: float | None, tally: _Tally
) -> Iterator[Transcript]:
    seen: dict[str, set[str]] = {}
    for agent, file in files:
        try:
            if since is not None and file.stat().st_mtime < since:
                continue
            for one in transcripts.read(agent, file, seen.setdefault(agent, set())):
                if project is not None and not is_within(one.project, project):
                    continue
                tally.sessions[agent] += (one.agent, one.session) not in tally.read
                tally.read.add((one.agent, one.session))
                tally.damaged += one.damaged
                yield one
        except OSError as error:
            tally.unreadable.append(f"{file}: {error.strerror or error}")


def _counted(logs: Iterable[Log], tally: _Tally) -> Iterator[Log]:
    for log in logs:
        tally.read |= {(getattr(event, "agent", ""), log.id) for event in log.events[:1]}
        yield log
