"""Transcripts written line by line for a test."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headroom.learn.transcripts import read
from headroom.learn.types import Call, Said, Transcript


def written(path: Path, records: Sequence[dict[str, Any] | str]) -> Path:
    """Write records as lines; a text stands for a line that is no record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def only(agent: str, path: Path) -> Transcript:
    """Read a file that holds one session."""
    (transcript,) = read(agent, path)
    return transcript


def calls(transcript: Transcript) -> list[Call]:
    return [entry for entry in transcript.entries if isinstance(entry, Call)]


def said(transcript: Transcript) -> list[tuple[int, str, str]]:
    return [(entry.turn, entry.role, entry.text) for entry in transcript.entries if isinstance(entry, Said)]
