"""How long the figures of `headroom perf` take over 100,000 events: with the index, and from the logs alone.

python -m tests.bench.perf [--events 100000] [--logs 400] [--rounds 5]
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from headroom import session_log
from headroom.ledger import RoundTrip, Saved
from headroom.report import Overview, overview, overview_of
from headroom.session_index.index import FILE
from headroom.session_log import events
from headroom.session_log.events import BlockLine, End, Error, Event, Head, Request, Retrieve, Start, UsageLine

MODELS = ("claude-opus-5-5", "claude-sonnet-5", "claude-haiku-4-5", "gpt-5.1", "house-model")
AGENTS = ("claude", "codex", "gemini")
TOOLS = ("Bash", "Read", "Grep", "mcp__github__list_issues")
COMPRESSORS = ("terminal", "json_rows", "logs", "search", "")
DAY_S = 86_400.0
DAYS = 60
NOW = 1_795_262_400.0


def session(number: int, size: int, dice: random.Random) -> Iterator[Event]:
    """The events of one session: some conversations, whose prompts grow and now and then begin anew."""
    t = NOW - DAYS * DAY_S * dice.random()
    cwd = f"/home/ada/project-{number % 12}"
    yield Start(t, f"s{number}", dice.choice(AGENTS), cwd, {}, {"retrieval": "file"}, "api.example.com")
    model = dice.choice(MODELS)
    dialect = "openai_chat" if model.startswith("gpt") else "anthropic"
    cached = dict.fromkeys((f"{dice.getrandbits(48):012x}" for _ in range(3)), 0)
    for n, conversation in enumerate(cached, 1):
        yield Head(t, n, conversation, f"{dice.getrandbits(48):012x}", f"{dice.getrandbits(48):012x}")
    told = len(cached) + 2
    n = 0
    while told < size:
        n += 1
        t += dice.expovariate(1 / 40)
        conversation = dice.choice(list(cached))
        blocks = [block(dice) for _ in range(dice.choice((0, 1, 1, 2)))]
        yield Request(
            t, n, dialect, model, conversation, 200, True, 90_000, 40_000, 900, 400,
            round(dice.expovariate(1 / 8), 3), round(dice.uniform(300, 4000), 1), blocks=tuple(blocks),
            holdout=number % 10 == 0,
        )  # fmt: skip
        new = sum(line.after for line in blocks) + 400
        lapsed = dice.random() < 0.03
        read = 0 if lapsed else cached[conversation]
        write = new + (cached[conversation] if lapsed else 0)
        saved = Saved(cache_write=sum(line.before - line.after for line in blocks), cache_read=read // 3)
        yield UsageLine(t + 3, n, model, 8, write, 0, read, dice.randrange(20, 900), saved, RoundTrip())
        cached[conversation] = 0 if cached[conversation] > 180_000 else read + write
        told += 2
        if dice.random() < 0.01:
            yield Retrieve(t, f"{dice.getrandbits(48):012x}", True, dice.random() < 0.9, 800)
            yield Error(t, "compress", "timeout")
            told += 2
    yield End(t, 0, 900.0, "exit")


def block(dice: random.Random) -> BlockLine:
    """A tool result, shortened or not."""
    compressor, before = dice.choice(COMPRESSORS), int(dice.lognormvariate(7, 1.2))
    after = before // dice.choice((2, 3, 8)) if compressor else before
    key = f"{dice.getrandbits(48):012x}"
    return BlockLine(
        key,
        dice.choice(TOOLS),
        compressor,
        before,
        after,
        dice.random() < 0.5,
        reason="" if compressor else "floor",
    )


def write(root: Path, logs: int, total: int) -> int:
    """Write logs; return how many events they have."""
    folder = root / "sessions"
    folder.mkdir()
    count = 0
    for number in range(logs):
        found = list(session(number, total // logs, random.Random(number)))
        lines = b"".join(orjson.dumps(events.to_dict(event)) + b"\n" for event in found)
        (folder / f"20261121-{number:06}-abcdef.jsonl").write_bytes(lines)
        count += len(found)
    return count


class Took(NamedTuple):
    """Median times in milliseconds."""

    wall: float
    cpu: float
    """What it took of a processor: beside other work, the wall says more of that."""


def timed(work: Callable[[], object], rounds: int, before: Callable[[], object] = lambda: None) -> Took:
    """Time something, with something done before each round that does not count."""
    times = []
    for _ in range(rounds):
        before()
        began, ran = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - began, time.process_time() - ran))
    return Took(*(statistics.median(column) * 1000 for column in zip(*times, strict=True)))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=100_000)
    arguments.add_argument("--logs", type=int, default=400)
    arguments.add_argument("--rounds", type=int, default=5)
    asked = arguments.parse_args()
    for logs in (asked.logs, 1):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), logs, asked.events, asked.rounds)


def measure(root: Path, logs: int, total: int, rounds: int) -> None:
    count = write(root, logs, total)
    newest = session_log.sessions(root)[-1]
    index = root / "sessions" / FILE

    def told() -> Overview:
        return overview(root)

    def plain() -> Overview:
        return overview_of(session_log.read(log) for log in session_log.sessions(root))

    def forget() -> None:
        index.unlink(missing_ok=True)

    def go_on() -> None:
        session_log.append(newest, session_log.error_event("bench", "another line"))

    assert told() == plain()
    rows = {
        "from the logs alone": timed(plain, max(rounds // 2, 1)),
        "index made anew": timed(told, max(rounds // 2, 1), forget),
        "index, nothing changed": timed(told, rounds),
        "index, one log has grown by a line": timed(told, rounds, go_on),
        "index, the newest session only": timed(lambda: overview(root, session=newest.stem), rounds),
        "index, the last 7 days": timed(lambda: overview(root, since=NOW - 7 * DAY_S), rounds),
        "headroom perf --all --full": timed(lambda: command(root, "--all", "--full"), rounds),
        "headroom perf --help": timed(lambda: command(root, "--help"), rounds),
    }
    size = sum(log.stat().st_size for log in session_log.sessions(root)) / 1e6
    print(f"{count:,} events in {logs:,} logs, {size:.0f} MB; the index {index.stat().st_size / 1e6:.0f} MB")
    for name, took in rows.items():
        print(f"  {name:<40} {took.wall:8,.0f} ms, {took.cpu:6,.0f} ms of a processor")
    shutil.rmtree(root / "sessions")


def command(root: Path, *arguments: str) -> None:
    """Run `headroom perf` as a user does; its processor time is its own, and not told."""
    environ = os.environ | {"HEADROOM_HOME": str(root), "HEADROOM_CONFIG": str(root / "none.toml")}
    argv = [sys.executable, "-m", "headroom_cli", "perf", *arguments]
    subprocess.run(argv, env=environ, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
