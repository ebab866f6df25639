"""Time that a test sets."""

import asyncio


class Clock:
    """A clock that stands still until it is advanced; for the cache's lifetimes."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time can be skipped: timers due in the skipped time fire, in their order.

    Use `asyncio.Runner(loop_factory=SkippingLoop)` and give the provider `sleep=skip`: ten minutes of silence then
    pass in no time for everything in the loop, the timeouts of the code under test included.
    """

    skipped_s = 0.0

    def time(self) -> float:
        """Return the loop's time, the skipped time included."""
        return super().time() + self.skipped_s


async def skip(seconds: float, step_s: float = 1.0) -> None:
    """Skip time in a SkippingLoop, in steps small enough for periodic timers to fire as often as they would."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    while seconds > 0:
        loop.skipped_s += min(step_s, seconds)
        seconds -= step_s
        await asyncio.sleep(0)
        await asyncio.sleep(0)
