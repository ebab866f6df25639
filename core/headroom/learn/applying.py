"""Rules written into a memory file: proposed (nothing is touched), or applied.

The order of the steps makes any of them the last one without a loss: the record says what is about to be done and
what stood there; git is told to look away; the file gets its new content at once; the record says that it is done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headroom.learn import ignoring, record, rewriting, rules, section
from headroom.learn.record import APPLIED, APPLYING, UNDOING, Entry, Excluded, Record
from headroom.learn.rewriting import BeingWritten, CannotWrite, Step
from headroom.learn.rules import About, Before, Found, Plan
from headroom.learn.section import Put, Unsafe
from headroom.learn.targets import Target

KEPT_ENTRIES = 20
"""Changes that can be undone; the oldest are joined into one."""
_ATTEMPTS = 5


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
class Proposal:
    """What a file would be, or has become."""

    target: Target
    before: bytes | None
    """None where there is no file."""
    after: bytes | None
    plan: Plan
    put: Put | None = None
    """None where the file stays as it is."""
    tokens: int = 0
    """What the section costs in each session."""


def propose(state: Path, target: Target, found: Found, options: Options) -> Proposal:
    """Say what a file would become. Nothing is touched. Raises CannotWrite where it could not be written."""
    real = rewriting.resolved(target.file)
    content = rewriting.content_of(real)
    known = record.load(state, real, target.label, str(target.project))
    proposal = _proposal(target, content, settled(known, content), found, options)
    if proposal.put:
        _check(target, real)
    return proposal


def apply(
    state: Path,
    target: Target,
    found: Found,
    options: Options,
    now: float,
    step: Step = lambda _name: None,
) -> Proposal:
    """Write rules into a file. Raises CannotWrite, and then nothing is changed."""
    try:
        with record.lock(state):
            for attempt in range(_ATTEMPTS):
                try:
                    return _apply(state, target, found, options, now, step)
                except BeingWritten:
                    if attempt + 1 == _ATTEMPTS:
                        raise
    except OSError as error:
        raise CannotWrite(f"{error.filename or state}: {error.strerror or error}") from None
    raise AssertionError("unreachable")


def settled(known: Record, content: bytes | None) -> Record:
    """Return a record as it is once the file has had its say of a step that may not have been taken."""
    if not known.entries or known.entries[-1].state == APPLIED:
        return known
    *others, last = known.entries
    there = _section(content, known.label)
    if (last.state == APPLYING and not _is_done(there, last.put)) or (
        last.state == UNDOING and _is_undone(content, there, last)
    ):
        return replace(known, entries=tuple(others), rules=last.rules)
    return replace(known, entries=(*others, replace(last, state=APPLIED)))


def recover(state: Path, known: Record, content: bytes | None) -> Record:
    """Bring what a killed process left to an end; return the record as it is then. The lock is held.

    Raises CannotWrite and OSError.
    """
    rewriting.part_of(Path(known.file)).unlink(missing_ok=True)
    now = settled(known, content)
    if now == known:
        return known
    if len(now.entries) < len(known.entries):
        clean_up(state, known, known.entries[-1])
    record.save(state, now)
    return now


def clean_up(state: Path, known: Record, entry: Entry) -> None:
    """Take back what was done beside the file: git sees it again, folders of ours go.

    Raises CannotWrite and OSError.
    """
    # A file that was ours, and that the user has since written into, stays theirs alone.
    is_hidden = entry.created and Path(known.file).exists()
    if entry.excluded and not is_hidden and not _handed_over(state, known, entry.excluded):
        ignoring.take_back(entry.excluded)
    for folder in map(Path, entry.folders):
        if not folder.exists() or any(folder.iterdir()):
            return
        folder.rmdir()


def _handed_over(state: Path, known: Record, excluded: Excluded) -> bool:
    """Tell whether a line of git's hides the same file of another worktree, too; then it goes with that one."""
    for other in record.everything(state):
        is_other = other.entries and (other.file, other.label) != (known.file, known.label)
        if is_other and Path(other.file).name == Path(known.file).name:
            first, *more = other.entries
            if str(ignoring.exclude_file(Path(other.project))) == excluded.file:
                heir = replace(first, excluded=first.excluded or excluded)
                record.save(state, replace(other, entries=(heir, *more)))
                return True
    return False


