"""Reads a log on from where it was left, whole lines only, and tells when it is not the log that it was."""

import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import orjson

from headroom.session_log.events import Event, from_dict

_MARK_BYTES: Final = 512


class Place(NamedTuple):
    """How far a log was read, and what tells that it is still the same."""

    inode: int = 0
    bytes: int = -1
    """Its size when it was read."""
    changed: int = 0
    """When it was changed last, in nanoseconds since 1970."""
    place: int = 0
    """Bytes that were read: up to the end of the last whole line."""
    mark: str = ""
    """Digest of the first and the last of these bytes."""


class Part(NamedTuple):
    """What a log goes on with."""

    events: list[Event]
    damaged: int
    """Lines between the events that are none."""
    torn: int
    """1 where the log ends with the beginning of a line. It may be written to its end yet: it is in neither."""
    place: Place


def is_current(place: Place, info: os.stat_result) -> bool:
    """Tell whether a log has not changed since it was read."""
    return place[:3] == (info.st_ino, info.st_size, info.st_mtime_ns)


def read_on(path: Path, place: Place) -> Part | None:
    """Read a log from a place in it; None where it is not the log that the place is of. Raises OSError."""
    with path.open("rb") as log:
        info = os.fstat(log.fileno())
        has_grown = place.inode == info.st_ino and info.st_size > place.bytes
        if place.place and not (has_grown and _mark(log, place.place) == place.mark):
            return None
        log.seek(place.place)
        raw = log.read(max(info.st_size - place.place, 0))
        if place.place and raw[:1] not in (b"\n", b"") and not _ends_line(log, place.place):
            return None
        found, damaged, torn, read = _events(raw)
        end = place.place + read
        return Part(found, damaged, torn, Place(info.st_ino, info.st_size, info.st_mtime_ns, end, _mark(log, end)))


def _events(raw: bytes) -> tuple[list[Event], int, int, int]:
    """Return the events, how many lines are damaged, whether the last is torn, and how many bytes were read."""
    found: list[Event] = []
    damaged = read = 0
    for line in io.BytesIO(raw):
        is_whole = line.endswith(b"\n")
        try:
            event = from_dict(orjson.loads(line))
        except ValueError:
            if not is_whole:
                return found, damaged, int(not line.isspace()), read
            damaged += not line.isspace()
        else:
            if event is not None:
                found.append(event)
        read += len(line)
    return found, damaged, 0, read


def _mark(log: BinaryIO, end: int) -> str:
    log.seek(0)
    first = log.read(min(_MARK_BYTES, end))
    log.seek(max(end - _MARK_BYTES, 0))
    return hashlib.blake2b(first + log.read(min(_MARK_BYTES, end)), digest_size=8).hexdigest()


def _ends_line(log: BinaryIO, place: int) -> bool:
    log.seek(place - 1)
    return log.read(1) == b"\n"
