"""What is sent for one block: the original, or its shorter form where that is worth it.

Decided once for a block and kept by who asks (law 1). The only effect is that an original is stored before a lossy
form of it is returned (law 4).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from headroom import forms, markers
from headroom.types import Block, Compressor, Context, Decision, Policy, Store

RETRIEVED = "retrieved"
"""The reason why an original that was asked for again goes out as it came."""


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
    compressors: tuple[Compressor, ...]
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
        key = original_key(block.text)
        context = Context(block.query, block.tool, block.tool_input, None, self.store.path(key))
        form = forms.best(block.text, context, policy, self.count, self.compressors, lambda: before)
        if not form.is_changed:
            return Decision(None, reason=form.reason, tokens_before=before, tokens_after=before)
        if not form.lossless:
            self.store.put(block.text)
        original = "" if form.lossless else key
        return Decision(form.text, form.compressor, "", form.lossless, before, form.tokens_after, original)
