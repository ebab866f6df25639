"""A request under way, what comes of it, and the names of what is decided in it."""

import re
from dataclasses import dataclass, field
from functools import partial

from headroom import spans
from headroom.dialects.base import Dialect, Reading
from headroom.digests import digest
from headroom.epochs import Epoch, Rewritten, Walk
from headroom.history import History, trace
from headroom.minimum import Growth
from headroom.prefixes import Found, Sent
from headroom.types import Block, Change, Decision, Earlier, Trace

_COMPACTION = b'"compaction"'
_CLEARS = re.compile(rb"clear_tool_uses|compact|middle-out|context-compression")


@dataclass(slots=True)
class Draft:
    """What may be rewritten in a request, since the provider's cache has forgotten its conversation."""

    keys: tuple[str, ...]
    """Of the decisions about all of its results, in order."""
    made: dict[int, tuple[Rewritten, int]] = field(default_factory=dict)
    """By the numbers of the results: what takes their places, and how many tokens that saves."""


@dataclass(slots=True)
class Plan:
    """A request under way: what was read, and what is decided so far."""

    body: bytes
    dialect: Dialect
    reading: Reading
    found: Found | None
    policy_text: str = ""
    """The conversation's policy; empty until it is looked up."""
    begun: tuple[int, int] = (0, 0)
    """The smallest prefix that is cached, and how long the conversation is before its first result, in tokens;
    zeros where that does not matter."""
    names: list[str] = field(default_factory=list)
    """Names of the new blocks, in order: keys, but for what an earlier result adds."""
    traces: list[Trace] = field(default_factory=list)
    """What is remembered of each new block."""
    keys: list[str] = field(default_factory=list)
    """Keys of the new blocks' decisions, in order; complete once the plan is settled."""
    decisions: dict[str, Decision] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    """Where a compressor failed, and the exception's name."""
    generation: int = 0
    """Of the memory of earlier requests when this one was read."""
    epochs: tuple[Epoch, ...] = ()
    """What was rewritten in the conversation, where this request is read from its beginning."""
    draft: Draft | None = None
    rewritten: dict[int, Rewritten] = field(default_factory=dict)
    """What was rewritten of the new blocks, by their numbers; complete once the plan is settled."""
    noted: str = ""
    """The name of the request's time, once it is kept."""
    firsts: dict[bytes, int] = field(default_factory=dict)
    """Where texts that were looked for first stand in the body; -1 for nowhere."""
    is_uncertain: bool = False
    """Whether more may have been rewritten than is known: the next request must not build on this one."""

    @property
    def blocks(self) -> list[Block]:
        """The blocks that were not in an earlier request."""
        return self.reading.walk.blocks

    def inputs(self) -> list[str]:
        """Return the inputs of all tool calls of the conversation, in order, as JSON text."""
        return [
            call.input if isinstance(call.input, str) else self.body[call.input].decode(errors="replace")
            for call in self.reading.walk.calls
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What goes out for a request. Without changes, `body` is the very object that came in."""

    body: bytes
    reading: Reading | None = None
    sent: tuple[Sent, ...] = ()
    replayed: int = 0
    """How many of `sent` stand in the part shared with an earlier request."""
    errors: tuple[tuple[str, str], ...] = ()
    """Where something failed, and the failure's name; the original went out instead."""
    is_changed: bool = False
    """Whether anything goes out in another form."""
    base: bytes = b""
    """What `body` was made of: the conversation as the model knows it, with nothing compressed."""
    origin: str = ""
    """The conversation's name by the client's own history, where that was changed before; else empty."""
    shared: int = 0
    """How many bytes of `base` it shares with an earlier request."""
    offers_tool: bool = False
    """Whether our tool was added to the request's tools."""
    held_out: bool = False
    """Whether the conversation is left alone to compare others with it."""
    earlier: tuple[Change, ...] = ()
    """What was done in earlier requests, where this one only adds to what the provider holds."""

    def changes(self) -> list[Change]:
        """Return what was done, block by block, for the log: changed and retrieved blocks, and all new ones."""
        if self.reading is None:
            return list(self.earlier)
        return [
            *self.earlier,
            *self._own_changes(self.reading),
        ]

    def _own_changes(self, reading: Reading) -> list[Change]:
        return [
            Change(
                key=sent.key,
                tool=sent.tool,
                decision=sent.decision,
                position=reading.position(sent.start),
                new=is_new,
                cached=reading.is_cached(sent.start),
                retrieval=sent.retrieval,
                asked=sent.asked,
            )
            for number, sent in enumerate(self.sent)
            for is_new in (sent.is_new and number >= self.replayed,)
            if sent.literal is not None or sent.retrieval or is_new
        ]


def traced(plan: Plan, block: Block) -> Trace:
    """Return what is remembered of a block, so that a later one may be told by it; nothing where none may."""
    return trace(block) if plan.dialect.points_back and not block.frame else Trace()


def walk(plan: Plan) -> Walk:
    """Return what goes through a plan's new blocks; its policy is known."""
    growth = Growth(*plan.begun)
    growth.add(sent.decision for sent in (plan.found.sent if plan.found else ()))
    return Walk(before(plan), key, plan.epochs, growth)


def first_start(plan: Plan) -> int:
    """Return the offset of the conversation's first result; the plan has new blocks."""
    return plan.found.sent[0].start if plan.found and plan.found.sent else plan.blocks[0].start


def first_key(plan: Plan) -> str:
    """Return the key of the decision about the conversation's first result; empty where that is not named yet."""
    if plan.found and plan.found.sent:
        return plan.found.sent[0].key
    return key(plan.names[0], None, Growth(*plan.begun).in_name()) if plan.names else ""


def before(plan: Plan) -> History:
    """Return the results that stood before a plan's new blocks."""
    history = History()
    if any(trace.digest for trace in plan.traces):
        for sent in plan.found.sent if plan.found else ():
            history.add(sent.trace, sent.key, sent.decision, partial(_text_at, plan.body, sent))
    return history


def _text_at(body: bytes, sent: Sent) -> str:
    return spans.decode_text(body[sent.start : sent.end])


def clears_results(plan: Plan) -> bool:
    """Whether the provider may drop old tool results, or all before a compaction: none is pointed at then."""
    return bool(_CLEARS.search(plan.reading.head.edits)) or holds(plan, _COMPACTION)


def holds(plan: Plan, text: bytes) -> bool:
    """Whether a text stands anywhere in the body. It is looked for once: in a megabyte, that takes a while.

    What is shared with an earlier request is not searched again where that was.
    """
    if text not in plan.firsts:
        begin, first = 0, -1
        if plan.found and text in plan.found.firsts:
            first, shared = plan.found.firsts[text], plan.found.resume.mark.pos
            begin = max(shared - len(text) + 1, 0)
            first = first if first < begin else -1
        plan.firsts[text] = first if first >= 0 else plan.body.find(text, begin)
    return plan.firsts[text] >= 0


def block_name(block: Block, policy_text: str) -> str:
    """Name a block by everything that its decision may depend on, but for an earlier result."""
    touched = "touched" if block.touched else ""
    return _hash(block.text, block.query, block.tool, block.tool_input, block.untouchable + touched, policy_text)


def key(name: str, earlier: Earlier | None, missing: str = "") -> str:
    """Name a decision: the block, the result before it that it may be told by, and what it depends on besides.

    Args:
        missing: by how much the conversation is too short to be cached (Growth.in_name); empty where it is not.
    """
    told_by = earlier.key if earlier else ""
    if missing:
        return _hash(name, told_by, missing)
    return _hash(name, told_by) if earlier else name


def _hash(*parts: str) -> str:
    return digest(*parts)[:32]
