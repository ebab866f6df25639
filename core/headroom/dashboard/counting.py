"""What one answer and one block count for. Sums of it are what `headroom.report` makes of whole logs."""

from dataclasses import dataclass, fields

from headroom import ledger
from headroom.pricing import Row
from headroom.report import Account
from headroom.session_log.events import BlockLine, UsageLine
from headroom.types import Usage


def account_of(line: UsageLine, model: str, row: Row | None) -> Account:
    """Return what one answered request used, saved and cost.

    Args:
        row: the model's rates; None where they are not known, which is no money at all.
    """
    usage = Usage(line.input, line.cache_write, line.cache_write_1h, line.cache_read, line.output)
    told = Account(with_usage=1, input=line.input, cache_write=line.cache_write, output=line.output)
    told.cache_write_1h, told.cache_read = line.cache_write_1h, line.cache_read
    told.reasoning, told.image = line.reasoning, line.image
    told.saved, told.round_trip = line.saved.total, line.round_trip.total
    if row is None:
        told.unpriced[model] = usage.total_input + usage.output
        return told
    # Without us the prompt may have been long enough for another tier of prices.
    price, alone = row.at(usage.total_input), ledger.without_us(usage, line.saved)
    told.priced = 1
    told.paid = ledger.cost(usage, price)
    told.would_have_paid = ledger.cost(alone, row.at(alone.total_input))
    told.would_have_paid -= ledger.round_trip_cost(line.round_trip, price)
    return told


@dataclass(slots=True)
class Tool:
    """Blocks of a tool, each counted once. Tokens are o200k_base."""

    seen: int = 0
    lossless: int = 0
    """Shortened without loss."""
    lossy: int = 0
    before: int = 0
    """Tokens of the shortened ones, as they came."""
    after: int = 0
    retrieved: int = 0
    """Originals that the model asked for again."""

    def add(self, line: BlockLine) -> None:
        """Count a block."""
        self.seen += 1
        self.retrieved += line.retrieval
        if line.compressor and not line.retrieval:
            self.lossless += line.lossless
            self.lossy += not line.lossless
            self.before += line.before
            self.after += line.after

    def include(self, other: "Tool") -> None:
        """Add others to these."""
        for row in fields(self):
            setattr(self, row.name, getattr(self, row.name) + getattr(other, row.name))
