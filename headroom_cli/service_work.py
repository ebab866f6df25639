"""`headroom service work`: what answers requests in the service, started by its keeper. Not for people."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from headroom.proxy.leaving import Leaving
    from headroom.proxy.server import Config


def work(fd: Annotated[int, typer.Argument(help="The descriptor of the listening socket.")]) -> None:
    """Serve on a socket that is open already, and say so to the keeper, see headroom_service.keeper."""
    import os
    import socket

    import headroom
    from headroom import settings
    from headroom.proxy.leaving import Leaving
    from headroom.proxy.server import serve
    from headroom_service import ServiceError, keeper, state

    os.set_inheritable(fd, False)
    version, to_keeper, leaving = headroom.__version__, os.dup(1), Leaving()
    os.dup2(2, 1)  # what is printed goes to the log; the pipe is for one line

    def say(word: str, rest: str) -> None:
        os.write(to_keeper, f"{word} {' '.join(rest.split())}\n".encode("utf-8", "replace"))
        os.close(to_keeper)

    def ready(stop: "asyncio.Event") -> None:
        listen(os.fdopen(0, "rb", buffering=0), stop, leaving)  # no buffer's lock, for our end may come meanwhile
        say(keeper.READY, version)

    root = settings.state_dir()
    try:
        config = configuration(root, state.secret(root), version)
        sock = socket.socket(fileno=fd)
    except (ServiceError, settings.SettingError) as error:
        say(keeper.WRONG, str(error))
        raise typer.Exit(2) from None
    except OSError as error:
        say(keeper.FAILED, f"{error.filename or root}: {error.strerror or error}")
        raise typer.Exit(1) from None
    serve(config, sock, ready, leaving)


def configuration(root: "Path", secret: str, version: str) -> "Config":
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


def listen(pipe: "Iterable[bytes]", stop: "asyncio.Event", leaving: "Leaving") -> None:
    """Do what the keeper says, from a thread: end at END, make way at anything else, and when it is gone."""
    import asyncio
    import threading

    from headroom_service import keeper

    loop = asyncio.get_running_loop()

    def tell(what: "Callable[[], None]") -> None:
        from contextlib import suppress

        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(what)

    def read() -> None:
        for line in pipe:
            tell(stop.set if line == keeper.END else leaving.begin)
        tell(leaving.begin)

    threading.Thread(target=read, name="headroom-keeper", daemon=True).start()
