"""Which rules stand in a section, and why. Pure functions.

A line that the user has changed or added is theirs and stays; one that they deleted does not come back. A rule of
ours stays until a later finding on the same subject contradicts it, or better ones fill the section.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from headroom.agent_files.bullets import BULLET, framed, inert, plain
from headroom.learn.ranking import worth
from headroom.learn.types import Finding

MAX_CHARS = 400
"""A longer rule is no sentence."""
ONCE = frozenset({"correction"})
"""Kinds that need to be seen but once: the user said it."""

About = tuple[str, str]
"""What a rule is about: the kind and the subject of its finding."""
Session = tuple[str, str]
"""An agent, and its own id of a session."""

_BARRED = ("headroom:learn:", "headroom:memory:", "<!--", "-->")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a section is to hold, and how that differs from what it holds."""

    lines: tuple[bytes, ...]
    rules: Mapping[str, Finding]
    """Ours among the lines, by their text."""
    refused: Mapping[About, str]
    """What the user deleted or changed, now or earlier, with the rule's text."""
    added: Sequence[str] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)
    """Rules in the place of others, by the earlier one's text."""
    crowded_out: Sequence[str] = ()
    """What there was no room for."""
    known: Sequence[str] = ()
    """What stood in the file already, or in one that is read with it."""
    left_out: Sequence[str] = ()
    """What the user has refused, and would have been there else."""
    stale: Sequence[str] = ()
    """Rules of ours that what was seen since has contradicted, without another in their place."""
    removed: Sequence[str] = ()
    """Rules of ours that stand there and go, for whatever reason."""


def about(finding: Finding) -> About:
    """Return what identifies a rule, however it is phrased."""
    return finding.kind, finding.subject


def text_of(rule: str) -> str:
    """Return a rule as it may stand in a memory file; empty for one that may not: too long, or with a comment."""
    if len(rule.strip()) > MAX_CHARS or any(barred in rule for barred in _BARRED):
        return ""
    return inert(rule)


def is_enough(finding: Finding, min_evidence: int, min_confidence: float) -> bool:
    """Tell whether a finding was seen often enough, and is sure enough, to become a rule."""
    wanted = 1 if finding.kind in ONCE else min_evidence
    return len(finding.evidence) >= wanted and finding.confidence >= min_confidence


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order in which they get a place: the user's own words, then what is worth most."""
    return sorted(findings, key=_rank)


def _rank(finding: Finding) -> tuple[bool, float, str, str, str]:
    return (finding.kind not in ONCE, -worth(finding), finding.kind, finding.subject, finding.rule)


