"""All finders together: one finding for what went wrong, whatever noticed it, over all sessions."""

import random

from headroom.learn.finders import FINDERS, THRESHOLD, find
from headroom.learn.types import Transcript
from tests.core.learn.finders.sessions import cases, transcript

MISSING = {"run": "python a.py", "says": "bash: python: command not found", "exit": 127}
WORKED = {"run": "python3 a.py", "says": "ok"}
NAMES = ("missing_command", "wrong_path", "missing_flag", "test_command", "denied", "loop", "reread", "healthy")


def test_sessions_make_a_rule_surer() -> None:
    (once,) = find([transcript([MISSING, WORKED], "a", 1.0)])
    (twice,) = find([transcript([MISSING, WORKED], "a", 1.0), transcript([MISSING, WORKED], "b", 9.0, "codex")])
    assert THRESHOLD <= once.confidence < twice.confidence
    assert [(place.agent, place.session, place.turn, place.t) for place in twice.evidence] == [
        ("claude", "a", 0, 1.0),
        ("codex", "b", 0, 9.0),
    ]


def test_what_works_in_a_later_session_is_no_rule() -> None:
    later = transcript([{"run": "python b.py", "says": "ok"}], "b", 9.0)
    assert find([transcript([MISSING, WORKED], "a", 1.0), later]) == []
    assert find([later, transcript([MISSING, WORKED], "c", 20.0)]) != []


def test_three_times_the_same_failure_is_told_once() -> None:
    (finding,) = find([transcript([MISSING, MISSING, MISSING, WORKED])])
    assert finding.kind == "missing-command"


def test_the_order_of_transcripts_does_not_matter() -> None:
    sessions = [param.values[0] for name in NAMES for param in cases(name)]
    made = [transcript(entries, f"s{n}", 100.0 * n) for n, entries in enumerate(sessions)]
    mixed = made[:]
    random.Random(1).shuffle(mixed)
    assert find(made) == find(mixed)


def test_every_kind_of_the_table_is_found_by_some_case() -> None:
    names = (*NAMES, "inexact_edit", "huge_output", "retrieved")
    kinds = {kind for name in names for param in cases(name) for kind, _ in param.values[1]}
    assert kinds | {"correction"} == {finder.kind for finder in FINDERS}


def test_nothing_comes_of_nothing() -> None:
    assert find([]) == []
    assert find([Transcript("claude", "s", "", [])]) == []
