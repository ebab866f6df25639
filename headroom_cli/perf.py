"""`headroom perf`: what it saved, from the session logs."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli import times
from headroom_cli.fail import fail
from headroom_cli.options import WHEN
from headroom_cli.perf_tables import TABLES, table

if TYPE_CHECKING:
    from rich.console import Console

    from headroom.report import Overview
    from headroom_cli.perf_scope import Scope

_Session = Annotated[
    str | None, typer.Option("--session", help="One session, by its id or the beginning of it.", metavar="ID")
]
_Since = Annotated[
    str | None,
    typer.Option("--since", help=f"All sessions since then: {WHEN}.", metavar="WHEN"),
]
_All = Annotated[bool, typer.Option("--all", help="All sessions there are.")]
_Agent = Annotated[
    str | None, typer.Option("--agent", help="Only sessions of this agent: claude, codex, ...", metavar="NAME")
]
_Project = Annotated[
    str | None,
    typer.Option("--project", help="Only sessions begun in this folder: its path or name.", metavar="DIR"),
]
_Full = Annotated[bool, typer.Option("--full", help="Print all tables.")]
_By = Annotated[str | None, typer.Option("--by", help=f"Print one table: {', '.join(TABLES)}.", metavar="TABLE")]
_Json = Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")]
_Csv = Annotated[bool, typer.Option("--csv", help="Print a table as CSV: the one of --by, else by day.")]
_Html = Annotated[
    Path | None, typer.Option("--html", help="Write all of it as a page with charts.", metavar="FILE")
]
_Force = Annotated[bool, typer.Option("--force", help="Let --html replace any file.")]
_Watch = Annotated[bool, typer.Option("--watch", help="Print again when something has changed, until ctrl-C.")]


def perf(
    session: _Session = None,
    since: _Since = None,
    everything: _All = False,
    agent: _Agent = None,
    project: _Project = None,
    full: _Full = False,
    by: _By = None,
    as_json: _Json = False,
    as_csv: _Csv = False,
    html: _Html = None,
    force: _Force = False,
    watch: _Watch = False,
) -> None:
    """Print what was saved, in tokens and money, and whether the prompt cache is well.

    It is the last session that is told of, unless others are asked for; --by, --csv and --html are about all.
    What was paid is compared with what the same requests would have cost without headroom, at list prices. What
    is estimated is marked so, and what became dearer is told as such.

    \b
    Examples:
      headroom perf                       the last session, and the last 7 days
      headroom perf --since 7d --full     all tables about a week
      headroom perf --by cache            why the prompt cache was missed
      headroom perf --by project --csv    one table, for a spreadsheet
      headroom perf --html perf.html      all of it as a page with charts

    Exit code: 2 when there is no such session, or an option cannot be read.
    """
    from headroom_cli import perf_scope

    if sum((session is not None, since is not None, everything)) > 1:
        fail("--session, --since and --all exclude each other")
    if sum((full, by is not None or as_csv, as_json, html is not None)) > 1:
        fail("--full, --by (with --csv or without), --json and --html exclude each other")
    if watch and (as_json or as_csv or html is not None):
        fail("--watch prints for a person: without --json, --csv and --html")
    if by is not None and by not in TABLES:
        fail(f"--by {by!r}: there are {', '.join(TABLES)}")
    begin = None if since is None else times.since(since, time.time(), "--since")
    is_of_all = by is not None or as_csv or html is not None
    is_all = everything or (session is None and since is None and is_of_all)
    scope = _scope(session, begin, is_all, agent, perf_scope.folder(project))
    if watch:
        _watch(scope, full, by)
        return
    told = _read(scope)
    if as_json:
        _print_json(told)
    elif as_csv:
        _print_csv(told, by or "day")
    elif html is not None:
        _write_page(html, told, force)
    elif not told.summary.ids:
        typer.echo(_nothing(scope, since))
    else:
        from headroom_cli import show

        _print(told, scope, full, by, show.console())


def _scope(
    session: str | None, since: float | None, is_all: bool, agent: str | None, project: str | None
) -> "Scope":
    from headroom import pricing, settings
    from headroom_cli import show
    from headroom_cli.perf_scope import Scope

    try:
        return Scope(settings.state_dir(), show.user_prices(), session, since, is_all, agent, project)
    except (pricing.PriceError, settings.SettingError) as error:
        fail(str(error))


def _read(scope: "Scope") -> "Overview":
    from headroom_cli import perf_scope

    try:
        told = perf_scope.read(scope)
        if not told.summary.ids and (scope.agent or scope.project):
            perf_scope.check_names(scope)
    except OSError as error:
        fail(f"{error.filename or scope.root}: {error.strerror or error}")
    return told


def _nothing(scope: "Scope", since: str | None) -> str:
    of = "".join(f" of {name}" for name in (scope.agent, scope.project) if name)
    when = "" if since is None else f" since {since}"
    return f"no sessions yet{of}{when}: `headroom wrap claude` makes one (looked in {scope.root / 'sessions'})"


def _print_json(told: "Overview") -> None:
    import json

    from headroom_cli.perf_json import overview_json

    typer.echo(json.dumps(overview_json(told), indent=2))


def _print_csv(told: "Overview", by: str) -> None:
    from headroom_cli import perf_csv

    typer.echo(perf_csv.as_csv(table(told, by)), nl=False)


def _print(told: "Overview", scope: "Scope", full: bool, by: str | None, to: "Console") -> None:
    from datetime import datetime

    from headroom_cli import perf_print, perf_scope

    if by is not None:
        perf_print.print_one(table(told, by), told, to)
    elif full:
        perf_print.print_full(told, to)
    else:
        today = datetime.now().astimezone().date()
        recent = perf_scope.read_recent(scope, today, perf_print.RECENT_DAYS) if scope.is_last else None
        perf_print.print_short(told, recent, today, to)


def _watch(scope: "Scope", full: bool, by: str | None) -> None:
    from headroom_cli import perf_watch, show

    perf_watch.watch(
        scope.root,
        lambda: _read(scope),
        lambda told, to: _print(told, scope, full, by, to),
        show.console(),
    )


def _write_page(path: Path, told: "Overview", force: bool) -> None:
    from datetime import datetime

    from headroom_cli import perf_file
    from headroom_cli.perf_html import as_html

    perf_file.write(path, as_html(told, datetime.now().astimezone()), force=force)
    typer.echo(f"headroom: {path.absolute()}", err=True)
