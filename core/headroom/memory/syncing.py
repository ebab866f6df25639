"""Writes facts into the files that agents read when a session begins, and takes them out again.

Only facts that the user has told or accepted: what a model says, or a tool call, may have been put into its mouth
by a page or a file that it read, and would speak to every later session. A section that somebody else has changed
is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from headroom.agent_files import section as sections
from headroom.agent_files import undoing, writing
from headroom.agent_files.journal import Record
from headroom.agent_files.reading import said_elsewhere
from headroom.agent_files.rewriting import CannotWrite, content_of, resolved
from headroom.agent_files.section import Unsafe
from headroom.agent_files.targets import Target
from headroom.agent_files.writing import Changed, Edit
from headroom.memory import section
from headroom.memory.facts import PROJECT, Fact
from headroom.memory.section import NAME


@dataclass(frozen=True, slots=True)
class Synced(Edit):
    """A file as it was, and as it is, or would be."""

    facts: tuple[Fact, ...]
    """What stands in the section."""

    @property
    def is_changed(self) -> bool:
        """Whether anything is, or would be, written."""
        return self.before != self.after


def parts(target: Target, facts: Sequence[Fact]) -> list[tuple[Target, list[Fact]]]:
    """Return what belongs in a file: its sections, each with its facts.

    Those that nobody accepted are left out, and what the agent reads there anyway, as a rule that was learnt.

    A file that a team shares gets nothing of the user's own; in one that is read in all projects, what holds in
    one stands under its name.
    """
    accepted = section.unsaid([fact for fact in facts if fact.accepted], _said(target))
    of_project = [fact for fact in accepted if fact.scope == PROJECT]
    of_user = [fact for fact in accepted if fact.scope != PROJECT]
    if target.is_shared:
        return [(target, of_project)]
    if target.label:
        return [(replace(target, label=""), of_user), (target, of_project)]
    return [(target, [*of_user, *of_project])]


def _said(target: Target) -> frozenset[str]:
    try:
        return said_elsewhere(target, NAME, content_of(resolved(target.file)) or b"")
    except (Unsafe, CannotWrite):
        return frozenset()  # it cannot be written either, which is said then


def sync(state: Path, target: Target, facts: Sequence[Fact], now: float, *, dry: bool = False) -> Synced:
    """Give a section these facts; without any, take it out.

    Args:
        state: the state folder.
        now: in seconds since 1970.
        dry: whether to say only what would be done.

    Raises CannotWrite, and then nothing is changed.
    """
    if not facts:
        return take_out(state, target, dry=dry)
    plan = partial(_planned, target, tuple(facts))
    if dry:
        return writing.propose(state, NAME, target, plan)
    return writing.write(state, NAME, target, plan, now, kept=1)


def take_out(state: Path, target: Target, *, dry: bool = False) -> Synced:
    """Take a section out again: the file is as it was without it, and gone where it was made for it.

    Raises CannotWrite where the section was changed since.
    """
    undo = undoing.would_undo if dry else undoing.undo
    done = undo(state, NAME, target.file, target.label, whole=True)
    if done:
        return Synced(target, done.before, done.after, None, {}, {}, ())
    content = content_of(resolved(target.file))
    return Synced(target, content, content, None, {}, {}, ())


def _planned(target: Target, facts: tuple[Fact, ...], content: bytes | None, known: Record) -> Synced:
    there = sections.text_of(content or b"", NAME, target.label)
    ours = known.entries[-1].put.after if known.entries else b""
    if there is not None and not sections.is_same(there, ours):
        raise Changed(target.file, NAME, ours, there)
    after, put = sections.put(content or b"", section.lines(facts, target.label), NAME, target.label)
    if there is not None and sections.is_same(there, put.after):
        return Synced(target, content, content, None, {}, {}, facts)
    return Synced(target, content, after, put, {}, {}, facts)
