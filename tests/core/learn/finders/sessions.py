"""Sessions as data: the files in cases/ hold what was run and said, and which rules are to come of it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from headroom.learn.finders import find
from headroom.learn.types import Call, Entry, Said, Transcript

CASES = Path(__file__).parent / "cases"
PROJECT = "/p"


def cases(name: str) -> list[Any]:
    """Return the cases of a file, each with its name: a session, and the kinds and rules that are found in it."""
    rows = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row["session"], row["found"], id=row["case"]) for row in rows]


def transcript(
    entries: Iterable[Mapping[str, Any]], session: str = "s1", t: float | None = None, agent: str = "claude"
) -> Transcript:
    """Return a transcript of entries as a case writes them.

    {"user": TEXT}, {"assistant": TEXT}, {"run": LINE, "says": OUTPUT, "exit": CODE or null}, {"read": PATH, ...},
    {"edit": PATH, ...} and {"call": TOOL, "input": ...}, these with "failed". An output may be {"line", "times"}.
    """
    made: list[Entry] = []
    turn = 0
    for at, row in enumerate(entries):
        turn += "user" in row
        made.append(_entry(row, turn, None if t is None else t + at))
    return Transcript(agent, session, PROJECT, made, began=t)


def _entry(row: Mapping[str, Any], turn: int, t: float | None) -> Entry:
    for role in ("user", "assistant"):
        if role in row:
            return Said(turn, role, row[role], t)
    says = row.get("says", "")
    output = says["line"] * says["times"] if isinstance(says, dict) else says
    if "run" in row:
        code = row.get("exit", 0)
        line = row["run"]
        failed = row.get("failed", bool(code))
        return Call(turn, "Bash", "shell", {"command": line}, output, failed, line, exit_code=code, t=t)
    failed = row.get("failed", False)
    if "call" in row:
        return Call(turn, row["call"], "other", row["input"], output, failed, t=t)
    kind = "read" if "read" in row else "edit"
    path = row[kind]
    given = {"file_path": path, **row.get("input", {})}
    return Call(turn, kind.title(), kind, given, output, failed, path=path, t=t)


def found(entries: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return the kinds and rules that are found in one session."""
    return [[finding.kind, finding.rule] for finding in find([transcript(entries)])]
