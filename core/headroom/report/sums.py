"""Where all that is told comes together: of sessions as they were read, or of the logs in a state folder."""

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from headroom import session_index, session_log
from headroom.pricing import Row
from headroom.report.asked import EXCHANGES, Asked, project_name
from headroom.report.batches import Batch, batches
from headroom.report.caching import caching
from headroom.report.held_out import comparison
from headroom.report.money import Money, money
from headroom.report.outputs import largest
from headroom.report.results import Results, mark_again, results
from headroom.report.retrievals import retrievals
from headroom.report.shapes import Overview, Project, Spread
from headroom.report.summary import Summary
from headroom.session_log import Session


def summarise(sessions: Iterable[Session], prices: Sequence[Row] = (), since: float | None = None) -> Summary:
    """Sum up sessions.

    Args:
        prices: rows of the user's, which win over the shipped ones.
        since: leaves out what happened before, in seconds since 1970. A request and its answer are one thing, of
            the time when the request was logged.
    """

    def question(connection: Connection) -> Summary:
        asked = Asked(connection, prices, since)
        return _figures(asked, batches(asked)).summary

    return session_index.ask_sessions(sessions, question)


def overview(
    root: Path,
    prices: Sequence[Row] = (),
    since: float | None = None,
    session: str | None = None,
    agent: str | None = None,
    project: str | None = None,
    zone: tzinfo | None = None,
) -> Overview:
    """Tell what the sessions below `root`, the state folder, used, saved and cost.

    Args:
        prices: rows of the user's, which win over the shipped ones.
        since: leaves out what happened before, in seconds since 1970, and logs not written to after it.
        session: only the session with this id, in full.
        agent: only sessions of this agent, "unknown" for those that tell none.
        project: only sessions begun in this folder: its path, or its name.
        zone: in which days begin; the computer's own when None.

    Raises OSError when the folder or a log cannot be read.
    """
    logs = [log for log in session_log.sessions(root, since) if session is None or log.stem == session]
    return session_index.ask(logs, _told(prices, since, agent, project, zone))


def overview_of(
    sessions: Iterable[Session],
    prices: Sequence[Row] = (),
    since: float | None = None,
    zone: tzinfo | None = None,
) -> Overview:
    """Tell the same of sessions as they were read."""
    return session_index.ask_sessions(sessions, _told(prices, since, None, None, zone))


def _told(
    prices: Sequence[Row], since: float | None, agent: str | None, project: str | None, zone: tzinfo | None
) -> Callable[[Connection], Overview]:
    def question(connection: Connection) -> Overview:
        asked = Asked(connection, prices, since, agent, project)
        found = batches(asked, zone)
        figures = _figures(asked, found)
        return Overview(
            summary=figures.summary,
            by_day=figures.money.by_day,
            by_week=figures.money.by_week,
            by_project=_projects(asked, figures.money),
            largest=largest(asked),
            caching=caching(found),
            retrievals=retrievals(asked, figures.results),
            added=figures.summary.added,
            first_byte=Spread.of(figures.first_byte_ms),
        )

    return question


class _Figures(NamedTuple):
    summary: Summary
    money: Money
    results: Results
    first_byte_ms: list[float]
    """Sorted."""


def _projects(asked: Asked, accounts: Money) -> dict[str, Project]:
    found: dict[str, Project] = {}
    for session in asked.sessions:
        path = session.who.project
        found.setdefault(path, Project(project_name(path), path)).sessions += 1
    for who, account in accounts.by_who.items():
        found[who.project].account.include(account)
    return found


def _figures(asked: Asked, found: Sequence[Batch]) -> _Figures:
    mark_again(asked)
    accounts, blocks = money(found), results(asked)
    summary = Summary(
        ids=[session.id for session in asked.sessions],
        total=accounts.total,
        audited=accounts.audited,
        by_agent=accounts.by_agent,
        by_model=accounts.by_model,
        by_upstream=accounts.by_upstream,
        blocks=blocks.total,
        audited_blocks=blocks.audited,
        by_tool=blocks.by_tool,
        by_compressor=blocks.by_compressor,
        unchanged=blocks.unchanged,
        holdout=comparison(asked, found),
        damaged=sum(session.damaged for session in asked.sessions),
    )
    summary.sessions_by_agent.update(session.who.agent for session in asked.sessions)
    for batch in found:
        is_sent = batch.kind.asked and batch.kind.mode != "simulate"
        summary.simulated += batch.times * (batch.kind.mode == "simulate")
        summary.failed += batch.times * (is_sent and not batch.kind.is_taken)
        summary.retried += batch.times * (is_sent and batch.kind.retried)
        summary.rounds += batch.times * (is_sent and batch.kind.is_round)
    _see_others(asked, summary)
    return _Figures(summary, accounts, blocks, _see_times(asked, summary))


def _see_times(asked: Asked, summary: Summary) -> list[float]:
    """Fill in when it was and how long we took; return the times to the first byte, sorted."""
    sent = asked.exchanges(lambda kind: kind.asked and kind.mode != "simulate")
    taken = asked.exchanges(lambda kind: kind.is_taken)
    times = asked.rows(
        f"SELECT e.ms, e.first_byte_ms * (e.kind IN {taken}) FROM {EXCHANGES} AND e.kind IN {sent}"
    ).fetchall()
    summary.ms = sorted([ms for ms, _ in times])
    others = asked.rows("SELECT min(t), max(t) FROM others JOIN asked USING (log) WHERE t >= :since")
    told = [moment for moment in (*asked.moments, *others.fetchone()) if moment is not None]
    summary.began, summary.ended = min(told, default=None), max(told, default=None)
    return sorted([ms for _, ms in times if ms is not None and ms > 0])


def _see_others(asked: Asked, summary: Summary) -> None:
    guarded: set[str] = set()
    found = asked.rows(
        "SELECT o.kind, o.name, o.said, o.number, o.conversation, count(*) FROM others o JOIN asked a USING (log)"
        " WHERE o.t >= :since AND o.kind NOT IN ('head', 'start')"
        # errors and calls are as many as they are; the others are told one by one, in their order.
        " GROUP BY o.kind, CASE o.kind WHEN 'error' THEN o.name || ': ' || o.said WHEN 'retrieve' THEN o.said"
        " ELSE o.seq END ORDER BY a.position, o.seq"
    )
    for kind, name, said, number, conversation, count in found:
        match kind:
            case "error":
                summary.errors[f"{name}: {said}"] += count
            case "retrieve":
                summary.lookups += count
                summary.misses += 0 if said else count
            case "guard" if conversation not in guarded:
                guarded.add(conversation)
                summary.guards[name] += 1
                summary.guards_lost += number / 1000
            case "end" if number is not None:
                summary.exit_codes.append(number)
