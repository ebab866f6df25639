"""Which findings come first: those that would have saved most."""

from collections.abc import Iterable
from typing import Final

from headroom.learn.types import Finding

_TURN_TOKENS: Final = 200
"""What a call costs beyond its own text: the model's words around it."""


def worth(finding: Finding) -> float:
    """Return what a rule would have saved, in tokens.

    worth = confidence x (wasted + 200 x occurrences). What was wasted is summed over the occurrences
    already; a turn is what a call costs beside its own text.
    """
    return finding.confidence * (finding.wasted + _TURN_TOKENS * len(finding.evidence))


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order of worth, the highest first; of equal worth by project, kind and subject."""
    return sorted(findings, key=lambda one: (-worth(one), one.project, one.kind, one.subject))
