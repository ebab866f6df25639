"""What sessions used, saved and cost, summed up from their events. Pure: no files, no clock, no printing.

Tokens and money are net: what was billed is the provider's figure; what would have been billed without us adds
what we removed, at the price it would have paid, and takes away the extra turns that we caused. Requests that were
only audited are kept apart: what would have been saved is never added to what was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from headroom import ledger, pricing
from headroom.holdout import Comparison, Sample, compare
from headroom.pricing import Row
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, End, Error, Event, Guard, Request, Retrieve, Start, UsageLine
from headroom.types import Usage


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

    def add(self, line: UsageLine, model: str, row: Row | None) -> None:
        """Count one usage event, at the prices of a row."""
        usage = _usage_of(line)
        self.with_usage += 1
        self.input += line.input
        self.cache_write += line.cache_write
        self.cache_write_1h += line.cache_write_1h
        self.cache_read += line.cache_read
        self.output += line.output
        self.reasoning += line.reasoning
        self.image += line.image
        self.saved += line.saved.total
        self.round_trip += line.round_trip.total
        if row is None:
            self.unpriced[model] += usage.total_input + usage.output
            return
        price = row.at(usage.total_input)
        paid = ledger.cost(usage, price)
        self.priced += 1
        self.paid += paid
        # Without us the prompt may have been long enough for another tier of prices.
        alone = ledger.without_us(usage, line.saved) if line.saved.total else usage
        self.would_have_paid += ledger.cost(alone, row.at(alone.total_input))
        self.would_have_paid -= ledger.round_trip_cost(line.round_trip, price)

    def include(self, other: "Account") -> None:
        """Add another account to this one."""
        for row in fields(self):
            setattr(self, row.name, getattr(self, row.name) + getattr(other, row.name))


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
    retrieved: int = 0
    """Originals that the model asked for again."""
    retrieved_tokens: int = 0

    @property
    def shortened(self) -> int:
        """Blocks that went out in a shorter form."""
        return self.lossless + self.lossy

    @property
    def saved_percent(self) -> float:
        """Share of the shortened blocks' tokens that was not sent."""
        return _percent(self.before - self.after, self.before)

    def add(self, block: BlockLine) -> None:
        """Count one block."""
        self.seen += 1
        if block.retrieval:
            self.retrieved += 1
            self.retrieved_tokens += block.after
        elif block.compressor:
            self.lossless += block.lossless
            self.lossy += not block.lossless
            self.before += block.before
            self.after += block.after


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

    def percentile_ms(self, percent: int) -> float:
        """Return the time added that so many percent of the requests stayed within (nearest rank)."""
        return self.ms[max(-(-percent * len(self.ms) // 100) - 1, 0)] if self.ms else 0.0


def summarise(sessions: Iterable[Session], prices: Sequence[Row] = (), since: float | None = None) -> Summary:
    """Sum up sessions.

    Args:
        prices: rows of the user's, which win over the shipped ones.
        since: leaves out what happened before, in seconds since 1970.
    """
    building = _Building(prices)
    for session in sessions:
        building.session(session, since)
    return building.done()


class _Building:
    def __init__(self, prices: Sequence[Row]) -> None:
        self.summary = Summary()
        self._prices = prices
        self._rows: dict[tuple[str, int], Row | None] = {}
        """By model and day, in days since 1970."""
        self._accounts: dict[tuple[str, str, str], Account] = {}
        """By agent, model and upstream."""
        self._blocks: set[str] = set()
        """Keys of the blocks counted: a restarted proxy or a resumed session meets them anew."""
        self._guarded: set[str] = set()
        self._costs: dict[tuple[bool, str], Sample] = {}
        """By whether it was held out, and conversation."""
        self._first: dict[tuple[bool, str], float] = {}
        """When each of them had its first request."""

    def session(self, session: Session, since: float | None) -> None:
        summary = self.summary
        summary.ids.append(session.id)
        summary.damaged += session.damaged
        agent = next((event.agent for event in session.events if isinstance(event, Start)), "") or "unknown"
        summary.sessions_by_agent[agent] += 1
        requests: dict[int, Request] = {}
        usages: dict[int, UsageLine] = {}
        for event in session.events:
            if since is not None and event.t < since:
                continue
            summary.began = event.t if summary.began is None else min(summary.began, event.t)
            summary.ended = event.t if summary.ended is None else max(summary.ended, event.t)
            match event:  # an event logged twice has the same number twice
                case Request():
                    requests.setdefault(event.n, event)
                case UsageLine():
                    usages.setdefault(event.n, event)
                case _:
                    self._other(event)
        for n in sorted(requests.keys() | usages.keys()):
            self._exchange(requests.get(n), usages.get(n), agent)

    def done(self) -> Summary:
        summary = self.summary
        summary.ms.sort()
        for (agent, model, upstream), account in self._accounts.items():
            for whole in (
                summary.total,
                summary.by_agent.setdefault(agent, Account()),
                summary.by_model.setdefault(model, Account()),
                summary.by_upstream.setdefault(upstream, Account()),
            ):
                whole.include(account)
        summary.holdout = self._comparison()
        return summary

    def _comparison(self) -> Comparison:
        """Compare with the conversations left alone those that began when such were drawn, and no older ones."""
        begin = min((t for (alone, _), t in self._first.items() if alone), default=float("inf"))
        costs = [(key, cost) for key, cost in self._costs.items() if self._first[key] >= begin]
        treated, held_out = ([cost for (alone, _), cost in costs if alone is group] for group in (False, True))
        return compare(treated, held_out)

    def _other(self, event: Event) -> None:
        summary = self.summary
        match event:
            case Error():
                summary.errors[f"{event.where}: {event.what}"] += 1
            case Retrieve():
                summary.lookups += 1
                summary.misses += not event.hit
            case Guard() if event.conversation not in self._guarded:
                self._guarded.add(event.conversation)
                summary.guards[event.why] += 1
                summary.guards_lost += event.lost / 1000
            case End() if event.exit_code is not None:
                summary.exit_codes.append(event.exit_code)

    def _exchange(self, request: Request | None, usage: UsageLine | None, agent: str) -> None:
        mode = request.mode if request else "optimize"
        if mode == "simulate":
            self.summary.simulated += 1
            return
        # The model that answered, if it is told, else the one that was asked for.
        model = (usage.model if usage else "") or (request.model if request else "") or "unknown"
        if mode == "audit":
            account = self.summary.audited
        else:
            upstream = (request.upstream or request.dialect if request else "") or "unknown"
            account = self._accounts.setdefault((agent, model, upstream), Account())
        if request:
            account.requests += 1
            self._request(request, mode == "audit")
        if usage:
            row = self._row(model, int(usage.t // _DAY_S))
            account.add(_with_us(usage) if mode == "audit" else usage, model, row)
            if request and mode == "optimize" and request.conversation:
                self._cost(request, usage, row)

    def _request(self, request: Request, is_audit: bool) -> None:
        summary = self.summary
        summary.ms.append(request.ms)
        summary.failed += not 200 <= request.status < 300
        summary.retried += request.retried
        summary.rounds += request.rounds > 0
        if not request.retried:
            for block in request.blocks:
                self._block(block, is_audit)

    def _block(self, block: BlockLine, is_audit: bool) -> None:
        if not block.new or block.key in self._blocks:
            return
        self._blocks.add(block.key)
        summary = self.summary
        if is_audit:
            summary.audited_blocks.add(block)
            return
        summary.blocks.add(block)
        summary.by_tool.setdefault(block.tool or "unknown", Blocks()).add(block)
        if block.compressor:
            summary.by_compressor.setdefault(block.compressor, Blocks()).add(block)
        elif not block.retrieval:
            summary.unchanged[block.reason or "unknown"] += 1

    def _cost(self, request: Request, line: UsageLine, row: Row | None) -> None:
        """Add a request to what its conversation cost; an extra round of ours is a cost, and no turn."""
        if row is None:
            return
        usage = _usage_of(line)
        key = (request.holdout, request.conversation)
        turns, paid = self._costs.get(key, (0, 0))
        paid += ledger.cost(usage, row.at(usage.total_input))
        self._costs[key] = Sample(turns + (request.rounds == 0), paid)
        self._first[key] = min(self._first.get(key, request.t), request.t)

    def _row(self, model: str, day: int) -> Row | None:
        key = (model, day)
        if key not in self._rows:
            self._rows[key] = pricing.find(model, self._prices, _EPOCH + timedelta(days=day))
        return self._rows[key]


def _usage_of(line: UsageLine) -> Usage:
    return Usage(line.input, line.cache_write, line.cache_write_1h, line.cache_read, line.output)


def _with_us(line: UsageLine) -> UsageLine:
    """Return what an audited request would have used, had what was found been saved."""
    saved = line.saved
    return line._replace(
        input=line.input - saved.input,
        cache_write=line.cache_write - saved.cache_write,
        cache_write_1h=line.cache_write_1h - saved.cache_write_1h,
        cache_read=line.cache_read - saved.cache_read,
    )


_DAY_S = 86_400
_EPOCH = date(1970, 1, 1)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole > 0 else 0.0
