"""One request: find its blocks, decide each once, splice. Fail-open is written here and nowhere else.

A decision is a function of the block, of what stands before it and of the conversation's policy; it is made
once, kept, and replayed for ever (law 1), until the conversation's cache is cold (headroom.compaction). No sockets
and no deadlines here: who calls `decide` may stop waiting for it, and settles what is left with `settle`.
"""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from headroom import answering, beginnings, plans, policies, spans
from headroom.beginnings import Beginnings
from headroom.compaction import Compaction
from headroom.compressors import COMPRESSORS
from headroom.decision import RETRIEVED, Decider, asked_for
from headroom.dialects.base import Before, Dialect, Head, Reading
from headroom.epochs import REFUSED, Walk
from headroom.history import is_touched
from headroom.minimum import TOO_SHORT
from headroom.notes import Notes
from headroom.plans import Outcome, Plan
from headroom.policies import Policies
from headroom.policy import TOOL, Policy
from headroom.prefixes import Found, Prefixes, Sent
from headroom.spans import Replacement
from headroom.toin import Toin
from headroom.types import Block, Compressor, Decision, Earlier, Memo, Store

_MAX_SEEN = 100_000


class Pipeline:
    """What is needed to decide: the policy for new conversations, the store, the memo and the table of rows.

    Args:
        policy: holds for conversations that begin now; an older one keeps its own.
        count: tokens of a text.
        originals: the folder that a marker's path names; a tool call that mentions it is a retrieval.
        compressors: the ordered table; the first row that accepts and does not pass through wins.
        is_held_out: whether a conversation is to be left alone, to compare others with it.
        clock: seconds since 1970, for how long a conversation was idle.
        toin: learns from what is looked up, and gives advice to conversations that begin; None for neither.
    """

    def __init__(
        self,
        policy: Policy,
        store: Store,
        memo: Memo,
        count: Callable[[str], int],
        originals: str,
        compressors: tuple[Compressor, ...] = COMPRESSORS,
        is_held_out: Callable[[str], bool] | None = None,
        clock: Callable[[], float] = time.time,
        toin: Toin | None = None,
    ) -> None:
        notes = Notes(memo)
        self._policies = Policies(policy, notes, is_held_out, toin)
        self._decider = Decider(store, count, originals, compressors, toin)
        self._beginnings = Beginnings(count)
        self._cold = Compaction(notes, self._decider, clock)
        self._store = store
        self._memo = memo
        self._prefixes = Prefixes()
        self._seen: set[str] = set()
        self._refused: set[str] = set()
        """Conversations that the provider refused what we made of: our tool is not offered in them either."""
        self._unwritten: dict[str, Decision] = {}
        """What holds although it could not be written yet."""

    def transform(self, body: bytes, dialect: Dialect) -> Outcome:
        """Do all steps at once, without a deadline. Never raises: on any error the original goes out."""
        found = self.find(body, dialect)
        try:
            plan = self.read(body, dialect, found)
            if self.must_decide(plan):
                fresh: dict[str, Decision] = {}
                self.decide(plan, fresh, lambda: False)
                self.settle(plan, fresh)
            return self.finish(plan)
        except Exception as error:  # noqa: BLE001 - law 3: whatever goes wrong, the original goes through
            return fall_back(body, dialect, found, error)

    def find(self, body: bytes, dialect: Dialect) -> Found | None:
        """Return the longest earlier beginning of this body; None also where its cache may be cold."""
        found = self._prefixes.find(body, dialect.name)
        return None if found and self._cold.outlives(found) else found

    def read(
        self, body: bytes, dialect: Dialect, found: Found | None, before: Before | None = None, model: str = ""
    ) -> Plan:
        """Find the blocks. Raises ValueError (UnknownShape among them) for a body that is not the dialect's.

        Args:
            before: what the provider holds of the conversation, where the body only adds to it.
            model: from the request's path, where the dialect has it there.
        """
        found = None if before else found  # what is at the provider already is not in any earlier body
        reading = _read(body, dialect, found, before, model)
        if found and not self._may_go_on(body, dialect, found, reading):
            found, reading = None, _read(body, dialect, None, before, model)
        return Plan(
            body, dialect, reading, found, found.policy if found else "", generation=self._prefixes.generation
        )

    def _may_go_on(self, body: bytes, dialect: Dialect, found: Found, reading: Reading) -> bool:
        """Tell whether what was decided in an earlier request would be decided in this one, too."""
        earlier, behind = found.resume.reading, body[reading.end :]
        if found.sent and not beginnings.same(dialect.name, earlier, found.resume.tail, reading, behind):
            return False
        if reading.conversation != earlier.conversation:
            # A fork: what it shares was decided by the other's policy, which must be its own from now on too.
            with contextlib.suppress(OSError):
                return self._policies.of(reading, found.policy) == found.policy
        return True

    def must_decide(self, plan: Plan) -> bool:
        """Tell whether there is anything to decide: new blocks, or what holds from a first request on."""
        is_first = not plan.policy_text and self._policies.hold_from_the_first
        return bool(plan.blocks) or is_first or self._cold.must_note(plan)

    def decide(self, plan: Plan, fresh: dict[str, Decision], stopped: Callable[[], bool]) -> None:
        """Recall what is decided for the new blocks, and decide the rest into `fresh`, one by one.

        Slow, and meant for a thread of its own: `fresh` may be read at any time by who stops waiting.
        """
        try:
            self._name_blocks(plan)
            held_before = self._memo.recall(plan.names)
            self._cold.recall(plan)
            if stopped():
                return  # who stopped waiting has settled the plan meanwhile
            plan.decisions = self._unwritten | held_before
            alone = self._memo.left_alone(plan.reading.conversation)
            if alone == REFUSED:
                self._refused.add(plan.reading.conversation)
            walk = self._decide_all(plan, fresh, stopped, alone)
            if walk:
                self._cold.consider(plan, walk, fresh, stopped, alone, partial(self._attempt, plan))
        except OSError as error:
            plan.errors.append(("memo", describe(error)))
            return  # nothing is decided against what may have been decided before

    def _decide_all(
        self, plan: Plan, fresh: dict[str, Decision], stopped: Callable[[], bool], alone: str | None
    ) -> Walk | None:
        policy = policies.read(plan.policy_text)
        walk = plans.walk(plan)
        for block, name, said in zip(plan.blocks, plan.names, plan.traces, strict=True):
            if stopped():
                return None
            key, earlier = walk.name(name, said)
            held = plan.decisions.get(key) or fresh.get(key)
            if held is None and key != name:
                recalled = self._memo.recall([key])
                plan.decisions |= recalled  # it lasts, even where nothing can be written now
                held = recalled.get(key)
            if held is None:
                told_by = None if earlier is None or plans.clears_results(plan) else earlier
                held = self._decide_block(plan, block, policy, alone, told_by)
                held = _as_it_came(held) if walk.growth.keeps_raw(held) else held
            elif held.original:
                # A resumed conversation refills the store; what was sent stays as it was sent in any case.
                with contextlib.suppress(OSError):
                    self._store.put(block.text)
            fresh[key] = held
            walk.add(said, key, earlier, held, partial(str, block.text))
        return walk

    def settle(self, plan: Plan, fresh: Mapping[str, Decision]) -> None:
        """Make decisions last; what is still open is "sent as it came, for ever". Slow, as `decide`."""
        self._name_blocks(plan)
        self._cold.keep(plan)
        lasting = self._unwritten | plan.decisions
        while new := self._assume(plan, lasting, fresh):
            try:
                owed = self._unwritten
                lasting |= self._memo.remember(new | owed)
                # Another thread may owe more by now.
                self._unwritten = {key: kept for key, kept in self._unwritten.items() if key not in owed}
            except OSError as error:
                # What cannot be remembered would come out otherwise after a restart, so it is not changed at all.
                plan.errors.append(("memo", describe(error)))
                raw = dict.fromkeys(new, Decision(None, reason="memo not writable"))
                lasting |= raw
                self._unwritten = {**(self._unwritten if len(self._unwritten) < _MAX_SEEN else {}), **raw}
        plan.decisions = lasting
        self._cold.note(plan)

    def _assume(
        self, plan: Plan, lasting: Mapping[str, Decision], fresh: Mapping[str, Decision]
    ) -> dict[str, Decision]:
        """Name the blocks' decisions, and return those that do not last yet.

        A key may depend on what was decided for an earlier block, and what lasts may be another process's
        decision: so this is done again until nothing is new.
        """
        walk = plans.walk(plan)
        new: dict[str, Decision] = {}
        for block, name, said in zip(plan.blocks, plan.names, plan.traces, strict=True):
            key, earlier = walk.name(name, said)
            decision = lasting.get(key)
            if decision is None:
                decision = new[key] = fresh.get(key) or Decision(None, reason="deadline")
            walk.add(said, key, earlier, decision, partial(str, block.text))
        plan.keys, plan.rewritten = walk.keys, walk.end()
        return new

    def _name_blocks(self, plan: Plan) -> None:
        """Look up the conversation's policy, and name the new blocks, once."""
        if plan.policy_text and len(plan.names) == len(plan.blocks):
            return
        try:
            plan.policy_text = plan.policy_text or self._policies.of(plan.reading)
        except OSError:
            plan.policy_text = policies.as_text(self._policies.beginning(plan.reading))
        if policies.read(plan.policy_text).code_mode:
            inputs = plan.inputs()
            plan.blocks[:] = [
                block._replace(touched=is_touched(block, inputs[: block.calls])) for block in plan.blocks
            ]
        if plan.blocks:
            first = plans.first_start(plan)
            plan.begun = self._beginnings.of(plan.dialect.name, plan.body, plan.reading, first)
        plan.traces = [plans.traced(plan, block) for block in plan.blocks]
        plan.names = [plans.block_name(block, plan.policy_text) for block in plan.blocks]

    def finish(self, plan: Plan) -> Outcome:
        """Splice, and remember the request as the beginning of longer ones."""
        old = plan.found.sent if plan.found else ()
        sent = old + tuple(
            Sent(
                block.start,
                block.end,
                None if decision.text is None else _literal(decision.text, block),
                key,
                block.tool,
                decision,
                decision.reason == RETRIEVED,
                key + again not in self._seen,
                trace,
                asked_for(block, decision),
            )
            for number, (key, block, trace) in enumerate(zip(plan.keys, plan.blocks, plan.traces, strict=True))
            for decision, again in (_holding(plan, number),)
        )
        if len(self._seen) > _MAX_SEEN:
            self._seen.clear()
        self._seen.update(key + _holding(plan, number)[1] for number, key in enumerate(plan.keys))
        if self._cold.sent(plan):
            self._prefixes.forget(sent[0].key)
        policy = self._policies.read(plan.policy_text, plan.reading)
        is_refused = plan.reading.conversation in self._refused
        offer = [] if is_refused else _offer(plan.body, plan.dialect, plan.reading.head, policy)
        body = spans.splice(plan.body, _changed(sent, offer))
        if plan.generation == self._prefixes.generation and not plan.is_uncertain:
            name, firsts = plan.dialect.name, plan.firsts
            self._prefixes.add(plan.body, plan.reading, sent, plan.policy_text, plan.found, name, firsts)
        return Outcome(
            body,
            plan.reading,
            sent,
            len(old),
            tuple(plan.errors),
            is_changed=body is not plan.body,
            base=plan.body,
            shared=plan.found.resume.mark.pos if plan.found else 0,
            offers_tool=bool(offer),
            held_out=policy.held_out,
        )

    def forget(self) -> None:
        """Forget earlier requests: decisions were overruled. As `find` and `finish`, not for other threads."""
        self._prefixes.forget_all()

    def leave_alone(self, conversation: str, reason: str) -> None:
        """Change nothing new in a conversation from now on; what was sent is sent again as it was (law 1)."""
        with contextlib.suppress(OSError):  # it holds in this process even where it cannot be written
            self._memo.leave_alone(conversation, reason)

    def give_up(self, outcome: Outcome) -> None:
        """Send a conversation as it comes from now on: the provider refused what we made of it.

        Slow, as `decide`; what is remembered of earlier requests must be forgotten beside it.
        """
        if outcome.reading is None:
            return
        self._refused.add(outcome.reading.conversation)
        # Each holds in this process even where it cannot be written.
        with contextlib.suppress(OSError):
            self._memo.leave_alone(outcome.reading.conversation, REFUSED)
        with contextlib.suppress(OSError):
            self._memo.overrule([sent.key for sent in outcome.sent if sent.literal is not None], REFUSED)

    def _decide_block(
        self, plan: Plan, block: Block, policy: Policy, alone: str | None, earlier: Earlier | None
    ) -> Decision:
        conversation = plan.reading.conversation
        return self._attempt(
            plan, block, lambda: self._decider.decide(block, policy, alone, earlier, conversation)
        )

    def _attempt(self, plan: Plan, block: Block, decide: Callable[[], Decision]) -> Decision:
        try:
            return decide()
        except Exception as error:  # noqa: BLE001 - law 3: a failing compressor costs its saving, nothing else
            plan.errors.append((block.tool, describe(error)))
            return Decision(None, reason=f"error: {describe(error)}")


