"""What is counted of requests and of blocks: tokens, and money in picodollars. Signed."""

from collections import Counter
from dataclasses import dataclass, field, fields

from headroom import ledger
from headroom.report.batches import Batch


@dataclass(slots=True)
class Account:
    """Requests, tokens and money of a session, an agent or a model."""

    requests: int = 0
    """In a dialect that we read."""
    with_usage: int = 0
    """Of these, the ones whose answer told its usage."""
    input: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    reasoning: int = 0
    """The part of output that is reasoning, as far as it was told."""
    image: int = 0
    """The part of the input that is images, as far as it was told."""
    saved: int = 0
    """Tokens, signed; without what extra turns cost."""
    round_trip: int = 0
    """Tokens of the extra turns that retrieval caused."""
    paid: int = 0
    """Picodollars, as the other two: models of known price only."""
    would_have_paid: int = 0
    priced: int = 0
    """Requests that the money figures cover."""
    unpriced: Counter[str] = field(default_factory=Counter)
    """Billed tokens of models whose price is not known, by model. They are in no money figure."""

    @property
    def billed_tokens(self) -> int:
        """All tokens that the provider reported, at whatever price."""
        return self.input + self.cache_write + self.cache_read + self.output

    @property
    def tokens_without_us(self) -> int:
        """What it would have reported without us."""
        return self.billed_tokens + self.saved - self.round_trip

    @property
    def saved_percent(self) -> float:
        """Net share of tokens saved; negative when we caused more."""
        return _percent(self.saved - self.round_trip, self.tokens_without_us)

    @property
    def net_saved(self) -> int:
        """Picodollars; negative when we made it dearer."""
        return self.would_have_paid - self.paid

    @property
    def net_saved_percent(self) -> float:
        """Net share of money saved."""
        return _percent(self.net_saved, self.would_have_paid)

    @property
    def cache_hit_percent(self) -> float:
        """Share of the input that was read from the provider's cache."""
        return _percent(self.cache_read, self.billed_tokens - self.output)

    def add(self, batch: Batch) -> None:
        """Count requests, at their prices."""
        usage = batch.usage
        self.requests += batch.times * batch.kind.asked
        self.input += usage.input
        self.cache_write += usage.cache_write
        self.cache_write_1h += usage.cache_write_1h
        self.cache_read += usage.cache_read
        self.output += usage.output
        self.reasoning += usage.reasoning
        self.image += usage.image
        self.saved += batch.saved.total
        self.round_trip += batch.trip.total
        if not batch.kind.answered:
            return
        self.with_usage += batch.times
        if batch.row is None:
            self.unpriced[usage.model] += usage.total_input + usage.output
            return
        price = batch.row.at(batch.prompt)
        alone = ledger.without_us(usage, batch.saved)
        self.priced += batch.times
        self.paid += ledger.cost(usage, price)
        self.would_have_paid += ledger.cost(alone, batch.row.at(batch.prompt_alone))
        self.would_have_paid -= ledger.round_trip_cost(batch.trip, price)

    def include(self, other: "Account") -> None:
        """Add another account to this one."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.unpriced:
            self.unpriced.update(other.unpriced)


_NUMBERS = tuple(row.name for row in fields(Account) if row.name != "unpriced")


@dataclass(slots=True)
class Blocks:
    """Blocks of a tool, or those of a compressor, each counted once. Tokens are o200k_base."""

    seen: int = 0
    lossless: int = 0
    """Shortened without loss."""
    lossy: int = 0
    before: int = 0
    """Tokens of the shortened ones, as they came."""
    after: int = 0
    lossless_before: int = 0
    """The part of `before` that was shortened without loss; the rest is lossy."""
    lossless_after: int = 0
    retrieved: int = 0
    """Originals that the model asked for again."""
    retrieved_tokens: int = 0

    @property
    def shortened(self) -> int:
        """Blocks that went out in a shorter form."""
        return self.lossless + self.lossy

    @property
    def lossy_before(self) -> int:
        """Tokens of the blocks shortened with loss, as they came."""
        return self.before - self.lossless_before

    @property
    def lossy_after(self) -> int:
        """Tokens of the same blocks, as they were sent."""
        return self.after - self.lossless_after

    @property
    def saved_percent(self) -> float:
        """Share of the shortened blocks' tokens that was not sent."""
        return _percent(self.before - self.after, self.before)

    def include(self, other: "Blocks") -> None:
        """Add others to these."""
        for row in fields(self):
            setattr(self, row.name, getattr(self, row.name) + getattr(other, row.name))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole > 0 else 0.0
