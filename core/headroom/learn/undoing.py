"""The last change of a section taken back, byte for byte; what was changed outside the section stays."""

from dataclasses import dataclass, replace
from pathlib import Path

from headroom.learn import record, rewriting, section
from headroom.learn.applying import clean_up, recover
from headroom.learn.record import APPLIED, UNDOING, Entry, Record
from headroom.learn.rewriting import CannotWrite, Step
from headroom.learn.section import Unsafe


class Changed(CannotWrite):
    """The user has changed the section since: it is not touched."""

    def __init__(self, file: Path, ours: bytes, theirs: bytes) -> None:
        super().__init__(
            f"{file} is left alone: its section was changed since headroom wrote it; "
            "change it back, or delete the section with its markers, then it is yours"
        )
        self.ours = ours
        """The section as we wrote it."""
        self.theirs = theirs
        """As it is now."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What has become of a file."""

    file: Path
    before: bytes | None
    after: bytes | None
    """None where the file is gone: it was made for the rules, and nothing else was in it."""
    t: float
    """When the change had been made that was taken back."""
    left: int
    """Earlier changes that can be undone."""


def undo(state: Path, file: Path, label: str, step: Step = lambda _name: None) -> Undone | None:
    """Take back the last change of a section; None where there is nothing to take back.

    Where the user has deleted the section, or the file, what is remembered of it is forgotten.
    Raises CannotWrite, and Changed.
    """
    try:
        with record.lock(state):
            return _undo(state, rewriting.resolved(file), label, step)
    except OSError as error:
        raise CannotWrite(f"{error.filename or state}: {error.strerror or error}") from None


def _undo(state: Path, real: Path, label: str, step: Step) -> Undone | None:
    content = rewriting.content_of(real)
    known = recover(state, record.load(state, real, label), content)
    if not known.entries:
        return None
    *others, last = known.entries
    try:
        there = section.find(content or b"", label)
        restored = section.take_back(content or b"", last.put)
    except Unsafe as why:
        raise CannotWrite(f"{real} is left alone: {why}") from None
    if there is None:
        return _forget(state, known, content)
    if restored is None:
        raise Changed(real, last.put.after, (content or b"")[there.start : there.stop])
    after = None if last.created and not restored else restored
    rewriting.check(real)
    step("record")
    record.save(state, replace(known, entries=(*others, replace(last, state=UNDOING))))
    try:
        rewriting.replace(real, content, after, step)
    except CannotWrite:
        record.save(state, known)
        raise
    _finish(state, known, last, tuple(others), step)
    return Undone(real, content, after, last.t, len(others))


def _finish(state: Path, known: Record, last: Entry, others: tuple[Entry, ...], step: Step) -> None:
    step("exclude")
    clean_up(state, known, last)
    step("done")
    record.save(state, replace(known, entries=others, rules=last.rules))


def _forget(state: Path, known: Record, content: bytes | None) -> Undone | None:
    """The section is gone: nothing is put back, and what was done beside the file is taken back."""
    for entry in reversed(known.entries):
        clean_up(state, known, entry)
    record.save(state, replace(known, entries=(), rules={}))
    return Undone(Path(known.file), content, content, known.entries[-1].t, 0)


def undoable(state: Path, project: Path) -> list[Record]:
    """Return the sections of a project whose last change can be taken back."""
    at = str(project)
    return [
        known
        for known in record.everything(state)
        if known.project == at and any(entry.state in (APPLIED, UNDOING) or entry for entry in known.entries)
    ]
