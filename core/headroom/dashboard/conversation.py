"""One conversation of one session, event by event: what it used and saved, its blocks, and its cache's losses."""

import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from headroom.report import Account, Caching
from headroom.report.batches import Batch
from headroom.session_log.events import BlockLine, Request, UsageLine

MOST_BLOCKS: Final = 2000
"""Of a conversation, the latest, that can be looked at."""


class Listed(NamedTuple):
    """A block, and the request that it first stood in."""

    number: int
    """Counts the conversation's blocks, from 1."""
    n: int
    """The request's number in the session."""
    line: BlockLine
    mode: str
    """Of the request: in audit mode the block went out as it came."""


@dataclass(slots=True)
class Conversation:
    """What is known of a conversation. Times are seconds since 1970."""

    session: str
    digest: str
    """Names it, in the session log and in the memo."""
    began: float
    last: float
    """When it had its latest event."""
    model: str = ""
    requests: int = 0
    is_held_out: bool = False
    left_alone: str = ""
    """Why nothing new is changed in it any more; empty while it need not be so."""
    account: Account = field(default_factory=Account)
    blocks: deque[Listed] = field(default_factory=lambda: deque(maxlen=MOST_BLOCKS))
    shortened: int = 0
    before: int = 0
    """Tokens of the shortened blocks, as they came; o200k_base, as `after`."""
    after: int = 0
    losses: int = 0
    """Turns that missed what they might have read from the cache."""
    number: int = 0
    """How many blocks it has had."""
    known: set[tuple[str, str, int]] = field(default_factory=set)
    """Blocks by key, and by what became of them: one that was rewritten is listed again."""

    @property
    def id(self) -> str:
        """Names it in the page's URLs."""
        return f"{self.session}.{self.digest}"

    def ask(self, request: Request) -> None:
        """Take a request and the blocks that are new in it."""
        self.requests += 1
        self.last = max(self.last, request.t)
        self.model = sys.intern(request.model or self.model)
        self.is_held_out |= request.holdout
        for line in () if request.retried else request.blocks:
            self._list(request, line)

    def _list(self, request: Request, line: BlockLine) -> None:
        made = (line.key, line.compressor, line.after)
        if made in self.known:
            return
        self.known.add(made)
        self.number += 1
        # The same few names stand in thousands of lines.
        line = line._replace(
            tool=sys.intern(line.tool), compressor=sys.intern(line.compressor), reason=sys.intern(line.reason)
        )
        self.blocks.append(Listed(self.number, request.n, line, sys.intern(request.mode)))
        if line.compressor and not line.retrieval:
            self.shortened += 1
            self.before += line.before
            self.after += line.after

    def answered(self, usage: UsageLine, batch: Batch, cached: Caching) -> None:
        """Take a request's usage, what it comes to, and how its prompt was cached."""
        self.last = max(self.last, usage.t)
        self.account.add(batch)
        self.losses += sum(miss.times for miss in cached.avoidable.values())

    def listed(self, number: int) -> Listed | None:
        """Return a block by its number; None where there is none, or it is too long ago."""
        return next((block for block in self.blocks if block.number == number), None)
