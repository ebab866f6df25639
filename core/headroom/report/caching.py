"""How prompts were cached, and what was missed for which cause, from the turns of `session_index.turns`."""

from collections.abc import Iterable

from headroom.report.batches import Batch
from headroom.report.shapes import Caching, Miss
from headroom.session_index.turns import CAUSES, rate_of_a_miss


def caching(found: Iterable[Batch]) -> Caching:
    """Return how requests were cached.

    A token that was missed cost the price of a write, or of plain input where the request wrote none, instead of
    that of a read. Requests that were only audited, or name no conversation, are left out.
    """
    told, misses = Caching(), dict[str, Miss]()
    for batch in found:
        kind = batch.kind
        if kind.cause is None or kind.mode in ("audit", "simulate"):
            continue
        told.turns += batch.times
        told.read += batch.usage.cache_read
        told.prompt += batch.usage.total_input
        if not kind.cause:
            told.held += batch.times
            continue
        miss = misses.setdefault(kind.cause, Miss())
        miss.times += batch.times
        miss.tokens += batch.missed
        if batch.row is None:
            miss.unpriced += batch.missed
        else:
            price = batch.row.at(batch.prompt)
            miss.cost += batch.missed * (rate_of_a_miss(price, kind.written, kind.written_1h) - price.cache_read)
    told.misses = {cause: misses[cause] for cause in CAUSES if cause in misses}
    return told
