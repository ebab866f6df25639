"""The corpus holds what it is said to hold."""

import json
import re
from collections import Counter

import pytest

from headroom.learn.types import Call
from tests.learning.kept import CORPUS, HELDOUT, HERE, kept
from tests.learning.planted import SESSIONS
from tests.learning.session import HOME

FILES = sorted(file for folder in (CORPUS, HELDOUT) for file in (HERE / folder).glob("*/*.jsonl"))
# What a machine would give away: other homes, temporary folders, and keys that are not made up.
FOREIGN = re.compile(
    r"/root/|(?<!\.gemini)/tmp/(?!user\b)|/work/|/Users/|sk-(?!ant-dummy|dummy)[A-Za-z0-9]{8}|/home/(?!user\b)"
)


@pytest.mark.parametrize("folder", [CORPUS, HELDOUT])
def test_each_session_has_its_transcript_and_each_transcript_its_session(folder: str) -> None:
    wanted = {f"{session.agent}/{session.name}.jsonl" for session in SESSIONS[folder]}
    there = {str(file.relative_to(HERE / folder)) for file in (HERE / folder).glob("*/*.jsonl")}
    listed = json.loads((HERE / folder / "expected.json").read_text(encoding="utf-8"))
    assert wanted == there == {row["file"] for row in listed}


@pytest.mark.parametrize("folder", [CORPUS, HELDOUT])
def test_all_are_read_whole(folder: str) -> None:
    rows = kept(folder)
    assert len({row.transcript.session for row in rows}) == len(rows) == len(SESSIONS[folder])
    by_file = {f"{session.agent}/{session.name}.jsonl": session for session in SESSIONS[folder]}
    for row in rows:
        session = by_file[row.file]
        assert row.transcript.damaged == 0, row.file
        assert row.transcript.project == row.project == f"{HOME}/{session.project}", row.file
        said = [
            entry.text for entry in row.transcript.entries if not isinstance(entry, Call) and entry.role == "user"
        ]
        assert said == [turn.prompt for turn in session.turns], row.file
        calls = [entry for entry in row.transcript.entries if isinstance(entry, Call)]
        assert len(calls) >= sum(len(turn.steps) for turn in session.turns), row.file


def test_the_two_that_are_used_most_have_the_most() -> None:
    by_agent = Counter(file.parent.name for file in FILES)
    assert sum(by_agent.values()) >= 80
    assert by_agent["claude"] >= 30
    assert by_agent["codex"] >= 25
    assert len(by_agent) == 6


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_they_are_small_and_tell_nothing_of_the_machine(file: object) -> None:
    assert hasattr(file, "read_text")
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) < 60_000
    found = FOREIGN.search(text)
    assert not found, text[max(0, found.start() - 80) : found.end() + 80] if found else ""
