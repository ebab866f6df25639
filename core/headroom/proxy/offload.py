"""Runs the pipeline's slow steps beside the event loop, and stops waiting for them at a deadline."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace

from headroom.continuations import Continuations
from headroom.dialects.base import Dialect
from headroom.epochs import REFUSED
from headroom.pipeline import Pipeline, describe, fall_back
from headroom.plans import Outcome, Plan
from headroom.proxy.workers import Job, in_thread, start
from headroom.stages import Stages
from headroom.types import Decision

_INLINE_BYTES = 256 << 10
"""A body whose unread part is larger is read in a thread, so that other requests go on meanwhile."""
_MAX_ABANDONED = 4
_WARMING_S = 3.0
"""How long the first blocks wait for what they need, beside the deadline: what misses that stays raw for ever."""


class Offload:
    """Transforms requests without holding up the event loop.

    Args:
        deadline_s: how long a request may wait for its new blocks to be decided.
        warm: loads what the first block will need; called beside the first request, which seldom has one. Blocks
            that come before it is done wait for it, and their time begins then.
        stages: what is done to a request before; None for nothing.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        deadline_s: float,
        warm: Callable[[], None] | None = None,
        stages: Stages | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._deadline_s = deadline_s
        self._warm = warm
        self._warming: asyncio.Future[None] | None = None
        self._stages = stages
        self.continuations = Continuations()
        self._abandoned: list[Job] = []

    async def transform(
        self, body: bytes, dialect: Dialect, model: str = "", host: str = "", is_staged: bool = False
    ) -> Outcome:
        """Return what to send for a request. Never raises: on any error the original goes out.

        Args:
            model: from the request's path, where the dialect has it there.
            host: of the provider.
            is_staged: whether it was made of one that went through the stages: a round that we add.
        """
        if self._warm:
            _, self._warming = start(self._warm)
            self._warm = None
        plan = await self._begin(body, dialect, model)
        stages = self._stages
        if stages is None or is_staged or isinstance(plan, Outcome):
            return await self._complete(plan)
        request = stages.request(body, dialect, plan.reading, model, host)
        if stages.have_nothing_for(request):
            return replace(await self._complete(plan), origin=request.conversation)
        errors: list[tuple[str, str]] = []

        def failed(where: str, error: Exception) -> None:
            errors.append((where, describe(error)))

        try:
            prepared = await in_thread(lambda: stages.run(request, failed))
        except OSError as error:
            failed("memo", error)
            prepared = body
        is_prepared = prepared is not body
        outcome = await self._complete(await self._begin(prepared, dialect, model) if is_prepared else plan)
        return replace(
            outcome,
            is_changed=outcome.is_changed or is_prepared,
            errors=(*errors, *outcome.errors),
            origin=request.conversation,
        )

    async def _begin(self, body: bytes, dialect: Dialect, model: str) -> Plan | Outcome:
        """Return a request as it was read, or what becomes of one that cannot be."""
        pipeline = self._pipeline
        found = pipeline.find(body, dialect)
        try:
            unread = len(body) - (found.resume.mark.pos if found else 0)
            if unread <= _INLINE_BYTES:
                return pipeline.read(body, dialect, found, model=model)
            return await in_thread(lambda: pipeline.read(body, dialect, found, model=model))
        except Exception as error:  # noqa: BLE001 - law 3: whatever goes wrong, the original goes through
            return fall_back(body, dialect, found, error)

    async def _complete(self, plan: Plan | Outcome) -> Outcome:
        if isinstance(plan, Outcome):
            return plan
        before = self.continuations.find(plan.reading.head.previous)
        try:
            if before:
                plan = self._pipeline.read(plan.body, plan.dialect, None, before, plan.reading.head.model)
            if self._pipeline.must_decide(plan):
                await self._decide(plan)
            outcome = self._pipeline.finish(plan)
        except Exception as error:  # noqa: BLE001 - law 3: whatever goes wrong, the original goes through
            outcome = fall_back(plan.body, plan.dialect, plan.found, error)
        return replace(outcome, earlier=before.changes) if before else outcome

    async def give_up(self, outcome: Outcome) -> None:
        """Send a conversation as it comes from now on."""
        await in_thread(lambda: self._give_up(outcome))
        self._pipeline.forget()

    def _give_up(self, outcome: Outcome) -> None:
        self._pipeline.give_up(outcome)
        if outcome.origin:  # its name as it comes, which the stages may have changed
            self._pipeline.leave_alone(outcome.origin, REFUSED)
        if self._stages and outcome.origin:
            with contextlib.suppress(OSError):  # what cannot be kept is refused, and tried, once more
                self._stages.give_up(outcome.origin)

    async def leave_alone(self, conversation: str, reason: str) -> None:
        """Change nothing new in a conversation from now on."""
        await in_thread(lambda: self._pipeline.leave_alone(conversation, reason))

    async def _decide(self, plan: Plan) -> None:
        if self._warming:
            await asyncio.wait({self._warming}, timeout=_WARMING_S)
            self._warming = None
        fresh: dict[str, Decision] = {}
        stopped = threading.Event()
        settles = threading.Lock()
        """Taken by who settles the plan: the worker, or who has stopped waiting for it."""

        def work() -> None:
            self._pipeline.decide(plan, fresh, stopped.is_set)
            if settles.acquire(blocking=False):
                self._pipeline.settle(plan, fresh)

        self._abandoned = [job for job in self._abandoned if job.is_alive()]
        if len(self._abandoned) < _MAX_ABANDONED:
            job, done = start(work)
            try:
                await asyncio.wait_for(asyncio.shield(done), self._deadline_s)
                return
            except TimeoutError:
                if not settles.acquire(blocking=False):
                    await done
                    return
                stopped.set()
                plan.errors.append(("deadline", f"{len(plan.blocks) - len(fresh)} blocks not decided in time"))
                self._abandoned.append(job)
                job.abandon()
                done.cancel()
        decided = dict(fresh)
        await in_thread(lambda: self._pipeline.settle(plan, decided))
