"""Which settings file's base URL Claude Code uses; tests/agents/test_settings_files.py asks the real one."""

import json
from pathlib import Path

import pytest

from headroom_wrappers.claude_settings import base_url, managed_base_url, take

USER, PROJECT, LOCAL = (
    "home/.claude/settings.json",
    "repo/.claude/settings.json",
    "repo/.claude/settings.local.json",
)
SUB_PROJECT, SUB_LOCAL = "repo/sub/.claude/settings.json", "repo/sub/.claude/settings.local.json"
MANAGED, DROP_IN = "managed/managed-settings.json", "managed/managed-settings.d/"


def settle(folder: Path, *files: str) -> None:
    """Write settings files that each name a base URL after themselves, and the folder of a repository."""
    (folder / "repo" / ".git").mkdir(parents=True, exist_ok=True)
    (folder / "repo" / "sub").mkdir(exist_ok=True)
    for name in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"env": {"ANTHROPIC_BASE_URL": name}}), encoding="utf-8-sig")


def found(folder: Path, cwd: str, *user: str, **environ: str) -> str:
    return base_url({"HOME": str(folder / "home")} | environ, folder / cwd, user, folder / "managed")


@pytest.mark.parametrize(
    ("cwd", "files"),
    [
        ("repo", (MANAGED, LOCAL, PROJECT, USER)),
        ("repo/sub", (LOCAL, SUB_LOCAL, SUB_PROJECT, USER)),
    ],
)
def test_of_several_files_one_wins_else_the_next(cwd: str, files: tuple[str, ...], tmp_path: Path) -> None:
    settle(tmp_path, PROJECT, *files)
    for name in files:
        assert found(tmp_path, cwd) == name
        (tmp_path / name).write_text("{}")
    assert found(tmp_path, cwd) == ""


@pytest.mark.parametrize(
    ("user", "winner"),
    [
        (["--setting-sources", "user"], USER),
        (["--setting-sources=project,user"], PROJECT),
        (["--setting-sources", "local", "--setting-sources", "user"], USER),
        (["--setting-sources", ""], ""),
        (["--settings", '{"env": {"ANTHROPIC_BASE_URL": "flag"}}'], "flag"),
        (["--settings", '{"env": {}}'], LOCAL),
        (["--settings", "{"], LOCAL),
        (["--settings", "none.json"], LOCAL),
        (["--", "--setting-sources", "user"], LOCAL),
    ],
)
def test_arguments_say_what_is_read(user: list[str], winner: str, tmp_path: Path) -> None:
    settle(tmp_path, USER, PROJECT, LOCAL)
    assert found(tmp_path, "repo", *user) == winner


def test_a_linked_checkout_has_the_local_settings_of_the_main_one(tmp_path: Path) -> None:
    settle(tmp_path, LOCAL, "linked/.claude/settings.local.json")
    private = tmp_path / "repo/.git/worktrees/linked"
    private.mkdir(parents=True)
    (private / "commondir").write_text("../..\n")
    (tmp_path / "linked/.git").write_text(f"gitdir: {private}\n")
    assert found(tmp_path, "linked") == LOCAL
    (tmp_path / LOCAL).unlink()
    assert found(tmp_path, "linked") == "linked/.claude/settings.local.json"


def test_a_submodule_is_a_repository_of_its_own(tmp_path: Path) -> None:
    settle(tmp_path, LOCAL, "repo/mod/.claude/settings.local.json")
    (tmp_path / "repo/.git/modules/mod").mkdir(parents=True)
    (tmp_path / "repo/mod/.git").write_text("gitdir: ../.git/modules/mod\n")
    (tmp_path / "repo/mod/src").mkdir()
    assert found(tmp_path, "repo/mod/src") == "repo/mod/.claude/settings.local.json"


def test_a_home_that_is_a_repository_has_no_local_settings_for_what_is_below(tmp_path: Path) -> None:
    settle(tmp_path, LOCAL)
    assert found(tmp_path, "repo/sub", HOME=str(tmp_path / "repo")) == ""
    assert found(tmp_path, "repo", HOME=str(tmp_path / "repo")) == LOCAL


def test_the_users_folder_may_be_elsewhere(tmp_path: Path) -> None:
    settle(tmp_path, USER, "elsewhere/settings.json")
    assert found(tmp_path, "repo", CLAUDE_CONFIG_DIR=str(tmp_path / "elsewhere")) == "elsewhere/settings.json"


def test_of_an_administrators_files_the_last_one_holds(tmp_path: Path) -> None:
    settle(tmp_path, MANAGED, DROP_IN + "10.json", DROP_IN + "20.json", DROP_IN + "30.txt")
    for name in (DROP_IN + "20.json", DROP_IN + "10.json", MANAGED):
        assert managed_base_url(tmp_path / "managed") == (name, str(tmp_path / name))
        assert found(tmp_path, "repo", "--settings", '{"env": {"ANTHROPIC_BASE_URL": "flag"}}') == name
        (tmp_path / name).unlink()
    assert managed_base_url(tmp_path / "managed") == ("", "")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"env": 3}', '{"env": {"ANTHROPIC_BASE_URL": 3}}', "\x00", "[" * 100_000, "// no\n{}"],
)
def test_settings_that_cannot_be_read_are_passed_over(text: str, tmp_path: Path) -> None:
    settle(tmp_path, USER)
    (tmp_path / USER).write_text(text)
    assert found(tmp_path, "repo") == ""


def test_the_users_own_settings_are_taken_out_of_the_arguments(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"a": 1}')
    assert take(["-p", "--settings", "own.json", "hi"], tmp_path) == ({"a": 1}, ["-p", "hi"])
    assert take(["--settings={}", "--", "--settings", "x"], tmp_path) == ({}, ["--", "--settings", "x"])
    assert take(["--settings"], tmp_path) == ({}, [])
