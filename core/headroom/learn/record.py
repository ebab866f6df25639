"""What we remember of a section: what we wrote, what it takes to undo it, and what the user wants no more.

One file for each section in the state folder, for its owner's eyes only, replaced whole. Who writes takes a lock.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from headroom.learn.rules import About
from headroom.learn.section import Put
from headroom.learn.types import Evidence, Finding
from headroom.store.files import TEMPORARY, locked, make_private_folder, sync_folder, write_temporary

APPLYING = "applying"
APPLIED = "applied"
UNDOING = "undoing"

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Excluded:
    """A line that was added to a file of git's."""

    file: str
    added: str
    created: bool
    """Whether the file was not there before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a section."""

    t: float
    """When, in seconds since 1970."""
    state: str
    """APPLYING before the file is written, UNDOING before it is put back: who is killed leaves it so."""
    created: bool
    """Whether the file was not there before."""
    put: Put
    rules: Mapping[str, Finding]
    """Ours in the section before, by their text."""
    folders: tuple[str, ...] = ()
    """Those that were made for it, the deepest first."""
    excluded: Excluded | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one section."""

    file: str
    """Where its file is, with links followed."""
    label: str
    project: str
    agents: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    """Oldest first."""
    rules: Mapping[str, Finding] = field(default_factory=dict)
    refused: Mapping[About, str] = field(default_factory=dict)


@contextmanager
def lock(state: Path) -> Iterator[None]:
    """Hold the lock of all records below a state folder. Raises OSError."""
    folder = _folder(state)
    make_private_folder(folder)
    with locked(folder / "lock", exclusive=True):
        for left in folder.glob(f"{TEMPORARY}*"):
            left.unlink(missing_ok=True)
        yield


def load(state: Path, file: Path, label: str, project: str = "") -> Record:
    """Return what is remembered of a section; nothing where that cannot be read."""
    found = _read(_path(state, str(file), label))
    return found or Record(str(file), label, project)


def everything(state: Path) -> list[Record]:
    """Return all that is remembered, by file."""
    found = [record for path in _folder(state).glob("*.json") if (record := _read(path))]
    return sorted(found, key=lambda record: (record.file, record.label))


def save(state: Path, record: Record) -> None:
    """Write a record durably, or remove one that says nothing. The lock is held. Raises OSError."""
    path = _path(state, record.file, record.label)
    if not (record.entries or record.rules or record.refused):
        path.unlink(missing_ok=True)
        return
    write_temporary(path.parent, orjson.dumps(_plain(record), option=orjson.OPT_INDENT_2)).replace(path)
    sync_folder(path.parent)


def _folder(state: Path) -> Path:
    return state / "learn"


def _path(state: Path, file: str, label: str) -> Path:
    name = hashlib.sha256(f"{file}\0{label}".encode("utf-8", "surrogateescape")).hexdigest()
    return _folder(state) / f"{name[:24]}.json"


def _plain(record: Record) -> dict[str, object]:
    return {
        "v": _VERSION,
        "file": record.file,
        "label": record.label,
        "project": record.project,
        "agents": list(record.agents),
        "entries": [_plain_entry(entry) for entry in record.entries],
        "rules": _plain_rules(record.rules),
        "refused": [[*about, text] for about, text in record.refused.items()],
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
        "glue": put.glue.decode("latin-1"),
        "before": None if put.before is None else put.before.decode("latin-1"),
        "after": put.after.decode("latin-1"),
        "rules": _plain_rules(entry.rules),
    }


def _plain_rules(rules: Mapping[str, Finding]) -> list[dict[str, object]]:
    return [{"text": text, "finding": asdict(finding)} for text, finding in rules.items()]


def _read(path: Path) -> Record | None:
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        raw: Any = orjson.loads(path.read_bytes())
        if raw["v"] != _VERSION:
            return None
        label = str(raw["label"])
        return Record(
            file=str(raw["file"]),
            label=label,
            project=str(raw["project"]),
            agents=tuple(map(str, raw["agents"])),
            entries=tuple(_entry(entry, label) for entry in raw["entries"]),
            rules=_rules(raw["rules"]),
            refused={(str(kind), str(subject)): str(text) for kind, subject, text in raw["refused"]},
        )
    return None


def _entry(raw: Any, label: str) -> Entry:
    before = raw["before"]
    put = Put(
        label,
        raw["glue"].encode("latin-1"),
        None if before is None else before.encode("latin-1"),
        raw["after"].encode("latin-1"),
    )
    excluded = Excluded(**raw["excluded"]) if raw["excluded"] else None
    folders = tuple(map(str, raw["folders"]))
    return Entry(
        float(raw["t"]), str(raw["state"]), bool(raw["created"]), put, _rules(raw["rules"]), folders, excluded
    )


def _rules(raw: Any) -> dict[str, Finding]:
    return {str(one["text"]): _finding(one["finding"]) for one in raw}


def _finding(raw: Any) -> Finding:
    return Finding(**raw | {"evidence": tuple(Evidence(**seen) for seen in raw["evidence"])})
