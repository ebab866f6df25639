"""The summary: what sessions used, saved and cost, in all and by agent, model, upstream, tool and compressor."""

from collections import Counter
from dataclasses import dataclass, field

from headroom.holdout import Comparison
from headroom.report.accounts import Account, Blocks
from headroom.report.spread import Spread


@dataclass(slots=True)
class Summary:
    """All that is told of one or many sessions."""

    ids: list[str] = field(default_factory=list)
    began: float | None = None
    """Seconds since 1970; None when no event tells."""
    ended: float | None = None
    exit_codes: list[int] = field(default_factory=list)
    total: Account = field(default_factory=Account)
    blocks: Blocks = field(default_factory=Blocks)
    by_agent: dict[str, Account] = field(default_factory=dict)
    by_model: dict[str, Account] = field(default_factory=dict)
    by_tool: dict[str, Blocks] = field(default_factory=dict)
    by_compressor: dict[str, Blocks] = field(default_factory=dict)
    by_upstream: dict[str, Account] = field(default_factory=dict)
    """By the provider's name in the settings, or the dialect where it has none."""
    audited: Account = field(default_factory=Account)
    """Requests that went out as they came, as if they had not: billed is what would have been billed with us, paid
    what it would have cost, and without us is what it was. In no other figure of money, tokens or blocks."""
    audited_blocks: Blocks = field(default_factory=Blocks)
    simulated: int = 0
    """Requests that were returned and not sent; in no other figure."""
    guards: Counter[str] = field(default_factory=Counter)
    """Conversations that are left alone since they had become dearer, by why."""
    guards_lost: float = 0.0
    """What they cost more, in tokens at the input price."""
    rounds: int = 0
    """Requests of our own that answered our retrieval tool."""
    holdout: Comparison = field(default_factory=lambda: Comparison(0, 0))
    """Conversations left alone for comparison, and what the others cost beside them."""
    sessions_by_agent: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    """Blocks that went out as they came, by reason."""
    failed: int = 0
    """Requests that the provider answered with an error, or not at all."""
    retried: int = 0
    """Requests sent again as they came, since the provider refused what we had made of them."""
    errors: Counter[str] = field(default_factory=Counter)
    """Failures of ours, by where and what; the original went through."""
    lookups: int = 0
    """Calls of `headroom retrieve`."""
    misses: int = 0
    """Of these, the ones that found nothing."""
    ms: list[float] = field(default_factory=list)
    """Time added to each request, in milliseconds, sorted."""
    damaged: int = 0
    """Lines of the logs that could not be read."""

    @property
    def had_traffic(self) -> bool:
        """Whether any request came through."""
        counts = (self.total.requests, self.total.with_usage, self.audited.requests, self.simulated)
        return any(count > 0 for count in counts)

    @property
    def added(self) -> Spread:
        """How `ms` is distributed."""
        return Spread.of(self.ms)