def _as_it_came(decision: Decision) -> Decision:
    tokens = decision.tokens_before
    return Decision(None, reason=TOO_SHORT, tokens_before=tokens, tokens_after=tokens)


def _read(body: bytes, dialect: Dialect, found: Found | None, before: Before | None, model: str) -> Reading:
    reading = dialect.read(body, found.resume if found else None, before)
    if reading.head.model or not model:
        return reading
    return replace(reading, head=replace(reading.head, model=model))  # others go on from this head, too


def describe(error: BaseException) -> str:
    """Name an error for the log: its class and where it arose, never its text, which may quote a message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where


def fall_back(body: bytes, dialect: Dialect, found: Found | None, error: BaseException) -> Outcome:
    """Return a request as it came, but for what earlier requests sent in another form: that is in the cache."""
    sent = found.sent if found else ()
    offer: list[Replacement] = []
    with contextlib.suppress(ValueError):
        head = found.resume.reading.head if found else Head()
        if found and head.tools and head.tools.stop <= found.resume.mark.pos:
            offer = _offer(body, dialect, head, policies.read(found.policy))
    changed = spans.splice(body, _changed(sent, offer))
    reading = found.resume.reading if found and changed is not body else None
    failed = (("request", describe(error)),)
    return Outcome(changed, reading, sent, len(sent), failed, changed is not body, body, offers_tool=bool(offer))


def _holding(plan: Plan, number: int) -> tuple[Decision, str]:
    """Return what is sent for a new block, and what tells its name in the log from the one it had before."""
    again = plan.rewritten.get(number)
    return (again.decision, "again") if again else (plan.decisions[plan.keys[number]], "")


def _literal(text: str, block: Block) -> bytes:
    """Return the bytes that take a block's place."""
    literal = spans.encode_text(text)
    return block.frame[0] + literal + block.frame[1] if block.frame else literal


def _offer(body: bytes, dialect: Dialect, head: Head, policy: Policy) -> list[Replacement]:
    """Return what adds our tool to a request's tools: from the first request of a conversation to its last."""
    way = answering.of(dialect.name) if policy.retrieval == TOOL and policy.enabled else None
    return way.offer(body, head) if way else []


def _changed(sent: tuple[Sent, ...], more: list[Replacement]) -> list[Replacement]:
    changed = [Replacement(s.start, s.end, s.literal) for s in sent if s.literal is not None]
    return sorted(changed + more) if more else changed
