"""The requests in question, summed up as far as they have all in common by which figures are told."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from headroom.ledger import RoundTrip, Saved
from headroom.pricing import Row
from headroom.report.asked import EXCHANGES, PROMPT, SAVED, Asked, Who
from headroom.session_index.kinds import Exchange
from headroom.types import Usage

_QUARTER_S: Final = 900
"""Days begin at a whole quarter of an hour, UTC, in every zone of today."""
_SUMMED: Final = (
    *("input", "cache_write", "cache_write_1h", "cache_read", "output", "reasoning", "image"),
    *("saved_input", "saved_write", "saved_write_1h", "saved_read"),
    *("trip_read", "trip_output", "trip_input", "missed"),
)


class Batch(NamedTuple):
    """Requests with all of this in common, and their tokens summed up."""

    who: Who
    day: date
    """Local, of the request."""
    kind: Exchange
    row: Row | None
    """Prices; None where they are not known."""
    prompt: int
    """Input tokens of one of them, as with us: it decides among tiers."""
    prompt_alone: int
    """The same without us: the prompt may have been long enough for another tier."""
    times: int
    """How many they are."""
    usage: Usage
    """As with us: of requests that were only audited, what it would have been."""
    saved: Saved
    trip: RoundTrip
    missed: int
    """What might have been read from the cache, for the cause that the kind names."""


def batches(asked: Asked, zone: tzinfo | None = None) -> list[Batch]:
    """Return the requests in question, in the order in which each batch has its first.

    Args:
        zone: in which days begin; the computer's own when None.
    """
    asked.connection.create_function("local_day", 1, _local_day(zone), deterministic=True)
    audited = asked.exchanges(lambda kind: kind.mode == "audit")
    found = list(_batches(asked, f"NOT IN {audited}", PROMPT, f"{PROMPT} + {SAVED}"))
    found += _batches(asked, f"IN {audited}", f"{PROMPT} - {SAVED}", PROMPT)
    return found


def _batches(asked: Asked, which: str, prompt: str, alone: str) -> Iterator[Batch]:
    rates = asked.rates
    sums = ", ".join(f"{asked.sum}(e.{name})" for name in _SUMMED)
    found = asked.rows(
        "SELECT min((a.position << 32) | e.n) AS first, a.who, local_day(e.at) AS day, e.kind AS kind,"
        f" {rates.period('e.used_t')} AS period, {rates.tier(f'({prompt})')} AS tier,"
        f" {rates.tier(f'({alone})')} AS tier_alone,"
        f" min(e.used_t), min({prompt}), min({alone}), count(*), {sums} FROM {EXCHANGES} AND e.kind {which}"
        " GROUP BY a.who, day, e.kind, period, tier, tier_alone ORDER BY first"
    )
    for _, who, ordinal, number, _, _, _, moment, longest, longest_alone, count, *counted in found:
        kind = asked.kinds[number]
        assert isinstance(kind, Exchange)
        row = rates.row(kind.named, moment) if kind.answered else None
        fresh, written, written_1h, read, output, reasoning, image, *rest = map(int, counted)
        saved, trip = Saved(*rest[:4]), RoundTrip(*rest[4:7])
        if kind.mode == "audit":
            fresh, read = fresh - saved.input, read - saved.cache_read
            written, written_1h = written - saved.cache_write, written_1h - saved.cache_write_1h
        usage = Usage(fresh, written, written_1h, read, output, kind.named, reasoning, image)
        day = date.fromordinal(ordinal)
        yield Batch(asked.whose[who], day, kind, row, longest, longest_alone, count, usage, saved, trip, rest[7])


def _local_day(zone: tzinfo | None) -> Callable[[float], int]:
    known: dict[int, int] = {}

    def local_day(moment: float) -> int:
        quarter = int(moment // _QUARTER_S)
        if quarter not in known:
            try:
                known[quarter] = datetime.fromtimestamp(quarter * _QUARTER_S, zone).toordinal()
            except (OverflowError, OSError, ValueError):  # the last hours of the year 9999
                known[quarter] = date.max.toordinal()
        return known[quarter]

    return local_day