def _apply(state: Path, target: Target, found: Found, options: Options, now: float, step: Step) -> Proposal:
    real = rewriting.resolved(target.file)
    content = rewriting.content_of(real)
    had = recover(state, record.load(state, real, target.label, str(target.project)), content)
    proposal = _proposal(target, content, had, found, options)
    planned = replace(had, rules=proposal.plan.rules, refused=proposal.plan.refused, agents=target.agents)
    if proposal.put is None:
        if planned != replace(had, agents=target.agents):
            record.save(state, planned)
        return proposal
    _check(target, real)
    entry = Entry(
        now,
        APPLYING,
        created=content is None,
        put=proposal.put,
        rules=had.rules,
        folders=tuple(map(str, _missing(real.parent))),
        excluded=ignoring.needed(target.project, target.file) if target.is_local else None,
    )
    step("record")
    planned = replace(planned, entries=_joined((*had.entries, entry)))
    record.save(state, planned)
    try:
        step("exclude")
        if entry.excluded:
            ignoring.add(entry.excluded)
        rewriting.make_folders(real.parent)
        rewriting.replace(real, content, proposal.after, step)
    except CannotWrite:
        clean_up(state, planned, entry)
        record.save(state, had)
        raise
    step("done")
    done = replace(planned.entries[-1], state=APPLIED)
    record.save(state, replace(planned, entries=(*planned.entries[:-1], done)))
    return proposal


def _proposal(target: Target, content: bytes | None, known: Record, found: Found, options: Options) -> Proposal:
    try:
        sections = section.sections(content or b"")
        there = next((one for one in sections if one.label == target.label), None)
        others = sum(options.count(_text(one.lines)) for one in sections if one is not there)
        before = Before(
            None if there is None else there.lines,
            known.rules,
            known.refused,
            _elsewhere(target, content or b"", sections),
            options.again,
        )
        room = max(options.limit_tokens - others, 0)
        plan = rules.plan(before, found, heading(target), room, options.count, options.phrased)
        tokens = options.count(_text(plan.lines))
        if plan.lines == (there.lines if there else ()):
            return Proposal(target, content, content, plan, None, tokens)
        after, put = section.put(content or b"", plan.lines, target.label)
    except Unsafe as why:
        raise CannotWrite(f"{target.file} is left alone: {why}") from None
    return Proposal(target, content, after, plan, put, tokens)


def heading(target: Target) -> str:
    """Return the line above the rules."""
    if target.label:
        return f"## Learned from earlier sessions in `{target.label.replace('`', '')}` (for work there only)"
    return "## Learned from earlier sessions"


def _elsewhere(target: Target, content: bytes, sections: Sequence[section.Section]) -> frozenset[str]:
    """Return what the agents read outside of our sections, line by line."""
    edges = [0, *(edge for one in sections for edge in (one.start, one.stop)), len(content)]
    texts = [content[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    for file in target.also_read:
        try:
            texts.append(rewriting.content_of(file) or b"")
        except CannotWrite:
            continue
    found = {rules.plain(line) for text in texts for line in text.decode("utf-8", "replace").splitlines()}
    return frozenset(found - {""})


def _text(lines: Sequence[bytes]) -> str:
    return b"\n".join(lines).decode("utf-8", "replace")


def _check(target: Target, real: Path) -> None:
    rewriting.check(real)
    if target.is_local and ignoring.is_tracked(target.project, target.file):
        raise CannotWrite(
            f"{target.file} is tracked by git, so what is for you alone would be committed: "
            f"git rm --cached {target.file.name}, or --shared"
        )


def _missing(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _joined(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the entries with the oldest ones made into one, where there are many."""
    if len(entries) <= KEPT_ENTRIES:
        return entries
    first, second, *rest = entries
    put = first.put._replace(after=second.put.after)
    return (replace(first, put=put, excluded=first.excluded or second.excluded), *rest)


def _section(content: bytes | None, label: str) -> bytes | None:
    try:
        found = section.find(content or b"", label)
    except Unsafe:
        return b""
    return None if found is None else (content or b"")[found.start : found.stop]


def _is_done(there: bytes | None, put: Put) -> bool:
    return there is not None and there != put.before and (put.before is None or there == put.after)


def _is_undone(content: bytes | None, there: bytes | None, entry: Entry) -> bool:
    return (entry.created and content is None) or there == entry.put.before
