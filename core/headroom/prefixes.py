"""Remembers what was read and sent for recent requests, so that a longer one costs only its new messages.

An agent re-sends its whole history every turn. What we send for a message depends only on what stands before
it (law 1), so where a body begins with the bytes of an earlier one, the earlier reading and its replacements
hold, and nothing there is parsed, hashed or looked up again.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from headroom import kernels
from headroom.dialects.base import Reading, Resume
from headroom.types import Decision, Trace

_CHUNK = 1 << 16
_OPENING = 4096
_CONTINUES = 3
"""An agent that moves its cache breakpoint changes the last messages; one that differs earlier is a fork."""


class Sent(NamedTuple):
    """One block as it went out: its span in the body, and the literal in its place (None: as it came)."""

    start: int
    end: int
    literal: bytes | None
    key: str
    tool: str
    decision: Decision
    retrieval: bool
    is_new: bool
    """Whether this process had not seen the block before."""
    trace: Trace
    asked: str = ""
    """Of a retrieval: the original's key in the store, where the call names it."""


class Found(NamedTuple):
    """The longest earlier beginning of a body, and what was sent for the blocks in it."""

    resume: Resume
    sent: tuple[Sent, ...]
    policy: str
    number: int
    chunks: tuple[bytes, ...]
    """Whole chunks of the body that are already kept."""
    firsts: Mapping[bytes, int] = {}
    """Where texts that were looked for first stood in the earlier body; -1 for nowhere."""


@dataclass(frozen=True, slots=True)
class _Entry:
    chunks: tuple[bytes, ...]
    """The body up to its last mark, in chunks that can be compared without copying the other side."""
    size: int
    reading: Reading
    tail: bytes
    sent: tuple[Sent, ...]
    policy: str
    """The conversation's policy, as text: what follows is decided by it too."""
    dialect: str
    opening: bytes
    """The last bytes before its first mark: where they differ, no message is shared."""
    firsts: Mapping[bytes, int]

    def begins(self, body: bytes) -> bool:
        """Tell whether the body may share a message with this entry; nearly all that do not are told at once."""
        return body.startswith(self.opening, self.reading.walk.marks[0].pos - len(self.opening))

    def shared(self, body: bytes) -> int:
        """Return the length of the prefix that the body has in common with this entry."""
        at = 0
        for chunk in self.chunks:
            if not body.startswith(chunk, at):
                return at + kernels.common_prefix(chunk, body[at : at + len(chunk)])
            at += len(chunk)
        return at


class Prefixes:
    """Recent requests, least recently used first, bounded by number and by bytes."""

    def __init__(self, max_entries: int = 32, max_bytes: int = 24 << 20) -> None:
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._next = 0
        self.generation = 0
        """Raised whenever all is forgotten: what was read before must not come in again."""

    def find(self, body: bytes, dialect: str) -> Found | None:
        """Return the state behind the last message that the body shares with an earlier one of its dialect."""
        best: tuple[int, int, int] | None = None
        for number, entry in self._entries.items():
            if entry.dialect != dialect or not entry.begins(body):
                continue
            marks = entry.reading.walk.marks
            count = bisect_right(marks, entry.shared(body), key=lambda mark: mark.pos)
            if count and (best is None or marks[count - 1].pos > best[0]):
                best = (marks[count - 1].pos, number, count)
        if best is None:
            return None
        pos, number, count = best
        entry = self._entries[number]
        self._entries.move_to_end(number)
        marks = entry.reading.walk.marks[:count]
        resume = Resume(entry.reading, marks[-1], marks, entry.tail)
        sent, chunks = entry.sent[: marks[-1].blocks], entry.chunks[: pos // _CHUNK]
        return Found(resume, sent, entry.policy, number, chunks, entry.firsts)

    def add(
        self,
        body: bytes,
        reading: Reading,
        sent: tuple[Sent, ...],
        policy: str,
        found: Found | None,
        dialect: str,
        firsts: Mapping[bytes, int],
    ) -> None:
        """Remember a request. One that goes on from the end of an earlier one takes its place.

        Args:
            firsts: where texts that were looked for first stand in the body; -1 for nowhere.
        """
        marks = reading.walk.marks
        size = marks[-1].pos if marks else 0
        tail = body[reading.end :]
        reading.walk.blocks.clear()  # their texts are large, and not read again
        if not marks or size + len(tail) > self._max_bytes // 4:
            return
        if found and found.resume.mark.messages == len(marks):
            return  # nothing new: an earlier entry says it all
        kept = found.chunks if found else ()
        starts = range(len(kept) * _CHUNK, size, _CHUNK)
        chunks = kept + tuple(body[at : min(at + _CHUNK, size)] for at in starts)
        if found and found.resume.mark.messages > len(found.resume.reading.walk.marks) - _CONTINUES:
            self._forget(found.number)
        opening = body[max(marks[0].pos - _OPENING, 0) : marks[0].pos]
        entry = _Entry(chunks, size, reading, tail, sent, policy, dialect, opening, firsts)
        self._entries[self._next] = entry
        self._next += 1
        self._bytes += size + len(tail)
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            self._forget(next(iter(self._entries)))

    def forget(self, key: str) -> None:
        """Forget requests that begin with a result: what follows it was rewritten.

        Args:
            key: of the decision about the first result.
        """
        for number in [n for n, entry in self._entries.items() if entry.sent and entry.sent[0].key == key]:
            self._forget(number)

    def forget_all(self) -> None:
        """Forget everything: decisions were overruled."""
        self._entries.clear()
        self._bytes = 0
        self.generation += 1

    def _forget(self, number: int) -> None:
        entry = self._entries.pop(number, None)
        if entry:
            self._bytes -= entry.size + len(entry.tail)
