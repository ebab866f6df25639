"""A memory over a folder of the test's own, with a clock that stands still until it is moved."""

from pathlib import Path

from headroom.masking import mask
from headroom.memory import Embedder, Memory, Origin

NOW = 1_795_000_000.0
DAY = 86_400.0
HERE = Origin("hand", project="/proj/app")
THERE = Origin("learn", agent="codex", project="/proj/other", session="s1")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def memory(root: Path, clock: Clock | None = None, embedder: Embedder | None = None) -> Memory:
    return Memory(root, mask, embedder, clock or Clock())
