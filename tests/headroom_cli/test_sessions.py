"""`headroom sessions` as a user calls it: list, show, delete."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from headroom_cli.sessions import sessions
from tests.core.retention import made
from tests.core.retention.made import State


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """Sessions that began 200 and 3 days ago, and one that goes on."""
    monkeypatch.setattr(made, "NOW", time.time())
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("COLUMNS", "60")
    (tmp_path / "state").mkdir()
    state = State(tmp_path / "state")
    state.at(200).session("/proj/a", hours=1.5)
    state.at(3).session("/proj/b/and/a/folder/with/quite/a/long/name", agent="codex", saved=-1200)
    state.at(0.01).session("/proj/c", ended=False, hours=0)
    return state


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sessions, list(arguments), catch_exceptions=False)


def data(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def ids(state: State) -> list[str]:
    return sorted(log.stem for log in (state.root / "sessions").iterdir())


def test_the_list_says_what_each_was(state: State) -> None:
    rows = data("list")
    assert [row["id"] for row in rows] == ids(state)
    assert [
        (row["agent"], row["requests"], row["saved_tokens"], row["running"], row["ended"]) for row in rows
    ] == [
        ("claude", 1, 5, False, True),
        ("codex", 1, -1200, False, True),
        ("claude", 1, 5, True, False),
    ]
    assert round(rows[0]["duration_s"]) == 5400
    shown = run("list").stdout
    assert all(len(line) <= 60 for line in shown.splitlines())
    for part in (*ids(state), "-1,200 tokens saved", "90 min, 1 request", "running", "/proj/a"):
        assert part in " ".join(shown.split())
    assert "2 more: --all" in run("list", "--limit", "1").stdout
    assert len(data("list", "--limit", "1", "--all")) == 3


def test_nothing_is_listed_where_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "none"))
    assert "no sessions yet" in run("list").stdout
    assert data("list") == []
    assert not (tmp_path / "none").exists()


def test_one_is_shown_as_perf_shows_it(state: State) -> None:
    first = ids(state)[0]
    assert first in run("show", first[:8]).stdout
    assert "sessions" in data("show", first)
    result = run("show", "nope")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no session 'nope'; the newest: " in result.stderr


def test_logs_are_deleted_but_not_of_what_goes_on(state: State) -> None:
    first, second, running = ids(state)
    assert "there is no terminal to ask at" in run("delete", first).stderr
    result = run("delete", first, running, "--yes")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{running} goes on, or may" in result.stderr
    assert len(ids(state)) == 3
    assert data("delete", first, first, "--yes")["logs"] == 1
    assert run("delete", "--older-than", "30d", "--yes").stdout == "0 logs deleted, 0 bytes\n"
    assert "1 log deleted" in run("delete", "--older-than", "1d", "--yes").stdout
    assert ids(state) == [running]
    assert second not in ids(state)
    for wrong in ((), (running, "--older-than", "1d")):
        assert run("delete", "--yes", *wrong).exit_code == 2
