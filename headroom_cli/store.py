"""`headroom store`: what is kept of what was shortened, and how to be rid of it."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.ask import ask
from headroom_cli.fail import fail
from headroom_cli.figures import count
from headroom_cli.options import LENGTH, AsJson, Yes, explained
from headroom_cli.options import session as the_one
from headroom_cli.page import Page, console
from headroom_cli.store_status import show, size
from headroom_cli.store_status import status as look
from headroom_cli.times import length

if TYPE_CHECKING:
    from headroom.retention.logs import Logged
    from headroom.retention.purge import Chosen, Plan
    from headroom.store.removal import Removal

store = typer.Typer(
    name="store",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What is kept of what was shortened: how much, how old, whose; and how to be rid of it.",
)


@store.command()
def status(as_json: AsJson = False) -> None:
    """Say how much is kept, how old it is, and of which projects. Exit code: 2 when that cannot be read."""
    from headroom import settings

    with explained():
        told = look(settings.state_dir(), settings.load(folder=settings.working_folder()), time.time())
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        show(told, Page(console()))


@store.command()
def prune(as_json: AsJson = False) -> None:
    """Remove now what is too old or too much by the settings, as each start does in the background.

    These are store.ttl_days and store.max_mb, sessions.max_age_days and sessions.max_mb. Exit code: 2 when it
    cannot be done.
    """
    from headroom import settings
    from headroom.retention import logs
    from headroom.store import Pruned, SqliteStore

    with explained():
        values, root, now = settings.load(folder=settings.working_folder()), settings.state_dir(), time.time()
        gone = Pruned(0, 0, 0, 0)
        if (root / "store").is_dir():
            held = SqliteStore(root / "store")
            gone = held.prune(now, values["store.ttl_days"] * 86_400, values["store.max_mb"] << 20)
            held.close()
        of_logs = logs.prune(root, now, values["sessions.max_age_days"] * 86_400, values["sessions.max_mb"] << 20)
    if as_json:
        typer.echo(json.dumps(gone._asdict() | {"logs": of_logs.logs, "log_bytes": of_logs.bytes}, indent=2))
    else:
        Page(console()).rows(
            [
                ("originals", (f"{gone.originals:,} removed, {size(gone.bytes)}", "")),
                ("decisions", (f"{gone.decisions:,} removed", "")),
                ("left behind", (f"{count(gone.strays, 'file')} removed", "")),
                ("logs", (f"{of_logs.logs:,} removed, {size(of_logs.bytes)}", "")),
            ]
        )


@store.command()
def purge(
    project: Annotated[
        Path | None, typer.Option(help="Only what sessions in this folder, or below it, made.", metavar="DIR")
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", help=f"Only what was not used for so long: {LENGTH}.", metavar="TIME"),
    ] = None,
    session: Annotated[str | None, typer.Option(help="Only what this session made.", metavar="ID")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also originals of sessions that go on.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Remove originals, and what was decided about them: all there are, or a part.

    What sessions that go on have decided always stays, since what they send is made of it; their originals stay
    but with --force. Logs stay: see `headroom sessions delete`. Exit code: 1 when you say no, 2 when it cannot be
    done, or there is nobody to ask and no --yes.
    """
    from headroom import settings
    from headroom.retention import logs as logs_module
    from headroom.retention import purge as purging
    from headroom.store.removal import Removal

    if sum(each is not None for each in (project, older_than, session)) > 1:
        fail("--project, --older-than and --session exclude each other")
    now = time.time()
    with explained():
        root = settings.state_dir()
        logs = logs_module.look(root, now)
        chosen = _chosen(project, older_than, session, logs, now)
        removal = Removal(root / "store")
        try:
            what = _plan(removal, chosen, logs, force=force)
            if not as_json or not yes:
                _tell(what)
            if what.originals or what.rows:
                ask(f"delete {count(len(what.originals), 'original')}, {size(what.bytes)}?", yes)
            gone = purging.carry_out(removal, what, with_damaged=chosen.is_everything)
        finally:
            removal.close()
    if as_json:
        data = {"originals": gone.originals, "bytes": gone.bytes, "decisions": gone.rows}
        typer.echo(json.dumps(data | {"of_running": what.of_running, "shared": what.shared}, indent=2))
    else:
        typer.echo(f"{count(gone.originals, 'original')} deleted, {size(gone.bytes)}, and {gone.rows:,} decisions")


def _chosen(
    project: Path | None, older_than: str | None, session: str | None, logs: "list[Logged]", now: float
) -> "Chosen":
    from headroom.retention.purge import Chosen

    if session is not None:
        return Chosen(session=the_one(session, [log.id for log in logs]))
    if project is not None:
        # It may be gone: then its name as it stands in the logs is all there is.
        return Chosen(project=os.path.realpath(project) if project.exists() else str(project.absolute()))
    return Chosen(before=None if older_than is None else now - length(older_than, "--older-than"))


def _plan(removal: "Removal", chosen: "Chosen", logs: "list[Logged]", *, force: bool) -> "Plan":
    from headroom.retention import purge as purging

    originals, rows = removal.originals(), removal.rows()
    return purging.plan(chosen, logs, originals, rows, purging.named_in(removal, logs), force=force)


def _tell(what: "Plan") -> None:
    rows = [("originals", (f"{count(len(what.originals), 'file')}, {size(what.bytes)}", ""))]
    rows.append(("decisions", (f"{len(what.rows):,}", "")))
    if what.of_running:
        rows.append(("stay", (f"{what.of_running:,} of sessions that go on; --force takes them too", "")))
    if what.shared:
        rows.append(("stay", (f"{what.shared:,} that sessions elsewhere use as well", "")))
    Page(console(is_stderr=True)).rows(rows)
