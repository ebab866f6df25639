"""What our changes saved or cost, by the provider's own usage figures. Pure, signed, never clamped.

The provider says how many tokens of a request it billed at which price; what it would have billed without us
is an inference. Its rule: a token that we removed would have paid the price of the place where it stood.

    place of the block                                       would have paid
    behind the last cache breakpoint                         the input price
    in the part that was written to the cache this time      the cache write price, by lifetime
    in the part that was read from the cache                 the cache read price
    anywhere, when the answer reports no caching at all      the input price

The read part is a prefix: its end is `cache_read` tokens into the prompt that we sent. Where a block stands
in tokens is known from the figures of earlier requests (headroom.bounds), and within those bounds only
roughly, from its position in bytes in the original: a log has more tokens to the byte than prose. So the
evidence is weighed:

- A block that we have sent before (`new` is false) was read, if anything reached about as far: law 1 keeps the
  prefix intact, so the previous request's breakpoint is found again. Only where the cache lapsed (nothing
  was read, or no more than tools and system) was it written again.
- A block that is new to us was written, unless it lies clearly inside the read part: then another process
  has sent it before (a resumed session, a second proxy). Positions are rough, so a bound is checked too:
  what was not read must have room for the block and all that stands behind it. Where all blocks are new, the
  conversation may have been met in the middle, and newness says nothing: then the figures alone decide. Both
  ends of the prompt are known exactly, so a position is the less certain the further it is from either.

Providers that cache by themselves and charge nothing for it (OpenAI before GPT-5.6, Gemini) report no writes: a
new block pays the input price there, an old one the read price. They read in steps (OpenAI's are 128 tokens), so
that a block at the end of the read part counts as read though less than a step of it was not.

In an audit nothing was taken out: the figures are those of the untouched request, and what is told is what we
would have taken out of them.

Where this can be off: a tenth of the prompt around the end of the read part may be told wrongly; images (many
bytes, few tokens) shift positions; a prompt part of which the provider evicted counts as it stands in the
figures, read up to a point. In doubt an old block counts as read, the lowest price. Our token counts are
o200k_base, which counts fewer tokens than Claude's own tokenizers do: the truth tends to be a larger saving.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from headroom.bounds import Bounds, sent_tokens
from headroom.pricing import Price
from headroom.types import Change, Usage

_SLACK = 0.1
"""Share of the prompt by which a position may be off, where no earlier request's figures bound it."""
_STEP = 128
"""Tokens by which they may be off, where one does: a provider that caches by itself reads in such steps."""
_ROOM = 2
"""A provider's tokenizer may count this many times fewer tokens than ours."""
_MET_SLACK, _MET_ROOM = 0.05, 1.25
"""The same where a conversation is met in the middle; the slack is a share of the shorter way to either end."""


class Saved(NamedTuple):
    """Tokens that were not billed, by the price they would have paid; negative where we added some."""

    input: int = 0
    cache_write: int = 0
    """All lifetimes together, as in Usage."""
    cache_write_1h: int = 0
    cache_read: int = 0

    @property
    def total(self) -> int:
        """All of them, at whatever price."""
        return self.input + self.cache_write + self.cache_read


class RoundTrip(NamedTuple):
    """Tokens of a turn that exists only because an original was asked for again."""

    cache_read: int = 0
    output: int = 0
    """Of the answer before it, which did the asking."""
    input: int = 0
    """What was sent again at the full price; 0 where the conversation is cached."""

    @property
    def total(self) -> int:
        """All of them, at whatever price."""
        return self.cache_read + self.output + self.input


_UNKNOWN: Final[Mapping[str, Bounds]] = MappingProxyType({})


def attribute(
    changes: Sequence[Change],
    usage: Usage,
    bounds: Mapping[str, Bounds] = _UNKNOWN,
    *,
    is_audit: bool = False,
) -> Saved:
    """Divide a request's saved tokens by the price that they would have paid; the module says how.

    Args:
        changes: of one request: everything changed, retrieved or new in it.
        usage: the provider's figures for the same request.
        bounds: of blocks, by their keys, as far as they are known.
        is_audit: the request went out as it came, and the changes are what would have been done.
    """
    tokens = {"input": 0, "cache_write": 0, "cache_read": 0}
    ordered = sorted(changes, key=lambda change: change.position)
    is_met = all(change.new for change in ordered)
    for change, place in zip(ordered, _places(ordered, usage, bounds, is_audit), strict=True):
        tokens[_price_class(change, place, usage, is_met)] += change.saved_tokens
    written = tokens["cache_write"]
    hour = _share(written, usage.cache_write_1h, usage.cache_write)
    return Saved(tokens["input"], written, hour, tokens["cache_read"])


