"""A section written into an agent's file: proposed (nothing is touched), or done.

The order of the steps makes any of them the last one without a loss: the record says what is about to be done and
what stood there; git is told to look away; the file gets its new content at once; the record says that it is done.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from headroom.agent_files import ignoring, journal, rewriting
from headroom.agent_files.journal import APPLIED, APPLYING, Entry, Notes, Record
from headroom.agent_files.recovering import clean_up, recover, settled
from headroom.agent_files.rewriting import BeingWritten, CannotWrite, Step
from headroom.agent_files.section import Put, Unsafe
from headroom.agent_files.targets import Target

KEPT_ENTRIES = 20
"""Changes that can be undone one by one; the oldest are joined into one."""
_ATTEMPTS = 5


class Changed(CannotWrite):
    """The user has changed the section since: it is not touched."""

    def __init__(self, file: Path, name: str, ours: bytes, theirs: bytes) -> None:
        super().__init__(
            f"{file} is left alone: its section of headroom {name} was changed since it was written; "
            "change it back, or delete it with its markers"
        )
        self.ours = ours
        """The section as we wrote it."""
        self.theirs = theirs
        """As it is now."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a file would be, or has become. Owners of sections add what they want to tell of it."""

    target: Target
    before: bytes | None
    """None where there is no file."""
    after: bytes | None
    put: Put | None
    """None where the file stays as it is."""
    notes: Notes
    """What is to be remembered with the section from now on."""
    undo_notes: Notes
    """What undoing it puts back among the notes."""


EditT = TypeVar("EditT", bound=Edit)
Planner = Callable[[bytes | None, Record], EditT]
"""Says what a file's content becomes, from what is remembered of its section. Raises Unsafe, CannotWrite."""


def propose(state: Path, name: str, target: Target, plan: Planner[EditT]) -> EditT:
    """Say what a file would become. Nothing is touched. Raises CannotWrite where it could not be written."""
    real = rewriting.resolved(target.file)
    content = rewriting.content_of(real)
    known = journal.load(state, name, real, target.label, str(target.project))
    edit = _planned(plan, target, content, settled(known, content))
    if edit.put:
        _check(target, real)
    return edit


def write(
    state: Path,
    name: str,
    target: Target,
    plan: Planner[EditT],
    now: float,
    *,
    kept: int = KEPT_ENTRIES,
    step: Step = lambda _name: None,
) -> EditT:
    """Write a section into a file. Raises CannotWrite, and then nothing is changed.

    Args:
        now: in seconds since 1970.
        kept: how many changes can be undone one by one.
    """
    try:
        with journal.lock(state):
            for attempt in range(_ATTEMPTS):
                try:
                    return _write(state, name, target, plan, now, kept, step)
                except BeingWritten:
                    if attempt + 1 == _ATTEMPTS:
                        raise
    except OSError as error:
        raise CannotWrite(f"{error.filename or state}: {error.strerror or error}") from None
    raise AssertionError("unreachable")


def joined(entries: tuple[Entry, ...], kept: int) -> tuple[Entry, ...]:
    """Return the entries with the oldest ones made into one, where there are more than so many."""
    while len(entries) > kept:
        first, second, *rest = entries
        # A section that was gone in between was put in anew, and is undone like that.
        put = second.put if second.put.before is None else first.put._replace(after=second.put.after)
        both = replace(
            first,
            t=second.t,
            put=put,
            created=first.created or second.created,
            folders=first.folders or second.folders,
            excluded=first.excluded or second.excluded,
        )
        entries = (both, *rest)
    return entries


def _write(
    state: Path, name: str, target: Target, plan: Planner[EditT], now: float, kept: int, step: Step
) -> EditT:
    real = rewriting.resolved(target.file)
    content = rewriting.content_of(real)
    had = recover(state, journal.load(state, name, real, target.label, str(target.project)), content)
    edit = _planned(plan, target, content, had)
    planned = replace(had, notes=edit.notes, agents=target.agents)
    if edit.put is None:
        if edit.notes != had.notes:
            journal.save(state, planned)
        return edit
    _check(target, real)
    entry = _entry(state, target, real, edit, edit.put, now)
    step("record")
    planned = replace(planned, entries=(*had.entries, entry))
    journal.save(state, planned)
    try:
        step("exclude")
        if entry.excluded:
            ignoring.add(entry.excluded)
            _check_hidden(target)
        rewriting.make_folders(real.parent)
        rewriting.replace(real, content, edit.after, step)
    except CannotWrite:
        clean_up(state, planned, entry)
        journal.save(state, had)
        raise
    step("done")
    done = (*had.entries, replace(entry, state=APPLIED))
    journal.save(state, replace(planned, entries=joined(done, kept)))
    return edit


def _planned(plan: Planner[EditT], target: Target, content: bytes | None, known: Record) -> EditT:
    try:
        return plan(content, known)
    except Unsafe as why:
        raise CannotWrite(f"{target.file} is left alone: {why}") from None


def _entry(state: Path, target: Target, real: Path, edit: Edit, put: Put, now: float) -> Entry:
    # A file that was made for one section of ours was made for the next one, too.
    others = (other.entries[0] for other in journal.everything(state) if other.entries and other.file == str(real))
    made = next((entry for entry in others if entry.created), None) if edit.before is not None else None
    missing = tuple(str(path) for path in (real.parent, *real.parent.parents) if not path.exists())
    return Entry(
        now,
        APPLYING,
        created=edit.before is None or made is not None,
        put=put,
        notes=edit.undo_notes,
        folders=made.folders if made else missing,
        excluded=ignoring.needed(target.project, target.file) if target.is_local else None,
    )


def _check_hidden(target: Target) -> None:
    if ignoring.is_seen(target.project, target.file):
        raise CannotWrite(
            f"{target.file} is for you alone, and a .gitignore makes git show it: take out there what "
            "begins with ! and fits it, or --shared"
        )


def _check(target: Target, real: Path) -> None:
    rewriting.check(real)
    if target.is_shared and not real.is_relative_to(os.path.realpath(target.project)):
        raise CannotWrite(f"{target.file} is a link to {real}, outside of the project: point it at a file within")
    if target.is_local and ignoring.is_tracked(target.project, target.file):
        raise CannotWrite(
            f"{target.file} is tracked by git, so what is for you alone would be committed: "
            f"git rm --cached {target.file.name}, or --shared"
        )
