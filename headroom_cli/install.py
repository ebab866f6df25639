"""`headroom install` and `headroom uninstall`."""

from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.ask import ask
from headroom_cli.fail import fail
from headroom_cli.options import Yes

if TYPE_CHECKING:
    from pathlib import Path

    from headroom_service import Manager
    from headroom_service.health import Health

_LAST_LINES = 3
_PORT = 8787


def install(
    port: Annotated[
        int | None,
        typer.Option(
            help="The port on 127.0.0.1; 8787, or the one that it has.",
            min=1024,
            max=65535,
            show_default=False,
            metavar="PORT",
        ),
    ] = None,
    linger: Annotated[
        bool, typer.Option("--linger", help="Linux: keep your services when you log out (loginctl enable-linger).")
    ] = False,
) -> None:
    """Run the proxy as a service of yours: it starts at login, and again whenever it ends. Again to upgrade it.

    Exit code: 2 when it cannot be installed; nothing is left behind then.
    """
    from pathlib import Path

    from headroom.system import processes
    from headroom_service import ServiceError, ServiceSpec, health, installing, replacing, state, why
    from headroom_service.exclusive import one_at_a_time
    from headroom_service.inherited import inherited

    manager, root = manager_and_root()
    environ, left_out = inherited(_environ())
    port = port or why.port(manager) or _PORT
    argv = (*processes.PYTHON, "-m", "headroom_cli", "service", "run", "--port", str(port))
    try:
        with one_at_a_time(Path.home()):
            before = health.ask(root)
            spec = ServiceSpec(argv, port, state.log_file(root), environ)
            if not installing.has_port(spec, manager):
                _claim(port, before)
            installing.install(spec, manager, root, before)
            found = replacing.wait(root, 0 if before is None else before.pid)
    except ServiceError as error:
        fail(because(error, manager, root))
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}; `headroom uninstall` takes back what is there")
    if found is None:
        lines = "\n  ".join(state.last_lines(root, _LAST_LINES))
        fail(f"installed, but it does not answer; see `headroom service logs`\n  {lines}".rstrip())
    if linger:
        _linger(manager, root)
    typer.echo(f"headroom {found.version} serves 127.0.0.1:{port}; {manager.at_logout()}")
    for name in left_out:
        typer.echo(f"  {name} is not passed on: settings belong in headroom.toml, passwords in no service file")
    typer.echo("  agents find it by the shell: headroom shell-init bash|zsh|fish --save")


def uninstall(
    purge: Annotated[
        bool,
        typer.Option("--purge", help="Remove originals, session logs and what lookups taught, too; facts stay."),
    ] = False,
    yes: Yes = False,
) -> None:
    """Stop the service and remove what `headroom install` made; originals and session logs stay.

    Exit code: 1 when you say no, 2 when something cannot be removed.
    """
    from pathlib import Path

    from headroom_service import installing
    from headroom_service.exclusive import one_at_a_time

    manager, root = manager_and_root()
    if purge:
        ask(f"Remove all originals, session logs and what lookups taught from {root}?", yes)
    has_script = (root / "shell").is_dir()
    was_there = manager.status().is_installed
    held = _names(root)
    try:
        with one_at_a_time(Path.home()):
            installing.uninstall(manager, root, purge=purge)
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}: remove it by hand, and run this again")
    typer.echo("the service is gone" if was_there else "no service was installed")
    kept = _names(root)
    if purge and held - kept:
        typer.echo(f"  removed from {root}: {', '.join(sorted(held - kept))}")
    if kept:
        typer.echo(f"  kept in {root}: {', '.join(sorted(kept))}")
    if has_script:
        typer.echo("  the line for `headroom shell-init` in your shell's start file now does nothing: remove it")


def _names(root: "Path") -> set[str]:
    """Return the names of what the state folder holds; none where there is no such folder."""
    return {path.name for path in root.iterdir()} if root.is_dir() else set()


def manager_and_root() -> "tuple[Manager, Path]":
    """Return what keeps services running here, and the state folder. Exits where there is no service to be had."""
    import os
    import sys
    from pathlib import Path

    from headroom import settings
    from headroom_service import ServiceError, for_platform
    from headroom_service.managers import run_command

    uid = os.geteuid() if hasattr(os, "geteuid") else -1
    try:
        return for_platform(sys.platform, os.environ, Path.home(), run_command, uid), settings.state_dir()
    except ServiceError as error:
        fail(str(error))


def because(error: Exception, manager: "Manager", root: "Path") -> str:
    """Return why a service does not start: better than the platform's tool knows, where we do."""
    from headroom_service import replacing, why

    told = manager.status()
    if isinstance(error, replacing.SuccessorRefused) or not told.is_installed:
        return why.shortened(str(error))
    if told.told.startswith("failed (another"):
        return f"127.0.0.1:{why.port(manager)} is another program's; end that, or headroom install --port N"
    reason = why.why(root)
    return f"it does not start: {reason}" if reason else str(error)


def _environ() -> dict[str, str]:
    """Return our environment, with the state folder as it is from anywhere."""
    import os

    from headroom import settings

    environ = dict(os.environ)
    if environ.get("HEADROOM_HOME"):
        environ["HEADROOM_HOME"] = str(settings.state_dir())
    if environ.get("HEADROOM_CONFIG"):
        environ["HEADROOM_CONFIG"] = str(settings.config_file().absolute())
    return environ


def _claim(port: int, running: "Health | None") -> None:
    """Raise ServiceError when a port is another program's."""
    import socket

    from headroom_service import ServiceError

    if running is not None and f"http://127.0.0.1:{port}/" in running.url:
        return
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        raise ServiceError(f"127.0.0.1:{port} is another program's; --port names another") from None


def _linger(manager: "Manager", root: "Path") -> None:
    from headroom_service import ServiceError, installing

    try:
        installing.outlive(manager, root)
    except (ServiceError, OSError) as error:
        typer.echo(f"headroom: {error}", err=True)  # it runs all the same
