"""Listening on loopback, and having another process do it, again and again on the same port."""

import socket
import subprocess
import sys
from typing import Any

import orjson
import pytest

from headroom.system import sockets
from tests.core.system import pretended

WAYS = [pytest.param(sockets.Handed, marks=pretended.ONLY_POSIX), sockets.Agreed]

SERVER = """
import json, sys
from headroom.system import sockets
sock = sockets.taken(json.loads(sys.stdin.readline()))
print(json.dumps({"port": sock.getsockname()[1]}), flush=True)
while True:
    to, _ = sock.accept()
    to.sendall(b"here")
    to.close()
"""


def started(place: sockets.Place) -> subprocess.Popen[bytes]:
    """Start a server at a place, and learn where it is."""
    child = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **place.options()
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write(orjson.dumps(place.told()) + b"\n")
    child.stdin.flush()
    place.learn(orjson.loads(child.stdout.readline()))
    return child


def answer(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as to:
        return to.recv(16)


@pytest.mark.parametrize("way", WAYS)
def test_a_process_that_is_started_again_has_the_port_of_the_one_before(way: type[sockets.Place]) -> None:
    place = way()
    ports = set()
    for _ in range(3):
        with started(place) as child:
            ports.add(place.port)
            assert answer(place.port) == b"here"
            child.kill()
    place.close()
    assert len(ports) == 1
    with pytest.raises(OSError, match=r"refused|10061"):
        answer(place.port)


@pretended.ONLY_POSIX
def test_a_socket_of_ours_has_its_port_at_once_and_takes_connections_meanwhile() -> None:
    place = sockets.Handed()
    with socket.create_connection(("127.0.0.1", place.port), timeout=5) as early, started(place) as child:
        assert early.recv(16) == b"here"
        child.kill()
    place.close()


def test_only_loopback_is_listened_on() -> None:
    with sockets.listening(0) as sock:
        assert sock.getsockname()[0] == "127.0.0.1"
        with pytest.raises(OSError, match=r"in use|10048|10013"):
            sockets.listening(sock.getsockname()[1])


@pretended.ONLY_POSIX
def test_on_windows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    windows: Any = pretended.load("sockets", monkeypatch)
    with windows.listening(0) as sock:
        assert sock.getsockname()[0] == "127.0.0.1"
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        with pytest.raises(OSError, match="in use"):
            windows.listening(sock.getsockname()[1])


def test_the_way_is_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert isinstance(sockets.place(), sockets.Agreed)
