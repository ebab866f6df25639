"""`headroom learn --memory`: rules as facts, taken back one by one."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headroom import memory
from headroom.memory import Fact, Origin
from headroom_cli.memory import memory as memory_command
from tests.headroom_cli.learn_desk import RULE, Desk, made


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return made(tmp_path)


def facts(desk: Desk) -> list[Fact]:
    return list(memory.open(desk.home / "state").list(anywhere=True))


def test_rules_are_kept_once_with_where_they_came_from(desk: Desk) -> None:
    shown = desk.shown("--memory")
    assert f"1. {RULE}\n" in shown
    assert shown.endswith("Nothing is kept yet. headroom learn --memory --apply keeps them.\n")
    assert not (desk.home / "state").exists()
    shown = desk.shown("--memory", "--apply")
    (fact,) = facts(desk)
    assert (fact.text, fact.scope, fact.accepted, fact.seen) == (RULE, "project", True, 1)
    assert (fact.origin.how, fact.origin.agent, fact.origin.project) == ("learn", "claude", str(desk.work))
    assert fact.origin.session in ("one", "two")
    assert f"Kept 1 fact: {fact.id}." in shown
    assert f"Take one back: headroom memory forget {fact.id}\n" in shown
    assert "Nothing is new.\n" in desk.shown("--memory", "--apply")
    assert facts(desk) == [fact]
    assert not desk.file.exists()


def test_what_was_forgotten_stays_so_until_it_is_asked_for(desk: Desk) -> None:
    desk.shown("--memory", "--apply")
    held = memory.open(desk.home / "state")
    held.forget([facts(desk)[0].id])
    held.close()
    assert f"left out, since you forgot it (--again offers it): {RULE}" in desk.shown("--memory", "--apply")
    assert facts(desk) == []
    files = (desk.home / "state" / "memory").rglob("*")
    assert not [file for file in files if file.is_file() and RULE.encode() in file.read_bytes()]
    assert "Kept 1 fact" in desk.shown("--memory", "--apply", "--again")


def test_what_is_known_by_other_means_is_not_told_again(desk: Desk) -> None:
    held = memory.open(desk.home / "state")
    held.add(RULE.replace("Use", "use"), Origin())
    held.close()
    told = json.loads(desk.shown("--memory", "--apply", "--json"))
    assert [fact["standing"] for fact in told["facts"]] == ["known"]
    assert [fact.seen for fact in facts(desk)] == [1]


def test_json(desk: Desk) -> None:
    told = json.loads(desk.shown("--memory", "--json"))
    assert told["facts"] == [{"text": RULE, "standing": "new", "id": ""}]
    told = json.loads(desk.shown("--memory", "--json", "--apply"))
    assert told["facts"] == [{"text": RULE, "standing": "new", "id": facts(desk)[0].id}]
    told = json.loads(desk.shown("--memory", "--json"))
    assert told["facts"] == [{"text": RULE, "standing": "known", "id": ""}]


@pytest.mark.parametrize("others", [("--undo",), ("--shared",), ("--llm", "true"), ("--all",)])
def test_what_does_not_go_with_it(others: tuple[str, ...], desk: Desk) -> None:
    result = desk.run("--memory", *others)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--memory" in result.stderr


def test_without_a_session_nothing_is_kept(desk: Desk) -> None:
    for file in desk.folder.iterdir():
        file.unlink()
    assert "No sessions" in desk.shown("--memory", "--apply")
    assert facts(desk) == []


def test_rules_and_facts_share_a_file_and_each_is_said_once(desk: Desk) -> None:
    desk.shown("--apply")
    desk.shown("--memory", "--apply")
    written = desk.file.read_bytes()
    arguments = ["sync", "--agent", "claude", "--project", str(desk.work)]
    environ = {"HOME": str(desk.home), "HEADROOM_HOME": str(desk.home / "state")}
    assert CliRunner().invoke(memory_command, arguments, env=environ).exit_code == 0
    assert desk.file.read_bytes() == written
    desk.shown("--undo")
    assert CliRunner().invoke(memory_command, arguments, env=environ).exit_code == 0
    assert f"- {RULE}\n" in desk.file.read_text()
    assert f"said there already: {RULE}" in desk.shown()
    assert CliRunner().invoke(memory_command, [*arguments, "--undo"], env=environ).exit_code == 0
    assert [path.name for path in desk.work.iterdir()] == [".git"]
    assert "CLAUDE" not in (desk.work / ".git" / "info" / "exclude").read_text()
