"""`headroom learn` as a user calls it."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.core.learn.claude_sessions import RIGHT, WRONG
from tests.headroom_cli.learn_desk import RULE, SECTION, Desk, made


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return made(tmp_path)


def test_the_preview_shows_rules_evidence_and_the_change_and_writes_nothing(desk: Desk) -> None:
    shown = desk.shown()
    assert "Looked at 2 sessions of claude in" in shown
    assert f"1. {RULE}\n   missing-command: seen 2 times in 2 sessions, confidence 0." in shown
    assert "   claude two turn 1 · claude one turn 1\n" in shown or "claude one turn 1" in shown
    assert "".join(f"+{line}\n" for line in SECTION.splitlines()) in shown
    assert "Nothing is written yet. headroom learn --apply writes it." in shown
    assert sorted(path.name for path in desk.work.iterdir()) == [".git"]
    assert not (desk.home / "state").exists()


def test_it_is_written_once_and_taken_back(desk: Desk) -> None:
    applied = desk.shown("--apply")
    looked, rest = applied.split("\n", 1)
    assert looked.startswith("Looked at 2 sessions")
    assert rest == f"\nWrote {desk.file}: 1 rule added.\nTake it back: headroom learn --undo\n"
    assert desk.file.read_text() == SECTION
    os.utime(desk.file, ns=(1, 1))
    assert "stays as it is: nothing is new.\n" in desk.shown("--apply")
    assert "Nothing is new.\n" in desk.shown()
    assert desk.file.stat().st_mtime_ns == 1
    assert "made for the rules alone" in desk.shown("--undo")
    assert not desk.file.exists()
    assert "There is nothing to undo" in desk.shown("--undo")


def test_what_is_written_is_shown_when_it_is_asked_for(desk: Desk) -> None:
    preview = desk.shown()
    applied = desk.shown("--apply", "--diff")
    assert f"+- {RULE}\n" in applied
    assert preview.split("Nothing is written yet.")[0] == applied.split("Wrote ")[0]


def test_each_rule_is_said_once_however_many_files_it_goes_into(desk: Desk) -> None:
    for name in ("three", "four"):
        desk.codex(name, WRONG, RIGHT)
    shown = desk.shown()
    assert shown.count("missing-command: seen 4 times in 4 sessions") == 1
    assert [line for line in shown.splitlines() if RULE in line] == [f"1. {RULE}", f"+- {RULE}"]
    assert f"{desk.file} (claude; git does not see it): 1 new rule; " in shown
    theirs = desk.home / ".codex" / "AGENTS.md"
    assert "~/.codex/AGENTS.md (codex): 1 new rule; " in shown
    assert "The same, with the project's name in its heading, goes into ~/.codex/AGENTS.md.\n" in shown
    applied = desk.shown("--apply")
    assert RULE not in applied
    assert applied.count("Wrote ") == 2
    assert all(f"- {RULE}\n" in file.read_text() for file in (desk.file, theirs))
    told = json.loads(desk.shown("--json", "--again"))
    assert [(one["agents"], one["rules"]) for one in told["files"]] == [(["claude"], [RULE]), (["codex"], [RULE])]


def test_a_deleted_rule_is_said_to_be_left_out(desk: Desk) -> None:
    desk.shown("--apply")
    desk.file.write_text(SECTION.replace(f"- {RULE}\n", ""))
    shown = " ".join(desk.shown().split())
    assert f"left out, since you removed or changed it (--again offers it): {RULE}" in shown
    assert f"+- {RULE}" in desk.shown("--again")


def test_shared_rules_go_into_the_teams_file_and_are_not_said_twice(desk: Desk) -> None:
    (desk.work / "CLAUDE.md").write_text("# Ours\n")
    assert "headroom learn --apply --shared" in desk.shown("--shared")
    desk.shown("--shared", "--apply")
    assert (desk.work / "CLAUDE.md").read_text() == "# Ours\n\n" + SECTION
    assert f"said there already: {RULE}" in desk.shown()
    assert "as it was before" in desk.shown("--undo")
    assert (desk.work / "CLAUDE.md").read_text() == "# Ours\n"


def test_no_session(desk: Desk) -> None:
    shown = desk.shown("--agent", "codex")
    assert "No sessions of codex in" in shown
    assert "--project DIR" in shown


def test_nothing_to_learn(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.session(name, RIGHT)
    assert desk.shown().endswith("There is nothing to learn from them.\n")
    desk.session("three", WRONG, RIGHT)
    assert "1 finding is not sure or not seen often enough: --min-evidence 1" in desk.shown()
    assert RULE in desk.shown("--min-evidence", "1")


def test_sessions_since(desk: Desk) -> None:
    assert "Looked at 2 sessions" in desk.shown("--since", "7d")
    assert "No sessions of" in desk.shown("--since", "2990-01-01")


def test_all_projects(desk: Desk) -> None:
    result = desk.run("--all")
    assert result.exit_code == 2
    from typer.testing import CliRunner

    from tests.headroom_cli.learn_desk import app

    environ = {"HOME": str(desk.home), "HEADROOM_HOME": str(desk.home / "state"), "COLUMNS": "80"}
    shown = CliRunner().invoke(app, ["--all"], env=environ).stdout
    assert "Looked at 2 sessions of claude in all projects." in shown
    assert f"1. {RULE}" in shown
    told = json.loads(CliRunner().invoke(app, ["--all", "--json"], env=environ).stdout)
    assert [one["rule"] for one in told["findings"]] == [RULE]


def test_json(desk: Desk) -> None:
    told = json.loads(desk.shown("--json"))
    assert told["sessions"] == {"claude": 2}
    assert told["findings"][0]["rule"] == RULE
    (file,) = told["files"]
    assert (file["file"], file["changed"], file["added"]) == (str(desk.file), True, [RULE])
    assert f"+- {RULE}" in file["diff"]
    assert json.loads(desk.shown("--json", "--apply"))["applied"]
    assert desk.file.read_text() == SECTION


SECRET = "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3h"


def test_no_secret_is_shown_or_written(desk: Desk) -> None:
    wrong = (f"gitt clone https://u:{SECRET}@example.com/r", "bash: gitt: command not found", True)
    right = (f"git clone https://u:{SECRET}@example.com/r", "Cloning into 'r'...", False)
    for name in ("three", "four"):
        desk.session(name, wrong, right)
    assert SECRET not in desk.shown("--json", "--min-evidence", "1")
    assert SECRET not in desk.shown("--apply", "--min-evidence", "1")
    files = [*desk.work.rglob("*.md"), *(desk.home / "state").rglob("*.json")]
    assert len(files) == 2
    assert not [file for file in files if SECRET in file.read_text()]


def test_a_file_that_cannot_be_written(desk: Desk) -> None:
    desk.file.write_text("mine\n")
    desk.file.chmod(0o444)
    for arguments in ((), ("--apply",)):
        result = desk.run(*arguments)
        assert result.exit_code == 1
        assert "is read-only" in result.stderr
    assert desk.file.read_text() == "mine\n"


SCRIPT = """
import json, pathlib, sys
runs = pathlib.Path(__file__).with_suffix(".runs")
runs.write_text(runs.read_text() + "." if runs.exists() else ".")
for one in json.load(sys.stdin)["findings"]:
    print(json.dumps({"id": one["id"], "rule": "Always call `python3`."}))
