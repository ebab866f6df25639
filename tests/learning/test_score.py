from headroom.learn.types import Evidence, Finding, Transcript
from tests.learning.kept import Kept, Wanted
from tests.learning.score import Share, score

PYTHON = Wanted(("missing-command", "test-command"), ("python3",), optional=False)
LOOP = Wanted(("loop",), ("make",), optional=False)
MAYBE = Wanted(("denied",), (), optional=True)


def row(session: str, *wanted: Wanted, project: str = "/p") -> Kept:
    return Kept(f"claude/{session}.jsonl", Transcript("claude", session, project, ()), project, wanted)


def finding(kind: str, rule: str, *sessions: str, project: str = "/p") -> Finding:
    return Finding(kind, "subject", rule, project, [Evidence("claude", session, 1) for session in sessions], 0.9)


EXPECTED = [row("a", PYTHON, LOOP), row("b", PYTHON), row("c", MAYBE), row("well")]


def test_all_found() -> None:
    found = [finding("missing-command", "Use `Python3`.", "a", "b"), finding("loop", "Do not repeat `make`.", "a")]
    scored = score(found, EXPECTED)
    assert (scored.precision, scored.recall) == (Share(2, 2), Share(3, 3))
    assert not (scored.wrong or scored.missed or scored.on_healthy)
    assert scored.kinds == {"loop": (Share(1, 1), Share(1, 1)), "missing-command": (Share(1, 1), Share(2, 2))}


def test_nothing_found() -> None:
    scored = score([], EXPECTED)
    assert (scored.precision, scored.recall) == (Share(0, 0), Share(0, 3))
    assert (float(scored.precision), float(scored.recall)) == (1.0, 0.0)
    assert scored.missed == [("claude/a.jsonl", PYTHON), ("claude/a.jsonl", LOOP), ("claude/b.jsonl", PYTHON)]


def test_what_makes_a_finding_wrong() -> None:
    found = [
        finding("missing-command", "Use `python`.", "a"),
        finding("missing-flag", "Use `python3`.", "a"),
        finding("missing-command", "Use `python3`.", "a", project="/q"),
        finding("missing-command", "Use `python3`.", "c"),
        finding("missing-command", "Use `python3`.", "a", "well"),
        finding("loop", "Do not repeat `make`.", "unknown"),
    ]
    scored = score(found, EXPECTED)
    assert scored.precision == Share(0, 6)
    assert scored.on_healthy == [found[4]]


def test_other_kinds_and_optional_ones_are_right() -> None:
    scored = score(
        [finding("test-command", "Use `python3`.", "b"), finding("denied", "Ask first.", "c")], EXPECTED
    )
    assert (scored.precision, scored.recall) == (Share(2, 2), Share(1, 3))
