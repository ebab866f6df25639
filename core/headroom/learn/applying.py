"""Rules written into a memory file: proposed (nothing is touched), or applied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from headroom.agent_files import bullets, section, writing
from headroom.agent_files.journal import Record
from headroom.agent_files.reading import said_elsewhere
from headroom.agent_files.rewriting import Step
from headroom.agent_files.targets import Target
from headroom.agent_files.writing import Edit
from headroom.learn import remembered, rules
from headroom.learn.rules import About, Before, Found, Plan

NAME: Final = "learn"
"""Of our sections."""
TITLE: Final = "Learned from earlier sessions"


@dataclass(frozen=True, slots=True)
class Options:
    """How rules are chosen and told."""

    limit_tokens: int
    """What a file's sections together may take."""
    count: Callable[[str], int]
    """Tokens of a text."""
    phrased: Mapping[About, str] | None = None
    again: bool = False
    """Whether rules that the user has removed are offered again."""


@dataclass(frozen=True, slots=True)
class Proposal(Edit):
    """What a file would be, or has become, with its rules."""

    plan: Plan
    tokens: int
    """What the section costs in each session."""


def propose(state: Path, target: Target, found: Found, options: Options) -> Proposal:
    """Say what a file would become. Nothing is touched. Raises CannotWrite where it could not be written."""
    return writing.propose(state, NAME, target, partial(_proposal, target, found, options))


def apply(
    state: Path,
    target: Target,
    found: Found,
    options: Options,
    now: float,
    step: Step = lambda _name: None,
) -> Proposal:
    """Write rules into a file. Raises CannotWrite, and then nothing is changed."""
    return writing.write(state, NAME, target, partial(_proposal, target, found, options), now, step=step)


def _proposal(target: Target, found: Found, options: Options, content: bytes | None, known: Record) -> Proposal:
    sections = section.sections(content or b"", NAME)
    there = next((one for one in sections if one.label == target.label), None)
    others = sum(options.count(_text(one.lines)) for one in sections if one is not there)
    ours = remembered.read(known.notes)
    before = Before(
        None if there is None else there.lines,
        ours.rules,
        ours.refused,
        said_elsewhere(target, NAME, content or b""),
        options.again,
    )
    room = max(options.limit_tokens - others, 0)
    top = bullets.heading(TITLE, target.label)
    plan = rules.plan(before, found, top, room, options.count, options.phrased)
    after, put = content, None
    if plan.lines != (there.lines if there else ()):
        after, put = section.put(content or b"", plan.lines, NAME, target.label)
    notes = remembered.notes(plan.rules, plan.refused)
    earlier = remembered.rules_note(ours.rules)
    return Proposal(target, content, after, put, notes, earlier, plan, options.count(_text(plan.lines)))


def _text(lines: Sequence[bytes]) -> str:
    return b"\n".join(lines).decode("utf-8", "replace")
