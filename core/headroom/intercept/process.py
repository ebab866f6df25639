"""The interceptor beside a proxy: started, watched, started again on the same port, and ended."""

import importlib.util
import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from headroom.intercept import environment, hosts
from headroom.system import processes

_READY_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 3.0
_MAX_RESTARTS = 5
_RESTART_WINDOW_S = 60.0
_BACKOFF_S = 0.2
"""Doubled with every restart within the window."""


class InterceptFailed(RuntimeError):
    """The interceptor could not start; the message says why, in one line."""


def missing() -> str:
    """Return what to do where mitmproxy is not installed; empty where it is."""
    if importlib.util.find_spec("mitmproxy"):
        return ""
    return "interception needs mitmproxy: pip install 'headroom-local[intercept]'"


class Interceptor:
    """An interceptor on a free loopback port, in a process of its own that ends with this one.

    Args:
        proxy: our own proxy's base URL, with its secret.
        folder: where certificate authorities are kept: `intercept` in the state folder.
        environ: the user's.
        own: base URLs that the user has given the agent.
        note: is told, in a few words, when the process died and what became of it.
        python: an interpreter that has mitmproxy; ours, if there is no other.
    """

    def __init__(
        self,
        proxy: str,
        folder: Path,
        environ: Mapping[str, str],
        own: Iterable[str] = (),
        note: Callable[[str], None] = lambda _what: None,
        python: str = sys.executable,
    ) -> None:
        self._python = python
        self._secret = secrets.token_hex(16)
        self._own = list(own)
        self._line = {"proxy": proxy, "folder": str(folder), "secret": self._secret, "own": self._own}
        self._environ = dict(environ)
        self._note = note
        self._lock = threading.Lock()
        self._is_stopping = False
        self._restarts: list[float] = []
        self._trusted: dict[str, str] = {}
        self.port = 0
        self._process = self._spawn()

    def wait_ready(self) -> None:
        """Wait until it takes connections. Raises InterceptFailed, with nothing left running, when it does not."""
        try:
            self._await_ready(self._process)
        except InterceptFailed:
            self.stop()
            raise
        threading.Thread(target=self._supervise, name="headroom-intercept", daemon=True).start()

    @property
    def url(self) -> str:
        """The proxy that the agent is to use, with its secret."""
        return environment.proxy_url(self.port, self._secret)

    @property
    def pid(self) -> int:
        """Process id of the one that runs now."""
        return self._process.pid

    def changes(self) -> dict[str, str]:
        """Return the variables to set for the agent."""
        table = hosts.table(self._environ, self._own)
        names = [host.name for host in table.values()]
        return environment.changes(self.url, self._trusted, names, self._environ)

    def stop(self) -> None:
        """End it."""
        with self._lock:
            self._is_stopping = True
            process = self._process
        if process.stdin:
            with suppress(OSError):
                process.stdin.close()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close(process)

    def _spawn(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [self._python, *processes.PYTHON[1:], "-m", "headroom.intercept"],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environ,
            **processes.APART,
        )
        with suppress(OSError, ValueError):  # it is dead, which whoever waits for it sees too
            if process.stdin:
                process.stdin.write(json.dumps(self._line | {"port": self.port}).encode("ascii") + b"\n")
        return process

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        overdue = threading.Timer(_READY_TIMEOUT_S, process.kill)
        overdue.start()
        try:
            line = process.stdout.readline()
        finally:
            overdue.cancel()
        if not line.endswith(b"\n"):
            raise InterceptFailed("the interceptor ended at once")
        answer = processes.answer(line)
        if answer is None:
            raise InterceptFailed("the interceptor answered something else than it should")
        if "error" in answer:
            raise InterceptFailed(answer["error"])
        self.port, self._trusted = answer["port"], answer["trusted"]

    def _supervise(self) -> None:
        """Start it again when it dies, until it dies too often to be of use."""
        while True:
            process = self._process
            process.wait()
            now = time.monotonic()
            self._restarts = [at for at in self._restarts if now - at < _RESTART_WINDOW_S]
            if not self._is_stopping and len(self._restarts) < _MAX_RESTARTS:
                time.sleep(_BACKOFF_S * (2 ** len(self._restarts) - 1))
            with self._lock:
                if self._is_stopping:
                    return
                if len(self._restarts) >= _MAX_RESTARTS:
                    self._note("the interceptor ended too often and was given up")
                    return
                _close(process)
                self._restarts.append(now)
                try:
                    self._process = self._spawn()
                except OSError as error:  # no memory, or we were uninstalled meanwhile
                    self._note(f"the interceptor ended and cannot be started again: {error.strerror}")
                    return
                self._note("the interceptor ended and was started again")


def _close(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of a dead process's pipes."""
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
