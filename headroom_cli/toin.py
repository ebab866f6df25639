"""`headroom toin`: what lookups taught of each kind of output, kept on this machine alone."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from headroom_cli import exports
from headroom_cli.ask import ask
from headroom_cli.exports import From, To
from headroom_cli.fail import fail
from headroom_cli.options import AsJson, Yes, explained
from headroom_cli.page import DIM, GOOD, WARN, Page, console

if TYPE_CHECKING:
    from headroom.toin import Row

toin = typer.Typer(
    name="toin",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What lookups taught of each kind of output: show it, take it to another machine, forget it.",
)


@toin.command()
def status(as_json: AsJson = False) -> None:
    """Show what is counted of each kind of output, and the advice for conversations that begin now.

    A kind of output is shown by a hash: neither names nor values are kept. Exit code: 2 when the counts cannot be
    read.
    """
    rows = _rows()
    _say_damaged()
    if as_json:
        typer.echo(json.dumps([row._asdict() | {"advice": row.advice} for row in rows], indent=2))
    else:
        show(rows, Page(console()))


@toin.command()
def export(file: To = None) -> None:
    """Write all counts as JSON lines, for `headroom toin import` on another machine.

    Exit code: 2 when the counts cannot be read, or the file is there or cannot be written.
    """
    from headroom.toin import exchange
    from headroom.toin.book import Book

    with explained():
        data = exchange.write(Book(_folder()).read())
    _say_damaged()
    exports.put(data, file, f"{len(data.splitlines()) - 1:,} lines")


@toin.command(name="import")
def import_(file: From, as_json: AsJson = False) -> None:
    """Take in what another machine counted; doing so twice changes nothing.

    Exit code: 2 when the file is not an export, or the counts cannot be written.
    """
    from headroom.toin import exchange, today
    from headroom.toin.book import Book

    try:
        with explained(), exports.opened(file) as stream:
            kept = exchange.read(stream.read(exchange.MOST_BYTES + 1))
            Book(_folder()).merge(kept.counts, kept.kinds, today())
    except ValueError as error:
        fail(f"{file}: {error}; give a file that `headroom toin export` has written")
    if as_json:
        typer.echo(json.dumps({"counts": len(kept.counts), "kinds": len(kept.kinds)}, indent=2))
    else:
        typer.echo(f"{len(kept.counts):,} counts of {len(kept.kinds):,} kinds of output taken in")


@toin.command()
def reset(yes: Yes = False) -> None:
    """Forget all counts, so that conversations begin without advice; those under way stay as they are.

    Exit code: 1 when you say no, 2 when the counts cannot be written, or there is nobody to ask and no --yes.
    """
    from headroom.toin.book import Book

    book = Book(_folder())
    if book.file.exists():
        ask("forget all counts?", yes)
        with explained():
            book.reset()
    typer.echo("all counts forgotten")


def show(rows: "list[Row]", page: Page) -> None:
    """Print the rows of a report."""
    if not rows:
        page.line(("nothing learnt yet: no output was shortened so that something was left out", DIM))
        return
    heads = ("kind of output", "forms", "tokens", "looked up", "came back", "fields")
    page.table(
        heads,
        [
            (
                (
                    f"{row.kind or '?'} {row.structure}",
                    f"{row.forms:,}",
                    f"{row.tokens_after:,}",
                    f"{row.looked_up:,}",
                    f"{row.tokens_back:,}",
                    f"{sum(row.fields_asked.values()):,}",
                ),
                WARN if row.advice else "",
            )
            for row in rows
        ],
    )
    told = [(row, row.advice) for row in rows if row.advice]
    page.line()
    if not told:
        page.line(("no advice: lookups are too few to be worth more room", DIM))
        return
    page.line(("for conversations that begin now:", GOOD))
    page.rows([(f"{row.kind} {row.structure}", (said, "")) for row, said in told])


def _rows() -> "list[Row]":
    from headroom.settings import state_dir
    from headroom.toin import report, today

    with explained():
        return report(state_dir(), today())


def _say_damaged() -> None:
    from headroom.toin.book import Book

    for file in Book(_folder()).damaged():
        typer.echo(
            f"headroom: the counts were damaged, or of another version, and moved aside; what could be read of "
            f"them is in the new ones. When nothing is missing, delete {file}",
            err=True,
        )


def _folder() -> Path:
    from headroom.settings import state_dir
    from headroom.toin import folder

    return folder(state_dir())
