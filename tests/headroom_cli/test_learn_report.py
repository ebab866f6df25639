"""How `headroom learn` reports what it has done."""

import json
from pathlib import Path

import pytest

from headroom.agent_files.section import put
from headroom.agent_files.targets import Target
from headroom.learn.applying import Proposal
from headroom.learn.looking import Looked
from headroom.learn.rules import Plan
from headroom_cli.learn_report import Report, report

LINES = (b"- Use `rg`.",)


def told(project: Path, *, is_applied: bool, is_shared: bool = False, problems: tuple[str, ...] = ()) -> Report:
    target = Target(project / "CLAUDE.md", "", project, ("claude",), is_shared=is_shared)
    after, done = put(b"mine\n", LINES, "learn")
    plan = Plan(LINES, {}, {}, added=["Use `rg`."])
    proposal = Proposal(target, b"mine\n", after, done, {}, {}, plan, 7)
    seen = Looked({"claude": 1}, [], frozenset())
    return Report(
        seen, ["claude"], project, {}, [proposal], problems, 600, is_applied=is_applied, is_shared=is_shared
    )


@pytest.mark.parametrize(
    ("is_applied", "is_shared", "last"),
    [
        (False, False, "With --shared it goes into the file that your team shares."),
        (False, True, "Nothing is written yet. headroom learn --apply --shared writes it."),
        (True, False, "Take it back: headroom learn --undo"),
    ],
)
def test_the_last_line_says_what_to_do(
    is_applied: bool, is_shared: bool, last: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report(told(tmp_path, is_applied=is_applied, is_shared=is_shared), tmp_path / "state", as_json=False)
    out = capsys.readouterr().out
    words = " ".join(out.split())  # a long path breaks lines anywhere
    assert out.splitlines()[-1] == last
    assert ("+- Use `rg`.\n" in out) != is_applied
    assert ("7 of 600 tokens" in words) != is_applied
    assert ("Wrote " in words) == is_applied


def test_problems_are_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(told(tmp_path, is_applied=False, problems=("a.md is read-only",)), tmp_path, as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out)["problems"] == ["a.md is read-only"]
    assert err == "headroom: a.md is read-only\n"
