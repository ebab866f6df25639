"""The files: one JSONL file per session, readable after a kill -9.

Several processes append to the same file (the wrapper, the proxy, `headroom retrieve`): each event is one write
to a descriptor opened with O_APPEND, so that lines stay whole.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson

from headroom.policy import Policy
from headroom.session_log import events
from headroom.session_log.record import error_event, start_event
from headroom.system import files as system

_SUFFIX = ".jsonl"
_TAIL_BYTES = 4096


class SessionLog:
    """A log held open, for who writes often. Safe to share between threads.

    Raises OSError when the file cannot be opened, or (in `append`) not written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = system.open_private(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        size = os.fstat(self._descriptor).st_size
        # A line that someone was writing when the power went must not swallow the next one.
        self._is_torn = size > 0 and system.last_byte(self._descriptor, size) != b"\n"

    def append(self, event: Mapping[str, object]) -> None:
        """Write one event, as the constructors of `record` return it."""
        try:
            line = orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:  # a number or text that JSON has no room for
            line = orjson.dumps(error_event("session_log", "an event had no JSON form")) + b"\n"
        if self._is_torn:
            line = b"\n" + line
        self._is_torn = system.append(self._descriptor, line) != len(line)

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
    root: Path,
    *,
    agent: str,
    cwd: str,
    version: str,
    policy: Policy,
    upstream: str,
    t: float | None = None,
    mode: str = "optimize",
) -> Path:
    """Begin a log below `root`, the state folder, and return its path.

    Args:
        version: headroom's own.
        upstream: the provider's base URL; only its host is kept.
        t: when it begins, in seconds since 1970; now when None.
        mode: optimize, audit or simulate.

    Raises OSError when the folder or file cannot be made.
    """
    t = time.time() if t is None else t
    folder = root / "sessions"
    if not root.is_dir():
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)  # whatever the umask, and whoever made it
    session_id = time.strftime("%Y%m%d-%H%M%S", time.gmtime(t)) + f"-{secrets.token_hex(3)}"
    path = folder / (session_id + _SUFFIX)
    descriptor = system.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        system.keep_private(descriptor)  # an umask may have taken away even the owner's rights
    finally:
        os.close(descriptor)
    with contextlib.suppress(UnicodeError):  # a name that is no text in the locale's encoding mostly is UTF-8
        cwd = cwd.encode("utf-8", "surrogateescape").decode("utf-8")
    append(path, start_event(session_id, agent, cwd, version, policy, upstream, t, mode))
    return path


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
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                is_log = entry.name.endswith(_SUFFIX) and entry.is_file()
                if is_log and (since is None or entry.stat().st_mtime >= since):
                    found.append(entry.name)
    return [folder / name for name in sorted(found)]


def count_requests(path: Path) -> int:
    """Return the number of the last request in a log, 0 when there is none: where a new writer goes on."""
    if not path.is_file():
        return 0
    return max((event.n for event in read(path).events if isinstance(event, events.Request)), default=0)


def has_end(path: Path) -> bool:
    """Tell whether a log has its last line, from its last bytes alone. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return b'"type":"end"' in file.read()
