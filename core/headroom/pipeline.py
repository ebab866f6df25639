"""One request: find its blocks, decide each once, splice. Fail-open is written here and nowhere else.

A decision is a function of the block, of what stands before it and of the conversation's policy; it is made
once, kept, and replayed for ever (law 1). No sockets and no clock here: who calls `decide` may stop waiting
for it, and settles what is left with `settle`.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import orjson

from headroom import spans
from headroom.compressors import COMPRESSORS
from headroom.decision import RETRIEVED, Decider
from headroom.dialects.base import Dialect, Reading
from headroom.prefixes import Found, Prefixes, Sent
from headroom.types import (
    Block,
    Change,
    Compressor,
    Decision,
    Memo,
    Policy,
    Store,
)

_MAX_SEEN = 100_000


@dataclass(slots=True)
class Plan:
    """A request under way: what was read, and what is decided so far."""

    body: bytes
    reading: Reading
    found: Found | None
    policy_text: str = ""
    """The conversation's policy; empty until it is looked up."""
    keys: list[str] = field(default_factory=list)
    """Keys of the new blocks, in order."""
    decisions: dict[str, Decision] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    """Where a compressor failed, and the exception's name."""
    generation: int = 0
    """Of the memory of earlier requests when this one was read."""

    @property
    def blocks(self) -> list[Block]:
        """The blocks that were not in an earlier request."""
        return self.reading.walk.blocks


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

    @property
    def is_changed(self) -> bool:
        """Whether any block goes out in another form."""
        return any(sent.literal is not None for sent in self.sent)

    def changes(self) -> list[Change]:
        """Return what was done, block by block, for the log: changed and retrieved blocks, and all new ones."""
        if self.reading is None:
            return []
        return [
            Change(
                key=sent.key,
                tool=sent.tool,
                decision=sent.decision,
                position=self.reading.position(sent.start),
                new=is_new,
                cached=self.reading.is_cached(sent.start),
                retrieval=sent.retrieval,
            )
            for number, sent in enumerate(self.sent)
            for is_new in (sent.is_new and number >= self.replayed,)
            if sent.literal is not None or sent.retrieval or is_new
        ]


