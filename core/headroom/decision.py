"""What is sent for one block: the original, or the first form in the table's order that is worth it.

Decided once for a block and kept by who asks (law 1). The only effect is that an original is stored before a lossy
form of it is returned (law 4).
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from headroom import markers, spans
from headroom.types import Block, Compressed, Compressor, Context, Decision, PassThrough, Policy, Store

RETRIEVED = "retrieved"
"""The reason why an original that was asked for again goes out as it came."""

_WORTH = 0.95
"""A form must be at most this share of the original, or the original is sent (law 7)."""
_LOSSY_WORTH = 0.7
"""A lossy form must be at most this share of the lossless one, or the lossless one is sent (law 5)."""
_BUDGET_STEP_TOKENS = 500
_BUDGET_MAX_TOKENS = 6000


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def budget_tokens(before: int, policy: Policy) -> int:
    """Return how many tokens a lossy form may take: it grows with the logarithm of the original's size."""
    doublings = math.log2(max(before / policy.enough_tokens, 1)) if policy.enough_tokens else 0.0
    grown = policy.enough_tokens + _BUDGET_STEP_TOKENS * doublings
    return int(min(policy.enough_ratio * before, grown, _BUDGET_MAX_TOKENS))


def original_key(text: str) -> str:
    """Return the key under which the store keeps a text: 12 hex digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Decider:
    """What a decision needs besides the block and the policy."""

    store: Store
    count: Callable[[str], int]
    """Tokens of a text."""
    originals: str
    """The folder that a marker's path names; a tool call that mentions it is a retrieval."""
    compressors: Sequence[Compressor]
    """The ordered table; the first row that reads the text and has something wins."""

    def decide(self, block: Block, policy: Policy, left_alone: str | None) -> Decision:
        """Decide about a block.

        Args:
            left_alone: why its conversation is not to be changed any more, if it is not.

        Raises whatever a compressor or the store raises; the original goes out then.
        """
        raw = self._why_raw(block, policy, left_alone)
        before = self.count(block.text)
        if raw or before < policy.floor_tokens:
            return Decision(None, reason=raw or "floor", tokens_before=before, tokens_after=before)
        return self._compress(block, policy, before)

    def _why_raw(self, block: Block, policy: Policy, left_alone: str | None) -> str:
        """Return why a block goes out as it came, before anything is tried; empty when there is no reason."""
        if block.untouchable:
            return block.untouchable
        if markers.is_retrieval(block.tool_input, self.originals):
            return RETRIEVED
        if any(fnmatchcase(block.tool, pattern) for pattern in policy.protected_tools):
            return "protected"
        if not _is_utf8(block.text):
            return "lone surrogates"
        return f"left alone: {left_alone}" if left_alone else ""

    def _compress(self, block: Block, policy: Policy, before: int) -> Decision:
        """Try the rows in order; the first with something worth sending wins."""
        key = original_key(block.text)
        context = Context(block.query, block.tool, block.tool_input, None, self.store.path(key))
        reasons = []
        for row in self.compressors:
            if not row.looks_like(block.text):
                continue
            try:
                form, after = self._best_form(row, block.text, context, policy, before)
            except PassThrough as why:
                reasons.append(f"{row.name}: {why}")
                continue
            spans.encode_text(form.text)
            if not form.lossless:
                self.store.put(block.text)
            return Decision(form.text, row.name, "", form.lossless, before, after, "" if form.lossless else key)
        reason = "; ".join(reasons) or "no compressor for it"
        return Decision(None, reason=reason, tokens_before=before, tokens_after=before)

    def _best_form(
        self, row: Compressor, text: str, context: Context, policy: Policy, before: int
    ) -> tuple[Compressed, int]:
        """Return the lossless form if it is small enough, else a lossy one that is much smaller (law 5).

        Raises PassThrough when neither is worth it.
        """
        why = PassThrough("not smaller")
        best: Compressed | None = None
        after = int(before * _WORTH) + 1
        try:
            form = row.compress(text, context)
            if (tokens := self.count(form.text)) < after:
                best, after = form, tokens
        except PassThrough as no:
            why = no
        enough = max(policy.enough_ratio * before, policy.enough_tokens)
        if policy.lossy and (best is None or (best.lossless and after > enough)):
            limit = after * _LOSSY_WORTH if best else after
            try:
                form = row.compress(text, context._replace(budget_tokens=budget_tokens(before, policy)))
                if (tokens := self.count(form.text)) < limit:
                    best, after = form, tokens
            except PassThrough as no:
                why = no
        if best is None:
            raise why
        return best, after
