"""Files of the user's, changed for the time of a run, and put back whatever becomes of the run.

Before a file is touched, an entry in our state folder says what is to be set and what stood there: only the
values, never the file, which may hold keys. The entry goes when they are put back: at the run's end, or, when the
run was killed, at the next run or by `headroom unwrap`. It all happens under one lock; any step may be the last.

Two runs may change the same file. Each sets its value in place of the user's, the later in place of the earlier;
who ends puts back the other's while that one lives, and else the user's.
"""

import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from headroom.store.files import TEMPORARY, locked, make_private_folder, sync_folder, write_temporary
from headroom.system import files as system
from headroom_wrappers import edits
from headroom_wrappers.edits import Change, Edit

_ATTEMPTS = 5
"""The file's own program may write it between our reading and our writing."""


class CannotEdit(RuntimeError):
    """A file cannot be changed; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one run has changed in one file."""

    name: str
    """Of the entry; later ones are greater."""
    agent: str
    file: str
    """Where it is, with links followed."""
    pid: int
    began: float
    """When that process began, in seconds since the epoch: process ids come again."""
    edits: tuple[Edit, ...] = ()

    @property
    def part(self) -> Path:
        """Where the file's new content is written, before it takes its place."""
        file = Path(self.file)
        return file.with_name(f".{file.name}.{self.name}.headroom-part")

    def is_alive(self) -> bool:
        """Tell whether the run that made it goes on."""
        import psutil

        try:
            owner = psutil.Process(self.pid)
            is_same = bool(abs(owner.create_time() - self.began) < 1)
            return is_same and bool(owner.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


class Journal:
    """The entries in a state folder.

    Args:
        state: the state folder.
        step: told the name of each step as it is about to be taken, for tests.
    """

    def __init__(self, state: Path, step: Callable[[str], None] = lambda _name: None) -> None:
        self._folder = state / "edits"
        self._step = step

    def entries(self) -> list[Entry]:
        """Return what is changed now, in the order of its making."""
        found = []
        for file in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError, KeyError):
                fields = json.loads(file.read_text(encoding="utf-8"))
                found.append(Entry(**fields | {"edits": tuple(map(_edit, fields["edits"]))}))
        return found

    def users(self, file: Path) -> bytes:
        """Return a file's content as it is without us. Raises OSError, and ValueError when it is no JSON."""
        return self._users(file.read_bytes(), os.path.realpath(file))

    def check(self, change: Change) -> None:
        """Raise CannotEdit when a change cannot be made, with nothing touched."""
        file = Path(os.path.realpath(change.file))
        try:
            edits.put(self.users(file), change.values)
            if file.stat().st_nlink > 1:
                raise CannotEdit(f"{file} has several names (hard links), of which one alone would change")
        except OSError as error:
            raise CannotEdit(f"{file}: {error.strerror}") from None
        except ValueError as error:
            raise CannotEdit(f"{file}: {error}") from None
        if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
            raise CannotEdit(f"{file} may not be written by you")

    def open(self, agent: str, change: Change) -> Entry:
        """Change a file. Raises CannotEdit when it cannot be changed; then nothing is."""
        self.check(change)
        try:
            with self._lock():
                entry = self._make(agent, change)
                try:
                    self._write(
                        entry, lambda content: edits.put(self._users(content, entry.file), change.values)[0]
                    )
                except (OSError, ValueError):
                    self._undo(entry)
                    raise
        except (OSError, ValueError) as error:
            raise CannotEdit(f"{change.file}: {error}") from None
        return entry

    def close(self, entry: Entry) -> str:
        """Put back what was changed; return a line that says why it could not be, or nothing."""
        try:
            with self._lock():
                self._undo(entry)
        except (OSError, ValueError) as error:
            names = ", ".join(".".join(edit.path) for edit in entry.edits)
            return f"{entry.file} cannot be put back ({error}): see to {names} there, then run `headroom unwrap`"
        return ""

    def recover(self, agent: str = "") -> tuple[list[Entry], list[str]]:
        """Put back what runs that were killed have changed, of one agent or of all.

        Returns what was put back, and a line for each that could not be. Raises OSError.
        """
        if not any(self._folder.glob("*.json")) and not any(self._folder.glob(f"{TEMPORARY}*")):
            return [], []
        with self._lock():
            for left in self._folder.glob(f"{TEMPORARY}*"):
                left.unlink(missing_ok=True)
            dead = [e for e in self.entries() if not e.is_alive() and agent in ("", e.agent)]
        said = [(entry, self.close(entry)) for entry in dead]
        return [entry for entry, why in said if not why], [why for _, why in said if why]

    @contextmanager
    def _lock(self) -> Iterator[None]:
        make_private_folder(self._folder)
        with locked(self._folder / "lock", exclusive=True):
            yield

    def _make(self, agent: str, change: Change) -> Entry:
        """Write the entry of a change that is to be made."""
        import psutil

        us = psutil.Process()
        file = os.path.realpath(change.file)
        _, made = edits.put(self._users(Path(file).read_bytes(), file), change.values)
        entry = Entry(f"{time.time_ns():020}-{us.pid}", agent, file, us.pid, us.create_time(), tuple(made))
        self._step("entry")
        line = json.dumps(asdict(entry) | {"edits": [edit._asdict() for edit in made]}).encode()
        system.replace(write_temporary(self._folder, line), self._path(entry))
        sync_folder(self._folder)
        return entry

    def _undo(self, entry: Entry) -> None:
        """Take back what an entry says, and the entry."""
        self._step("undo")
        entry.part.unlink(missing_ok=True)
        if Path(entry.file).exists():
            self._write(entry, lambda content: self._without(content, entry))
        self._step("forget")
        self._path(entry).unlink(missing_ok=True)

    def _without(self, content: bytes, entry: Entry) -> bytes:
        """Return the content with an entry's values taken back; those of a run that goes on take their place."""
        content, taken = edits.take_back(content, entry.edits)
        paths = {edit.path for edit in taken}
        others = [other for other in self._of(entry.file) if other.name != entry.name and other.is_alive()]
        for other in others[-1:]:
            values = {edit.path: edit.ours for edit in other.edits if edit.path in paths}
            content, _ = edits.put(content, values)
        return content

    def _users(self, content: bytes, file: str) -> bytes:
        for entry in reversed(self._of(file)):
            content, _ = edits.take_back(content, entry.edits)
        return content

    def _of(self, file: str) -> Sequence[Entry]:
        return [entry for entry in self.entries() if entry.file == file]

    def _path(self, entry: Entry) -> Path:
        return self._folder / f"{entry.name}.json"

    def _write(self, entry: Entry, after: Callable[[bytes], bytes]) -> None:
        """Give a file new content, at once; its mode and owner stay. Raises OSError and ValueError."""
        file = Path(entry.file)
        for _ in range(_ATTEMPTS):
            before = file.read_bytes()
            content = after(before)
            if content == before:
                return
            try:
                self._step("part")
                _write_part(entry.part, content, file.stat())
                self._step("replace")
                if file.read_bytes() == before:
                    system.replace(entry.part, file)
                    self._step("replaced")
                    sync_folder(file.parent)
                    return
            finally:
                entry.part.unlink(missing_ok=True)
        raise OSError(f"{file} is being written all the time")


def _write_part(part: Path, content: bytes, like: os.stat_result) -> None:
    """Write a file durably, with the mode and the owner of another."""
    descriptor = system.open_private(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with os.fdopen(descriptor, "wb") as to:
        to.write(content)
        to.flush()
        os.fsync(descriptor)
    ours = part.stat()
    if hasattr(os, "chown") and (ours.st_uid, ours.st_gid) != (like.st_uid, like.st_gid):
        os.chown(part, like.st_uid, like.st_gid)
    part.chmod(stat.S_IMODE(like.st_mode))


def _edit(fields: dict[str, object]) -> Edit:
    path, had = fields["path"], fields["had"]
    if not isinstance(path, list):
        raise TypeError("a path is a list")
    return Edit(
        tuple(map(str, path)), str(fields["ours"]), None if had is None else str(had), str(fields["inserted"])
    )
