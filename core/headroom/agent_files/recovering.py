"""A section's record brought in step with its file after a kill, and what was done beside the file taken back."""

from dataclasses import replace
from pathlib import Path

from headroom.agent_files import ignoring, journal, rewriting, section
from headroom.agent_files.ignoring import Excluded
from headroom.agent_files.journal import APPLIED, APPLYING, UNDOING, Entry, Record
from headroom.agent_files.section import Put, Unsafe


def settled(known: Record, content: bytes | None) -> Record:
    """Return a record as it is once the file has had its say of a step that may not have been taken."""
    if not known.entries or known.entries[-1].state == APPLIED:
        return known
    *others, last = known.entries
    there = _there(content, known)
    if (last.state == APPLYING and not _is_done(there, last.put)) or (
        last.state == UNDOING and _is_undone(content, there, last)
    ):
        return without_last(known)
    return replace(known, entries=(*others, replace(last, state=APPLIED)))


def put_in(known: Record) -> int | None:
    """Return the number of the entry by which a section came where it stands; None where that is not known."""
    return next((at for at, entry in reversed([*enumerate(known.entries)]) if entry.put.before is None), None)


def without_last(known: Record) -> Record:
    """Return a record as it was before its last entry."""
    *others, last = known.entries
    return replace(known, entries=tuple(others), notes={**known.notes, **last.notes})


def recover(state: Path, known: Record, content: bytes | None) -> Record:
    """Bring what a killed process left to an end, of all sections of a file; return a section's record as it is
    then. The lock is held.

    Raises CannotWrite and OSError.
    """
    rewriting.part_of(Path(known.file)).unlink(missing_ok=True)
    for each in journal.everything(state):
        now = settled(each, content) if each.file == known.file else each
        if now != each:
            if len(now.entries) < len(each.entries):
                finish(state, each, each.entries[-1])
            journal.save(state, now)
    return journal.load(state, known.name, Path(known.file), known.label, known.project)


def finish(state: Path, known: Record, entry: Entry) -> None:
    """Do what is left to do of a section's record once an entry is out of its file.

    Raises CannotWrite and OSError.
    """
    if entry.state == UNDOING and entry.heir:
        heir = journal.load(state, entry.heir[0], Path(known.file), entry.heir[1])
        at = put_in(heir)
        if at is not None:
            entries = list(heir.entries)
            entries[at] = replace(entries[at], put=entries[at].put._replace(glue=entry.put.glue))
            journal.save(state, replace(heir, entries=tuple(entries)))
    clean_up(state, known, entry)


def clean_up(state: Path, known: Record, entry: Entry) -> None:
    """Take back what was done beside the file: git sees it again, folders of ours go.

    Raises CannotWrite and OSError.
    """
    # A file that was ours, and that the user has since written into, stays theirs alone.
    is_hidden = entry.created and Path(known.file).exists()
    if entry.excluded and not _handed_over(state, known, entry.excluded, is_hidden=is_hidden) and not is_hidden:
        ignoring.take_back(entry.excluded)
    for folder in map(Path, entry.folders):
        if not folder.exists() or any(folder.iterdir()):
            return
        folder.rmdir()


def _handed_over(state: Path, known: Record, excluded: Excluded, *, is_hidden: bool) -> bool:
    """Tell whether a line of git's hides another section's file, too; then it goes with that one.

    That is another section of this file, or, unless this file must stay hidden for good, of its namesake in
    another worktree.
    """
    for other in journal.everything(state):
        is_itself = (other.name, other.file, other.label) == (known.name, known.file, known.label)
        is_near = other.file == known.file if is_hidden else Path(other.file).name == Path(known.file).name
        if other.entries and is_near and not is_itself:
            first, *more = other.entries
            if str(ignoring.exclude_file(Path(other.project))) == excluded.file:
                heir = replace(first, excluded=first.excluded or excluded)
                journal.save(state, replace(other, entries=(heir, *more)))
                return True
    return False


def _there(content: bytes | None, known: Record) -> bytes | None:
    try:
        return section.text_of(content or b"", known.name, known.label)
    except Unsafe:
        return b""


def _is_done(there: bytes | None, put: Put) -> bool:
    return there is not None and there != put.before and (put.before is None or there == put.after)


def _is_undone(content: bytes | None, there: bytes | None, entry: Entry) -> bool:
    return (entry.created and content is None) or there == entry.put.before
