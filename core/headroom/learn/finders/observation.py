"""What a finder sees in one session, before it is put together with what others saw."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from headroom import tokens
from headroom.learn.finders.scene import Scene, Step

_COUNTED_CHARS: Final = 20_000
"""What is longer is counted up to here, and the rest in proportion."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen once (or, of a loop, as one). Without a rule it refutes the earlier ones of its subject."""

    subject: str
    rule: str
    at: int
    """Place of the entry in the transcript."""
    turn: int
    t: float | None
    confidence: float = 0.0
    """That the rule is right, seen this once: 0 to 1."""
    wasted: int = 0
    """Tokens."""
    facts: Mapping[str, str] = field(default_factory=dict)
    calls: frozenset[int] = frozenset()
    """Places of the calls that it explains: no later finder need explain them."""


Find = Callable[[Scene], Iterator[Observation]]


class Finder(NamedTuple):
    """A row of the table: what to look for."""

    kind: str
    find: Find


def count(*texts: str) -> int:
    """Return the tokens of texts, o200k_base; of a long one in proportion to its beginning."""
    total = 0
    for text in texts:
        if len(text) <= _COUNTED_CHARS:
            total += tokens.count(text)
        else:
            total += tokens.count(text[:_COUNTED_CHARS]) * len(text) // _COUNTED_CHARS
    return total


def cost(*steps: Step) -> int:
    """Return the tokens that calls took: what was asked and what came back."""
    return sum(
        count(step.asked) + count(step.call.output) * step.size // max(len(step.call.output), 1) for step in steps
    )


def seen(
    step: Step, subject: str, rule: str, confidence: float, facts: Mapping[str, str], *others: Step
) -> Observation:
    """Return what was seen of a call that went wrong, and of others like it."""
    steps = (step, *others)
    return Observation(
        subject,
        rule,
        step.at,
        step.call.turn,
        step.call.t,
        confidence,
        cost(*steps),
        facts,
        frozenset(one.at for one in steps),
    )


def refuted(step: Step, subject: str) -> Observation:
    """Return that a call shows the opposite of what was seen before of a subject."""
    return Observation(subject, "", step.at, step.call.turn, step.call.t)
