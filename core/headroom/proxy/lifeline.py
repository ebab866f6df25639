"""The pipe from the wrapper: while it lives, the proxy lives; when it breaks off, nothing is left behind."""

import contextlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import orjson
import psutil

from headroom import session_log

_GRACE_S = 3.0


class Lifeline:
    """Reads lines until the end of the pipe.

    A line {"agent_pid": N} names the wrapped agent; {"end": true} is a regular end. A pipe that ends without
    it means that the wrapper was killed: then the agent and what it started are ended, since they would go on
    against a proxy that is about to go, and the session log gets its last line.

    Args:
        stop: ends the proxy.
    """

    def __init__(self, pipe: Iterable[bytes], log: Path, stop: Callable[[], None]) -> None:
        self._pipe = pipe
        self._log = log
        self._stop = stop
        self._agent: psutil.Process | None = None
        self._began = time.time()

    def run(self) -> None:
        """Read to the end, clean up, stop the proxy. Blocks; meant for a thread."""
        try:
            self._read()
        finally:
            self._stop()

    def _read(self) -> None:
        was_ended = False
        for line in self._pipe:
            message = orjson.loads(line)
            was_ended = was_ended or "end" in message
            if isinstance(message.get("agent_pid"), int):
                self._agent = _process(message["agent_pid"])
        if not was_ended:
            # Killed between its start and the line that names it, the agent is known by what it was given.
            for agent in [self._agent] if self._agent else wrapped(self._log):
                end_tree(agent)
            duration_s = time.time() - self._began
            with contextlib.suppress(OSError):  # the log ends without its last line
                session_log.append(self._log, session_log.end_event(None, duration_s, "the wrapper was killed"))


def wrapped(log: Path) -> list[psutil.Process]:
    """Return the processes that were started for a session, by the log that their environment names."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # gone, or another user's
            if process.environ().get("HEADROOM_SESSION_LOG") == str(log):
                found.append(process)
    return found


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def end_tree(root: psutil.Process | None) -> None:
    """End a process and all it started: asked first, killed after a grace."""
    if root is None:
        return
    try:
        # Process ids are used again; psutil compares start times, so a stranger is not touched.
        if not root.is_running():
            return
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    _signal(root.terminate)
    psutil.wait_procs([root], timeout=_GRACE_S)
    for process in family:
        _signal(process.kill)


def _signal(action: Callable[[], object]) -> None:
    try:
        action()
    except psutil.NoSuchProcess:
        return
