"""The largest tool results: how often each was sent, and what that cost as it was sent and in full.

A result is paid for in every request it stands in: the first one writes it to the cache, the later ones read it.
It stands in its first request that the provider took, and in all later ones of its conversation in that log, until
the client shortened the conversation. With `tokens` as it was sent (or as it came, for the cost in full):

    first request    tokens x the price of a write, by lifetime; of plain input where the request wrote nothing
    later requests   tokens x the price of a read; where more of the cache was missed than read, as in the first

This is the rule of `ledger`, without the positions in the prompt that a log does not tell. Token counts are
o200k_base, so that the money is an estimate. A result that several logs list costs in each of them.
"""

from typing import Final

from headroom.report.asked import BLOCKS, PROMPT, Asked
from headroom.report.results import FIRST_BLOCKS
from headroom.report.shapes import Output
from headroom.session_index.kinds import Block, Exchange
from headroom.session_index.turns import rate_of_a_miss

LARGEST: Final = 10

# For each conversation that lists one of them: the requests from which on and up to which it stands in it.
_STAYS: Final = f"""
CREATE TEMP TABLE stays AS
SELECT key, log, conversation, begin, coalesce((
    SELECT min(n) FROM exchanges e
    WHERE e.log = l.log AND e.n > l.begin AND e.shortened AND e.conversation = l.conversation
), 1 << 40) AS stop FROM (
    SELECT b.key, b.log, b.conversation, (
        SELECT min(n) FROM exchanges e
        WHERE e.log = b.log AND e.n >= min(b.n) AND e.kind IN {{taken}} AND e.conversation = b.conversation
    ) AS begin
    FROM {BLOCKS} AND b.kind NOT IN {{audited}} AND b.key IN (SELECT key FROM largest)
    GROUP BY b.key, b.log, b.conversation
) l WHERE begin IS NOT NULL
"""


def largest(asked: Asked) -> list[Output]:
    """Return the ten largest results as they came, the largest first; needs `results.mark_again`."""
    audited = asked.blocks(lambda kind: kind.audit)
    taken = asked.exchanges(lambda kind: kind.is_taken and kind.mode not in ("audit", "simulate"))
    asked.rows(
        f"CREATE TEMP TABLE largest AS SELECT b.* FROM {FIRST_BLOCKS} AND b.kind NOT IN {audited}"
        f" ORDER BY b.before DESC, b.key LIMIT {LARGEST}"
    )
    asked.rows(_STAYS.format(taken=taken, audited=audited))
    outputs = _outputs(asked)
    rates = asked.rates
    sent = asked.rows(
        f"SELECT s.key, e.kind, {rates.period('e.used_t')} AS period, {rates.tier(PROMPT)} AS tier,"
        " e.n > s.begin AND e.cache_read > 0 AND e.cache_read >= e.missed AS is_read,"
        f" count(*), min(e.used_t), min{PROMPT} FROM stays s"
        " JOIN exchanges e ON e.log = s.log AND e.n >= s.begin AND e.n < s.stop"
        f" WHERE e.conversation = s.conversation AND e.kind IN {taken}"
        " GROUP BY s.key, e.kind, period, tier, is_read"
    )
    for key, number, _, _, is_read, times, moment, length in sent:
        output, kind = outputs[key], asked.kinds[number]
        assert isinstance(kind, Exchange)
        output.sent += times
        row = rates.row(kind.named, moment) if kind.answered else None
        if row is not None:
            price = row.at(length)
            rate = price.cache_read if is_read else rate_of_a_miss(price, kind.written, kind.written_1h)
            output.priced += times
            output.cost += times * rate * output.after
            output.full_cost += times * rate * output.before
    return list(outputs.values())


def _outputs(asked: Asked) -> dict[str, Output]:
    """Return them before they were sent."""
    found = {}
    rows = asked.rows(
        "SELECT l.key, s.name, l.kind, e.kind, l.before, l.after FROM largest l JOIN logs s USING (log)"
        " JOIN exchanges e USING (log, n) ORDER BY l.before DESC, l.key"
    )
    for key, session, number, number_of_request, before, after in rows:
        block, request = asked.kinds[number], asked.kinds[number_of_request]
        assert isinstance(block, Block) and isinstance(request, Exchange)
        found[key] = Output(
            *(key, block.tool, session, request.named, block.compressor, block.lossless, before, after),
            *(0, 0, 0, 0),
        )
    return found
