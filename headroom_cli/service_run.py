"""`headroom service run`: what the platform's service manager starts. Not for people."""

from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Iterator
    from pathlib import Path
    from types import CoroutineType

    from headroom.proxy.server import Config

_LOOK_S = 5.0
"""How often the service looks whether another version was installed."""


def run(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1, if no socket is handed over.")] = 8787,
) -> None:
    """Serve until told to stop, or until another version is installed and nobody waits for an answer.

    Exit code: 2 when a setting is wrong or the port is taken.
    """
    import os

    import headroom
    from headroom import settings
    from headroom_service import ServiceError, activation, state

    root = settings.state_dir()
    version = headroom.__version__
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        state.folder(root).mkdir(mode=0o700, exist_ok=True)
        state.take_lock(root)
        sock = activation.handed_socket(os.environ, os.getpid()) or _listen(port)
        config = _config(root, state.secret(root), version)
        state.open_log(root)
    except (ServiceError, settings.SettingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}")
    try:
        _serve(config, sock, root, version)
    finally:
        state.withdraw(root, os.getpid())


def _listen(port: int) -> "socket.socket":
    import socket

    try:
        return socket.create_server(("127.0.0.1", port), backlog=512)
    except OSError:
        fail(f"cannot listen on 127.0.0.1:{port}, which another program may use; headroom install --port N")


def _config(root: "Path", secret: str, version: str) -> "Config":
    """Return what to serve with. Raises SettingError, and OSError when the state folder cannot be written."""
    from pathlib import Path

    from headroom import session_log, settings
    from headroom.proxy.server import Config, check_state_folder, signer_of

    check_state_folder()
    # Of many projects none has a say here, and clients of many kinds have one way back to originals.
    values = settings.load(folder=None)
    if values.origins["retrieval.mode"] == "default":
        values = settings.load({"retrieval.mode": "tool"}, flags_from="service", folder=None)
    signer = signer_of(values)
    log = session_log.new_session(
        root,
        agent="service",
        cwd=str(Path.home()),
        version=version,
        policy=values.policy(),
        upstream=values["upstream.anthropic"],
        mode=values["proxy.mode"],
    )
    return Config(values, log, secret, signer=signer)


def _serve(config: "Config", sock: "socket.socket", root: "Path", version: str) -> None:
    import asyncio
    import os
    import time

    from headroom.proxy.server import serve
    from headroom_service import activation, state

    port = sock.getsockname()[1]
    looking: list[asyncio.Task[None]] = []

    def say(what: str) -> None:
        typer.echo(f"{time.strftime('%Y-%m-%d %H:%M:%S')} headroom {version}, process {os.getpid()}: {what}")

    def ready(stop: "asyncio.Event") -> None:
        url = f"http://127.0.0.1:{port}/s/{config.secret}"
        state.announce(root, state.Running(os.getpid(), url, version))
        activation.tell_ready(os.environ)
        say(f"serves 127.0.0.1:{port}")
        looking.append(asyncio.get_running_loop().create_task(end_when_replaced(stop, version)))

    serve(config, sock, ready)
    say("ends" if _installed(version) == version else f"ends, for {_installed(version)}")


async def end_when_replaced(stop: "asyncio.Event", version: str, every_s: float = _LOOK_S) -> None:
    """Ask for the end once another version is installed and no request is open: the manager starts that one."""
    import asyncio
    from contextlib import suppress

    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every_s)
        if _installed(version) != version and not is_serving(asyncio.all_tasks()):
            stop.set()


def _installed(version: str) -> str:
    """Return the version that is installed now; `version` while none is, in the midst of an upgrade."""
    from importlib.metadata import PackageNotFoundError

    import headroom

    try:
        return headroom.__version__
    except PackageNotFoundError:
        return version


def is_serving(tasks: "set[asyncio.Task[object]]") -> bool:
    """Return whether one of these tasks is in the midst of a request to the proxy."""
    from headroom.proxy.app import Proxy

    code = Proxy.handle.__code__
    return any(at.cr_code is code for task in tasks for at in _chain(task))


def _chain(task: "asyncio.Task[object]") -> "Iterator[CoroutineType[object, object, object]]":
    """Yield the coroutine of a task, what it awaits, and so on."""
    import inspect

    at: object = task.get_coro()
    while inspect.iscoroutine(at):
        yield at
        at = at.cr_await
