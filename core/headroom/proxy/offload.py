"""Runs the pipeline's slow steps beside the event loop, and stops waiting for them at a deadline."""

import asyncio
import contextlib
import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

from headroom.dialects.base import Dialect
from headroom.pipeline import Pipeline, fall_back
from headroom.plans import Outcome, Plan
from headroom.types import Decision

T = TypeVar("T")

_INLINE_BYTES = 256 << 10
"""A body whose unread part is larger is read in a thread, so that other requests go on meanwhile."""
_MAX_ABANDONED = 4


class Abandoned(BaseException):
    """Raised inside a thread that nobody waits for any more."""


class Offload:
    """Transforms requests without holding up the event loop.

    Args:
        deadline_s: how long a request may wait for its new blocks to be decided.
        warm: loads what the first block will need; called beside the first request, which seldom has one.
    """

    def __init__(self, pipeline: Pipeline, deadline_s: float, warm: Callable[[], None] | None = None) -> None:
        self._pipeline = pipeline
        self._deadline_s = deadline_s
        self._warm = warm
        self._abandoned: list[threading.Thread] = []

    async def transform(self, body: bytes, dialect: Dialect) -> Outcome:
        """Return what to send for a request. Never raises: on any error the original goes out."""
        if self._warm:
            _start(self._warm)
            self._warm = None
        found = self._pipeline.find(body)
        try:
            unread = len(body) - (found.resume.mark.pos if found else 0)
            if unread <= _INLINE_BYTES:
                plan = self._pipeline.read(body, dialect, found)
            else:
                plan = await _in_thread(lambda: self._pipeline.read(body, dialect, found))
            if plan.blocks:
                await self._decide(plan)
            return self._pipeline.finish(plan)
        except Exception as error:  # noqa: BLE001 - law 3: whatever goes wrong, the original goes through
            return fall_back(body, found, error)

    async def give_up(self, outcome: Outcome, reason: str) -> None:
        """Leave a conversation alone from now on."""
        await _in_thread(lambda: self._pipeline.give_up(outcome, reason))
        self._pipeline.forget()

    async def _decide(self, plan: Plan) -> None:
        fresh: dict[str, Decision] = {}
        stopped = threading.Event()
        self._abandoned = [thread for thread in self._abandoned if thread.is_alive()]
        if len(self._abandoned) < _MAX_ABANDONED:
            thread, done = _start(lambda: self._pipeline.decide(plan, fresh, stopped.is_set))
            try:
                await asyncio.wait_for(asyncio.shield(done), self._deadline_s)
            except TimeoutError:
                stopped.set()
                plan.errors.append(("deadline", f"{len(plan.blocks) - len(fresh)} blocks not decided in time"))
                self._abandon(thread)
                done.cancel()
        decided = dict(fresh)
        await _in_thread(lambda: self._pipeline.settle(plan, decided))

    def _abandon(self, thread: threading.Thread) -> None:
        """Break off a thread: it may be in a loop without end, which would cost a core until we exit."""
        self._abandoned.append(thread)
        if thread.is_alive() and thread.ident is not None:
            with contextlib.suppress(AttributeError):  # CPython only
                ident = ctypes.c_ulong(thread.ident)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(Abandoned))


def _start(work: Callable[[], T]) -> tuple[threading.Thread, asyncio.Future[T]]:
    """Run in a daemon thread: unlike an executor's, a hung one keeps neither other work nor our exit waiting."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = work()
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001 - it is raised again by who waits
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settle, result, failure)

    thread = threading.Thread(target=run, name="headroom-compress", daemon=True)
    thread.start()
    return thread, done


async def _in_thread(work: Callable[[], T]) -> T:
    return await _start(work)[1]
