"""The private proxy beside an agent: started, watched, started again on the same port, and ended.

The wrapper owns the listening socket and hands it to the proxy, so a proxy that dies is replaced without the
agent noticing more than a pause. The proxy reads its standard input: a line for its configuration, a line with the
agent's process id, a line for the end. When the wrapper dies, that pipe ends, and the proxy cleans up.
"""

import os
import secrets
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO

import orjson

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
    """

    def __init__(
        self, config: Mapping[str, object], environ: Mapping[str, str], note: Callable[[str], None]
    ) -> None:
        self._note = note
        self._secret = secrets.token_hex(16)
        self._config = dict(config) | {"secret": self._secret}
        self._environ = dict(environ)
        self._agent_pid: int | None = None
        self._lock = threading.Lock()
        self._is_stopping = False
        self._restarts: list[float] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._socket.getsockname()[1]
        self._process = self._spawn()

    @property
    def base_url(self) -> str:
        """Where the agent reaches it."""
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
        if process.stdout:
            process.stdout.close()
        self._socket.close()

    def _spawn(self) -> subprocess.Popen[bytes]:
        fd = self._socket.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", "headroom.proxy"],
            bufsize=0,  # what a dead proxy did not read must not come up again at the end
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environ,
            pass_fds=(fd,),
            start_new_session=True,  # ctrl-C is the agent's, not the proxy's
        )
        self._write(process, self._config | {"listen_fd": fd})
        return process

    def _write(self, process: subprocess.Popen[bytes], line: Mapping[str, object]) -> None:
        try:
            pipe = process.stdin
            if pipe:
                pipe.write(orjson.dumps(line) + b"\n")
        except (OSError, ValueError):
            return  # it is dead, which the supervisor sees too

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        line = _read_line(process.stdout, _READY_TIMEOUT_S)
        if line is None:
            raise ProxyFailed(f"no answer within {_READY_TIMEOUT_S:.0f} s")
        answer = orjson.loads(line) if line else {"error": "it ended at once"}
        if "error" in answer:
            raise ProxyFailed(answer["error"])

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
                self._socket.close()  # the agent is refused at once, where it would wait for nobody
                return
            time.sleep(_BACKOFF_S * (2 ** len(self._restarts) - 1))
            self._restarts.append(now)
            with self._lock:
                if self._is_stopping:
                    return
                self._note("ended and was started again")
                self._process = self._spawn()
                if self._agent_pid is not None:
                    self._write(self._process, {"agent_pid": self._agent_pid})


def _read_line(pipe: IO[bytes], timeout_s: float) -> bytes | None:
    """Read a line from an unbuffered pipe; None after the timeout, empty when the pipe ended."""
    data = b""
    deadline = time.monotonic() + timeout_s
    while not data.endswith(b"\n"):
        rest = deadline - time.monotonic()
        if rest <= 0 or not select.select([pipe], [], [], rest)[0]:
            return None
        chunk = os.read(pipe.fileno(), 65536)
        if not chunk:
            return b""
        data += chunk
    return data