"""


def test_a_command_of_the_users_phrases_the_rules(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "agent.py"
    script.write_text(SCRIPT)
    assert "+- Always call `python3`." in desk.shown("--llm", f"{sys.executable} {script}")
    desk.shown("--llm", f"{sys.executable} {script}", "--apply")
    assert "- Always call `python3`.\n" in desk.file.read_text()
    assert "Nothing is new." in desk.shown("--llm", "/nowhere/agent")


@pytest.mark.parametrize("apply", [(), ("--apply",)], ids=["preview", "apply"])
def test_the_command_runs_once_for_all_files_and_not_when_nothing_is_new(
    apply: tuple[str, ...], desk: Desk, tmp_path: Path
) -> None:
    for name in ("three", "four"):
        desk.codex(name, WRONG, RIGHT)
    script, runs = tmp_path / "agent.py", tmp_path / "agent.runs"
    script.write_text(SCRIPT)
    command = f"{sys.executable} {script}"
    told = json.loads(desk.shown("--llm", command, "--json", *apply))
    assert [one["rules"] for one in told["files"]] == [["Always call `python3`."]] * 2
    assert runs.read_text() == "."
    desk.shown("--apply")
    desk.shown("--llm", command, "--apply")
    assert runs.read_text() == "."


def test_without_an_answer_the_rules_stand_in_our_words(desk: Desk) -> None:
    for command, why in (("/nowhere/agent", "cannot be run"), ("true", "1 of 1 rules")):
        result = desk.run("--llm", command)
        assert result.exit_code == 0
        assert why in result.stderr
        assert f"+- {RULE}" in result.stdout


WRONG_CALLS = {
    "an unknown agent": (("--agent", "nobody"), "known: claude"),
    "both ways": (("--apply", "--undo"), "exclude each other"),
    "everywhere": (("--all",), "--project"),
    "no time": (("--since", "soon"), "cannot be read"),
    "no folder": (("--project", "/nowhere"), "no such folder"),
    "no evidence": (("--min-evidence", "0"), "min-evidence"),
}


@pytest.mark.parametrize(("arguments", "why"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_wrong_calls(arguments: tuple[str, ...], why: str, desk: Desk) -> None:
    result = desk.run(*arguments)
    assert result.exit_code == 2
    assert why in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits_the_terminal(width: int, desk: Desk) -> None:
    shown = desk.shown(COLUMNS=str(width))
    told = [line for line in shown.splitlines() if not line.startswith(("+", "-", "@", " "))]
    assert max(map(len, told)) <= width
    assert max(len(line) for line in shown.splitlines() if line.startswith("   ")) <= width