class Pipeline:
    """What is needed to decide: the policy for new conversations, the store, the memo and the table of rows.

    Args:
        policy: holds for conversations that begin now; an older one keeps its own.
        count: tokens of a text.
        originals: the folder that a marker's path names; a tool call that mentions it is a retrieval.
        compressors: the ordered table; the first row that accepts and does not pass through wins.
    """

    def __init__(
        self,
        policy: Policy,
        store: Store,
        memo: Memo,
        count: Callable[[str], int],
        originals: str,
        compressors: tuple[Compressor, ...] = COMPRESSORS,
    ) -> None:
        self._policy = policy
        self._decider = Decider(store, count, originals, compressors)
        self._store = store
        self._memo = memo
        self._policies: dict[str, str] = {}
        self._prefixes = Prefixes()
        self._seen: set[str] = set()

    def transform(self, body: bytes, dialect: Dialect) -> Outcome:
        """Do all steps at once, without a deadline. Never raises: on any error the original goes out."""
        found = self.find(body)
        try:
            plan = self.read(body, dialect, found)
            if plan.blocks:
                fresh: dict[str, Decision] = {}
                self.decide(plan, fresh, lambda: False)
                self.settle(plan, fresh)
            return self.finish(plan)
        except Exception as error:  # noqa: BLE001 - law 3: whatever goes wrong, the original goes through
            return fall_back(body, found, error)

    def find(self, body: bytes) -> Found | None:
        """Return the longest earlier beginning of this body."""
        return self._prefixes.find(body)

    def read(self, body: bytes, dialect: Dialect, found: Found | None) -> Plan:
        """Find the blocks. Raises ValueError (UnknownShape among them) for a body that is not the dialect's."""
        reading = dialect.read(body, found.resume if found else None)
        return Plan(body, reading, found, found.policy if found else "", generation=self._prefixes.generation)

    def decide(self, plan: Plan, fresh: dict[str, Decision], stopped: Callable[[], bool]) -> None:
        """Recall what is decided for the new blocks, and decide the rest into `fresh`, one by one.

        Slow, and meant for a thread of its own: `fresh` may be read at any time by who stops waiting.
        """
        try:
            self._name_blocks(plan)
            blocks = dict(zip(plan.keys, plan.blocks, strict=True))
            held_before = self._memo.recall(list(blocks))
            alone = self._memo.left_alone(plan.reading.conversation)
        except OSError as error:
            plan.errors.append(("memo", describe(error)))
            return  # nothing is decided against what may have been decided before
        if stopped():
            return  # who stopped waiting has settled the plan meanwhile
        plan.decisions = held_before
        policy = _read_policy(plan.policy_text)
        for key, block in blocks.items():
            if stopped():
                return
            held = plan.decisions.get(key)
            if held is None:
                fresh[key] = self._decide_block(plan, block, policy, alone)
            elif held.original:
                # A resumed conversation refills the store; what was sent stays as it was sent in any case.
                with contextlib.suppress(OSError):
                    self._store.put(block.text)

    def settle(self, plan: Plan, fresh: Mapping[str, Decision]) -> None:
        """Make decisions last; what is still open is "sent as it came, for ever". Slow, as `decide`."""
        self._name_blocks(plan)
        late = {key: Decision(None, reason="deadline") for key in plan.keys if key not in plan.decisions}
        if not late:
            return
        try:
            plan.decisions |= self._memo.remember(late | dict(fresh))
        except OSError as error:
            # What cannot be remembered would come out otherwise after a restart, so it is not changed at all.
            plan.errors.append(("memo", describe(error)))
            plan.decisions |= dict.fromkeys(late, Decision(None, reason="memo not writable"))

    def _name_blocks(self, plan: Plan) -> None:
        """Look up the conversation's policy and give the new blocks their keys, once."""
        if len(plan.keys) == len(plan.blocks):
            return
        try:
            plan.policy_text = plan.policy_text or self._fixed_policy(plan.reading.conversation)
        except OSError:
            plan.policy_text = _policy_text(self._policy)
        plan.keys = [_block_key(block, plan.policy_text) for block in plan.blocks]

    def finish(self, plan: Plan) -> Outcome:
        """Splice, and remember the request as the beginning of longer ones."""
        old = plan.found.sent if plan.found else ()
        sent = old + tuple(
            Sent(
                block.start,
                block.end,
                None if decision.text is None else spans.encode_text(decision.text),
                key,
                block.tool,
                decision,
                decision.reason == RETRIEVED,
                key not in self._seen,
            )
            for key, block in zip(plan.keys, plan.blocks, strict=True)
            for decision in (plan.decisions[key],)
        )
        if len(self._seen) > _MAX_SEEN:
            self._seen.clear()
        self._seen.update(plan.keys)
        changed = [spans.Replacement(s.start, s.end, s.literal) for s in sent if s.literal is not None]
        body = spans.splice(plan.body, changed)
        if plan.generation == self._prefixes.generation:
            self._prefixes.add(plan.body, plan.reading, sent, plan.policy_text, plan.found)
        return Outcome(body, plan.reading, sent, len(old), tuple(plan.errors))

    def forget(self) -> None:
        """Forget earlier requests: decisions were overruled. As `find` and `finish`, not for other threads."""
        self._prefixes.forget_all()

    def give_up(self, outcome: Outcome, reason: str) -> None:
        """Send a conversation as it comes from now on: the provider refused what we made of it.

        Slow, as `decide`; what is remembered of earlier requests must be forgotten beside it.
        """
        if outcome.reading is None:
            return
        # Each holds in this process even where it cannot be written.
        with contextlib.suppress(OSError):
            self._memo.leave_alone(outcome.reading.conversation, reason)
        with contextlib.suppress(OSError):
            self._memo.overrule([sent.key for sent in outcome.sent if sent.literal is not None], reason)

    def _fixed_policy(self, conversation: str) -> str:
        """Return the policy that held when the conversation began (law 1), as text."""
        if len(self._policies) > _MAX_SEEN:
            self._policies.clear()
        if conversation not in self._policies:
            key = hashlib.sha256(f"policy\0{conversation}".encode()).hexdigest()[:32]
            ours = Decision(_policy_text(self._policy))
            self._policies[conversation] = self._memo.remember({key: ours})[key].text or ""
        return self._policies[conversation]

    def _decide_block(self, plan: Plan, block: Block, policy: Policy, alone: str | None) -> Decision:
        try:
            return self._decider.decide(block, policy, alone)
        except Exception as error:  # noqa: BLE001 - law 3: a failing compressor costs its saving, nothing else
            plan.errors.append((block.tool, describe(error)))
            return Decision(None, reason=f"error: {describe(error)}")


def describe(error: BaseException) -> str:
    """Name an error for the log: its class and where it arose, never its text, which may quote a message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where


def _block_key(block: Block, policy_text: str) -> str:
    """Name a decision: everything that it may depend on."""
    digest = hashlib.sha256()
    for part in (block.text, block.query, block.tool, block.tool_input, block.untouchable, policy_text):
        data = part.encode(errors="surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()[:32]


def fall_back(body: bytes, found: Found | None, error: BaseException) -> Outcome:
    """Return a request as it came, but for what earlier requests sent in another form: that is in the cache."""
    sent = found.sent if found else ()
    changed = [spans.Replacement(s.start, s.end, s.literal) for s in sent if s.literal is not None]
    reading = found.resume.reading if found and changed else None
    return Outcome(spans.splice(body, changed), reading, sent, len(sent), (("request", describe(error)),))


def _policy_text(policy: Policy) -> str:
    return orjson.dumps(asdict(policy), option=orjson.OPT_SORT_KEYS).decode()


def _read_policy(text: str) -> Policy:
    """Read a policy, perhaps one of another version: what it does not name keeps today's default."""
    stored = orjson.loads(text)
    known = {row.name for row in fields(Policy)}
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in known}
    return Policy(**values)
