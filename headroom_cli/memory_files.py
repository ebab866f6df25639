"""`headroom memory export` and `import`: facts as JSON lines, from one machine to another."""

import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.memory_open import AsJson, opened
from headroom_cli.memory_show import as_json as print_json
from headroom_cli.page import BAD, Page, console

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from headroom.memory import Fact

_VERSION = 1
_MOST_LINE_BYTES = 1 << 16


def export(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Else they are printed.")] = None,
) -> None:
    """Write all facts, history too, as JSON lines. Exit code: 2 when the file is there, or cannot be written."""
    from headroom.memory.facts import to_dict
    from headroom.system.files import open_private

    with opened() as held:
        facts = held.list(history=True, anywhere=True)
    # The oldest first: in this order they are taken in again.
    lines = [json.dumps({"v": _VERSION, **to_dict(fact)}, ensure_ascii=False) + "\n" for fact in reversed(facts)]
    if file is None:
        typer.echo("".join(lines).encode(), nl=False)
        return
    try:
        with os.fdopen(open_private(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as out:
            out.write("".join(lines).encode())
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")
    typer.echo(f"{len(lines):,} facts written to {file}", err=True)


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help='What `export` wrote; "-" for standard input.')],
    as_json: AsJson = False,
) -> None:
    """Take in facts that were exported. What is known already is not kept twice; what is no fact is counted.

    Exit code: 2 when the file cannot be read.
    """
    counts = {"new": 0, "known": 0, "masked": 0, "refused": 0}
    why = ""
    with opened(adds=False) as held, _lines(file) as lines:
        from headroom.memory import Refused

        for line in iter(lambda: lines.readline(_MOST_LINE_BYTES), b""):
            if line.isspace():
                continue
            try:
                added = held.take(_fact(line))
            except Refused as error:
                counts["refused"] += 1
                why = str(error)
                continue
            counts["new" if added.is_new else "known"] += 1
            counts["masked"] += added.was_masked
    if as_json:
        print_json(counts)
    else:
        told = f"{counts['new']:,} new facts, {counts['known']:,} known already"
        told += f", {counts['masked']:,} without their secrets" if counts["masked"] else ""
        page = Page(console())
        page.line((told, ""))
        if why:
            page.line((f"{counts['refused']:,} refused, the last because {why}", BAD))


def _fact(line: bytes) -> "Fact":
    from headroom.memory import Refused
    from headroom.memory.facts import from_dict

    try:
        return from_dict(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, Refused) else Refused("it is no JSON") from None


def _lines(file: str) -> "AbstractContextManager[IO[bytes]]":
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")
