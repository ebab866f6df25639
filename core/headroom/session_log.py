"""One JSONL file per session: what was done and what it cost, in names and numbers. Readable after a kill -9.

Several processes append to the same file (the wrapper, the proxy, `headroom retrieve`): each event is one write
to a descriptor opened with O_APPEND, so that lines stay whole.
"""

import os
import platform
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

import orjson

from headroom import events
from headroom.ledger import RoundTrip, Saved
from headroom.types import Change, Policy, Usage

if TYPE_CHECKING:
    from headroom.dialects.base import Reading

_SUFFIX = ".jsonl"


class SessionLog:
    """A log held open, for who writes often. Safe to share between threads.

    Raises OSError when the file cannot be opened, or (in `append`) not written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, 0o600)
        size = os.fstat(self._descriptor).st_size
        # A line that someone was writing when the power went must not swallow the next one.
        self._is_torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"

    def append(self, event: Mapping[str, object]) -> None:
        """Write one event, as the constructors below return it."""
        try:
            line = orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:  # a number or text that JSON has no room for
            line = orjson.dumps(error_event("session_log", "an event had no JSON form")) + b"\n"
        if self._is_torn:
            line = b"\n" + line
        self._is_torn = os.write(self._descriptor, line) != len(line)

    def close(self) -> None:
        """Give the descriptor back. The log needs no closing to be readable."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def append(path: Path, event: Mapping[str, object]) -> None:
    """Write one event to a log. Raises OSError when that cannot be done."""
    with SessionLog(path) as log:
        log.append(event)


def new_session(
    root: Path, *, agent: str, cwd: str, version: str, policy: Policy, upstream: str, t: float | None = None
) -> Path:
    """Begin a log below `root`, the state folder, and return its path.

    Args:
        version: headroom's own.
        upstream: the provider's base URL; only its host is kept.
        t: when it begins, in seconds since 1970; now when None.

    Raises OSError when the folder or file cannot be made.
    """
    t = time.time() if t is None else t
    folder = root / "sessions"
    for place in (root, folder):
        if not place.is_dir():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    session_id = time.strftime("%Y%m%d-%H%M%S", time.gmtime(t)) + f"-{secrets.token_hex(3)}"
    path = folder / (session_id + _SUFFIX)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(descriptor, 0o600)  # an umask may have taken away even the owner's rights
    finally:
        os.close(descriptor)
    start = events.Start(
        t=t,
        id=session_id,
        agent=events.label(agent),
        cwd=cwd.encode(errors="replace").decode(),
        versions={"headroom": version, "python": platform.python_version(), "platform": platform.platform()},
        policy=asdict(policy),
        upstream=_host(upstream),
    )
    append(path, events.to_dict(start))
    return path


def _host(url: str) -> str:
    try:
        return events.label(urlsplit(url).hostname or "")
    except ValueError:
        return "(hidden)"


@dataclass(frozen=True, slots=True)
class Session:
    """A log as read."""

    id: str
    events: Sequence[events.Event]
    damaged: int
    """Lines that are no event: cut off, garbled, or with fields of the wrong kind."""


def read(path: Path) -> Session:
    """Read a log. Damaged lines are left out and counted; events of unknown types are left out.

    Raises OSError when the file cannot be read.
    """
    found: list[events.Event] = []
    damaged = 0
    with path.open("rb") as lines:
        for line in lines:
            try:
                event = events.from_dict(orjson.loads(line))
            except ValueError:
                damaged += not line.isspace()
                continue
            if event is not None:
                found.append(event)
    return Session(path.name.removesuffix(_SUFFIX), found, damaged)


def sessions(root: Path, since: float | None = None) -> list[Path]:
    """Return the logs below `root`, newest last; with `since` (seconds since 1970), those written to after it."""
    folder = root / "sessions"
    if not folder.is_dir():
        return []
    logs = [path for path in folder.iterdir() if path.name.endswith(_SUFFIX) and path.is_file()]
    return sorted(
        (path for path in logs if since is None or path.stat().st_mtime >= since), key=lambda path: path.name
    )


