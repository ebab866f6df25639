"""`headroom store` as a user calls it: status, prune, purge."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from headroom_cli.store import store
from tests.core.retention import made
from tests.core.retention.made import State


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """Two ended sessions of two projects and a running one, with an original each; now is now."""
    monkeypatch.setattr(made, "NOW", time.time())
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("COLUMNS", "60")
    state = State(tmp_path)
    for days, project, ended in ((5.0, "/proj/a", True), (3.0, "/proj/b", True), (0.01, "/proj/c", False)):
        key = state.at(days).original(f"{project} " * 100)
        state.session(project, state.decide(project, key), ended=ended, hours=0.1)
    return state


def run(*arguments: str) -> Result:
    return CliRunner().invoke(store, list(arguments), catch_exceptions=False)


def data(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_status_says_how_much_how_old_and_whose(state: State) -> None:
    told = data("status")
    assert (told["originals"]["count"], told["originals"]["bytes"]) == (3, 2400)
    assert told["originals"]["disk_bytes"] % 512 == 0
    assert told["originals"]["disk_bytes"] >= 2400
    assert told["originals"]["used_within"] == {"1 d": 1, "7 d": 3, "30 d": 3}
    assert (told["database"]["decisions"], told["sessions"]["count"]) == (3, 3)
    assert len(told["sessions"]["running"]) == 1
    assert {row["project"]: row["originals"] for row in told["projects"]} == {f"/proj/{x}": 1 for x in "abc"}
    shown = run("status").stdout
    assert all(len(line) <= 60 for line in shown.splitlines())
    for part in ("3 files, 2.4 kB", "on the disk", "7 days, up to 2,048 MB", "/proj/b", "1 session"):
        assert part in " ".join(shown.split())


def test_status_of_nothing_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "none"))
    assert data("status")["originals"] == {
        "count": 0,
        "bytes": 0,
        "disk_bytes": 0,
        "oldest_use_s": None,
        "used_within": {"1 d": 0, "7 d": 0, "30 d": 0},
    }
    assert run("status").exit_code == run("prune").exit_code == run("purge", "--yes").exit_code == 0
    assert not (tmp_path / "none").exists()


def test_prune_goes_by_the_settings(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data("prune")["originals"] == 0
    monkeypatch.setenv("HEADROOM_STORE_TTL_DAYS", "4")
    assert "1 removed, 800 bytes" in run("prune").stdout
    assert len(state.held()) == 2


def test_purge_asks_and_without_a_terminal_refuses(state: State) -> None:
    result = run("purge")
    assert result.exit_code == 2
    assert "no terminal to ask at; say --yes" in result.stderr
    assert len(state.held()) == 3


def test_purge_takes_a_project_a_session_what_is_old_or_all(state: State) -> None:
    gone = data("purge", "--project", "/proj/a", "--yes")
    assert gone == {"originals": 1, "bytes": 800, "decisions": 1, "of_running": 0, "shared": 0}
    assert data("purge", "--older-than", "10d", "--yes")["originals"] == 0
    (session, *_) = (log.stem for log in sorted((state.root / "sessions").iterdir())[1:])
    assert data("purge", "--session", session, "--yes")["originals"] == 1
    result = run("purge", "--yes")
    assert "1 of sessions that go on; --force takes them too" in " ".join(result.stderr.split())
    assert result.stdout == "0 originals deleted, 0 bytes, and 0 decisions\n"
    assert data("purge", "--force", "--yes")["originals"] == 1
    assert state.held() == set()
    assert len(list((state.root / "sessions").iterdir())) == 3


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--project", "/a", "--older-than", "3d"), "exclude each other"),
        (("--older-than", "soon"), "cannot be read"),
        (("--session", "2"), "3 sessions begin with"),
        (("--session", "x"), "no session "),
        (("--session", ""), "no session "),
    ],
)
def test_what_is_called_wrongly_is_said(state: State, arguments: tuple[str, ...], why: str) -> None:
    result = run("purge", "--yes", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert len(state.held()) == 3


def test_a_wrong_setting_and_a_folder_in_the_way_are_said(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_STORE_TTL_DAYS", "soon")
    assert "store.ttl_days" in run("prune").stderr
    monkeypatch.delenv("HEADROOM_STORE_TTL_DAYS")
    file = state.root / "file"
    file.write_text("")
    monkeypatch.setenv("HEADROOM_HOME", str(file))
    for arguments in (("status",), ("purge", "--yes")):
        result = run(*arguments)
        assert (result.exit_code, str(file) in result.stderr) == (2, True)
