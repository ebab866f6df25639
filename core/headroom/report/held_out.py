"""The hold-out: what conversations cost that were left alone by lot, and what the others cost beside them."""

from collections.abc import Iterable
from typing import Final

from headroom import ledger
from headroom.holdout import Comparison, Sample, compare
from headroom.report.asked import EXCHANGES, PROMPT, Asked
from headroom.report.batches import Batch
from headroom.session_index.kinds import Exchange
from headroom.types import Usage

_USED: Final = ("input", "cache_write", "cache_write_1h", "cache_read", "output")


def comparison(asked: Asked, found: Iterable[Batch]) -> Comparison:
    """Compare with the conversations left alone those that began when such were drawn, and no older ones.

    An extra round of ours is a cost, and no turn. Requests of unknown price are left out.
    """
    if not any(_counts(batch.kind) and batch.kind.holdout for batch in found):
        return Comparison(0, 0)
    rates = asked.rates
    sums = ", ".join(f"{asked.sum}(e.{name})" for name in _USED)
    rows = asked.rows(
        f"SELECT e.kind, e.conversation, {rates.period('e.used_t')} AS period, {rates.tier(PROMPT)} AS tier,"
        f" min(e.at), min(e.used_t), min{PROMPT}, count(*), {sums} FROM {EXCHANGES} AND e.conversation != ''"
        f" AND e.kind IN {asked.exchanges(_counts)} GROUP BY e.kind, e.conversation, period, tier"
    )
    costs: dict[tuple[bool, str], Sample] = {}
    first: dict[tuple[bool, str], float] = {}
    for number, conversation, _, _, began, moment, length, count, *counted in rows:
        kind = asked.kinds[number]
        assert isinstance(kind, Exchange)
        row, key = rates.row(kind.named, moment), (kind.holdout, conversation)
        if row is not None:
            fresh, written, written_1h, read, output = map(int, counted)
            paid = ledger.cost(Usage(fresh, written, written_1h, read, output), row.at(length))
            turns, cost = costs.get(key, Sample(0, 0))
            costs[key] = Sample(turns + count * (not kind.is_round), cost + paid)
            first[key] = min(began, first.get(key, began))
    begin = min((t for (alone, _), t in first.items() if alone), default=float("inf"))
    groups: tuple[list[Sample], list[Sample]] = ([], [])
    for key, sample in sorted(costs.items()):
        if first[key] >= begin:
            groups[key[0]].append(sample)
    return compare(*groups)


def _counts(kind: Exchange) -> bool:
    return kind.asked and kind.answered and kind.mode == "optimize"
