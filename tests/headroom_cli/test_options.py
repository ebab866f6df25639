"""Options that several commands have: checked once, and said in the same words."""

import subprocess
from pathlib import Path

import pytest
import typer

from headroom import settings
from headroom_cli import options, times


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_the_project_is_the_repository_that_is_named_or_that_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = tmp_path / "app" / "src"
    inner.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(tmp_path / "app")], check=True)
    monkeypatch.chdir(inner)
    assert options.root(None) == options.root(inner) == tmp_path / "app"
    with pytest.raises(typer.Exit):
        options.root(tmp_path / "gone")
    assert refused(capsys) == f"headroom: --project {tmp_path / 'gone'}: there is no such folder\n"
    inner.rmdir()
    with pytest.raises(typer.Exit):
        options.root(None)
    assert "name one with --project DIR" in refused(capsys)


def test_agents_are_named_once_and_must_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert options.agents(None) == []
    assert options.agents(["codex", "claude", "codex"]) == ["codex", "claude"]
    with pytest.raises(typer.Exit):
        options.agents(["claude", "emacs"])
    assert refused(capsys).startswith("headroom: --agent 'emacs' is unknown; known: claude, ")
    with pytest.raises(typer.Exit):
        options.agents(["codx"])
    assert refused(capsys).startswith("headroom: --agent 'codx' is unknown; did you mean codex? Known: claude, ")


@pytest.mark.parametrize("text", options.WHEN.replace(" or ", ", ").split(", "))
def test_times_in_help_texts_can_be_read(text: str) -> None:
    assert 0 < times.since(text, 2e9, "--since") < 2e9
    if text in options.LENGTH:
        assert times.length(text, "--older-than") > 0


def test_a_session_is_known_by_the_beginning_of_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    ids = ["20261101-a", "20261101-ab", "20261102-c"]
    assert options.session("20261101-a", ids) == "20261101-a"
    assert options.session("20261102", ids) == "20261102-c"
    for asked, told in (
        ("2026", "3 sessions begin with '2026'"),
        ("x", "no session 'x'; the newest: "),
        ("", "no session"),
    ):
        with pytest.raises(typer.Exit):
            options.session(asked, ids)
        assert told in refused(capsys)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied", "/x/y"), "headroom: /x/y: Permission denied\n"),
        (settings.SettingError("no such setting"), "headroom: no such setting\n"),
    ],
)
def test_what_the_user_can_mend_is_said_in_one_line(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, options.explained():
        raise error
    assert (ended.value.exit_code, refused(capsys)) == (2, told)
