"""A measured hold-out: conversations left alone by lot, and what the others cost beside them. Pure.

What would have been without us is otherwise an inference from the provider's figures. Here it is a measurement:
conversations are divided by a hash of their name, so that nothing about them decides, and the cost of one turn
is compared. Costs of conversations are skewed (a few are long and dear), so logarithms are compared: the
difference of their means is the logarithm of the ratio of geometric means, and Welch's t interval holds for two
groups of unequal size and spread (B. L. Welch, Biometrika 34, 1947, 28-35; logarithms of skewed costs: X.-H. Zhou,
S. Gao, S. L. Hui, Biometrics 53, 1997, 1129-1135). A conversation counts once, however many turns it has, since
turns of one conversation are not independent.
"""

import hashlib
import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, variance
from typing import NamedTuple

MIN_CONVERSATIONS = 8
"""In each group; below it nothing is said. The interval is that of a t distribution with 7 degrees or more."""
CONFIDENCE = 0.95


class Sample(NamedTuple):
    """What one conversation cost."""

    turns: int
    cost: float
    """Of all of them, in any unit that all samples share."""


class Comparison(NamedTuple):
    """What a turn of a treated conversation costs, relative to one of a conversation left alone."""

    treated: int
    """Conversations."""
    held_out: int
    difference: float | None = None
    """-0.31 is 31 % cheaper; None: not enough conversations yet."""
    low: float = 0.0
    """The interval's end with the larger saving."""
    high: float = 0.0


def is_held_out(conversation: str, share: float) -> bool:
    """Return whether a conversation is left alone for comparison: always the same answer for the same name.

    Args:
        conversation: its name.
        share: of the conversations that are to be left alone, 0 to 1.
    """
    digest = hashlib.sha256(f"holdout\0{conversation}".encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") < share * 2**48


def compare(treated: Sequence[Sample], held_out: Sequence[Sample]) -> Comparison:
    """Compare what a turn costs; conversations without turns or cost are left out."""
    ours, theirs = _logs(treated), _logs(held_out)
    if min(len(ours), len(theirs)) < MIN_CONVERSATIONS:
        return Comparison(len(ours), len(theirs))
    parts = [variance(group) / len(group) for group in (ours, theirs)]
    middle = fmean(ours) - fmean(theirs)
    width = 0.0
    if sum(parts) > 0:
        squares = (part**2 / (len(group) - 1) for part, group in zip(parts, (ours, theirs), strict=True))
        width = t_quantile((1 + CONFIDENCE) / 2, sum(parts) ** 2 / sum(squares)) * math.sqrt(sum(parts))
    low, difference, high = (math.expm1(at) for at in (middle - width, middle, middle + width))
    return Comparison(len(ours), len(theirs), difference, low, high)


def _logs(samples: Sequence[Sample]) -> list[float]:
    return [math.log(sample.cost / sample.turns) for sample in samples if sample.turns > 0 and sample.cost > 0]


def t_quantile(probability: float, degrees: float) -> float:
    """Return the quantile of Student's t distribution: to 0.001 from 7 degrees of freedom on.

    The expansion of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    z = NormalDist().inv_cdf(probability)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return sum(term / degrees**power for power, term in enumerate(terms))
