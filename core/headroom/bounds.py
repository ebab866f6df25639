"""Between which tokens of the prompt a block stands, as earlier requests' figures tell.

A block's position in bytes says roughly where it stands in tokens; a provider's figures say it exactly, twice.
What came with one request stands behind the prompt of the request before it, and within its own. As long as a
conversation only grows, neither end moves.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from headroom.types import Change, Usage

_MOST: Final = 1000
"""Conversations that are known at a time."""


class Bounds(NamedTuple):
    """Tokens of the prompt, as sent."""

    least: int
    """So many stand before the block, at least."""
    most: int
    """And no more than so many."""


@dataclass(slots=True)
class _Conversation:
    last: int = 0
    """Tokens of the last prompt; 0 for none."""
    blocks: dict[str, Bounds] = field(default_factory=dict)


class Places:
    """Where the blocks of the latest conversations stand, as far as this process has seen them come."""

    def __init__(self) -> None:
        self._conversations: OrderedDict[str, _Conversation] = OrderedDict()

    def see(
        self, conversation: str, changes: Sequence[Change], usage: Usage, *, is_audit: bool = False
    ) -> Mapping[str, Bounds]:
        """Take note of a request's figures; return the bounds of blocks by their keys.

        Args:
            changes: of one request, as `ledger.attribute` gets them.
            usage: the provider's figures for it.
            is_audit: the request went out as it came.
        """
        known = self._conversations.pop(conversation, None) or _Conversation()
        self._conversations[conversation] = known
        if len(self._conversations) > _MOST:
            self._conversations.popitem(last=False)
        if usage.total_input < known.last:  # history was taken away: what stands where is open again
            known.last = 0
            known.blocks.clear()
        onward = 0
        for change in sorted(changes, key=lambda change: -change.position):
            onward += sent_tokens(change, is_audit=is_audit)
            if change.new or change.key not in known.blocks:
                # The figures go before our own counts: a provider may count fewer tokens than we do.
                least = known.last if change.new else 0
                known.blocks[change.key] = Bounds(least, max(usage.total_input - onward, least))
        known.last = usage.total_input
        return known.blocks


def sent_tokens(change: Change, *, is_audit: bool = False) -> int:
    """Return a block's tokens as it was sent, by our own count."""
    return change.decision.tokens_before if is_audit else change.decision.tokens_after