class _Place(NamedTuple):
    before: float
    """Tokens of the prompt, as sent, that stand before a block: an estimate."""
    onward: int
    """Tokens of the block and of the blocks behind it, as sent: fewer than really follow, never more."""
    least: int
    """So many tokens stand before it at least, as earlier requests' figures tell; 0 where they do not."""


def _places(
    ordered: Sequence[Change], usage: Usage, bounds: Mapping[str, Bounds], is_audit: bool
) -> Iterator[_Place]:
    """Give each block's place. Positions are shares of the original, so what we took is put back first."""
    taken = [0 if change.retrieval or is_audit else change.saved_tokens for change in ordered]
    sizes = [sent_tokens(change, is_audit=is_audit) for change in ordered]
    original = usage.total_input + sum(taken)
    gone = 0
    onward = sum(sizes)
    for change, less, size in zip(ordered, taken, sizes, strict=True):
        at = min(change.position * original - gone, usage.total_input - onward)
        least, most = bounds.get(change.key, (0, at))
        yield _Place(min(max(at, least), most), onward, least)
        gone += less
        onward -= size


def _price_class(change: Change, place: _Place, usage: Usage, is_met: bool) -> str:
    if not change.cached:
        return "input"
    unread = "cache_write" if usage.cache_write else "input"
    if not usage.cache_read:
        return unread
    read = usage.cache_read
    slack = _STEP if place.least else _SLACK * usage.total_input
    if not change.new:
        return "cache_read" if place.before < read + slack else unread
    if place.least:
        return unread if place.before > read - slack else "cache_read"
    if is_met:
        slack = _MET_SLACK * max(min(place.before, usage.total_input - place.before), 0)
    is_behind = place.before > read - slack
    has_room = place.onward <= (_MET_ROOM if is_met else _ROOM) * (usage.total_input - read)
    return unread if is_behind and has_room else "cache_read"


def _share(tokens: int, part: int, whole: int) -> int:
    """Return tokens * part / whole, rounded to the nearest."""
    return (2 * tokens * part + whole) // (2 * whole) if whole else 0


def round_trip(changes: Sequence[Change], usage: Usage, previous_output: int) -> RoundTrip:
    """Return what a retrieval's extra turn cost; nothing where the turn would have come anyway.

    The turn is ours when its newest tool results are all originals that were asked for again. It cost the
    reading of the whole conversation once more, and the answer that asked. What came back is not counted here
    but by `attribute`, as negative savings, in this turn and in all later ones. A conversation met in
    the middle (all its blocks are new) is not charged: its newest results cannot be told from older ones.

    Args:
        changes: of the request that carries what came back.
        previous_output: output tokens of the answer before it.
    """
    new = [change for change in changes if change.new]
    if not new or not all(change.retrieval for change in new):
        return RoundTrip()
    if usage.cache_read or usage.cache_write:
        return RoundTrip(usage.cache_read, previous_output)
    came_back = sum(change.decision.tokens_after for change in new)
    return RoundTrip(0, previous_output, max(usage.input - came_back, 0))


def cost(usage: Usage, price: Price) -> int:
    """Return what a response cost, in picodollars."""
    return (
        usage.input * price.input
        + (usage.cache_write - usage.cache_write_1h) * price.cache_write_5m
        + usage.cache_write_1h * price.cache_write_1h
        + usage.cache_read * price.cache_read
        + usage.output * price.output
    )


def round_trip_cost(trip: RoundTrip, price: Price) -> int:
    """Return what an extra turn cost, in picodollars."""
    return cost(Usage(input=trip.input, cache_read=trip.cache_read, output=trip.output), price)


def saving(saved: Saved, trip: RoundTrip, price: Price) -> int:
    """Return what was saved net, in picodollars: negative when we made the request dearer."""
    return cost(without_us(Usage(), saved), price) - round_trip_cost(trip, price)


def without_us(usage: Usage, saved: Saved) -> Usage:
    """Return what the provider would have reported for the same request, had nothing been removed."""
    return Usage(
        input=usage.input + saved.input,
        cache_write=usage.cache_write + saved.cache_write,
        cache_write_1h=usage.cache_write_1h + saved.cache_write_1h,
        cache_read=usage.cache_read + saved.cache_read,
        output=usage.output,
        model=usage.model,
        reasoning=usage.reasoning,
        image=usage.image,
    )
