"""`headroom sessions`: the logs of sessions, one by one."""

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headroom_cli.ask import ask
from headroom_cli.fail import fail
from headroom_cli.figures import count, duration
from headroom_cli.options import LENGTH, AsJson, Yes, explained, session
from headroom_cli.page import BAD, DIM, GOOD, Page, console
from headroom_cli.store_status import size
from headroom_cli.times import length

if TYPE_CHECKING:
    from headroom.retention.logs import Logged

sessions = typer.Typer(
    name="sessions",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The logs of sessions: which there are, what one did, and how to be rid of them.",
)


@sessions.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest last.", metavar="N")] = 20,
    everything: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """List sessions, the newest last: agent, project, when, how long, requests, tokens saved."""
    logs = _logs()
    shown = logs if everything else logs[-limit:]
    if as_json:
        typer.echo(json.dumps([_as_data(log) for log in shown], indent=2))
        return
    page = Page(console())
    if not logs:
        page.line(("no sessions yet: `headroom wrap claude` makes one", DIM))
    for log in shown:
        page.line((f" {log.id}", ""), (f"  {log.agent}", DIM), ("  running" if log.runs else "", GOOD))
        page.line((f"   {log.project or '(unknown folder)'}", DIM))
        saved = f"{log.saved:,} tokens saved"
        told = (f"{_when(log.began)}, {duration(_length_s(log))}", count(log.requests, "request"))
        page.line((f"   {', '.join(told)}, ", DIM), (saved, BAD if log.saved < 0 else ""))
    if len(shown) < len(logs):
        page.line((f" {len(logs) - len(shown):,} more: --all", DIM))


@sessions.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A session's id, or the beginning of it.")],
    as_json: AsJson = False,
) -> None:
    """Show what one session did and saved, as `headroom perf --session` does. Exit code: 2 when there is none."""
    from headroom_cli.perf import perf

    perf(session=_the_one(id_, _logs()).id, as_json=as_json)


@sessions.command()
def delete(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Sessions' ids.")] = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", help=f"All that ended so long ago: {LENGTH}.", metavar="TIME")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete the logs of sessions; `headroom perf` then knows nothing of them. Those that go on are refused.

    What they left in the store stays: see `headroom store purge`. Exit code: 1 when you say no, 2 when it cannot
    be done, or there is nobody to ask and no --yes.
    """
    from headroom.retention import logs as logs_module

    if bool(ids) == (older_than is not None):
        fail("name sessions by their ids, or say --older-than; not both")
    logs = _logs()
    if older_than is None:
        chosen = [_the_one(each, logs) for each in dict.fromkeys(ids or [])]
        going_on = [log.id for log in chosen if log.runs]
        if going_on:
            fail(f"{', '.join(going_on)} goes on, or may: it has no end and was written to within the hour")
    else:
        before = time.time() - length(older_than, "--older-than")
        chosen = [log for log in logs if log.last < before and not log.runs]
    gone = logs_module.Pruned(0, 0)
    if chosen:
        ask(f"delete {count(len(chosen), 'log')}, {size(sum(log.bytes for log in chosen))}?", yes)
        with explained():
            gone = logs_module.remove([log.path for log in chosen], time.time())
    if as_json:
        typer.echo(json.dumps({"logs": gone.logs, "bytes": gone.bytes}, indent=2))
    else:
        typer.echo(f"{count(gone.logs, 'log')} deleted, {size(gone.bytes)}")


def _logs() -> "list[Logged]":
    from headroom import settings
    from headroom.retention.logs import look

    with explained():
        return look(settings.state_dir(), time.time())


def _the_one(asked: str, logs: "list[Logged]") -> "Logged":
    by_id = {log.id: log for log in logs}
    return by_id[session(asked, list(by_id))]


def _as_data(log: "Logged") -> dict[str, Any]:
    return {
        "id": log.id,
        "agent": log.agent,
        "project": log.project,
        "began": log.began,
        "duration_s": round(_length_s(log), 3),
        "running": log.runs,
        "ended": log.ended,
        "requests": log.requests,
        "saved_tokens": log.saved,
        "bytes": log.bytes,
    }


def _length_s(log: "Logged") -> float:
    return max((time.time() if log.runs else log.last) - log.began, 0.0)


def _when(t: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(t))
