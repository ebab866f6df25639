"""What a purge may take away without changing what running conversations send (law 1).

- Decisions and notes of a session that goes on always stay: its prefixes are made of them.
- Its originals stay unless the user insists: a marker that names one would lead nowhere, which is said once.
- What another session that is not chosen uses as well stays too.

An original is a session's when a decision in its log names it, or when it was asked for by its key. A note names
no session; where something runs, a note that was used since it began, or the day before, may be its own, and
stays (a row's last use is refreshed once a day at most).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from headroom.retention.logs import Logged
from headroom.store.expiry import Original
from headroom.store.removal import Removal, Row

_REFRESH_S: Final = 86_400 + 3_600
"""A row used within this time before a session began may be used by it without showing it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to go. Just one of these, or everything."""

    project: str = ""
    """What sessions in this folder, or below it, made."""
    session: str = ""
    """What the session with this id made."""
    before: float | None = None
    """What was last used before this time, in seconds since 1970."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is named."""
        return not self.project and not self.session and self.before is None

    def takes(self, log: Logged) -> bool:
        """Tell whether a session is chosen."""
        if self.session:
            return log.id == self.session
        return bool(self.project and log.project) and Path(log.project).is_relative_to(self.project)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge would remove."""

    originals: Mapping[str, Original]
    rows: Sequence[Row]
    """Of the memo."""
    of_running: int
    """Originals that were chosen and stay, since a session that goes on may ask for them."""
    shared: int
    """Originals that were chosen and stay, since sessions that were not chosen use them too."""

    @property
    def bytes(self) -> int:
        """Of the originals, as their contents are long."""
        return sum(original.bytes for original in self.originals.values())


class Purged(NamedTuple):
    """What a purge removed."""

    originals: int
    bytes: int
    rows: int


def plan(
    chosen: Chosen,
    logs: Sequence[Logged],
    originals: Mapping[str, Original],
    rows: Sequence[Row],
    named: Mapping[str, str],
    *,
    force: bool = False,
) -> Plan:
    """Say what is to go. Pure.

    Args:
        originals: all that there are.
        rows: all of the memo.
        named: of decisions' keys, the originals that they name.
        force: whether originals of sessions that go on are to go, too.
    """
    running = [log for log in logs if log.runs]
    wanted = _wanted(chosen, logs, originals, named)
    live = _originals(running, named)
    others = [log for log in logs if not chosen.takes(log)] if chosen.project or chosen.session else []
    shared = wanted & _originals(others, named)
    held = set() if force else (wanted & live) - shared
    going = wanted - shared - held
    return Plan(
        {key: originals[key] for key in sorted(going)}, _rows(chosen, logs, rows, running), len(held), len(shared)
    )


def _wanted(
    chosen: Chosen, logs: Sequence[Logged], originals: Mapping[str, Original], named: Mapping[str, str]
) -> set[str]:
    if chosen.is_everything:
        return set(originals)
    if chosen.before is not None:
        return {key for key, original in originals.items() if original.used < chosen.before}
    return _originals([log for log in logs if chosen.takes(log)], named) & originals.keys()


def _originals(logs: Sequence[Logged], named: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    for log in logs:
        found |= {named[key] for key in log.decisions if key in named} | log.retrieved
    return found


def _rows(chosen: Chosen, logs: Sequence[Logged], rows: Sequence[Row], running: Sequence[Logged]) -> list[Row]:
    """Return the rows of the memo that may go."""
    live = _decisions(running)
    began = min((log.began for log in running), default=float("inf"))
    ended = _decisions([log for log in logs if not log.runs])
    if chosen.is_everything:
        may_go = [row for row in rows if row.used < began - _REFRESH_S or row.key in ended]
    elif chosen.before is not None:
        may_go = [row for row in rows if row.used < min(chosen.before, began - _REFRESH_S)]
    else:
        theirs = _decisions([log for log in logs if chosen.takes(log) and not log.runs])
        others = _decisions([log for log in logs if not chosen.takes(log)])
        may_go = [row for row in rows if row.key in theirs - others]
    return [row for row in may_go if row.key not in live]


def _decisions(logs: Sequence[Logged]) -> set[str]:
    return set().union(*(log.decisions for log in logs))


def named_in(removal: Removal, logs: Collection[Logged]) -> dict[str, str]:
    """Return the originals that the decisions in logs name, by the decisions' keys. Raises OSError."""
    return removal.named_by(_decisions(list(logs)))


def carry_out(removal: Removal, what: Plan, *, with_damaged: bool = False) -> Purged:
    """Remove what a plan says, but for what was used since; overwrite what stood in the database. Raises OSError.

    Args:
        with_damaged: whether databases that were set aside go, too.
    """
    gone = removal.remove(what.originals)
    rows = removal.forget(what.rows)
    if rows:
        removal.overwrite()
    for file in removal.damaged() if with_damaged else ():
        file.unlink(missing_ok=True)
    return Purged(len(gone), sum(original.bytes for original in gone.values()), rows)
