"""What Claude Code is started with."""

import json
from pathlib import Path

import pytest

from headroom_wrappers.claude import CLAUDE, arguments, configured, outlives
from headroom_wrappers.spec import Session

OURS = "http://127.0.0.1:1/s/secret"
READ = "--allowedTools=Read(//state/originals/**)"


def session(folder: Path, *user: str, **environ: str) -> Session:
    environment = {"HOME": str(folder / "home")} | environ
    return Session(OURS, Path("/state/originals"), user, environment, folder / "work", Path("/state/run/x.json"))


def settle(file: Path, settings: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings), encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("user", "argv"),
    [
        ([], [READ]),
        (["-p", "hi", "--allowedTools", "Bash"], [READ, "-p", "hi", "--allowedTools", "Bash"]),
        (["--settings", "own.json"], [READ, "--settings", "own.json"]),
        (["mcp", "list"], ["mcp", "list"]),
        (["attach", "1a2b"], ["attach", "1a2b"]),
        (["update"], ["update"]),
        (["explain mcp"], [READ, "explain mcp"]),
    ],
)
def test_it_may_read_originals_and_the_rest_is_the_users(user: list[str], argv: list[str], tmp_path: Path) -> None:
    assert arguments(session(tmp_path, *user)) == (argv, "", {})


@pytest.mark.parametrize(
    "place", ["home/.claude/settings.json", "work/.claude/settings.json", "work/.claude/settings.local.json"]
)
def test_a_base_url_in_a_settings_file_is_found_and_overruled(place: str, tmp_path: Path) -> None:
    settle(tmp_path / place, {"env": {"ANTHROPIC_BASE_URL": "https://gateway"}})
    one = session(tmp_path, "-p", "hi")
    assert configured(one.environ, one.cwd, one.arguments) == {"anthropic": "https://gateway"}
    argv, private, _ = arguments(one)
    assert argv == [READ, "--settings", "/state/run/x.json", "-p", "hi"]
    assert json.loads(private) == {"env": {"ANTHROPIC_BASE_URL": OURS}}
    assert OURS not in " ".join(argv)


@pytest.mark.parametrize(
    "form", ["--settings FILE", "--settings=FILE", "--settings JSON", "--settings=JSON", "twice"]
)
def test_the_users_own_settings_are_kept_beside_ours(form: str, tmp_path: Path) -> None:
    own = {"env": {"A": "1", "ANTHROPIC_BASE_URL": "https://mine"}, "permissions": {"deny": ["WebFetch"]}}
    settle(tmp_path / "work" / "own.json", own)
    value = "own.json" if "FILE" in form else json.dumps(own)
    flags = {
        "twice": ["--settings", '{"x": 1}', "--settings", json.dumps(own)],
        "=": [f"--settings={value}"],
        " ": ["--settings", value],
    }[form if form == "twice" else "=" if "=" in form else " "]
    one = session(tmp_path, *flags, "-p", "hi")
    assert configured(one.environ, one.cwd, one.arguments) == {"anthropic": "https://mine"}
    argv, private, _ = arguments(one)
    assert argv == [READ, "--settings", "/state/run/x.json", "-p", "hi"]
    assert json.loads(private) == own | {"env": {"A": "1", "ANTHROPIC_BASE_URL": OURS}}


@pytest.mark.parametrize(
    ("user", "goes_on"),
    [
        ([], False),
        (["-p", "hi"], False),
        (["--bg", "hi"], True),
        (["hi", "--background"], True),
        (["--", "--bg"], False),
        (["agents"], True),
        (["attach", "1a2b"], True),
        (["respawn", "--all"], True),
        (["logs", "1a2b"], False),
        (["-p", "agents"], False),
    ],
)
def test_what_goes_on_in_the_background_is_told_by_its_arguments(user: list[str], goes_on: bool) -> None:
    assert outlives(user) is goes_on


def test_the_row_says_how_it_is_redirected() -> None:
    assert CLAUDE.base_url == {"ANTHROPIC_BASE_URL": ("anthropic", "", (), "", False)}
    assert CLAUDE.keep_on == {"ENABLE_TOOL_SEARCH": "true"}
