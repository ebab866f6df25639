"""The rules of all files phrased in one run of a command."""

import sys
from pathlib import Path

import pytest

from headroom.agent_files.section import put
from headroom.agent_files.targets import Target
from headroom.learn.applying import Proposal
from headroom.learn.rules import Plan
from headroom.learn.types import Evidence, Finding
from headroom_cli import learn_words

SCRIPT = """
import json, pathlib, sys
told = json.load(sys.stdin)["findings"]
runs = pathlib.Path(__file__).with_suffix(".runs")
runs.write_text(runs.read_text() + f"{len(told)}," if runs.exists() else f"{len(told)},")
for one in told:
    print(json.dumps({"id": one["id"], "rule": "Always: " + one["rule"]}))
"""


def finding(subject: str, rule: str, t: float = 1.0) -> Finding:
    return Finding("missing-command", subject, rule, "/p", (Evidence("claude", "one", 1, t=t),), 0.9)


def proposal(*findings: Finding, added: bool = True) -> Proposal:
    rules = {one.rule: one for one in findings}
    plan = Plan((), rules, {}, added=list(rules) if added else ())
    after, done = put(b"", (b"- x",), "learn")
    return Proposal(Target(Path("/p/a.md"), "", Path("/p"), ("claude",)), b"", after, done, {}, {}, plan, 7)


A, B, OTHER = finding("a", "Use x."), finding("b", "Use y."), finding("a", "Use z.", 2.0)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "agent.py"
    file.write_text(SCRIPT)
    return file


def test_one_run_asks_for_each_new_rule_once(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [proposal(A), proposal(A, B), proposal(B), proposal(finding("c", "Use c."), added=False)]
    words = learn_words.phrased(f"{sys.executable} {script}", files)
    assert script.with_suffix(".runs").read_text() == "2,"
    assert learn_words.of_findings(words, [A, B]) == {
        ("missing-command", "a"): "Always: Use x.",
        ("missing-command", "b"): "Always: Use y.",
    }
    assert learn_words.of_findings(words, [B]) == {("missing-command", "b"): "Always: Use y."}
    assert capsys.readouterr().err == ""


def test_nothing_new_runs_nothing(script: Path) -> None:
    assert learn_words.phrased(f"{sys.executable} {script}", [proposal(A, added=False)]) == {}
    assert not script.with_suffix(".runs").exists()


def test_words_for_one_rule_are_not_given_to_another_on_the_same_subject(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = learn_words.phrased(f"{sys.executable} {script}", [proposal(A), proposal(OTHER)])
    assert learn_words.of_findings(words, [A]) == {("missing-command", "a"): "Always: Use x."}
    assert learn_words.of_findings(words, [OTHER]) == {}
    assert learn_words.of_findings(words, [A, OTHER]) == {}  # the later one is what becomes a rule
    assert capsys.readouterr().err == "headroom: --llm: 1 of 2 rules stand in headroom's own words\n"


def test_a_command_that_fails_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert learn_words.phrased("/nowhere/agent", [proposal(A), proposal(B)]) == {}
    assert capsys.readouterr().err.count("cannot be run") == 1
