"""Writes what happened to the session log, after the response: never in a request's way."""

from collections.abc import Callable, Mapping
from pathlib import Path

from headroom import guard, ledger, session_log, tokens
from headroom.answering.tool import Answered
from headroom.bounds import Places
from headroom.ledger import RoundTrip, Saved
from headroom.policy import MODES
from headroom.proxy.exchange import Exchange
from headroom.proxy.heads import Heads
from headroom.types import Usage

_MAX_CONVERSATIONS = 10_000


def _at_once(work: Callable[[], None]) -> None:
    work()


class Recorder:
    """The running session's log and counts.

    A log that can be opened but not written costs its lines, not the requests; `stats` counts them.

    Args:
        path: the session's log.
        later: runs the writing when the requests of the moment are answered, a few milliseconds from now.
        leave_alone: is given a conversation that costs more than without us, and why we think so.
        note_trip: is given each turn that exists only because an original was asked for again.

    Raises OSError when the log cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        later: Callable[[Callable[[], None]], object] = _at_once,
        leave_alone: Callable[[str, str], None] = lambda _conversation, _why: None,
        note_trip: Callable[[RoundTrip], None] = lambda _trip: None,
    ) -> None:
        self._later = later
        self._leave_alone = leave_alone
        self._note_trip = note_trip
        self._guard = guard.Guard()
        self._places = Places()
        self._waiting: list[Exchange] = []
        self._n = session_log.count_requests(path)
        self._log = session_log.SessionLog(path)
        self._heads = Heads(self._write)
        self._previous_output: dict[str, int] = {}
        self._counts = dict.fromkeys(
            ("requests", "changed", "retried", "errors", "saved_tokens", "lost_log_lines"), 0
        )

    def exchange(self, exchange: Exchange) -> None:
        """Log one request and what the provider says it used, soon."""
        self._waiting.append(exchange)
        if len(self._waiting) == 1:
            self._later(self.flush)

    def flush(self) -> None:
        """Write what is waiting."""
        waiting, self._waiting = self._waiting, []
        for exchange in waiting:
            self._record(exchange)

    def _record(self, exchange: Exchange) -> None:
        outcome = exchange.outcome
        changes = exchange.changes()
        self._n += 1
        self._counts["requests"] += 1
        self._counts["changed"] += outcome.is_changed
        self._counts["retried"] += exchange.was_retried
        self._write(session_log.request_event(self._n, exchange, changes))
        if exchange.mode == MODES[0] and not exchange.was_retried:
            self._heads.see(self._n, outcome)
        for where, what in outcome.errors:
            self.error(where, what)
        usage = exchange.tee.usage() if exchange.tee else None
        if usage is None:
            return
        conversation = outcome.reading.conversation if outcome.reading else ""
        is_audit = exchange.mode == MODES[1]
        bounds = self._places.see(conversation, changes, usage, is_audit=is_audit)
        saved = ledger.attribute(changes, usage, bounds, is_audit=is_audit)
        trip = ledger.round_trip(changes, usage, self._previous_output.get(conversation, 0))
        if exchange.mode == MODES[0] and not exchange.was_retried:
            saved = self._judged(exchange, usage, saved, trip)
            if trip.total:
                self._note_trip(trip)
        if len(self._previous_output) >= _MAX_CONVERSATIONS:
            self._previous_output.clear()
        self._previous_output[conversation] = usage.output
        self._counts["saved_tokens"] += saved.total
        self._write(session_log.usage_event(self._n, usage, saved, trip))

    def _judged(self, exchange: Exchange, usage: Usage, saved: Saved, trip: RoundTrip) -> Saved:
        """Return what was saved, with what our own fault cost taken away; end what costs more than it saves."""
        net = guard.weight(saved, trip)
        verdict = self._guard.judge(exchange.outcome, usage, exchange.asked_at, exchange.answered_at, net)
        if verdict.why and exchange.outcome.reading:
            conversation = exchange.outcome.reading.conversation
            lost = -guard.weight(guard.with_lost(Saved(), verdict.lost, usage), RoundTrip())
            self._write(session_log.guard_event(conversation, verdict.why, round(lost * 1000)))
            self._leave_alone(conversation, verdict.why)
        return guard.with_lost(saved, verdict.lost, usage)

    def retrieved(self, answered: Answered) -> None:
        """Log that the model asked for an original, and what it got. From any thread."""
        given = tokens.count(answered.text) if answered.hit else 0
        self._write(
            session_log.retrieve_event(answered.key, query=answered.has_query, hit=answered.hit, tokens=given)
        )

    def error(self, where: str, what: str) -> None:
        """Log that something failed and the original went through."""
        self._counts["errors"] += 1
        self._write(session_log.error_event(where, what))

    def stats(self) -> dict[str, int]:
        """Return the counts so far."""
        self.flush()
        return dict(self._counts)

    def close(self) -> None:
        """Write what is waiting, and close the log."""
        self.flush()
        self._heads.close()
        self._log.close()

    def _write(self, event: Mapping[str, object]) -> None:
        try:
            self._log.append(event)
        except OSError:
            self._counts["lost_log_lines"] += 1
