"""How good findings are, against what was written down before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from headroom.learn.types import Finding
from tests.learning.kept import Kept, Wanted


class Share(NamedTuple):
    """Some of a whole."""

    part: int
    whole: int

    def __float__(self) -> float:
        return self.part / self.whole if self.whole else 1.0


class Score(NamedTuple):
    """Precision: the share of findings that were wanted. Recall: the share of the wanted that were found."""

    precision: Share
    recall: Share
    kinds: Mapping[str, tuple[Share, Share]]
    """Precision and recall of each kind."""
    wrong: Sequence[Finding]
    missed: Sequence[tuple[str, Wanted]]
    """With the transcript's file."""
    on_healthy: Sequence[Finding]
    """Findings with evidence in a healthy session."""


def score(findings: Sequence[Finding], expected: Sequence[Kept]) -> Score:
    """Return the score of the findings in these transcripts, all together.

    A finding is right when one of the sessions that it has as evidence wanted it: of this kind, in this project,
    with these words in its rule. It is wrong, whatever else it has, with evidence in a healthy session.
    """
    by_session = {one.transcript.session: one for one in expected}
    found: set[tuple[str, Wanted]] = set()
    right: list[bool] = []
    on_healthy = []
    for finding in findings:
        sessions = [by_session[e.session] for e in finding.evidence if e.session in by_session]
        matched = {(one.file, wanted) for one in sessions for wanted in one.wanted if _is(finding, one, wanted)}
        found |= matched
        if any(not one.wanted for one in sessions):
            on_healthy.append(finding)
        right.append(bool(matched) and finding not in on_healthy)
    asked = [(one.file, wanted) for one in expected for wanted in one.wanted if not wanted.optional]
    names = sorted({finding.kind for finding in findings} | {wanted.kinds[0] for _, wanted in asked})
    return Score(
        Share(sum(right), len(right)),
        _share(pair in found for pair in asked),
        {
            name: (
                _share(good for good, finding in zip(right, findings, strict=True) if finding.kind == name),
                _share(pair in found for pair in asked if pair[1].kinds[0] == name),
            )
            for name in names
        },
        [finding for finding, good in zip(findings, right, strict=True) if not good],
        [pair for pair in asked if pair not in found],
        on_healthy,
    )


def _is(finding: Finding, one: Kept, wanted: Wanted) -> bool:
    rule = finding.rule.lower()
    return (
        finding.kind in wanted.kinds
        and finding.project == one.project
        and all(word.lower() in rule for word in wanted.words)
    )


def _share(held: Iterable[bool]) -> Share:
    listed = list(held)
    return Share(sum(listed), len(listed))
