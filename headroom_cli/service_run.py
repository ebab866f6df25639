"""`headroom service run`: what the platform's service manager starts. Not for people.

It holds the socket and keeps a worker at it (`headroom service work`), which answers.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from headroom_service.keeper import Keeper, Owner

_LISTEN_TRIES, _LISTEN_PAUSE_S = 10, 0.1


def run(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1, if no socket is handed over.")] = 8787,
) -> None:
    """Serve until told to stop. No request is lost by what else it is told: SIGHUP, or another version that is
    installed, replaces what answers; SIGUSR1 ends this process for the manager to start it anew.

    Exit code: 2 when a setting is wrong or the port is taken, 1 when it cannot go on.
    """
    import asyncio
    import os
    import sys

    from headroom import settings
    from headroom.system import processes
    from headroom_service import ServiceError, activation, state
    from headroom_service.keeper import Keeper

    root = settings.state_dir()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        state.folder(root).mkdir(mode=0o700, exist_ok=True)
        state.take_lock(root)
        state.withdraw(root)
        sock = activation.handed_socket(os.environ, os.getpid()) or _listen(port)
        state.secret(root)
        state.open_log(root)
    except (ServiceError, settings.SettingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}")
    keeper = Keeper([*processes.PYTHON, "-m", "headroom_cli", "service", "work"], sock, _owner(root, sock))
    code = asyncio.run(_keep(keeper, root))
    state.withdraw(root)
    sys.exit(code)


def _listen(port: int) -> "socket.socket":
    """Listen on a port, which workers of a keeper that was killed may hold for a moment yet."""
    import time
    from contextlib import suppress

    from headroom.system import sockets

    for _ in range(_LISTEN_TRIES):
        with suppress(OSError):
            return sockets.listening(port)
        time.sleep(_LISTEN_PAUSE_S)
    return fail(f"cannot listen on 127.0.0.1:{port}, which another program may use; headroom install --port N")


def _owner(root: "Path", sock: "socket.socket") -> "Owner":
    """Return what the keeper tells: the state folder, the service manager, and the log."""
    import os
    from contextlib import suppress

    from headroom_service import activation, state
    from headroom_service.keeper import Owner

    port = sock.getsockname()[1]

    def announce(version: str) -> None:
        url = f"http://127.0.0.1:{port}/s/{state.secret(root)}"
        state.announce(root, state.Running(os.getpid(), url, version))
        state.forget_refusal(root)
        activation.tell_ready(os.environ)
        say(f"{version} serves 127.0.0.1:{port}")

    def refused(why: str) -> None:
        say(f"a successor cannot start, the service goes on: {why}")
        state.note_refusal(root, why)

    def installed() -> str:
        with suppress(OSError):
            state.open_log(root)  # asked every few seconds: the time to see that it does not grow without end
        return _installed()

    return Owner(announce, refused, say, installed)


def say(what: str) -> None:
    """Put a line into the log; nothing where that cannot be written."""
    import os
    import time
    from contextlib import suppress

    with suppress(OSError):  # the disk is full: it serves all the same
        typer.echo(f"{time.strftime('%Y-%m-%d %H:%M:%S')} headroom, process {os.getpid()}: {what}")


async def _keep(keeper: "Keeper", root: "Path") -> int:
    """Keep until a signal asks for the end, and return the exit code."""
    import asyncio
    import signal
    import sys

    from headroom.system import processes
    from headroom_service.keeper import Refused

    loop = asyncio.get_running_loop()
    kept = asyncio.ensure_future(keeper.run())
    processes.on_stop(loop, kept.cancel)
    if sys.platform != "win32":  # no service runs there
        loop.add_signal_handler(signal.SIGHUP, keeper.replace)
        loop.add_signal_handler(signal.SIGUSR1, _make_way)
    try:
        await kept
    except asyncio.CancelledError:
        say("ends")
    except Refused as error:
        say(f"ends: {error}")
        return 2 if error.is_final else 1
    except OSError as error:
        say(f"ends: {error.filename or root}: {error.strerror or error}")
        return 1
    return 0


def _make_way() -> None:
    """End at once: the end of their pipes has the workers answer what they have taken, and end."""
    import os
    import sys

    say("makes way for another")
    sys.stdout.flush()
    os._exit(0)


def _installed() -> str:
    """Return the version that is installed now; empty while none is, in the midst of an upgrade."""
    from importlib.metadata import PackageNotFoundError

    import headroom

    try:
        return headroom.__version__
    except PackageNotFoundError:
        return ""
