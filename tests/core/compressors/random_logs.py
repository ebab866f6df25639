"""Logs of any mixture, for the laws that hold for all of them."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

TRACE = ("Traceback (most recent call last):", '  File "/srv/db.py", line 88, in run', "OSError: gone {n}")
ENTRIES: tuple[tuple[str, ...], ...] = (
    ("INFO [worker-{k}] GET /api/users/{n} 200 {n}ms id={h}",),
    ("INFO [worker-{k}] GET /api/users/{n} {s} {n}ms id={h}",),
    ("DEBUG cache {w} key=user:{n}",),
    ("INFO user {w} logged in from 10.0.{k}.{n}",),
    ("INFO started",),
    ("WARN pool exhausted, waiting {n} ms",),
    ("ERROR query failed id={h}", *TRACE),
    ("ERROR connection refused",),
    ("INFO dump follows", "  a = {n}", "  b = {w}"),
    ("INFO mail to {w} rejected, errors=0",),
    ("{w} without a level {n}",),
    ("INFO rare {h} {w} {n} {w}",),
)
WORDS = ("alice", "bob", "carol", "dave", "", "two words", "é中", "x=1;")


@st.composite
def logs(draw: st.DrawFn, min_entries: int = 10, max_entries: int = 120) -> str:
    """A log with some kinds of entries, some of them in long runs, ended by a line feed or not."""
    time = datetime(2024, 1, 15, 10)  # noqa: DTZ001 - logs have naive times
    kinds = draw(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=6))
    chance = draw(st.randoms(use_true_random=False))
    lines: list[str] = []
    for _ in range(draw(st.integers(min_entries, max_entries))):
        time += timedelta(milliseconds=chance.choice((0, 7, 900, 60_000)))
        values = {
            "n": chance.choice((chance.randrange(10_000), 7)),
            "k": chance.randrange(8),
            "h": f"{chance.getrandbits(64):016x}",
            "s": chance.choice((200, 200, 200, 404, 500)),
            "w": chance.choice(WORDS),
        }
        first, *rest = chance.choice(kinds)
        lines.append(f"{time:%Y-%m-%d %H:%M:%S},{time.microsecond // 1000:03} {first.format(**values)}")
        lines += [line.format(**values) for line in rest]
    if chance.random() < 0.3:
        lines.insert(chance.randrange(len(lines)), chance.choice(("", "banner", "* * *")))
    return "\n".join(lines) + chance.choice(("", "\n"))
