import asyncio

from tests.provider.clock import Clock, SkippingLoop, skip


def test_a_clock_stands_still_until_it_is_advanced() -> None:
    clock = Clock(10)
    clock.advance(2.5)
    assert clock() == 12.5


def test_skipped_time_fires_timers_in_their_order() -> None:
    async def body() -> list[str]:
        fired: list[str] = []
        loop = asyncio.get_running_loop()
        loop.call_later(500, fired.append, "500 s")
        loop.call_later(30, fired.append, "30 s")
        loop.call_later(700, fired.append, "700 s")
        await skip(600)
        return fired

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        assert runner.run(body()) == ["30 s", "500 s"]


def test_a_timeout_longer_than_the_skipped_time_does_not_fire() -> None:
    async def body(limit_s: float) -> None:
        async with asyncio.timeout(limit_s):
            await skip(600)

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(body(900))
        try:
            runner.run(body(300))
        except TimeoutError:
            return
        raise AssertionError("the shorter timeout did not fire")
