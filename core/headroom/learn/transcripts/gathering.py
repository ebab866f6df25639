"""Puts a transcript together from what a reader finds in it, in the order of the calls."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from headroom.learn.transcripts.tools import described
from headroom.learn.types import Call, Entry, Said, Transcript

KEPT_CHARS = 20_000
"""Of a text; what is longer loses its middle."""


def cut(text: str) -> str:
    """Return a text, at most KEPT_CHARS of it from its two ends and a line that tells how much is missing."""
    left = len(text) - KEPT_CHARS
    if left <= 0:
        return text
    half = KEPT_CHARS // 2
    return f"{text[:half]}\n[{left:,} characters are left out here]\n{text[-half:]}"


def _kept(value: object) -> object:
    """Return what is kept of an argument: of one that is large and no text, its JSON."""
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, (list, dict)):
        text = as_json(value)
        return cut(text) if not text or len(text) > KEPT_CHARS else value
    return value


def as_json(value: object) -> str:
    """Return a value as JSON; nothing for one that nests too deep."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""


def seconds(stamp: object) -> float | None:
    """Read a time of day: ISO 8601, or milliseconds since 1970. None for anything else."""
    try:
        if isinstance(stamp, (int, float)) and not isinstance(stamp, bool):
            return stamp / 1000
        if not isinstance(stamp, str):
            return None
        return datetime.fromisoformat(stamp).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


class Gathering:
    """One session while it is being read.

    Calls are known by their ids until their outputs come: a second call or output of an id is a copy, and left
    out. `seen` holds the ids of all the transcripts that are read together, since a session that is resumed or
    forked may begin with a copy of the earlier one.
    """

    def __init__(self, agent: str, session: str, seen: set[str] | None = None) -> None:
        self.agent = agent
        self.session = session
        self.project = ""
        self.began: float | None = None
        self.damaged = 0
        self.turn = 0
        self.seen = set() if seen is None else seen
        self._entries: list[Entry] = []
        self._open: dict[str, int] = {}

    def is_new(self, identity: object) -> bool:
        """Tell whether a record's id was not there before; one without an id always is new."""
        if not isinstance(identity, str) or not identity:
            return True
        if identity in self.seen:
            return False
        self.seen.add(identity)
        return True

    def at(self, stamp: object) -> float | None:
        """Read a time; the first one of all is when the session began."""
        t = seconds(stamp)
        if self.began is None:
            self.began = t
        return t

    def says(self, role: str, text: str, t: float | None = None) -> None:
        """Add a text, which begins a turn when it is the user's. One without words is left out."""
        if not text.strip():
            return
        if role == "user":
            self.turn += 1
        self._entries.append(Said(self.turn, role, cut(text.strip()), t))

    def calls(
        self, identity: str, tool: str, given: Mapping[str, object], t: float | None = None, folder: str = ""
    ) -> None:
        """Add a call whose output is still to come; it runs in `folder` where its input names no other."""
        if identity in self._open:
            return
        self._open[identity] = len(self._entries)
        told = described(tool, given)
        kept = {name: _kept(value) for name, value in given.items()}
        self._entries.append(
            Call(
                self.turn,
                tool,
                told.kind,
                kept,
                "",
                failed=False,
                command=told.command,
                path=told.path,
                t=t,
                folder=told.folder or folder,
            )
        )

    def gives(
        self, identity: str, output: str, failed: bool, exit_code: int | None = None, denied: bool = False
    ) -> None:
        """Add the output of a call. Of a call that is not known it is left out."""
        at = self._open.get(identity)
        entry = None if at is None else self._entries[at]
        if at is None or not isinstance(entry, Call):
            return
        failed = failed or denied or exit_code not in (None, 0)
        self._entries[at] = replace(entry, output=cut(output), failed=failed, exit_code=exit_code, denied=denied)

    def done(self) -> Iterator[Transcript]:
        """Yield the transcript, if anything was said or done in it."""
        if self._entries or self.damaged:
            yield Transcript(
                self.agent, self.session, self.project, tuple(self._entries), self.began, self.damaged
            )
