"""The last change of a section taken back, byte for byte; what was changed outside the section stays."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from headroom.agent_files import journal, rewriting, section
from headroom.agent_files.journal import UNDOING, Entry, Record
from headroom.agent_files.recovering import clean_up, finish, put_in, recover, settled, without_last
from headroom.agent_files.rewriting import CannotWrite, Step
from headroom.agent_files.section import Section, Unsafe
from headroom.agent_files.writing import Changed, joined


@dataclass(frozen=True, slots=True)
class Undone:
    """What has become of a file, or would."""

    file: Path
    before: bytes | None
    after: bytes | None
    """None where the file is gone: it was made for the section, and nothing else was in it."""
    t: float
    """When the change had been made that was taken back."""
    left: int
    """Earlier changes that can be undone."""


class _Way(NamedTuple):
    """How a change is taken back."""

    content: bytes
    """The file's, then."""
    heir: tuple[str, str] | None = None
    """Name and label of a section of ours that then stands where this one stood."""


def undo(
    state: Path,
    name: str,
    file: Path,
    label: str,
    *,
    whole: bool = False,
    step: Step = lambda _name: None,
) -> Undone | None:
    """Take back the last change of a section; None where there is nothing to take back.

    Where the user has deleted the section, or the file, what is remembered of it is forgotten.

    Args:
        whole: whether all changes are taken back, so that the section goes.

    Raises CannotWrite, and Changed.
    """
    try:
        with journal.lock(state):
            return _undo(state, name, rewriting.resolved(file), label, whole, step)
    except OSError as error:
        raise CannotWrite(f"{error.filename or state}: {error.strerror or error}") from None


def would_undo(state: Path, name: str, file: Path, label: str, *, whole: bool = False) -> Undone | None:
    """Say what `undo` would do. Nothing is touched. Raises CannotWrite, and Changed."""
    real = rewriting.resolved(file)
    content = rewriting.content_of(real)
    known = _known(settled(journal.load(state, name, real, label), content), whole)
    if not known.entries:
        return None
    last = known.entries[-1]
    way = _way(state, known, content or b"")
    after = content if way is None else _left(way, last)
    return Undone(real, content, after, last.t, len(known.entries) - 1)


def undoable(state: Path, name: str, project: Path) -> list[Record]:
    """Return the sections of a project whose last change can be taken back."""
    at = str(project)
    return [
        known for known in journal.everything(state) if (known.name, known.project) == (name, at) and known.entries
    ]


def _undo(state: Path, name: str, real: Path, label: str, whole: bool, step: Step) -> Undone | None:
    content = rewriting.content_of(real)
    known = _known(recover(state, journal.load(state, name, real, label), content), whole)
    if not known.entries:
        return None
    way = _way(state, known, content or b"")
    if way is None:
        return _forget(state, known, content)
    *others, last = known.entries
    after = _left(way, last)
    rewriting.check(real)
    step("record")
    undone = replace(last, state=UNDOING, heir=way.heir)
    journal.save(state, replace(known, entries=(*others, undone)))
    try:
        rewriting.replace(real, content, after, step)
    except CannotWrite:
        journal.save(state, known)
        raise
    step("exclude")
    finish(state, known, undone)
    step("done")
    journal.save(state, without_last(known))
    return Undone(real, content, after, last.t, len(others))


def _known(known: Record, whole: bool) -> Record:
    return replace(known, entries=joined(known.entries, 1)) if whole else known


def _left(way: _Way, last: Entry) -> bytes | None:
    return None if last.created and not way.content else way.content


def _way(state: Path, known: Record, content: bytes) -> _Way | None:
    """Return how the last change is taken back; None where the section is gone. Raises Changed, CannotWrite."""
    last = known.entries[-1]
    try:
        there = section.find(content, known.name, known.label)
        restored = section.take_back(content, last.put)
        if there is None:
            return None
        if restored is None:
            raise Changed(Path(known.file), known.name, last.put.after, content[there.start : there.stop])
        return (_following(state, known, content, there) if last.put.before is None else None) or _Way(restored)
    except Unsafe as why:
        raise CannotWrite(f"{known.file} is left alone: {why}") from None


def _following(state: Path, known: Record, content: bytes, there: Section) -> _Way | None:
    """Let the next section of ours stand where the one before it stood, so that it leaves no trace later on."""
    above, below = content[: there.start], content[there.stop :]
    glue = known.entries[-1].put.glue
    if not above.endswith(glue):
        return None
    for other in journal.everything(state):
        at = put_in(other)
        if other.file != known.file or (other.name, other.label) == (known.name, known.label) or at is None:
            continue
        theirs = other.entries[at].put.glue
        found = section.find(content, other.name, other.label)
        if found and found.start == there.stop + len(theirs) and below.startswith(theirs):
            return _Way(above + below[len(theirs) :], (other.name, other.label))
    return None


def _forget(state: Path, known: Record, content: bytes | None) -> Undone:
    """The section is gone: nothing is put back, and what was done beside the file is taken back."""
    last = known.entries[-1]
    while known.entries:
        clean_up(state, known, known.entries[-1])
        known = without_last(known)
    journal.save(state, known)
    return Undone(Path(known.file), content, content, last.t, 0)
