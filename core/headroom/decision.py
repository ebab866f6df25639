"""What is sent for one block: the original, or its shorter form where that is worth it.

Decided once for a block and kept by who asks (law 1). The only effect is that an original is stored before a lossy
form of it is returned (law 4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from headroom import forms, markers, spans
from headroom.compressors import reread
from headroom.compressors.sources import content
from headroom.policy import FILE, MCP, Policy
from headroom.toin import NONE, Toin
from headroom.types import Block, Compressor, Context, Decision, Earlier, PassThrough, Store, original_key

RETRIEVED = "retrieved"
"""The reason why an original that was asked for again goes out as it came."""
REPEAT = "reread"
"""The name, for the log, of a form that points back to an earlier result."""

_HARDLY_BELOW = 16
"""A text of so many characters for each token of the floor is hardly ever below it: it is read while it is
counted, and whether it is below is asked afterwards."""
_REPEAT_WORTH = 0.6
"""A form that points back is sent if it is at most this share of the original."""


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
    toin: Toin | None = None
    """Takes note of what is left out and asked for again, and gives advice; None for neither."""

    def decide(
        self,
        block: Block,
        policy: Policy,
        left_alone: str | None,
        earlier: Earlier | None = None,
        conversation: str = "",
    ) -> Decision:
        """Decide about a block.

        Args:
            left_alone: why its conversation is not to be changed any more, if it is not.
            earlier: a result before it that it may be a repeat of, which stands in full in what is sent.
            conversation: its name, for what is learnt of it.

        Raises whatever a compressor or the store raises; the original goes out then.
        """
        policy = policy.for_tool(block.tool)
        raw = self._why_raw(block, policy, left_alone)
        before = forms.aside(self.count, block.text)
        if raw:
            # The proxy tells itself of what it answers.
            if raw == RETRIEVED and self.toin and (policy.retrieval == MCP or not _is_ours(block)):
                self.toin.read_again(block)
            return _as_it_came(raw, before())
        if len(block.text) < _HARDLY_BELOW * policy.floor_tokens and before() < policy.floor_tokens:
            return _as_it_came("floor", before())
        is_protected = any(fnmatchcase(block.tool, pattern) for pattern in policy.protected_tools)
        kind = content(block.tool, block.tool_input)
        changes = kind == "output" and not is_protected
        if (
            earlier
            and before() >= policy.floor_tokens
            and (again := self._repeat(block, earlier, changes, before()))
        ):
            return again
        if is_protected and not (kind == "source" and policy.code_mode):
            return _as_it_came("floor" if before() < policy.floor_tokens else "protected", before())
        return self._compress(block, policy, before, conversation)

    def _why_raw(self, block: Block, policy: Policy, left_alone: str | None) -> str:
        """Return why a block goes out as it came, before anything is tried; empty when there is no reason."""
        if block.untouchable:
            return block.untouchable
        if not policy.enabled:
            return "left alone to compare with" if policy.held_out else "off"
        if markers.is_retrieval(block.tool_input, self.originals) or _is_ours(block):
            return RETRIEVED
        if not _is_utf8(block.text):
            return "lone surrogates"
        return f"left alone: {left_alone}" if left_alone else ""

    def _repeat(self, block: Block, earlier: Earlier, changes: bool, before: int) -> Decision | None:
        """Return a pointer to an earlier result, if that is worth it.

        What may be edited is never told by its changes: an edit needs it in one piece, here or above (law 6).
        """
        try:
            form = reread.compress(block.text, earlier, changes)
        except PassThrough:
            return None
        spans.encode_text(form.text)
        after = self.count(form.text)
        worth = after <= before * _REPEAT_WORTH
        return Decision(form.text, REPEAT, "", True, before, after) if worth else None

    def form(self, block: Block, policy: Policy, before: Callable[[], int] | None = None) -> forms.Form:
        """Return what the rows make of a block, whatever else would be decided about it."""
        key = original_key(block.text)
        context = Context(
            query=block.query,
            tool=block.tool,
            tool_input=block.tool_input,
            original=self.store.path(key) if policy.retrieval == FILE else markers.asks_for(key),
            code_mode=policy.code_mode,
            touched=block.touched,
        )
        advice = self.toin.advice(policy.toin) if self.toin else NONE
        return forms.best(block.text, context, policy, self.count, self.compressors, before, advice)

    def _compress(self, block: Block, policy: Policy, before: Callable[[], int], conversation: str) -> Decision:
        form = self.form(block, policy, before)
        if before() < policy.floor_tokens:
            return _as_it_came("floor", before())
        if not form.is_changed:
            return _as_it_came(form.reason, before())
        original = "" if form.lossless else self.store.put(block.text)
        if original and self.toin:
            self.toin.compressed(block, original, form.parts, policy.toin, conversation)
        return Decision(form.text, form.compressor, "", form.lossless, before(), form.tokens_after, original)


def asked_for(block: Block, decision: Decision) -> str:
    """Return the key of the original that a block brings back; empty where it is none, or its call names none."""
    return markers.asked_for(block.tool_input) if decision.reason == RETRIEVED else ""


def _is_ours(block: Block) -> bool:
    return markers.is_retrieval_tool(block.tool)


def _as_it_came(reason: str, tokens: int) -> Decision:
    return Decision(None, reason=reason, tokens_before=tokens, tokens_after=tokens)
