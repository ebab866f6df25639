"""How a command ends when it was called wrongly."""

from typing import NoReturn

import typer

from headroom_cli.figures import printable
from headroom_cli.hidden import without_secrets

USAGE_ERROR = 2


def fail(why: str) -> NoReturn:
    """Print one line to stderr (what, where, what to do; no secrets) and end with exit code 2."""
    told = "\n".join(map(printable, without_secrets(why).split("\n")))
    typer.echo(f"headroom: {told}", err=True)
    raise typer.Exit(USAGE_ERROR)
