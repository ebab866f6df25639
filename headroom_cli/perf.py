"""`headroom perf`: what it saved, from the session logs."""

import re
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from headroom_cli.fail import fail

_UNITS_S = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_NEWEST = 3


def perf(
    session: Annotated[
        str | None, typer.Option("--session", help="One session, by its id or the beginning of it.", metavar="ID")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="All sessions since then: 7d, 24h, 30m, 2w or 2026-11-01.", metavar="WHEN"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All sessions there are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what the last session saved, or others: in tokens and money, by agent, model, tool and compressor.

    Exit code: 2 when there is no such session, or WHEN cannot be read.
    """
    from headroom import pricing, session_log, settings
    from headroom.report import summarise
    from headroom_cli import show

    if sum((session is not None, since is not None, everything)) > 1:
        fail("--session, --since and --all exclude each other")
    root = settings.state_dir()
    begin = None if since is None else _moment(since, time.time())
    try:
        logs = session_log.sessions(root, begin)
        if session is not None:
            logs = [_the_one(session, logs)]
        elif since is None and not everything:
            logs = logs[-1:]
        summary = summarise((session_log.read(log) for log in logs), show.user_prices(), begin)
    except (pricing.PriceError, settings.SettingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or root}: {error.strerror or error}")
    if as_json:
        import json

        typer.echo(json.dumps(show.summary_json(summary), indent=2))
    elif not logs:
        when = "" if since is None else f" since {since}"
        typer.echo(f"no sessions yet{when}: `headroom wrap claude` makes one (looked in {root / 'sessions'})")
    else:
        to = show.console()
        show.print_summary(summary, to)
        show.print_tables(summary, to)


def _the_one(asked: str, logs: list[Path]) -> Path:
    """Return the log whose session's id begins so."""
    found = [log for log in logs if log.stem.startswith(asked)] if asked else []
    found = [log for log in found if log.stem == asked] or found
    if not found:
        fail(f"no session {asked!r}; " + (f"the newest: {_listed(logs)}" if logs else "there are none yet"))
    if len(found) > 1:
        fail(f"{len(found)} sessions begin with {asked!r}: {_listed(found)}")
    return found[0]


def _listed(logs: list[Path]) -> str:
    return ", ".join(log.stem for log in reversed(logs[-_NEWEST:])) + (", ..." if len(logs) > _NEWEST else "")


def _moment(when: str, now: float) -> float:
    """Return a time in seconds since 1970: so long ago, or a date (its local midnight), or a date and time."""
    ago = re.fullmatch(r"([0-9]{1,6})([mhdw])", when.strip().lower())
    if ago:
        return now - int(ago[1]) * _UNITS_S[ago[2]]
    try:
        return datetime.fromisoformat(when.strip()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        fail(f"--since {when!r} cannot be read: use 7d, 24h, 30m, 2w or a date such as 2026-11-01")
