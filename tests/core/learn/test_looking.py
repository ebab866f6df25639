"""What there is to learn, from transcripts as Claude Code keeps them."""

import os
from pathlib import Path

import pytest

from headroom.learn.looking import Looked, is_within, look
from headroom.learn.types import Evidence, Finding
from tests.core.learn.claude_sessions import RIGHT, WRONG, session


def test_sessions_are_counted_and_teach(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    files = [("claude", session(tmp_path, name, work, WRONG, RIGHT)) for name in ("one", "two")]
    files += [("claude", session(tmp_path, "other", tmp_path, WRONG, RIGHT)), ("claude", tmp_path / "gone.jsonl")]
    seen = look(files, [], work)
    assert seen.sessions == {"claude": 2}
    assert seen.read == {("claude", "one"), ("claude", "two")}
    assert [line.partition(":")[0] for line in seen.unreadable] == [str(tmp_path / "gone.jsonl")]
    (finding,) = seen.of(["claude"], 2, 0.5).findings
    assert "`python3`" in finding.rule
    assert len(finding.evidence) == 2
    assert seen.of(["codex"], 1, 0.0).findings == []
    assert seen.of(["claude"], 3, 0.5).findings == []
    assert seen.of(["claude"], 3, 0.5).subjects == {("missing-command", finding.subject)}
    assert look(files[:3], []).sessions == {"claude": 3}


def test_old_files_are_left_out(tmp_path: Path) -> None:
    file = session(tmp_path, "one", tmp_path, WRONG, RIGHT)
    os.utime(file, (100, 100))
    assert look([("claude", file)], [], tmp_path, since=200).sessions == {}
    assert look([("claude", file)], [], tmp_path, since=50).sessions == {"claude": 1}


def test_a_healthy_session_teaches_nothing(tmp_path: Path) -> None:
    seen = look([("claude", session(tmp_path, "one", tmp_path, RIGHT))], [], tmp_path)
    assert seen.sessions == {"claude": 1}
    assert seen.findings == []


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("work", True),
        ("work/a", True),
        ("work/gone", True),
        ("", False),
        ("workshop", False),
        ("work/inner", False),
    ],
)
def test_a_folder_is_the_projects_unless_it_is_another_repository(
    folder: str, expected: bool, tmp_path: Path
) -> None:
    for name in ("work/.git", "work/a", "work/inner/.git", "workshop"):
        (tmp_path / name).mkdir(parents=True)
    assert is_within(str(tmp_path / folder) if folder else "", tmp_path / "work") == expected


def test_the_users_own_words_come_first() -> None:
    def found(kind: str, times: int, wasted: int) -> Finding:
        seen = tuple(Evidence("claude", str(number), 1) for number in range(times))
        return Finding(kind, kind, f"Rule of {kind}.", "/p", seen, 0.9, wasted)

    seen = Looked({}, [found("loop", 5, 900), found("correction", 1, 0)], frozenset())
    assert [one.kind for one in seen.of(["claude"], 2, 0.5).findings] == ["correction", "loop"]
