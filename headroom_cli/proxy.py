"""`headroom proxy --port N`."""

from typing import Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.wrap import own_flags


def proxy(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 8787,
    secret: Annotated[
        bool, typer.Option("--secret", help="Answer only below a secret path, which is printed.")
    ] = False,
    level: Annotated[
        str | None,
        typer.Option(help="How far to compress: lossless, balanced or aggressive; else as set.", metavar="LEVEL"),
    ] = None,
    code: Annotated[
        bool, typer.Option("--code", help="Leave function bodies out of source code that is only read.")
    ] = False,
) -> None:
    """Run the proxy alone, until ctrl-C; point any client's base URL at what it prints.

    Exit code: 2 when a setting is wrong or the port is taken.
    """
    import asyncio
    import secrets
    import socket
    from pathlib import Path

    import headroom
    from headroom import session_log, settings
    from headroom.proxy.server import Config, serve

    try:
        values = settings.load(own_flags(level, code), folder=settings.working_folder())
        try:
            sock = socket.create_server(("127.0.0.1", port), backlog=512)
        except OSError:
            fail(f"cannot listen on 127.0.0.1:{port}, which another program may use; --port 0 takes a free one")
        log = session_log.new_session(
            settings.state_dir(),
            agent="proxy",
            cwd=str(Path.cwd()),
            version=headroom.__version__,
            policy=values.policy(),
            upstream=values["upstream.anthropic"],
        )
    except settings.SettingError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot write to {settings.state_dir()} (HEADROOM_HOME names another folder): {error.strerror}")
    config = Config(values, log, secrets.token_hex(16) if secret else "")
    path = f"/s/{config.secret}" if config.secret else ""

    def ready(_stop: asyncio.Event) -> None:
        typer.echo(
            f"headroom proxy at http://127.0.0.1:{sock.getsockname()[1]}{path} -> {values['upstream.anthropic']}"
        )

    serve(config, sock, ready)
