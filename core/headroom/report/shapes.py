"""All that `headroom perf` tells, as plain values.

Money is in picodollars (`pricing.PICO` is a dollar). Tokens are the provider's, unless a field says o200k_base.
All is signed: what made it dearer is negative. What has no known price is in no amount of money, and is counted
beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from headroom.report.accounts import Account, Blocks
from headroom.report.spread import Spread
from headroom.report.summary import Summary
from headroom.session_index.turns import ADVICE, CAUSES, UNAVOIDABLE

__all__ = [
    "ADVICE",
    "CAUSES",
    "UNAVOIDABLE",
    "Account",
    "AskedAgain",
    "Blocks",
    "Caching",
    "Miss",
    "Output",
    "Overview",
    "Project",
    "Retrievals",
    "Spread",
    "Summary",
    "Way",
]


@dataclass(slots=True)
class Project:
    """The sessions that were begun in one folder."""

    name: str
    """The folder's own name; "unknown" where no log tells it. Two projects may have the same."""
    path: str
    sessions: int = 0
    account: Account = field(default_factory=Account)


@dataclass(slots=True)
class Output:
    """One tool result: how large it was, how often it was sent, and what that cost."""

    key: str
    """Names the decision without the text: 12 to 64 hex digits."""
    tool: str
    session: str
    """Id of the session in which it was sent first."""
    model: str
    compressor: str
    """Empty where it was sent as it came."""
    lossless: bool
    before: int
    """Tokens as it came, o200k_base; as `after`."""
    after: int
    """Tokens as it was sent."""
    sent: int
    """Requests it stood in: its first, and all later ones of its conversation until the client shortened that."""
    priced: int
    """Of these, the ones whose answer told its usage and whose model's price is known: the money covers them."""
    cost: int
    """Picodollars for what was sent."""
    full_cost: int
    """Picodollars for the same number of times in full."""


@dataclass(slots=True)
class Miss:
    """What was not read from a cache, for one cause."""

    times: int = 0
    """Turns."""
    tokens: int = 0
    """Input tokens that were paid for at the price of a write, or of plain input, and might have been read."""
    cost: int = 0
    """What that cost more than reading them, in picodollars, as far as prices are known."""
    unpriced: int = 0
    """Tokens of models whose price is not known; they are in `tokens` too."""

    @property
    def known_cost(self) -> int | None:
        """The cost, or None where no price is known."""
        return self.cost if self.tokens > self.unpriced else None

    def include(self, other: "Miss") -> None:
        """Add another cause's to this one."""
        self.times += other.times
        self.tokens += other.tokens
        self.cost += other.cost
        self.unpriced += other.unpriced


@dataclass(slots=True)
class Caching:
    """How prompts were cached: answered requests that were not audited."""

    turns: int = 0
    """Requests whose answer told its usage."""
    held: int = 0
    """Of these, the ones that read all that could be there."""
    read: int = 0
    """Input tokens read from a cache."""
    prompt: int = 0
    """All input tokens."""
    misses: dict[str, Miss] = field(default_factory=dict)
    """By cause, in the order of CAUSES, with ADVICE for each; causes that did not occur are left out."""

    @property
    def hit_percent(self) -> float:
        """Share of the input that was read from a cache."""
        return 100 * self.read / self.prompt if self.prompt else 0.0

    @property
    def avoidable(self) -> Mapping[str, Miss]:
        """The misses that something might be done about."""
        return {cause: miss for cause, miss in self.misses.items() if cause not in UNAVOIDABLE}

    def include(self, other: "Caching") -> None:
        """Add other requests to these."""
        self.turns += other.turns
        self.held += other.held
        self.read += other.read
        self.prompt += other.prompt
        found = {**self.misses}
        for cause, miss in other.misses.items():
            found.setdefault(cause, Miss()).include(miss)
        self.misses = {cause: found[cause] for cause in CAUSES if cause in found}


@dataclass(slots=True)
class Way:
    """Originals asked for again in one way."""

    hits: int = 0
    misses: int = 0
    """Asked for, and not there any more."""
    tokens: int = 0
    """Of what was given back, o200k_base."""


@dataclass(slots=True)
class AskedAgain:
    """Of one compressor's lossy blocks, those whose original was asked for again."""

    lossy: int = 0
    """Blocks that name their original."""
    asked: int = 0

    @property
    def percent(self) -> float:
        """Share of them."""
        return 100 * self.asked / self.lossy if self.lossy else 0.0


@dataclass(slots=True)
class Retrievals:
    """Originals asked for again."""

    ways: dict[str, Way] = field(default_factory=dict)
    """By "stream" (the proxy answered our tool), "mcp", "command" (`headroom retrieve`) and "file" (the agent read
    the file by its own tools; a file that is gone is told by no log). Ways that were not used are left out."""
    compressors: dict[str, AskedAgain] = field(default_factory=dict)
    """Empty where the logs do not tell which original was whose."""

    @property
    def hits(self) -> int:
        """All that were there."""
        return sum(way.hits for way in self.ways.values())

    @property
    def misses(self) -> int:
        """All that were not."""
        return sum(way.misses for way in self.ways.values())


@dataclass(slots=True)
class Overview:
    """All that is told of many sessions."""

    summary: Summary = field(default_factory=Summary)
    """Totals; by agent, model, upstream, tool and compressor; the bill (`total.paid`, and what it would have been
    direct, `total.would_have_paid`); lossless and lossy (`blocks`); hold-out, guards, errors; audited apart."""
    by_day: dict[date, Account] = field(default_factory=dict)
    """By local day, ascending; days without requests are left out. Each account's `net_saved` is signed."""
    by_week: dict[date, Account] = field(default_factory=dict)
    """By the Monday of the ISO week, ascending; `date.isocalendar` names the week."""
    by_project: dict[str, Project] = field(default_factory=dict)
    """By the folder in which the session was begun, as a path."""
    largest: list[Output] = field(default_factory=list)
    """The ten largest tool results as they came, the largest first."""
    caching: Caching = field(default_factory=Caching)
    retrievals: Retrievals = field(default_factory=Retrievals)
    added: Spread = field(default_factory=Spread)
    """Time that we added to a request."""
    first_byte: Spread = field(default_factory=Spread)
    """Time until the first byte of the answer, of requests that were answered; the provider's part included."""
