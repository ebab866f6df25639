"""The private proxy beside an agent: started, watched, started again on the same port, and ended.

Where it can, the wrapper owns the listening socket and hands it to the proxy, so a proxy that dies is replaced
without the agent noticing more than a pause; on Windows the agent is refused meanwhile. The proxy reads its
standard input: a line for its configuration, a line with the agent's process id, a line for the end. When the
wrapper dies, that pipe ends, and the proxy cleans up.
"""

import json
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from headroom.system import processes, sockets

_READY_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 5.0
_MAX_RESTARTS = 5
_RESTART_WINDOW_S = 60.0
_BACKOFF_S = 0.2
"""Doubled with every restart within the window."""


class ProxyFailed(RuntimeError):
    """The proxy could not start; the message says why, in one line."""


class ProxyProcess:
    """A proxy on a free loopback port, in a process of its own.

    Args:
        config: what `headroom.proxy.server` reads; the socket and the secret are added here.
        environ: its environment.
        note: is told, in a few words, when the proxy died and what became of it.
        place: where it listens; None for this platform's way.
    """

    def __init__(
        self,
        config: Mapping[str, object],
        environ: Mapping[str, str],
        note: Callable[[str], None],
        place: sockets.Place | None = None,
    ) -> None:
        self._note = note
        self._secret = secrets.token_hex(16)
        self._config = dict(config) | {"secret": self._secret}
        self._environ = dict(environ)
        self._agent_pid: int | None = None
        self._lock = threading.Lock()
        self._is_stopping = False
        self._restarts: list[float] = []
        self._place = place or sockets.place()
        self._process = self._spawn()

    @property
    def port(self) -> int:
        """The port, once it is ready."""
        return self._place.port

    @property
    def base_url(self) -> str:
        """Where the agent reaches it, once it is ready."""
        return f"http://127.0.0.1:{self.port}/s/{self._secret}"

    @property
    def pid(self) -> int:
        """Process id of the proxy that runs now."""
        return self._process.pid

    def wait_ready(self) -> None:
        """Wait until it answers. Raises ProxyFailed, with nothing left running, when it does not."""
        try:
            self._await_ready(self._process)
        except ProxyFailed:
            self.stop()
            raise
        threading.Thread(target=self._supervise, name="headroom-supervise", daemon=True).start()

    def tell_agent(self, pid: int) -> None:
        """Name the agent's process, which the proxy ends if we die."""
        with self._lock:
            self._agent_pid = pid
            self._write(self._process, {"agent_pid": pid})

    def stop(self) -> None:
        """End it: it finishes its log first."""
        with self._lock:
            self._is_stopping = True
            process = self._process
            self._write(process, {"end": True})
            if process.stdin:
                with suppress(OSError):
                    process.stdin.close()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close(process)
        self._place.close()

    def _spawn(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*processes.PYTHON, "-m", "headroom.proxy"],
            bufsize=0,  # what a dead proxy did not read must not come up again at the end
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environ,
            **self._place.options(),
            **processes.APART,
        )
        self._write(process, {**self._config, **self._place.told()})
        return process

    def _write(self, process: subprocess.Popen[bytes], line: Mapping[str, object]) -> None:
        try:
            pipe = process.stdin
            if pipe:
                # By this module, which has a form for names that are no text (surrogates of os.fsdecode).
                pipe.write(json.dumps(line).encode("ascii") + b"\n")
        except (OSError, ValueError):
            return  # it is dead, which the supervisor sees too

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        line = processes.read_line(process.stdout, _READY_TIMEOUT_S)
        if line is None:
            raise ProxyFailed(f"no answer within {_READY_TIMEOUT_S:.0f} s")
        answer = processes.answer(line) if line else {"error": "it ended at once"}
        if answer is None:
            raise ProxyFailed("it answered something else than it should")
        if "error" in answer:
            raise ProxyFailed(answer["error"])
        self._place.learn(answer)

    def _supervise(self) -> None:
        """Start the proxy again when it dies, until it dies too often to be of use."""
        while True:
            self._process.wait()
            if self._is_stopping:
                return
            now = time.monotonic()
            self._restarts = [at for at in self._restarts if now - at < _RESTART_WINDOW_S]
            if len(self._restarts) >= _MAX_RESTARTS:
                self._note("ended too often and was given up")
                self._place.close()  # the agent is refused at once, where it would wait for nobody
                return
            time.sleep(_BACKOFF_S * (2 ** len(self._restarts) - 1))
            self._restarts.append(now)
            with self._lock:
                if self._is_stopping:
                    return
                _close(self._process)
                try:
                    self._process = self._spawn()
                except OSError as error:  # no memory, or we were uninstalled meanwhile
                    self._note(f"ended and cannot be started again: {error.strerror}")
                    self._place.close()
                    return
                self._note("ended and was started again")
                if self._agent_pid is not None:
                    self._write(self._process, {"agent_pid": self._agent_pid})


def _close(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of a dead process's pipes."""
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
