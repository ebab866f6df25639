"""The requests of a session, one by one, while its log grows; `batches` tells the same of many at once."""

from datetime import date

from headroom import ledger
from headroom.pricing import Row
from headroom.report.asked import Who
from headroom.report.batches import Batch
from headroom.session_index.kinds import Exchange
from headroom.session_index.turns import Turns
from headroom.session_log.events import Head, Request, UsageLine
from headroom.types import Usage


class Growing:
    """Takes the events of one session in the order of its log."""

    def __init__(self) -> None:
        self._turns = Turns()

    def request(self, event: Request) -> None:
        """See a request."""
        self._turns.request(event)

    def head(self, event: Head) -> None:
        """See what stands before its messages."""
        self._turns.head(event)

    def usage(self, line: UsageLine, model: str, row: Row | None) -> Batch:
        """Return the usage of one request that was sent, without the request: nobody's, of no day.

        Args:
            model: the one that answered.
            row: its prices.
        """
        usage = Usage(
            *(line.input, line.cache_write, line.cache_write_1h, line.cache_read, line.output, model),
            *(line.reasoning, line.image),
        )
        completed = self._turns.usage(line)
        lost = completed.missed if completed else None
        kind = Exchange(
            answered=True,
            model=model,
            cause=lost and lost.cause,
            written=line.cache_write > 0,
            written_1h=line.cache_write_1h > 0,
        )
        lengths = usage.total_input, ledger.without_us(usage, line.saved).total_input
        tokens = lost.tokens if lost else 0
        return Batch(Who("", ""), date.min, kind, row, *lengths, 1, usage, line.saved, line.round_trip, tokens)
