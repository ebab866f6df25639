"""The ledger against a simulation of the provider's cache, scene by scene; and its arithmetic."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.ledger import RoundTrip, Saved, attribute, cost, round_trip, round_trip_cost, saving, without_us
from headroom.pricing import PICO, Price
from headroom.types import Change, Decision, Usage
from tests.provider.cache import PromptCache, estimate

OPUS = Price(
    input=4_000_000, output=20_000_000, cache_write_5m=5_000_000, cache_write_1h=8_000_000, cache_read=200_000
)


def change(
    before: int, after: int, position: float, *, new: bool = True, cached: bool = True, retrieval: bool = False
) -> Change:
    decision = Decision("short" if before != after else None, "json_rows", "", True, before, after)
    return Change(f"{before}-{position}", "Bash", decision, position, new, cached, retrieval)


@dataclass
class Conversation:
    """One that is sent twice: as the agent wrote it, and with its long tool results shortened."""

    cache_control: dict[str, str] | None = field(default_factory=lambda: {"type": "ephemeral"})
    on_system: bool = True
    now: float = 0.0
    texts: list[tuple[str, str]] = field(default_factory=list)
    """Tool results: as they came, and as they are sent."""
    seen: int = 0

    def __post_init__(self) -> None:
        clock: Callable[[], float] = lambda: self.now  # noqa: E731
        self.without, self.with_us = PromptCache(clock), PromptCache(clock)

    def turn(self, results: Sequence[tuple[int, int]] = (), idle_s: float = 20.0) -> tuple[Usage, Usage, Saved]:
        """Send one more request, with new tool results of so many tokens before and after.

        Returns the usage without us, the usage with us, and what the ledger says of the difference.
        """
        self.now += idle_s
        self.add(results)
        usages = []
        for cache, column in ((self.without, 0), (self.with_us, 1)):
            lookup = cache.look_up(self.body(column))
            cache.begin(lookup)
            usages.append(_usage(lookup.usage))
        saved = attribute(self.changes(), usages[1])
        self.seen = len(self.texts)
        return usages[0], usages[1], saved

    def add(self, results: Sequence[tuple[int, int]]) -> None:
        for before, after in results:
            number = len(self.texts)
            self.texts.append(
                (f"{number:06d}" + "x" * (4 * before - 10), f"{number:06d}" + "y" * (4 * after - 10))
            )

    def body(self, column: int) -> dict[str, Any]:
        mark = {"cache_control": self.cache_control} if self.cache_control else {}
        system = {"type": "text", "text": "s" * 60_000} | (mark if self.on_system else {})
        messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": "go " * 200}]}]
        for number, texts in enumerate(self.texts):
            call = {"type": "tool_use", "id": f"t{number}", "name": "Bash", "input": {"command": "ls " * 20}}
            result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": texts[column]}
            messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
        messages[-1]["content"][-1] |= mark
        return {"model": "claude-opus-5-5", "system": [system], "messages": messages}

    def changes(self) -> list[Change]:
        """What the pipeline would say, with positions in bytes of the original."""
        whole = json.dumps(self.body(0))
        return [
            change(
                estimate(before),
                estimate(after),
                whole.index(before) / len(whole),
                new=number >= self.seen,
                cached=self.cache_control is not None,
            )
            for number, (before, after) in enumerate(self.texts)
        ]


def _usage(raw: dict[str, Any]) -> Usage:
    return Usage(
        raw["input_tokens"],
        raw["cache_creation_input_tokens"],
        raw["cache_creation"]["ephemeral_1h_input_tokens"],
        raw["cache_read_input_tokens"],
        300,
        "claude-opus-5-5",
    )


def assert_true(turn: tuple[Usage, Usage, Saved]) -> None:
    """What was billed and what the ledger adds is what the provider would have billed, price by price."""
    truth, billed, saved = turn
    told = without_us(billed, saved)
    assert (told.input, told.cache_write, told.cache_write_1h, told.cache_read) == (
        truth.input,
        truth.cache_write,
        truth.cache_write_1h,
        truth.cache_read,
    )


RESULTS = [[(5000, 600)], [(900, 800), (12_000, 1500)], [(400, 400)], [(8000, 300)], [(20_000, 2000)]]


@pytest.mark.parametrize("control", [{"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}])
def test_written_when_new_and_read_in_every_later_request(control: dict[str, str]) -> None:
    talk = Conversation(control)
    assert_true(talk.turn())
    for results in RESULTS:
        turn = talk.turn(results)
        assert_true(turn)
        assert turn[2].cache_write == sum(before - after for before, after in results)
        assert turn[2].cache_write_1h == (turn[2].cache_write if "ttl" in control else 0)
    assert turn[2].cache_read > 20_000


def test_a_lapsed_cache_is_written_again_as_a_whole() -> None:
    talk = Conversation()
    for results in RESULTS:
        talk.turn(results)
    turn = talk.turn([(3000, 500)], idle_s=301)
    assert turn[1].cache_read == 0
    assert_true(turn)
    assert_true(talk.turn([(3000, 500)]))


def test_without_caching_everything_is_input() -> None:
    talk = Conversation(None)
    for results in RESULTS:
        turn = talk.turn(results)
        assert_true(turn)
    assert turn[2].input == turn[2].total > 40_000


def test_a_resumed_session_finds_the_cache_warm_though_all_blocks_are_new_to_us() -> None:
    talk = Conversation()
    for results in RESULTS:
        talk.turn(results)
    talk.seen = 0
    assert_true(talk.turn([(2000, 400)]))
    assert_true(talk.turn([(2000, 400)]))


def test_a_proxy_that_is_new_to_every_request_tells_the_bill_within_three_percent() -> None:
    talk = Conversation()
    told = truth = 0.0
    for number in range(60):
        talk.seen = 0
        size = (150, 5000, 400, 900, 12_000, 2500)[number % 6]
        theirs, ours, saved = talk.turn([(size, size // (1, 8, 2, 3)[number % 4])])
        told += saved.input + 1.25 * saved.cache_write + 0.1 * saved.cache_read
        truth += weighted(theirs) - weighted(ours)
    assert told == pytest.approx(truth, rel=0.03)


def weighted(usage: Usage) -> float:
    return usage.input + 1.25 * usage.cache_write + 0.1 * usage.cache_read


def test_a_resumed_session_finds_the_cache_cold() -> None:
    talk = Conversation()
    for results in RESULTS:
        talk.turn(results)
    talk.seen = 0
    assert_true(talk.turn([(2000, 400)], idle_s=4000))


def test_the_same_request_again_is_read_and_not_written() -> None:
    talk = Conversation()
    for results in RESULTS:
        talk.turn(results)
    talk.seen = 0
    turn = talk.turn()
    assert turn[1].cache_write == 0
    assert_true(turn)


def test_behind_the_last_breakpoint_is_input_even_where_the_rest_is_read() -> None:
    usage = Usage(input=2000, cache_read=50_000, cache_write=0)
    saved = attribute([change(9000, 1000, 0.9, cached=False), change(4000, 1000, 0.2, new=False)], usage)
    assert saved == Saved(input=8000, cache_read=3000)


class PrefixCache:
    """A provider that caches by itself: what is read is the longest beginning that it has seen, in steps of 128
    tokens and from 1,024 on, and a write is neither charged nor told (OpenAI's guide on prompt caching)."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def bill(self, body: dict[str, Any]) -> Usage:
        prompt = json.dumps([body["system"], body["messages"]])
        shared = max((shared_length(prompt, seen) // 4 for seen in self._seen), default=0)
        self._seen.append(prompt)
        read = shared // 128 * 128 if shared >= 1024 else 0
        return Usage(input=estimate(prompt) - read, cache_read=read)


def shared_length(one: str, other: str) -> int:
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), len(other))


def test_where_writes_are_free_a_new_block_pays_the_input_price_and_an_old_one_is_read() -> None:
    talk = Conversation(None)
    without, with_us = PrefixCache(), PrefixCache()
    told = truth = 0.0
    for results in [*RESULTS, []]:
        talk.add(results)
        # The dialects say of all blocks that they may be cached, where the provider caches by itself.
        changes = [replace(one, cached=True) for one in talk.changes()]
        talk.seen = len(talk.texts)
        theirs, ours = without.bill(talk.body(0)), with_us.bill(talk.body(1))
        saved = attribute(changes, ours)
        assert saved.cache_write == 0
        for name in ("input", "cache_read"):
            # Each of the two bills has less than a step at its other price; a count of parts is a token off each.
            difference = getattr(theirs, name) - getattr(ours, name)
            assert abs(getattr(saved, name) - difference) <= 128 + len(changes)
        told += saved.input + 0.1 * saved.cache_read
        truth += theirs.input + 0.1 * theirs.cache_read - ours.input - 0.1 * ours.cache_read
    assert told == pytest.approx(truth, rel=0.005)


@pytest.mark.parametrize("control", [None, {"type": "ephemeral"}])
def test_an_audit_tells_what_would_have_been_saved(control: dict[str, str] | None) -> None:
    talk = Conversation(control)
    for results in RESULTS:
        untouched, ours, saved = talk.turn(results)
        talk.seen -= len(results)
        assert attribute(talk.changes(), untouched, is_audit=True) == saved
        assert without_us(ours, saved) == untouched
        talk.seen += len(results)


PLACES = [
    # only tools and system were read, so old blocks far behind them were written again
    ([change(30_000, 3000, 0.6, new=False)], Usage(3, 80_000, 0, 20_000), Saved(cache_write=27_000)),
    # nothing at all was read, so even the first block was written
    ([change(4000, 1000, 0.02, new=False)], Usage(3, 80_000, 0, 0), Saved(cache_write=3000)),
    # new to us, but in the middle of what was read: another process has sent it before
    ([change(4000, 1000, 0.2)], Usage(3, 40_000, 0, 60_000), Saved(cache_read=3000)),
    # behind the last breakpoint nothing is cached, whatever else was written
    ([change(4000, 1000, 0.9, cached=False)], Usage(2000, 3000, 0, 60_000), Saved(input=3000)),
    # an original that came back was not taken out of the prompt
    (
        [change(2000, 1000, 0.6), change(30_000, 30_000, 0.65, retrieval=True)],
        Usage(3, 42_000, 0, 58_000),
        Saved(cache_write=1000 - 30_000),
    ),
]


@pytest.mark.parametrize(("changes", "usage", "saved"), PLACES)
def test_the_place_of_a_block_decides(changes: list[Change], usage: Usage, saved: Saved) -> None:
    assert attribute(changes, usage) == saved


def test_positions_are_put_into_terms_of_what_was_sent() -> None:
    # A huge result right behind a short history: early in the original, at the very end of what is sent.
    usage = Usage(input=3, cache_write=4000, cache_read=20_000)
    assert attribute([change(200_000, 3900, 0.09)], usage) == Saved(cache_write=196_100)


def test_an_original_that_comes_back_counts_against_us() -> None:
    back = change(6000, 6000, 0.9, retrieval=True)
    usage = Usage(input=3, cache_write=6300, cache_read=40_000, output=50)
    assert attribute([change(6000, 700, 0.5, new=False), back], usage) == Saved(cache_write=-6000, cache_read=5300)
    later = change(6000, 6000, 0.8, new=False, retrieval=True)
    assert attribute([later], Usage(input=3, cache_write=500, cache_read=46_000)).cache_read == -6000


def test_lifetimes_are_divided_as_the_provider_divided_them() -> None:
    usage = Usage(input=3, cache_write=3000, cache_write_1h=1000)
    assert attribute([change(1600, 600, 0.9)], usage) == Saved(cache_write=1000, cache_write_1h=333)
    assert attribute([change(1000, 1000, 0.9, retrieval=True)], usage).cache_write_1h == -333


def test_nothing_changed_is_nothing_saved() -> None:
    assert attribute([], Usage()) == Saved()
    assert attribute([change(500, 500, 0.5)], Usage(cache_read=10, cache_write=5)) == Saved()


TRIPS = [
    # blocks of the request, usage, output before, what the turn cost
    ([change(900, 900, 0.9, retrieval=True)], Usage(3, 1000, 0, 40_000), 120, RoundTrip(40_000, 120)),
    (
        [change(5000, 100, 0.2, new=False), change(900, 900, 0.9, retrieval=True)],
        Usage(3, 1000, 0, 40_000),
        120,
        RoundTrip(40_000, 120),
    ),
    # beside a result that was due anyway, the turn is not ours
    (
        [change(900, 900, 0.9, retrieval=True), change(50, 50, 0.95)],
        Usage(3, 1000, 0, 40_000),
        120,
        RoundTrip(),
    ),
    ([change(900, 900, 0.8, new=False, retrieval=True)], Usage(3, 1000, 0, 40_000), 120, RoundTrip()),
    ([], Usage(3, 1000, 0, 40_000), 120, RoundTrip()),
    # without a cache the conversation is paid in full once more
    ([change(900, 900, 0.9, retrieval=True)], Usage(31_000), 120, RoundTrip(0, 120, 30_100)),
    ([change(900, 900, 0.9, retrieval=True)], Usage(500), 120, RoundTrip(0, 120, 0)),
]


@pytest.mark.parametrize(("changes", "usage", "output", "trip"), TRIPS)
def test_a_turn_that_only_brings_originals_back_is_charged(
    changes: list[Change], usage: Usage, output: int, trip: RoundTrip
) -> None:
    assert round_trip(changes, usage, output) == trip


def test_money_is_exact_and_signed() -> None:
    usage = Usage(input=7, cache_write=3000, cache_write_1h=1000, cache_read=100_000, output=333)
    assert cost(usage, OPUS) == 7 * 4_000_000 + 2000 * 5_000_000 + 1000 * 8_000_000 + 20 * 10**9 + 333 * 20_000_000
    assert cost(Usage(input=1_000_000), OPUS) == 4 * PICO
    assert saving(Saved(cache_read=1000), RoundTrip(), OPUS) == 1000 * 200_000
    assert saving(Saved(cache_write=-900), RoundTrip(40_000, 120), OPUS) == -(
        900 * 5_000_000 + 40_000 * 200_000 + 120 * 20_000_000
    )


tokens = st.integers(0, 10**7)
signed = st.integers(-(10**6), 10**6)
usages = st.builds(Usage, tokens, tokens, st.just(0), tokens, tokens)
changes_of = st.lists(
    st.builds(
        change,
        st.integers(0, 10**5),
        st.integers(0, 10**5),
        st.floats(0, 1),
        new=st.booleans(),
        cached=st.booleans(),
        retrieval=st.booleans(),
    ),
    max_size=8,
)


@given(changes_of, usages)
def test_every_saved_token_is_in_one_class_and_the_order_does_not_matter(
    changes: list[Change], usage: Usage
) -> None:
    saved = attribute(changes, usage)
    assert saved.total == sum(one.saved_tokens for one in changes)
    if len({one.position for one in changes}) == len(changes):
        assert attribute(changes[::-1], usage) == saved
    assert usage.cache_read or not saved.cache_read
    assert usage.cache_write or not saved.cache_write


@given(usages, st.builds(Saved, signed, signed, st.just(0), signed), st.builds(RoundTrip, tokens, tokens, tokens))
def test_what_is_saved_is_what_it_would_have_cost_less_what_it_did(
    usage: Usage, saved: Saved, trip: RoundTrip
) -> None:
    net = cost(without_us(usage, saved), OPUS) - cost(usage, OPUS) - round_trip_cost(trip, OPUS)
    assert saving(saved, trip, OPUS) == net
