"""Writes facts into the files that agents read when a session begins, and takes them out again.

What we know of a section is one small file in the state folder, written before the section is: what we last put
there, and what it takes to leave no trace. A section that somebody else has changed is left alone.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from headroom.learn import ignoring, rewriting
from headroom.learn.record import Excluded
from headroom.learn.rewriting import CannotWrite
from headroom.learn.section import Put, Unsafe
from headroom.learn.targets import Target
from headroom.memory import section
from headroom.memory.facts import PROJECT, Fact
from headroom.store import files
from headroom.system import files as system

_FOLDER: Final = "memory"
_LOCK: Final = "sections-lock"
_SUFFIX: Final = ".section.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a section that we wrote."""

    file: str
    label: str
    glue: str
    """What parts it from the text above; as the others, its bytes as Latin-1."""
    after: tuple[str, ...]
    """What it may hold: what we wrote, and what we were about to write."""
    created: bool
    """Whether the file was not there before."""
    folders: tuple[str, ...] = ()
    """Those that were made for it, the deepest first."""
    excluded: Excluded | None = None
    """What was done so that git does not see it."""


@dataclass(frozen=True, slots=True)
class Synced:
    """A file as it was, and as it is, or would be."""

    file: Path
    before: bytes | None
    """None where there is no file."""
    after: bytes | None
    facts: tuple[Fact, ...] = ()
    """What stands in the section."""

    @property
    def is_changed(self) -> bool:
        """Whether anything is, or would be, written."""
        return self.before != self.after


def parts(target: Target, facts: Sequence[Fact]) -> list[tuple[str, list[Fact]]]:
    """Return what belongs in a file: labels of sections, each with its facts.

    A file that a team shares gets nothing of the user's own; in one that is read in all projects, what holds in
    one stands under its name.
    """
    of_project = [fact for fact in facts if fact.scope == PROJECT]
    of_user = [fact for fact in facts if fact.scope != PROJECT]
    if target.is_shared:
        return [("", of_project)]
    if target.label:
        return [("", of_user), (target.label, of_project)]
    return [("", [*of_user, *of_project])]


def sync(state: Path, target: Target, label: str, facts: Sequence[Fact], *, dry: bool = False) -> Synced:
    """Give a section these facts; without any, take it out.

    Args:
        state: the state folder.
        dry: whether to say only what would be done.

    Raises CannotWrite, and then nothing is changed.
    """
    real = rewriting.resolved(target.file)
    if not facts:
        return take_out(state, target.file, label, dry=dry)
    with _alone(state, target.file):
        content = rewriting.content_of(real)
        known = _load(state, real, label)
        _check_ours(target.file, section.there(content or b"", label), known)
        after, done = section.put(content or b"", section.lines(facts, label), label)
        synced = Synced(target.file, content, after, tuple(facts))
        if dry or not synced.is_changed:
            return synced
        rewriting.check(real)
        if target.is_local and ignoring.is_tracked(target.project, target.file):
            raise CannotWrite(f"{target.file} is tracked by git: git rm --cached {target.file.name}, or --shared")
        planned = _planned(state, target, label, content, known, done)
        _save(state, planned)
        if planned.excluded:
            ignoring.add(planned.excluded)
        rewriting.make_folders(real.parent)
        rewriting.replace(real, content, after)
        _save(state, replace(planned, after=(_text(done.after),)))
    return synced


def take_out(state: Path, file: Path, label: str, *, dry: bool = False) -> Synced:
    """Take a section out again: the file is as it was without it, and gone where it was made for it.

    Raises CannotWrite where the section was changed since.
    """
    real = rewriting.resolved(file)
    with _alone(state, file):
        content = rewriting.content_of(real)
        known = _load(state, real, label)
        there = section.there(content or b"", label)
        if known is None and there is None:
            return Synced(file, content, content)
        _check_ours(file, there, known)
        following = _following(state, content or b"", known, there)
        if following:
            bare: bytes | None = following.content
        else:
            bare = content if there is None or known is None else _without(content or b"", known, there)
        after = None if known and known.created and not bare else bare
        synced = Synced(file, content, after)
        if dry or known is None:
            return synced
        if following:
            _save(state, following.known)
        rewriting.replace(real, content, after)
        if known.excluded and not (known.created and after is not None):  # the user has written into ours since
            ignoring.take_back(known.excluded)
        for folder in map(Path, known.folders):
            with suppress(OSError):
                folder.rmdir()
        _path(state, real, label).unlink(missing_ok=True)
    return synced


