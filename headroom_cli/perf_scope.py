"""Which sessions `headroom perf` tells of: as they were asked for, found in the state folder."""

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from headroom_cli import options
from headroom_cli.fail import fail
from headroom_cli.figures import printable

if TYPE_CHECKING:
    from headroom.pricing import Row
    from headroom.report import Overview


class Scope(NamedTuple):
    """What was asked for. Without a session, a moment or all of them, it is the last session."""

    root: Path
    """The state folder."""
    prices: "Sequence[Row]"
    session: str | None = None
    """An id, or the beginning of one."""
    since: float | None = None
    """In seconds since 1970."""
    is_all: bool = False
    agent: str | None = None
    project: str | None = None
    """A folder's path or name."""

    @property
    def is_last(self) -> bool:
        """Whether the last session is meant."""
        return self.session is None and self.since is None and not self.is_all


def read(scope: Scope) -> "Overview":
    """Return what is told of the sessions; of none where there are none. Raises OSError for unreadable logs.

    Ends the command when a session is named that is not there, or names several.
    """
    from headroom import session_log
    from headroom.report import overview, overview_of

    where = scope.root, scope.prices
    if not scope.is_last and scope.session is None:
        return overview(*where, scope.since, None, scope.agent, scope.project)
    if scope.session is not None:
        named = options.session(scope.session, [log.stem for log in session_log.sessions(scope.root)])
        return overview(*where, None, named, scope.agent, scope.project)
    last = _last(scope)
    return overview(*where, None, last) if last else overview_of(())


def _last(scope: Scope) -> str | None:
    """Return the id of the last session of the agent and the project, if there is one."""
    from headroom import session_index, session_log
    from headroom.report.asked import Asked

    logs = session_log.sessions(scope.root)
    if scope.agent is None and scope.project is None:
        return logs[-1].stem if logs else None
    ids = session_index.ask(
        logs, lambda asked: [row.id for row in Asked(asked, (), None, scope.agent, scope.project).sessions]
    )
    return ids[-1] if ids else None


def read_recent(scope: Scope, today: date, days: int) -> "Overview | None":
    """Return what is told of the last days, `today` included; None where an older log cannot be read."""
    from headroom.report import overview

    begin = datetime.combine(today - timedelta(days=days - 1), clock()).timestamp()
    try:
        return overview(scope.root, scope.prices, begin, None, scope.agent, scope.project)
    except OSError:  # the session that was asked for is told all the same
        return None


def check_names(scope: Scope) -> None:
    """End the command when there is no session at all of an agent or a project: it is likely misspelt."""
    from headroom.report import overview

    told = overview(scope.root, scope.prices)
    names = {row.name for row in told.by_project.values()} | told.by_project.keys()
    for noun, asked, there in (
        ("agent", scope.agent, told.summary.sessions_by_agent.keys()),
        ("project", scope.project, names),
    ):
        if asked is not None and asked not in there:
            shown = sorted(printable(name) for name in there if name and os.sep not in name)
            fail(f"no session of {noun} {asked!r}; " + (f"there are: {', '.join(shown)}" if shown else "none yet"))


def folder(project: str | None) -> str | None:
    """Return a project as it was asked for; a path, such as `.`, from the root."""
    if project is None or not (project in (".", "..", "~") or os.sep in project):
        return project
    return str(Path(project).expanduser().resolve())
