"""`headroom unwrap [AGENT]`."""

from typing import Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.options import meant, wrapped

_NOT_DONE = 1


def unwrap(
    agent: Annotated[
        str, typer.Argument(help="Of this agent alone; else of all.", metavar="AGENT", show_default=False)
    ] = "",
) -> None:
    """Put back what wrapped agents have changed in files of yours, and were killed before they could.

    The next `headroom wrap` does it too. Only values that still are as they were set are put back. What a wrapped
    agent that goes on has changed stays until its end. Exit code: 1 when something cannot be put back.
    """
    from headroom import settings
    from headroom_wrappers import AGENTS, find
    from headroom_wrappers.journal import Journal

    name = find(agent).name if agent else ""
    if name and name not in AGENTS:
        fail(f"unknown agent {agent!r}; {meant(agent, wrapped())}")
    journal = Journal(settings.state_dir())
    try:
        done, problems = journal.recover(name)
    except OSError as error:
        fail(f"{error.filename or settings.state_dir()}: {error.strerror or error}")
    for entry in done:
        typer.echo(f"put back: {entry.file} ({entry.agent})")
    for line in problems:
        typer.echo(f"headroom: {line}", err=True)
    running = [entry for entry in journal.entries() if entry.is_alive() and name in ("", entry.agent)]
    for entry in running:
        typer.echo(f"stays until its end: {entry.file} ({entry.agent}, process {entry.pid})")
    if not done and not problems and not running:
        typer.echo("nothing to put back")
    if problems:
        raise typer.Exit(_NOT_DONE)
