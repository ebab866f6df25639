"""Listening sockets on loopback, and how one process has another listen.

POSIX hands an open socket over: it goes on taking connections while the other process is started again. Windows
could hand one over only to an event loop that a socket is new to (WinError 87 of the second process:
https://github.com/Kludex/uvicorn/issues/529), and only to a process whose id is known, which that of a virtual
environment's python.exe is not: it starts another one. There the two agree on a port.
"""

import socket
import sys
from collections.abc import Mapping
from typing import Any, Protocol

LOOPBACK = "127.0.0.1"
BACKLOG = 512


if sys.platform == "win32":

    def listening(port: int) -> socket.socket:
        """Listen on a port of 127.0.0.1; 0 takes a free one. Raises OSError.

        The port is ours alone, which is not the rule there:
        https://learn.microsoft.com/windows/win32/winsock/using-so-reuseaddr-and-so-exclusiveaddruse
        """
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            made.bind((LOOPBACK, port))
            made.listen(BACKLOG)
        except OSError:
            made.close()
            raise
        return made

else:

    def listening(port: int) -> socket.socket:
        """Listen on a port of 127.0.0.1; 0 takes a free one. Raises OSError."""
        return socket.create_server((LOOPBACK, port), backlog=BACKLOG)


class Place(Protocol):
    """Where another process is to listen, however often it is started."""

    @property
    def port(self) -> int:
        """The port; 0 while it is not known yet."""

    def options(self) -> Mapping[str, Any]:
        """Return options of Popen for the other process."""

    def told(self) -> Mapping[str, object]:
        """Return what the other process must be told, for its `taken`."""

    def learn(self, answer: Mapping[str, object]) -> None:
        """Take what it answered: its port."""

    def close(self) -> None:
        """Let go of it: connections are refused from now on, once the other process has ended."""


class Handed:
    """A socket of ours, which the other process inherits (POSIX)."""

    def __init__(self) -> None:
        self._socket = listening(0)
        self._port: int = self._socket.getsockname()[1]

    @property
    def port(self) -> int:
        """The port."""
        return self._port

    def options(self) -> Mapping[str, Any]:
        """Return what makes it inherit the descriptor, under the same number."""
        return {"pass_fds": (self._socket.fileno(),)}

    def told(self) -> Mapping[str, object]:
        """Return the descriptor."""
        return {"listen_fd": self._socket.fileno()}

    def learn(self, answer: Mapping[str, object]) -> None:
        """Know it already."""

    def close(self) -> None:
        """Close it."""
        self._socket.close()


class Agreed:
    """A port that the other process chose at its first start, and takes again at the next ones."""

    def __init__(self) -> None:
        self._port = 0

    @property
    def port(self) -> int:
        """The port; 0 before its first start."""
        return self._port

    def options(self) -> Mapping[str, Any]:
        """Return nothing: there is nothing to inherit."""
        return {}

    def told(self) -> Mapping[str, object]:
        """Return the port."""
        return {"port": self._port}

    def learn(self, answer: Mapping[str, object]) -> None:
        """Remember its port."""
        self._port = int(str(answer["port"]))

    def close(self) -> None:
        """Do nothing: the other process holds it."""


def place() -> Place:
    """Return the way of this platform. Raises OSError."""
    return Agreed() if sys.platform == "win32" else Handed()


def taken(told: Mapping[str, object]) -> socket.socket:
    """Return the listening socket that a process was told of. Raises OSError."""
    if "listen_fd" in told:
        return socket.socket(fileno=int(str(told["listen_fd"])))
    return listening(int(str(told["port"])))