def sections(state: Path) -> list[Known]:
    """Return all sections that we wrote and did not take out."""
    found = [_read(path) for path in sorted((state / _FOLDER).glob(f"*{_SUFFIX}"))]
    return [known for known in found if known]


class _Following(NamedTuple):
    """What becomes of a section of ours that stands right behind one that is taken out."""

    content: bytes
    known: Known


def _following(state: Path, content: bytes, known: Known | None, there: bytes | None) -> _Following | None:
    """Let the next section of ours stand where the one before it stood, so that it leaves no trace later on."""
    if known is None or there is None:
        return None
    at = content.find(there)
    behind = content[at + len(there) :]
    for other in sections(state):
        glue = other.glue.encode("latin-1")
        is_next = other.file == known.file and other.label != known.label
        if is_next and any(behind.startswith(glue + each.encode("latin-1")) for each in other.after):
            return _Following(content[:at] + behind[len(glue) :], replace(other, glue=known.glue))
    return None


def _without(content: bytes, known: Known, there: bytes) -> bytes | None:
    return section.take_back(content, Put(known.label, known.glue.encode("latin-1"), None, there))


def _planned(
    state: Path, target: Target, label: str, content: bytes | None, known: Known | None, done: Put
) -> Known:
    real = rewriting.resolved(target.file)
    if known and done.before is not None:
        return replace(known, after=(_text(done.before), _text(done.after)))
    # A file that was made for a section was made for the next one, too.
    made = next((each for each in sections(state) if each.file == str(real) and each.created), None)
    missing = tuple(str(path) for path in (real.parent, *real.parent.parents) if not path.exists())
    return Known(
        file=str(real),
        label=label,
        glue=_text(done.glue),
        after=(_text(done.after),),
        created=content is None or made is not None,
        folders=made.folders if made else missing,
        excluded=ignoring.needed(target.project, target.file) if target.is_local else None,
    )


def _check_ours(file: Path, there: bytes | None, known: Known | None) -> None:
    if there is None:
        return
    ours = known.after if known else ()
    if _text(there).rstrip("\r\n") not in {each.rstrip("\r\n") for each in ours}:
        raise CannotWrite(
            f"{file} is left alone: its section of headroom memory was changed by hand; change the facts instead "
            "(headroom memory edit), and delete the section with its markers"
        )


@contextmanager
def _alone(state: Path, file: Path) -> Iterator[None]:
    """Let one process at a time change files; say what cannot be done as CannotWrite."""
    folder = state / _FOLDER
    try:
        files.make_private_folder(folder)
        with files.locked(folder / _LOCK, exclusive=True):
            yield
    except Unsafe as error:
        raise CannotWrite(f"{file} is left alone: {error}") from None
    except OSError as error:
        raise CannotWrite(f"{error.filename or folder}: {error.strerror or error}") from None


def _path(state: Path, real: Path, label: str) -> Path:
    name = hashlib.sha256(f"{real}\0{label}".encode("utf-8", "surrogateescape")).hexdigest()
    return state / _FOLDER / f"{name[:24]}{_SUFFIX}"


def _load(state: Path, real: Path, label: str) -> Known | None:
    return _read(_path(state, real, label))


def _read(path: Path) -> Known | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        raw: Any = orjson.loads(path.read_bytes())
        excluded = Excluded(**raw["excluded"]) if raw["excluded"] else None
        folders = tuple(map(str, raw["folders"]))
        texts = {name: str(raw[name]) for name in ("file", "label", "glue")}
        return Known(
            **texts, after=tuple(raw["after"]), created=raw["created"] is True, folders=folders, excluded=excluded
        )
    return None


def _save(state: Path, known: Known) -> None:
    path = _path(state, Path(known.file), known.label)
    system.replace(files.write_temporary(path.parent, orjson.dumps(asdict(known))), path)
    files.sync_folder(path.parent)


def _text(data: bytes) -> str:
    return data.decode("latin-1")
