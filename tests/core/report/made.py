"""Events made for tests: builders for a few, and strategies for logs as hostile as they may be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from headroom.ledger import RoundTrip, Saved
from headroom.pricing import PICO
from headroom.report import Summary, summarise
from headroom.session_log import Session
from headroom.session_log.events import (
    BlockLine,
    End,
    Error,
    Event,
    Guard,
    Head,
    Request,
    Retrieve,
    Start,
    UsageLine,
)

T = datetime(2026, 11, 21, tzinfo=UTC).timestamp()
DOLLARS = PICO // 10**6
"""One token at one dollar per million."""
NOTHING = Saved()
NO_TRIP = RoundTrip()

PRICES = """
[[price]]
match = "house-*"
input = 3
output = 15
cache_write_5m = 3.75
cache_write_1h = 6
cache_read = 0.3
tiers = [{above = 2000, input = 6, output = 30, cache_write_5m = 7.5, cache_write_1h = 12, cache_read = 0.6}]

[[price]]
match = "house-*"
effective_from = 2026-11-22
input = 2
output = 10
cache_read = 0.1
"""
"""A price that rises with the length of the prompt, and falls on a day in the middle of the logs."""


def request(
    n: int, *blocks: BlockLine, model: str = "claude-opus-5-5", ms: float = 2.0, status: int = 200, t: float = 0.0
) -> Request:
    """A request of a second to each number, or so many seconds after T."""
    return Request(
        T + (t or n), n, "anthropic", model, "ab", status, True, 900, 700, 90, 70, ms, 80.0, False, 0, blocks
    )


def usage(
    n: int,
    *counts: int,
    saved: Saved = NOTHING,
    trip: RoundTrip = NO_TRIP,
    model: str = "",
    t: float = 0.0,
) -> UsageLine:
    """Counts are input, cache writes, the part of them for an hour, cache reads and output."""
    full, written, hour, read, output = counts
    return UsageLine(T + (t or n), n, model, full, written, hour, read, output, saved, trip)


def block(
    key: str, before: int = 0, after: int = 0, compressor: str = "", tool: str = "Bash", **rest: object
) -> BlockLine:
    line = BlockLine(key, tool, compressor, before, after)
    return line._replace(**rest)  # type: ignore[arg-type]


def session(
    *events: Event,
    agent: str = "claude",
    id: str = "s1",  # noqa: A002
    damaged: int = 0,
    cwd: str = "/home/ada/shop",
) -> Session:
    return Session(id, [Start(T, id, agent, cwd), *events], damaged)


def summary_of(*events: Event, agent: str = "claude", damaged: int = 0) -> Summary:
    return summarise([session(*events, agent=agent, damaged=damaged)])


def _made(cls: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(fields).map(lambda chosen: cls(**chosen))


_TIMES = st.floats(T - 100, T + 3 * 86_400).map(lambda t: round(t, 3))
_N = st.integers(1, 8)
_COUNT = st.one_of(st.integers(0, 3000), st.sampled_from((-7, 0, 2**45)))
_NAMES = st.sampled_from(("a", "b", "c"))
_SAVED = st.tuples(_COUNT, _COUNT, _COUNT, _COUNT).map(lambda counts: Saved(*counts))
_BLOCKS = _made(
    BlockLine,
    key=st.sampled_from("abcdef"),
    tool=st.sampled_from(("Bash", "Read", "", "mcp__headroom_retrieve")),
    compressor=st.sampled_from(("", "logs", "json_rows")),
    before=_COUNT,
    after=_COUNT,
    lossless=st.booleans(),
    new=st.sampled_from((True, True, True, False)),
    reason=st.sampled_from(("", "floor")),
    retrieval=st.sampled_from((False, False, True)),
)
_MODES = st.sampled_from(("optimize", "optimize", "audit", "simulate", "odd"))
_MODELS = st.sampled_from(("house-1", "house-2", "claude-opus-5-5", "unheard-of", ""))
_EVENTS: Sequence[st.SearchStrategy[Event]] = (
    _made(
        Request,
        t=_TIMES,
        n=_N,
        dialect=st.sampled_from(("anthropic", "openai_chat")),
        model=_MODELS,
        conversation=st.sampled_from(("", "a1", "b2")),
        status=st.sampled_from((200, 200, 200, 529, 0)),
        ms=st.floats(0, 90).map(lambda ms: round(ms, 3)),
        ttfb_ms=st.floats(0, 900),
        retried=st.sampled_from((False, False, True)),
        blocks=st.lists(_BLOCKS, max_size=3).map(tuple),
        mode=_MODES,
        holdout=st.booleans(),
        upstream=st.sampled_from(("", "azure")),
        rounds=st.sampled_from((0, 0, 1)),
    ),
    _made(
        UsageLine,
        t=_TIMES,
        n=_N,
        model=_MODELS,
        input=_COUNT,
        cache_write=_COUNT,
        cache_write_1h=st.sampled_from((0, 5)),
        cache_read=_COUNT,
        output=_COUNT,
        saved=_SAVED,
        round_trip=st.tuples(_COUNT, _COUNT, _COUNT).map(lambda counts: RoundTrip(*counts)),
        reasoning=_COUNT,
        image=_COUNT,
    ),
    _made(Head, t=_TIMES, n=_N, conversation=st.sampled_from(("a1", "b2")), tools=_NAMES, system=_NAMES),
    _made(Guard, t=_TIMES, conversation=_NAMES, why=_NAMES, lost=_COUNT),
    _made(Retrieve, t=_TIMES, hash=_NAMES, hit=st.booleans(), tokens=_COUNT),
    _made(Error, t=_TIMES, where=_NAMES, what=_NAMES),
    _made(End, t=_TIMES, exit_code=st.sampled_from((None, 0, 3))),
    _made(
        Start,
        t=_TIMES,
        agent=st.sampled_from(("claude", "codex", "")),
        cwd=st.sampled_from(("/home/ada/shop", "/srv/shop", "")),
        policy=st.sampled_from(({}, {"retrieval": "tool"}, {"retrieval": "mcp"})),
    ),
)
EVENTS = st.one_of(_EVENTS[0], _EVENTS[1], st.one_of(*_EVENTS))
"""Any event: mostly requests and usages, of few sessions, conversations and numbers, so that they meet."""
