"""Sessions made by hand, event by event."""

import os
from collections.abc import Iterable
from pathlib import Path

import orjson

from headroom.ledger import Saved
from headroom.session_log.events import BlockLine, Event, Head, Request, Start, UsageLine, to_dict
from headroom.store import SqliteMemo, SqliteStore
from headroom.types import Decision

T0 = 1_795_000_000.0


def block(key: str, after: int = 100, **more: object) -> BlockLine:
    line = BlockLine(key=key, tool="Bash", compressor="logs", before=1000, after=after, lossless=False)
    return line._replace(**more)


def exchange(n: int, t: float = T0, blocks: tuple[BlockLine, ...] = (), **more: object) -> list[Event]:
    """A request of conversation c1, and its usage: 5,000 tokens are in the cache after the first."""
    request = Request(t, n, "anthropic", "claude-sonnet-4-5", "c1", 200, blocks=blocks, ms=2.0)
    usage = UsageLine(t + 1, n, "claude-sonnet-4-5", 10, 5000 if n == 1 else 0, 0, 0 if n == 1 else 5000, 7)
    saved = Saved(cache_write=900 * len(blocks))
    return [request._replace(**more), usage._replace(saved=saved)]


def session(*more: Event) -> list[Event]:
    start = Start(T0, "s1", "claude", "/home/u/shop")
    head = Head(T0, 1, "c1", tools="aa", system="bb")
    first, answered = exchange(1, blocks=(block("k1"), block("k2", compressor="", after=1000, reason="floor")))
    return [start, first, head, answered, *more]


def lines(events: Iterable[Event]) -> bytes:
    return b"".join(orjson.dumps(to_dict(event)) + b"\n" for event in events)


ORIGINAL = "first\nsecond\nthird\n"
GONE = "0123456789ab"


def fill(root: Path, now: float = T0 + 60, original: str = ORIGINAL) -> Path:
    """Make a state folder, and return its session's log.

    Its blocks: 1 left out in part, 2 as it came, 3 nothing left out, 4 left out in part and its original gone.
    """
    (root / "sessions").mkdir(parents=True)
    more = exchange(2, blocks=(block("k3", lossless=True), block("k4")))
    log = root / "sessions" / "s1.jsonl"
    log.write_bytes(lines(event._replace(t=event.t - T0 - 60 + now) for event in session(*more)))
    os.utime(log, (now, now))
    store, memo = SqliteStore(root / "store"), SqliteMemo(root / "store")
    key = store.put(original)
    memo.remember(
        {
            "k1": Decision("[headroom: some]\nthird\n", "logs", "", False, 1000, 100, key),
            "k3": Decision("a table", "json_rows", "", True, 1000, 100),
            "k4": Decision("[headroom: some]", "logs", "", False, 1000, 100, GONE),
        }
    )
    store.close()
    memo.close()
    return log
