"""Agents' own transcripts, read into one form. READERS is the table; `locating` finds the files.

A reader takes a file as the agent keeps it and yields its sessions: one, or as many as a database has. Files are
read line by line, and of each text 20,000 characters are kept. Damaged lines are counted, unknown records skipped:
OSError is all that a reader raises.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from headroom.learn.transcripts import claude, codex, copilot, gemini, opencode
from headroom.learn.types import Transcript

Reader = Callable[[Path, set[str] | None], Iterator[Transcript]]
"""From a file, and the ids of what earlier files of the same run held: copies of it are left out."""

READERS: Mapping[str, Reader] = {
    "claude": claude.read,
    "codex": codex.read,
    "copilot": copilot.read,
    "gemini": gemini.read,
    "opencode": opencode.read,
    "qwen": gemini.read_qwen,
}


def read(agent: str, path: Path, seen: set[str] | None = None) -> Iterator[Transcript]:
    """Yield the sessions of an agent's file. Raises OSError; KeyError for an agent without a reader."""
    return READERS[agent](path, seen)
