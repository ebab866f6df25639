"""`headroom memory` as a user calls it: add, list, search, show, edit, forget."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from headroom_cli.memory import memory


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder that is not there yet, and a project as the working folder."""
    project = tmp_path / "app"
    (project / ".git").mkdir(parents=True)
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("COLUMNS", "60")
    return tmp_path / "state"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(memory, list(arguments), input=given, catch_exceptions=False)


def said(*arguments: str, given: str | None = None) -> str:
    result = run(*arguments, given=given)
    assert (result.exit_code, result.stderr) == (0, "")
    assert all(len(line) <= 60 for line in result.stdout.splitlines() if not line.startswith(("{", " ", "[")))
    return result.stdout


def data(*arguments: str) -> Any:
    return json.loads(said(*arguments, "--json"))


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("headroom: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_nothing_is_made_by_asking(home: Path) -> None:
    assert "no facts yet" in said("list")
    assert data("list") == data("search", "x") == []
    assert "no fact has" in said("search", "x")
    refused("show", "00")
    refused("forget", "00")
    assert not home.exists()


def test_a_fact_is_kept_found_and_shown(home: Path, tmp_path: Path) -> None:
    added = data("add", "The tests run", "with make test.", "--expires", "30d")
    assert (added["new"], added["masked"], added["like"]) == (True, False, [])
    fact = added["fact"]
    assert (fact["text"], fact["scope"], fact["how"], fact["holds"]) == (
        "The tests run with make test.",
        "project",
        "hand",
        True,
    )
    assert fact["project"] == str(tmp_path / "app")
    assert round((fact["expires"] - fact["created"]) / 86_400) == 30
    for words in (said("list"), said("search", "tests"), said("show", fact["id"][:4])):
        assert fact["id"] in words
        assert "The tests run with make test." in " ".join(words.split())
    assert "added" in said("show", fact["id"])
    assert data("show", fact["id"])["changes"][0]["what"] == "added"
    assert "known already (told 2 times)" in said("add", "the tests run with MAKE test")


def test_facts_of_one_project_are_not_those_of_another(home: Path, tmp_path: Path) -> None:
    said("add", "Of this project.")
    said("add", "--user", "Of all of them.")
    other = tmp_path / "other"
    other.mkdir()
    assert [fact["text"] for fact in data("list", "--project", str(other))] == ["Of all of them."]
    assert len(data("list")) == len(data("list", "--all", "--project", str(other))) == 2
    assert "no such folder" in refused("list", "--project", str(tmp_path / "gone"))


def test_a_fact_that_is_alike_is_offered(home: Path) -> None:
    old = data("add", "The API port is 8080.")["fact"]
    told = said("add", "The API port is 9090.")
    assert "similar, and still held to be true" in told
    assert old["id"] in told
    assert "--replaces" in told
    new = next(fact for fact in data("list") if "9090" in fact["text"])
    assert data("edit", new["id"], "--replaces", old["id"])["id"] == new["id"]
    assert [fact["id"] for fact in data("list")] == [new["id"]]
    assert f"replaced by {new['id']}" in " ".join(said("list", "--all").split())


def test_a_fact_is_edited_and_forgotten(home: Path) -> None:
    fact = data("add", "The port is 8080.", "--expires", "2d")["fact"]
    edited = data("edit", fact["id"], "The port is", "9090.", "--scope", "user", "--expires", "never")
    assert (edited["text"], edited["scope"], edited["expires"]) == ("The port is 9090.", "user", None)
    assert "before: The port is 8080." in said("show", fact["id"])
    assert "nothing to change" in refused("edit", fact["id"])
    assert "scope" in refused("edit", fact["id"], "--scope", "all")
    assert said("forget", fact["id"][:3]) == "forgotten: The port is 9090.\n"
    assert data("list", "--all") == []


def test_what_cannot_be_kept_is_said(home: Path) -> None:
    assert "no words" in refused("add", "!!")
    assert "secret" in refused("add", "ghp_" + "a1B2c3D4e5" * 4)
    assert "cannot be read" in refused("add", "A fact.", "--expires", "soon")
    assert "expired already" in refused("add", "A fact.", "--expires", "2001-01-01")
    assert "there is no fact" in refused("add", "A fact.", "--replaces", "beef")
    assert not home.exists()
    assert "what looked like a secret" in said("add", "Push with ghp_" + "a1B2c3D4e5" * 4 + " as bot user")


def test_a_fact_can_be_piped_in(home: Path) -> None:
    said("add", "-", given="A long\nfact.\n")
    assert [fact["text"] for fact in data("list")] == ["A long fact."]


def test_help_names_every_command() -> None:
    told = run("--help").stdout
    for name in ("add", "list", "search", "show", "edit", "forget", "export", "import", "sync"):
        assert f" {name} " in told
