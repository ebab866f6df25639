"""What `headroom compress` and `headroom explain` read: a file or standard input, up to a size."""

import json
import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, NamedTuple

import typer

from headroom_cli.fail import fail

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from headroom.policy import Policy

MOST_BYTES = 32 << 20
"""More is not compressed: this takes about ten seconds and 700 MB of memory."""

Query = Annotated[str, typer.Option(help="What is looked for in it.", metavar="TEXT")]
Command = Annotated[str, typer.Option(help='The command that printed it: "pytest -q".', metavar="COMMAND")]
Tool = Annotated[str, typer.Option(help="The tool that returned it: Grep.", metavar="NAME")]
Level = Annotated[
    str | None,
    typer.Option(help="How far to compress: lossless, balanced or aggressive; else as set.", metavar="LEVEL"),
]
Code = Annotated[bool, typer.Option("--code", help="Leave function bodies out of source code that is only read.")]


class Hints(NamedTuple):
    """What is known of the call that made an output."""

    tool: str
    tool_input: str
    """As JSON text."""


def opened(file: str | None) -> "AbstractContextManager[IO[bytes]]":
    """Open a file, or standard input for "-" or none. Ends with exit code 2 where there is nothing to read."""
    if file is None and sys.stdin.isatty():
        fail("nothing to read: name a FILE, or pipe a text in")
    if file is None or file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")


def policy(level: str | None, code: bool = False) -> "Policy":
    """Return the user's policy, at another level where one is named, and with code mode where that is asked for.

    Ends with exit code 2 for a wrong setting.
    """
    from headroom.settings import SettingError, load, working_folder

    try:
        flags: dict[str, object] = {"compress.code_mode": True} if code else {}
        flags |= {} if level is None else {"compress.level": level}
        return load(flags, flags_from="--level", folder=working_folder()).policy()
    except SettingError as error:
        fail(str(error))


def hints(file: str | None, tool: str, command: str, code: bool = False) -> Hints:
    """Return what the options say of the call; a file without them is one that was read, and may be edited.

    Args:
        code: the file is only read, so that an outline of it will do.
    """
    if code and not command and file not in (None, "-"):
        command = shlex.join(["cat", str(file)])
    if command:
        return Hints(tool or "Bash", json.dumps({"command": command}))
    if file in (None, "-"):
        return Hints(tool, "")
    return Hints(tool, json.dumps({"file_path": str(Path(str(file)).absolute())}))
