"""`headroom service status|start|stop|restart|logs`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.install import because, manager_and_root
from headroom_cli.options import AsJson
from headroom_cli.service_run import run
from headroom_cli.service_work import work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headroom_service import Manager

service = typer.Typer(
    name="service", no_args_is_help=True, rich_markup_mode=None, help="The service that `headroom install` made."
)
service.command(hidden=True)(run)
service.command(hidden=True)(work)

_POLL_S = 0.3


@service.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the service is installed, whether it answers, and which version runs.

    Exit code: 0 when it answers, 1 when it does not, or is older than what is installed.
    """
    import headroom
    from headroom_service import health, state, why

    manager, root = manager_and_root()
    loaded, found = manager.status(), health.ask(root)
    is_current = found is not None and found.version == headroom.__version__
    if as_json:
        said = {
            "installed": loaded.is_installed,
            "state": loaded.told,
            "pid": found and found.pid,
            "version": found and found.version,
            "is_current": is_current,
            "url": found and found.url.partition("/s/")[0],
        }
        typer.echo(json.dumps(said, indent=2))
    elif not loaded.is_installed and found is None:
        typer.echo("not installed: headroom install")
    elif found is None:
        reason = why.why(root) if loaded.is_installed else ""
        typer.echo(f"does not answer: {loaded.told or 'not started'}; see `headroom service logs`")
        if reason:
            typer.echo(f"  {reason}")
    else:
        address = found.url.partition("/s/")[0]
        typer.echo(f"headroom {found.version} at {address}, process {found.pid}; {manager.at_logout()}")
        if not is_current:
            typer.echo(f"  {headroom.__version__} is installed: headroom service restart")
        if state.refusal(root):
            typer.echo(f"  its successor could not start: {why.shortened(state.refusal(root))}")
    if not is_current:
        raise typer.Exit(1)


@service.command()
def start() -> None:
    """Start the service; one that is older than what is installed is replaced."""
    import headroom
    from headroom_service import health, replacing

    manager, root = manager_and_root()
    found = health.ask(root)
    is_old = found is not None and found.version != headroom.__version__
    _do((lambda: replacing.restart(manager, root)) if is_old else manager.start, manager, root)


@service.command()
def stop() -> None:
    """Stop the service until the next login or `headroom service start`; agents go direct meanwhile."""
    manager, root = manager_and_root()
    _do(manager.stop, manager, root)


@service.command()
def restart() -> None:
    """Have a new process answer, with the settings of now; requests that are open are answered to their end."""
    from headroom_service import replacing

    manager, root = manager_and_root()
    _do(lambda: replacing.restart(manager, root), manager, root)


@service.command()
def logs(
    lines: Annotated[
        int, typer.Option("--lines", "-n", help="How many of the last lines.", metavar="N", min=0)
    ] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines, until ctrl-C.")] = False,
) -> None:
    """Print what the service printed: starts, ends and errors; what it did to requests is in `headroom perf`."""
    from headroom_service import state

    _, root = manager_and_root()
    file = state.log_file(root)
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        fail(f"{file}: {error.strerror}; is the service installed? headroom install")
    shown = text.splitlines()[-lines:] if lines else []
    typer.echo("\n".join(shown), nl=bool(shown))
    if follow:
        _follow(file, file.stat().st_size)


def _follow(file: "Path", at: int) -> None:
    import time

    while True:
        time.sleep(_POLL_S)
        with file.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(at if at <= size else 0)  # it was emptied
            added = log.read()
            at = log.tell()
        typer.echo(added.decode("utf-8", "replace"), nl=False)


def _do(what: "Callable[[], None]", manager: "Manager", root: "Path") -> None:
    from headroom_service import ServiceError

    if not manager.status().is_installed:
        fail("the service is not installed: headroom install")
    try:
        what()
    except ServiceError as error:
        fail(because(error, manager, root))