def latest(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings without those that a later one on the same subject contradicts, in their order."""
    best: dict[About, Finding] = {}
    for finding in findings:
        known = best.get(about(finding))
        if known is None or _last_seen(finding) > _last_seen(known):
            best[about(finding)] = finding
    chosen = {id(finding) for finding in best.values()}
    return [finding for finding in findings if id(finding) in chosen]


def _last_seen(finding: Finding) -> float:
    return max((seen.t for seen in finding.evidence if seen.t is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a section before it is planned anew."""

    lines: Sequence[bytes] | None
    """What stands in it; None where there is no section."""
    rules: Mapping[str, Finding]
    """What we wrote there, by its text."""
    refused: Mapping[About, str]
    elsewhere: AbstractSet[str] = frozenset()
    """Lines that the agent reads anyway, each `plain`."""
    again: bool = False
    """Whether what the user has refused is offered again."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in transcripts."""

    findings: Sequence[Finding]
    """Those that are good enough to become rules."""
    subjects: AbstractSet[About] = frozenset()
    """Of all that were found, the others too."""
    sessions: AbstractSet[Session] = frozenset()
    """Those that were read. A rule that rests on nothing else, and is not found again, is stale."""


def plan(
    before: Before,
    found: Found,
    heading: str,
    limit_tokens: int,
    count: Callable[[str], int],
    phrased: Mapping[About, str] | None = None,
) -> Plan:
    """Say what a section is to hold.

    Args:
        heading: the line above the rules.
        limit_tokens: what all its lines together may take.
        count: tokens of a text.
        phrased: other words for single rules.
    """
    there = [line.decode("utf-8", "surrogateescape") for line in before.lines or ()]
    alive, refused = _standing(before, there)
    newer = {about(finding): finding for finding in latest(ranked(found.findings))}
    stale = [text for text, finding in alive.items() if is_stale(finding, found)]
    twice = [text for text in alive if plain(text) in before.elsewhere and text not in stale]
    fresh = {text: finding for text, finding in alive.items() if text not in (*stale, *twice)}
    texts, replaced = _renewed(fresh, newer, phrased or {})
    standing = {about(finding) for finding in texts.values()}
    offered = {key: _phrase(finding, phrased or {}) for key, finding in newer.items() if key not in standing}
    unwanted = {plain(text) for text in refused.values()}
    left_out = [text for key, text in offered.items() if text and (key in refused or plain(text) in unwanted)]
    wanted = {text: newer[key] for key, text in offered.items() if text and text not in left_out}
    ours = {BULLET + text for text in alive}
    seen = before.elsewhere | {plain(line) for line in there if line.rstrip().removeprefix(BULLET) not in stale}
    known = [*twice, *(text for text in wanted if plain(text) in seen and text not in twice)]
    new = {text: finding for text, finding in wanted.items() if plain(text) not in seen}
    theirs = [line for line in there if line.rstrip() not in ours] or framed(heading, [])
    kept = _fitting(texts, new, limit_tokens - sum(count(line + "\n") for line in theirs), count)
    pool = {**texts, **new}
    return Plan(
        lines=_written(there, heading, alive, replaced, kept, [text for text in new if text in kept]),
        rules={text: finding for text, finding in pool.items() if text in kept},
        refused=refused,
        added=[text for text in new if text in kept],
        replaced={old: text for old, text in replaced.items() if text in kept},
        crowded_out=[text for text in pool if text not in kept],
        known=known,
        left_out=left_out,
        stale=stale,
        removed=[text for text in alive if replaced.get(text, text) not in kept],
    )


def is_stale(finding: Finding, found: Found) -> bool:
    """Tell whether all that a rule rests on was looked at again, and bears it out no longer."""
    seen = {(one.agent, one.session) for one in finding.evidence}
    return about(finding) not in found.subjects and bool(seen) and seen <= found.sessions


def _standing(before: Before, there: Sequence[str]) -> tuple[dict[str, Finding], dict[About, str]]:
    """Return our rules that still stand as we wrote them, and what the user has refused."""
    if before.lines is None:  # the section is gone, with a file or a branch: that says nothing of any rule
        return {}, {} if before.again else dict(before.refused)
    lines = {line.rstrip() for line in there}
    alive = {text: finding for text, finding in before.rules.items() if BULLET + text in lines}
    if before.again:
        return alive, {}
    gone = {about(finding): text for text, finding in before.rules.items() if text not in alive}
    return alive, dict(before.refused) | gone


def _renewed(
    alive: Mapping[str, Finding], newer: Mapping[About, Finding], phrased: Mapping[About, str]
) -> tuple[dict[str, Finding], dict[str, str]]:
    """Return the standing rules with what is known of them now, and those that are contradicted, by their text."""
    texts: dict[str, Finding] = {}
    replaced: dict[str, str] = {}
    for text, finding in alive.items():
        found = newer.get(about(finding))
        if found is None or (found.rule != finding.rule and _last_seen(found) <= _last_seen(finding)):
            texts[text] = finding
        elif found.rule == finding.rule:
            texts[text] = found
        else:
            other = _phrase(found, phrased)
            texts[other or text] = found if other else finding
            if other and other != text:
                replaced[text] = other
    return texts, replaced


def _phrase(finding: Finding, phrased: Mapping[About, str]) -> str:
    return text_of(phrased.get(about(finding), "")) or text_of(finding.rule)


def _fitting(
    texts: Mapping[str, Finding], new: Mapping[str, Finding], room: int, count: Callable[[str], int]
) -> set[str]:
    """Return the best rules that fit."""
    pool = [(finding, text) for text, finding in (*texts.items(), *new.items())]
    kept = set()
    for _, text in sorted(pool, key=lambda one: _rank(one[0])):
        needed = count(BULLET + text + "\n")
        if needed <= room:
            room -= needed
            kept.add(text)
    return kept


def _written(
    there: Sequence[str],
    heading: str,
    alive: Mapping[str, Finding],
    replaced: Mapping[str, str],
    kept: AbstractSet[str],
    new: Sequence[str],
) -> tuple[bytes, ...]:
    """Return the section's lines: what stands there in its place, new rules behind the last that is no blank."""
    bullets = [BULLET + text for text in new]
    if not there:
        return tuple(line.encode() for line in framed(heading, bullets) if bullets)
    made = []
    for line in there:
        text = line.rstrip().removeprefix(BULLET) if line.startswith(BULLET) else ""
        if text not in alive:
            made.append(line)
        elif replaced.get(text, text) in kept:
            made.append(BULLET + replaced[text] if text in replaced else line)
    last = max((at for at, line in enumerate(made) if line.strip()), default=-1)
    is_below_heading = made[last : last + 1] and made[last].startswith("#") and made[last + 1 : last + 2] == [""]
    at = last + 2 if is_below_heading else last + 1
    made[at:at] = bullets
    return tuple(line.encode("utf-8", "surrogateescape") for line in made)
