"""What is taken from one machine to another: written to a new file or printed, and read from a file or a pipe."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Annotated

import typer

from headroom_cli.fail import fail

To = Annotated[Path | None, typer.Argument(metavar="FILE", help='A new file; else, or for "-", it is printed.')]
From = Annotated[Path, typer.Argument(metavar="FILE", help='What `export` wrote; "-" for standard input.')]

_PIPE = Path("-")


def put(data: bytes, file: Path | None, told: str) -> None:
    """Print an export, or write it to a new file for its owner alone. Ends with exit code 2 where that fails.

    Args:
        told: how much it is, for the user.
    """
    from headroom.system.files import open_private

    if file is None or file == _PIPE:
        typer.echo(data, nl=False)
        return
    try:
        with os.fdopen(open_private(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as out:
            out.write(data)
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")
    typer.echo(f"{told} written to {file}", err=True)


def opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    """Open what was exported. Ends with exit code 2 where that fails."""
    if file == _PIPE:
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")
