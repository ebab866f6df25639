"""Asks before something is deleted."""

import sys

import typer

from headroom_cli.fail import fail


def ask(question: str, yes: bool) -> None:
    """Go on when the user says so. Ends with exit code 1 when not, with 2 where there is nobody to ask.

    Args:
        question: what is about to be done, as a question.
        yes: whether the user said so on the command line.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        fail(f"{question.rstrip('?')}: there is no terminal to ask at; say --yes")
    if not typer.confirm(question, default=False, err=True):
        typer.echo("nothing was done", err=True)
        raise typer.Exit(1)
