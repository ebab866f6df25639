"""What we remember of a section: what we wrote, what it takes to undo it, and what its owner wants to know again.

root/agent_files/    0700
  *.json             0600: one file for each section, replaced whole
  lock               held by who writes, over all sections: what one leaves behind, another may need
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from headroom.agent_files.ignoring import Excluded
from headroom.agent_files.section import Put
from headroom.store.files import TEMPORARY, locked, make_private_folder, sync_folder, write_temporary
from headroom.system.files import replace as move

APPLYING = "applying"
APPLIED = "applied"
UNDOING = "undoing"

Notes = Mapping[str, Any]
"""What the owner of a section remembers with it, as JSON."""

_FOLDER = "agent_files"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a section."""

    t: float
    """When, in seconds since 1970."""
    state: str
    """APPLYING before the file is written, UNDOING before it is put back: who is killed leaves it so."""
    created: bool
    """Whether the file was not there before, or was made for another section of ours."""
    put: Put
    notes: Notes = field(default_factory=dict)
    """What undoing it puts back among the record's notes."""
    folders: tuple[str, ...] = ()
    """Those that were made for it, the deepest first."""
    excluded: Excluded | None = None
    heir: tuple[str, str] | None = None
    """Name and label of the section that stands in its place once it is undone."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one section."""

    name: str
    """Whose it is, see headroom.agent_files.section."""
    file: str
    """Where its file is, with links followed."""
    label: str
    project: str
    agents: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    """Oldest first."""
    notes: Notes = field(default_factory=dict)


@contextmanager
def lock(state: Path) -> Iterator[None]:
    """Hold the lock of all records below a state folder. Raises OSError."""
    folder = state / _FOLDER
    make_private_folder(folder)
    with locked(folder / "lock", exclusive=True):
        for left in folder.glob(f"{TEMPORARY}*"):
            left.unlink(missing_ok=True)
        yield


def load(state: Path, name: str, file: Path, label: str, project: str = "") -> Record:
    """Return what is remembered of a section; nothing where that cannot be read."""
    found = _read(_path(state, name, str(file), label))
    return found or Record(name, str(file), label, project)


def everything(state: Path) -> list[Record]:
    """Return all that is remembered, by file."""
    found = [record for path in (state / _FOLDER).glob("*.json") if (record := _read(path))]
    return sorted(found, key=lambda record: (record.file, record.name, record.label))


def save(state: Path, record: Record) -> None:
    """Write a record durably, or remove one that says nothing. The lock is held. Raises OSError."""
    path = _path(state, record.name, record.file, record.label)
    if not record.entries and not any(record.notes.values()):
        path.unlink(missing_ok=True)
        return
    move(write_temporary(path.parent, _written(record)), path)
    sync_folder(path.parent)


def _path(state: Path, name: str, file: str, label: str) -> Path:
    digest = hashlib.sha256(f"{name}\0{file}\0{label}".encode("utf-8", "surrogateescape")).hexdigest()
    return state / _FOLDER / f"{digest[:24]}.json"


def _written(record: Record) -> bytes:
    # In ASCII: the name of a file need not be UTF-8.
    return json.dumps(_plain(record), indent=2).encode()


def _plain(record: Record) -> dict[str, object]:
    return {
        "v": _VERSION,
        "name": record.name,
        "file": record.file,
        "label": record.label,
        "project": record.project,
        "agents": list(record.agents),
        "entries": [_plain_entry(entry) for entry in record.entries],
        "notes": dict(record.notes),
    }


def _plain_entry(entry: Entry) -> dict[str, object]:
    # A section's bytes need not be UTF-8; Latin-1 has a character for each.
    put = entry.put
    return {
        "t": entry.t,
        "state": entry.state,
        "created": entry.created,
        "folders": list(entry.folders),
        "excluded": asdict(entry.excluded) if entry.excluded else None,
        "heir": entry.heir,
        "glue": put.glue.decode("latin-1"),
        "before": None if put.before is None else put.before.decode("latin-1"),
        "after": put.after.decode("latin-1"),
        "notes": dict(entry.notes),
    }


def _read(path: Path) -> Record | None:
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raw: Any = json.loads(path.read_bytes())
        if raw["v"] != _VERSION:
            return None
        name, label = str(raw["name"]), str(raw["label"])
        return Record(
            name=name,
            file=str(raw["file"]),
            label=label,
            project=str(raw["project"]),
            agents=tuple(map(str, raw["agents"])),
            entries=tuple(_entry(entry, name, label) for entry in raw["entries"]),
            notes=dict(raw["notes"]),
        )
    return None


def _entry(raw: Any, name: str, label: str) -> Entry:
    before = raw["before"]
    put = Put(
        name,
        label,
        raw["glue"].encode("latin-1"),
        None if before is None else before.encode("latin-1"),
        raw["after"].encode("latin-1"),
    )
    return Entry(
        t=float(raw["t"]),
        state=str(raw["state"]),
        created=bool(raw["created"]),
        put=put,
        notes=dict(raw["notes"]),
        folders=tuple(map(str, raw["folders"])),
        excluded=Excluded(**raw["excluded"]) if raw["excluded"] else None,
        heir=(str(raw["heir"][0]), str(raw["heir"][1])) if raw.get("heir") else None,
    )
