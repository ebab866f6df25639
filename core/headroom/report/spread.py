"""How times are distributed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Spread:
    """How a time is distributed over requests, in milliseconds (nearest rank: each is one that was measured)."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0

    @classmethod
    def of(cls, ordered: Sequence[float]) -> "Spread":
        """Return how times that are sorted are distributed."""
        if not ordered:
            return cls()
        p50, p95, p99 = (ordered[max(-(-percent * len(ordered) // 100) - 1, 0)] for percent in (50, 95, 99))
        return cls(len(ordered), p50, p95, p99, ordered[-1])
