"""Which sessions run in a project now: what is written into a memory file is no matter for them, or is at once."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.session_log.events import Event

_LOOKED_AT = 50
_TOGETHER_S = 60.0
"""A log and its proxy begin within this time."""


def running(root: Path, project: Path) -> list[str]:
    """Return the agents that `headroom wrap` runs in a project, or below it, one for each session."""
    from headroom import session_log
    from headroom_cli.doctor_sessions import proxies

    began = [process.began for process in proxies(root)]
    logs = session_log.sessions(root)[-_LOOKED_AT:] if began else []
    return live((session_log.read(log).events for log in logs), began, project)


def live(logs: "Iterable[Sequence[Event]]", began: Sequence[float], project: Path) -> list[str]:
    """Return the agents of those logs that have no end, and whose proxy runs.

    Args:
        began: when each proxy began that runs now, in seconds since 1970.
    """
    from headroom.learn.looking import is_within
    from headroom.session_log.events import End, Start

    found = []
    for events in logs:
        start = next((event for event in events if isinstance(event, Start)), None)
        if start is None or any(isinstance(event, End) for event in events):
            continue
        if is_within(start.cwd, project) and any(abs(start.t - t) < _TOGETHER_S for t in began):
            found.append(start.agent)
    return found


def told(agents: Iterable[str]) -> list[str]:
    """Return a line for each way in which sessions that run see a file that was changed."""
    from headroom.agent_files.targets import MEMORIES

    names = sorted(set(agents))
    at_once = [name for name in names if name in MEMORIES and MEMORIES[name].rereads]
    later = [name for name in names if name not in at_once]
    lines = []
    if later:
        lines.append(f"Running here: {', '.join(later)}; what is new is read when a session begins or is resumed")
    if at_once:
        lines.append(
            f"Running here: {', '.join(at_once)}; what is new is read with the next request, which writes the "
            "provider's cache anew"
        )
    return lines
