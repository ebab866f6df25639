"""What systemd and a process it starts tell each other: sockets that are handed over, and "ready".

Protocols by sd_listen_fds(3) and sd_notify(3).
"""

import os
import socket
import sys
from collections.abc import Mapping, MutableMapping

from headroom_service.spec import ServiceError

_FIRST_FD = 3


def handed_socket(environ: MutableMapping[str, str], pid: int) -> socket.socket | None:
    """Return the listening socket that the service manager opened for us; None where there is none.

    Args:
        environ: loses the protocol's variables, which are not for our children.
        pid: our process id; what is meant for another process is left alone.

    Raises ServiceError for anything but one TCP socket on loopback.
    """
    named = {name: environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if named["LISTEN_PID"] != str(pid):
        return None
    if named["LISTEN_FDS"] != "1":
        raise ServiceError(f"one socket is wanted, {named['LISTEN_FDS'] or 'none'} were handed over")
    os.set_inheritable(_FIRST_FD, False)
    try:
        sock = socket.socket(fileno=_FIRST_FD)
        is_ours = sock.type == socket.SOCK_STREAM and sock.getsockname()[0] in ("127.0.0.1", "::1")
    except (OSError, IndexError):
        raise ServiceError("what was handed over is no socket") from None
    if not is_ours:
        sock.close()
        raise ServiceError("the socket handed over is not on 127.0.0.1: see ListenStream in headroom.socket")
    return sock


def tell_ready(environ: Mapping[str, str]) -> None:
    """Tell the manager that requests are answered; nothing where none asked. Raises OSError."""
    address = environ.get("NOTIFY_SOCKET", "")
    if sys.platform == "win32" or not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.connect("\0" + address[1:] if address.startswith("@") else address)
        to.sendall(b"READY=1")
