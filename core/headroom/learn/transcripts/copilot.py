"""GitHub Copilot CLI: ~/.copilot/session-state/SESSION/events.jsonl. Seen in 1.0.102."""

import re
from collections.abc import Iterator
from pathlib import Path

from headroom.learn.transcripts.gathering import Gathering
from headroom.learn.transcripts.records import Record, inside, mapping, number, records, word
from headroom.learn.types import Transcript

_ENDED = re.compile(r"\n?<(?:shellId: \d+ completed|exited) with exit code (-?\d+)>\s*\Z")
_TAIL_CHARS = 100
_DENIALS = frozenset({"denied", "rejected"})


def read(path: Path, seen: set[str] | None = None) -> Iterator[Transcript]:
    """Yield the session of a file. Raises OSError."""
    session = Gathering("copilot", path.parent.name, seen)
    for record in records(path):
        if record is None:
            session.damaged += 1
        elif session.is_new(record.get("id")):
            _take(session, record)
    yield from session.done()


def _take(session: Gathering, record: Record) -> None:
    kind, data = word(record.get("type")), record.get("data")
    if not isinstance(data, dict):
        return
    t = session.at(record.get("timestamp"))
    identity = word(data.get("toolCallId"))
    if kind in {"session.start", "session.resume"}:
        session.session = word(data.get("sessionId")) or session.session
        session.project = session.project or word(inside(data, "context", "cwd"))
    elif kind == "user.message":
        session.says("user", word(data.get("content")), t)
    elif kind == "assistant.message":
        session.says("assistant", word(data.get("content")), t)
    elif kind == "tool.execution_start":
        session.calls(identity, word(data.get("toolName")), mapping(data.get("arguments")), t)
    elif kind == "tool.execution_complete":
        _gives(session, identity, data)


def _gives(session: Gathering, identity: str, data: Record) -> None:
    text = word(inside(data, "error", "message")) or word(inside(data, "result", "content"))
    code = number(inside(data, "shellExecution", "exitCode"))
    start = max(0, len(text) - _TAIL_CHARS)
    ended = _ENDED.search(text, start)
    if ended:
        text = text[: ended.start()]
        code = int(ended[1]) if code is None else code
    denied = word(inside(data, "error", "code")) in _DENIALS
    session.gives(identity, text, data.get("success") is False, code, denied)
