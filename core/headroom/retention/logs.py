"""The logs of sessions: what each is about, and which are too old or too many."""

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from headroom import session_index, session_log
from headroom.retention import running
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, End, Event, Request, Retrieve, Start, UsageLine


@dataclass(frozen=True, slots=True)
class Logged:
    """A session as its log has it. Times are in seconds since 1970."""

    id: str
    path: Path
    agent: str
    project: str
    """The folder that it ran in; empty where the log has no beginning."""
    began: float
    last: float
    """When the log was written to."""
    ended: bool
    """Whether it has an end; a session that was killed has none."""
    runs: bool
    """Whether it goes on, or may."""
    bytes: int
    requests: int
    saved: int
    """Tokens, net of extra turns; may be negative."""
    decisions: frozenset[str]
    """Keys of the decisions that were made or used in it."""
    retrieved: frozenset[str]
    """Keys of originals that were asked for by name."""


class Pruned(NamedTuple):
    """What a prune of logs removed."""

    logs: int
    bytes: int


def look(root: Path, now: float) -> list[Logged]:
    """Read all logs below a state folder, oldest first. Raises OSError."""
    found: list[tuple[Path, os.stat_result, Session]] = []
    for path in session_log.sessions(root):
        with contextlib.suppress(FileNotFoundError):
            found.append((path, path.stat(), session_log.read(path)))
    going_on = running.running(((path, info.st_mtime, _is_ended(read.events)) for path, info, read in found), now)
    return [_logged(path, info, read, path in going_on) for path, info, read in found]


def _is_ended(events: Iterable[Event]) -> bool:
    return any(isinstance(event, End) for event in events)


def _logged(path: Path, info: os.stat_result, read: Session, runs: bool) -> Logged:
    start = next((event for event in read.events if isinstance(event, Start)), None)
    requests = [event for event in read.events if isinstance(event, Request)]
    usages = [event for event in read.events if isinstance(event, UsageLine)]
    blocks: list[BlockLine] = [block for request in requests for block in request.blocks]
    first = min((event.t for event in read.events), default=info.st_mtime)
    return Logged(
        id=read.id,
        path=path,
        agent=start.agent if start else "",
        project=start.cwd if start else "",
        began=start.t if start else first,
        last=info.st_mtime,
        ended=_is_ended(read.events),
        runs=runs,
        bytes=info.st_size,
        requests=len(requests),
        saved=sum(usage.saved.total - usage.round_trip.total for usage in usages),
        decisions=frozenset(block.key for block in blocks if block.key),
        retrieved=frozenset(event.hash for event in read.events if isinstance(event, Retrieve) and event.hit),
    )


def doomed(logs: Sequence[tuple[Path, int, float]], before: float, max_bytes: int) -> list[Path]:
    """Return the logs last written to before a time, and then the oldest until the rest fits. Pure.

    Args:
        logs: each with its size in bytes and when it was written to.
    """
    total = sum(size for _, size, _ in logs)
    found = []
    for path, size, last in sorted(logs, key=lambda log: (log[2], log[0].name)):
        if last >= before and total <= max_bytes:
            break
        found.append(path)
        total -= size
    return found


def prune(root: Path, now: float, max_age_s: float, max_bytes: int) -> Pruned:
    """Remove logs that nobody wrote to for `max_age_s` seconds, then the oldest until `max_bytes` are left.

    Never that of a session that goes on. Costs a look at the folder where nothing is too old: for a program's
    start, in the background. Raises OSError.
    """
    found = []
    for path in session_log.sessions(root):
        with contextlib.suppress(FileNotFoundError):
            info = path.stat()
            found.append((path, info.st_size, info.st_mtime))
    chosen = doomed(found, now - max_age_s, max_bytes)
    if not chosen:
        return Pruned(0, 0)
    return remove(chosen, now)


def remove(paths: Sequence[Path], now: float) -> Pruned:
    """Remove logs, but for those of sessions that go on. Raises OSError."""
    looked = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            looked.append((path, path.stat(), session_log.has_end(path)))
    going_on = running.running(((path, info.st_mtime, is_ended) for path, info, is_ended in looked), now)
    count = size = 0
    for path, info, _ in looked:
        if path not in going_on:
            path.unlink(missing_ok=True)
            count, size = count + 1, size + info.st_size
    for folder in {path.parent for path in paths} if count else ():
        session_index.forget_deleted(folder)
    return Pruned(count, size)
