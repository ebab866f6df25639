"""`headroom learn --undo`."""

import json
from pathlib import Path

import pytest

from tests.headroom_cli.learn_desk import RULE, SECTION, Desk, made


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made_desk = made(tmp_path)
    made_desk.file.write_text("mine\n")
    made_desk.shown("--apply")
    return made_desk


def test_the_last_change_comes_back_first(desk: Desk) -> None:
    desk.shown("--apply", "--shared")
    assert "Removed" in desk.shown("--undo")
    assert not (desk.work / "CLAUDE.md").exists()
    assert desk.file.read_text() == "mine\n\n" + SECTION
    assert "as it was before" in desk.shown("--undo")
    assert desk.file.read_text() == "mine\n"


def test_one_kind_of_file_can_be_named(desk: Desk) -> None:
    assert "nothing to undo" in desk.shown("--undo", "--shared")
    assert "nothing to undo" in desk.shown("--undo", "--agent", "codex")
    assert "as it was before" in desk.shown("--undo", "--agent", "claude")


def test_a_changed_section_is_shown_and_left_alone(desk: Desk) -> None:
    changed = desk.file.read_text().replace("python3", "python3.12")
    desk.file.write_text(changed)
    result = desk.run("--undo")
    assert result.exit_code == 1
    assert f"-- {RULE}" in result.stdout
    assert "+- Use `python3.12`" in result.stdout
    assert "was changed since it was written" in result.stderr
    assert desk.file.read_text() == changed
    told = json.loads(desk.run("--undo", "--json").stdout)
    assert told["undone"] == []
    assert len(told["problems"]) == 1


def test_a_deleted_section_is_forgotten(desk: Desk) -> None:
    desk.file.write_text("mine\n")
    assert "its section is gone already" in " ".join(desk.shown("--undo").split())
    assert desk.file.read_text() == "mine\n"


def test_json(desk: Desk) -> None:
    told = json.loads(desk.shown("--undo", "--json"))
    assert told == {
        "undone": [{"file": str(desk.file), "removed": False, "changed": True, "left": 0}],
        "problems": [],
    }
