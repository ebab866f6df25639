"""Observations of many sessions become one finding a subject; what is stale goes, what says the same is joined."""

import random
from collections.abc import Mapping

import pytest

from headroom.learn.merging import Merging, Seen
from headroom.learn.types import Evidence, Finding

PYTHON3 = {"wrong": "python", "right": "python3"}
UV = {"wrong": "python", "right": "uv run python"}


def seen(
    rule: str,
    t: float,
    *,
    session: str = "",
    facts: Mapping[str, str] | None = None,
    kind: str = "missing-command",
    subject: str = "python",
    project: str = "/p",
    confidence: float = 0.75,
    agent: str = "claude",
) -> Seen:
    where = Evidence(agent, session or f"s{t}", 1, t)
    return Seen(kind, subject, rule, project, where, int(t), confidence, 10, facts or {})


def merged(*rows: Seen) -> list[Finding]:
    merging = Merging()
    for row in rows:
        merging.add(row)
    return merging.findings()


def test_sessions_and_agents_are_put_together() -> None:
    rows = [seen("Use `python3`.", t, facts=PYTHON3, agent=agent) for t, agent in ((3, "codex"), (1, "claude"))]
    (finding,) = merged(*rows)
    assert [place.t for place in finding.evidence] == [1, 3]
    assert finding.wasted == 20
    assert finding.confidence == pytest.approx(1 - 0.25 * 0.6, abs=0.001)


def test_repeats_in_a_session_count_less_than_sessions() -> None:
    (repeated,) = merged(seen("R.", 1, session="a"), seen("R.", 2, session="a"))
    (sessions,) = merged(seen("R.", 1, session="a"), seen("R.", 2, session="b"))
    (once,) = merged(seen("R.", 1))
    assert once.confidence < repeated.confidence < sessions.confidence < 1


def test_a_later_fix_contradicts_an_earlier() -> None:
    rows = [seen("Use `python3`.", 1, facts=PYTHON3), seen("Use `uv run python`.", 2, facts=UV)]
    (finding,) = merged(*rows)
    assert finding.rule == "Use `uv run python`."
    assert finding.confidence < merged(rows[1], seen("Use `uv run python`.", 3, facts=UV))[0].confidence


def test_a_sighting_without_a_fix_does_not_hide_the_fix() -> None:
    (finding,) = merged(
        seen("Use `python3`.", 1, facts=PYTHON3), seen("Do without.", 2, facts={"wrong": "python"})
    )
    assert finding.rule == "Use `python3`."


def test_what_works_later_is_dropped_and_what_fails_after_that_is_not() -> None:
    wrong, works, again = (
        seen("Use `python3`.", 1, facts=PYTHON3),
        seen("", 2),
        seen("Use `uv run python`.", 3, facts=UV),
    )
    assert merged(wrong, works) == []
    assert merged(works, wrong) == []
    (finding,) = merged(again, works, wrong)
    assert [place.t for place in finding.evidence] == [3]


def test_projects_and_subjects_stay_apart() -> None:
    rows = [seen("A.", 1), seen("B.", 1, subject="pip"), seen("A.", 1, project="/q")]
    assert len(merged(*rows)) == 3


def test_the_order_of_sessions_does_not_matter() -> None:
    rows = [seen("Use `python3`.", t, facts=PYTHON3) for t in range(1, 6)] + [
        seen("", 2.5),
        seen("B.", 4, subject="pip"),
    ]
    mixed = rows[:]
    random.Random(1).shuffle(mixed)
    assert sorted(map(repr, merged(*rows))) == sorted(map(repr, merged(*mixed)))


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ("Use pnpm instead of npm.", "use pnpm, instead of npm!", True),
        ("Don't touch the migrations.", "Please do not touch migrations.", True),
        ("Always use tabs.", "Never use tabs.", False),
        ("Use tabs.", "Use spaces.", False),
    ],
)
def test_corrections_in_other_words_are_joined(one: str, other: str, joined: bool) -> None:
    rows = [seen(rule, t, kind="correction", subject=rule) for t, rule in enumerate((one, other))]
    findings = merged(*rows)
    assert len(findings) == (1 if joined else 2)
    assert sum(len(finding.evidence) for finding in findings) == 2


def test_two_finders_that_say_the_same_are_joined() -> None:
    rows = [
        seen("Use `python3`.", 1, facts=PYTHON3),
        seen("Run `python3`.", 2, kind="test-command", facts=PYTHON3),
    ]
    (finding,) = merged(*rows)
    assert len(finding.evidence) == 2
    assert finding.wasted == 20


def test_what_is_told_holds_no_secret() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0abcdefghijklmnop"
    facts = {"wrong": f"x {token}", "right": f"y {token}"}
    (finding,) = merged(seen(f"Use `y {token}`.", 1, facts=facts, subject=f"x {token}"))
    assert token not in repr(finding)


def test_without_times_sessions_count_in_their_order() -> None:
    rows = [
        Seen("k", "s", "First.", "/p", Evidence("claude", "a", 1), 5, 0.6, 0, {"wrong": "s", "right": "a"}),
        Seen("k", "s", "Second.", "/p", Evidence("claude", "b", 1), 0, 0.6, 0, {"wrong": "s", "right": "b"}),
    ]
    assert merged(*rows)[0].rule == "Second."
