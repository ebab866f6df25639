"""What was seen in many sessions, put together: one finding a project, kind and subject, without what is stale.

Confidence in a rule, from what was seen of it:

    single     = the highest of its observations
    sessions   = in how many sessions it was seen, repeats = how often beyond that
    doubt      = (1 - single) x 0.6^(sessions - 1) x 0.85^min(repeats, 4)
    confidence = (1 - doubt) x agreement

Agreement is the share of the observations whose rule is the one that was taken, the latest; each that had another
fix counts as half of one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from headroom.learn.finders.tables import word_set
from headroom.learn.types import Evidence, Finding
from headroom.masking import mask

_OTHER_SESSION: Final = 0.6
_REPEAT: Final = 0.85
_MAX_REPEATS: Final = 4
_MAX_EVIDENCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation with where it was made; without a rule it refutes the earlier ones."""

    kind: str
    subject: str
    rule: str
    project: str
    evidence: Evidence
    order: int
    """Place in its session."""
    confidence: float = 0.0
    wasted: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    seen: list[Seen] = field(default_factory=list)
    refuted: tuple[float, int] = (float("-inf"), -1)
    """When it was last seen to be otherwise."""


class Merging:
    """Takes in observations in any order of sessions, and gives the findings."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], _Group] = {}
        self._sessions: dict[tuple[str, str], int] = {}
        """Order of the sessions as they came, for those that tell no time."""

    def add(self, seen: Seen) -> None:
        """Take in an observation."""
        group = self._groups.setdefault((seen.project, seen.kind, seen.subject), _Group())
        if seen.rule:
            group.seen.append(seen)
        else:
            group.refuted = max(group.refuted, self._when(seen))

    def findings(self) -> list[Finding]:
        """Return one finding for each subject that is not refuted, near-duplicates joined."""
        found = []
        for group in self._groups.values():
            valid = sorted((one for one in group.seen if self._when(one) > group.refuted), key=self._when)
            if valid:
                found.append(_finding(valid))
        return joined(found)

    def _when(self, seen: Seen) -> tuple[float, int]:
        session = self._sessions.setdefault((seen.evidence.agent, seen.evidence.session), len(self._sessions))
        return (seen.evidence.t if seen.evidence.t is not None else float(session), seen.order)


def _finding(seen: list[Seen]) -> Finding:
    """Return the finding of observations of one subject: by the latest that has something instead."""
    last = next((one for one in reversed(seen) if "right" in one.facts), seen[-1])
    taken = [one for one in seen if one.rule == last.rule]
    others = sum("right" in one.facts or "right" not in last.facts for one in seen if one.rule != last.rule)
    best = max(one.confidence for one in taken)
    sessions = len({(one.evidence.agent, one.evidence.session) for one in seen})
    repeats = min(len(seen) - sessions, _MAX_REPEATS)
    doubt = (1 - best) * _OTHER_SESSION ** (sessions - 1) * _REPEAT**repeats
    agreement = (len(seen) - others / 2) / len(seen)
    return Finding(
        last.kind,
        mask(last.subject),
        mask(last.rule),
        last.project,
        tuple(one.evidence for one in seen[-_MAX_EVIDENCE:]),
        round((1 - doubt) * agreement, 3),
        sum(one.wasted for one in seen),
        {name: mask(value) for name, value in last.facts.items()},
    )


def joined(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those joined that say the same: the same rule, or the same words in another order.

    Of several the surest gives the rule; evidence and waste are added up.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.project, _gist(finding)), []).append(finding)
    return [_joined(group) for group in groups.values()]


def _joined(group: list[Finding]) -> Finding:
    best = max(group, key=lambda one: one.confidence)
    if len(group) == 1:
        return best
    evidence = sorted({place for one in group for place in one.evidence}, key=_age)
    doubt = 1 - best.confidence
    sessions = len({(place.agent, place.session) for place in evidence})
    own = len({(place.agent, place.session) for place in best.evidence})
    return replace(
        best,
        evidence=tuple(evidence[-_MAX_EVIDENCE:]),
        wasted=sum(one.wasted for one in group),
        confidence=round(1 - doubt * _OTHER_SESSION ** (sessions - own), 3),
    )


def _age(place: Evidence) -> tuple[bool, float, str, str, int]:
    return (place.t is not None, place.t or 0.0, place.agent, place.session, place.turn)


_LITTLE_WORDS: Final = word_set(
    "the a an to of in on for and or with it is are be please this that here always from now not do",
    "don t",
)


def _gist(finding: Finding) -> str:
    """Return what two findings have to share to be one: kind, and the rule's words without order and little ones.

    A rule with something to do instead is about these two values alone, whichever finder saw it.
    """
    wrong, right = finding.facts.get("wrong"), finding.facts.get("right")
    if wrong and right:
        return f"{wrong}\n{right}"
    if finding.kind != "correction":
        return f"{finding.kind}\n{finding.rule}"
    letters = "".join(char if char.isalnum() else " " for char in finding.rule.lower())
    words = sorted(_NEGATIONS.get(word, word) for word in set(letters.split()) - _LITTLE_WORDS)
    has_not = any(word in f" {letters} " for word in (" not ", " don t ", " never "))
    return f"correction {has_not}\n{' '.join(words)}"


_NEGATIONS: Final = {"never": ""}