def count_requests(path: Path) -> int:
    """Return the number of the last request in a log, 0 when there is none: where a new writer goes on."""
    if not path.is_file():
        return 0
    return max((event.n for event in read(path).events if isinstance(event, events.Request)), default=0)


class _Dialect(Protocol):
    name: str


class _Outcome(Protocol):
    @property
    def body(self) -> bytes: ...
    @property
    def reading(self) -> "Reading | None": ...


class Exchange(Protocol):
    """What a request event is made of: the proxy's record of one request and its response."""

    @property
    def dialect(self) -> _Dialect:
        """The request's wire format."""

    @property
    def outcome(self) -> _Outcome:
        """What went out."""

    bytes_before: int
    ms: float
    ttfb_ms: float
    status: int
    was_retried: bool


def request_event(
    n: int, exchange: Exchange, changes: Iterable[Change], t: float | None = None
) -> dict[str, object]:
    """Return the event of one request.

    Args:
        n: its number in the session, from 1.
        changes: what was done with its blocks. Those new in it are listed; the others were in earlier events
            and are counted, or a log would grow with the square of the conversation.
        t: when it happened; now when None.
    """
    reading = exchange.outcome.reading
    lines = []
    replayed = 0
    for change in changes:
        if change.new:
            lines.append(_block_line(change))
        else:
            replayed += 1
    return events.to_dict(
        events.Request(
            t=time.time() if t is None else t,
            n=n,
            dialect=exchange.dialect.name,
            model=events.label(reading.head.model) if reading else "",
            conversation=events.digest(reading.conversation) if reading else "",
            status=exchange.status,
            stream=reading.head.stream if reading else False,
            bytes_before=exchange.bytes_before,
            bytes_after=exchange.bytes_before if exchange.was_retried else len(exchange.outcome.body),
            ms=round(exchange.ms, 3),
            ttfb_ms=round(exchange.ttfb_ms, 1),
            retried=exchange.was_retried,
            replayed=replayed,
            blocks=tuple(lines),
        )
    )


def _block_line(change: Change) -> events.BlockLine:
    decision = change.decision
    return events.BlockLine(
        key=events.digest(change.key),
        tool=events.label(change.tool),
        compressor=decision.compressor,
        before=decision.tokens_before,
        after=decision.tokens_after,
        lossless=decision.lossless,
        new=change.new,
        reason=events.words(decision.reason),
        retrieval=change.retrieval,
    )


def usage_event(n: int, usage: Usage, saved: Saved, trip: RoundTrip, t: float | None = None) -> dict[str, object]:
    """Return the event of the provider's figures for request `n`."""
    return events.to_dict(
        events.UsageLine(
            t=time.time() if t is None else t,
            n=n,
            model=events.label(usage.model),
            input=usage.input,
            cache_write=usage.cache_write,
            cache_write_1h=usage.cache_write_1h,
            cache_read=usage.cache_read,
            output=usage.output,
            saved=saved,
            round_trip=trip,
        )
    )


def retrieve_event(key: str, *, query: bool, hit: bool, tokens: int, t: float | None = None) -> dict[str, object]:
    """Return the event of an original asked for: whether with a query, whether it was there, what was given."""
    t = time.time() if t is None else t
    return events.to_dict(events.Retrieve(t, events.digest(key), query, hit, tokens))


def error_event(where: str, what: str, t: float | None = None) -> dict[str, object]:
    """Return the event of a failure: where (a name of ours or a tool), and what (a class name, our own words)."""
    t = time.time() if t is None else t
    return events.to_dict(events.Error(t, events.label(where), events.words(what)))


def end_event(exit_code: int | None, duration_s: float, reason: str, t: float | None = None) -> dict[str, object]:
    """Return the event that ends a session; no exit code when the agent did not live to give one."""
    t = time.time() if t is None else t
    return events.to_dict(events.End(t, exit_code, round(duration_s, 3), events.words(reason)))
