"""What is read, and what is known of it."""

import json
import sys
from io import TextIOWrapper
from pathlib import Path

import pytest
import typer

from headroom_cli.source import Hints, hints, opened, policy


def test_a_file_without_hints_is_one_that_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert hints("app.log", "", "") == Hints("", json.dumps({"file_path": str(tmp_path / "app.log")}))
    assert hints("app.log", "Read", "") == Hints("Read", json.dumps({"file_path": str(tmp_path / "app.log")}))


@pytest.mark.parametrize("file", [None, "-", "app.log"])
def test_a_command_says_what_it_is(file: str | None) -> None:
    assert hints(file, "", 'grep "x" .') == Hints("Bash", json.dumps({"command": 'grep "x" .'}))
    assert hints(file, "shell", "ls") == Hints("shell", json.dumps({"command": "ls"}))


@pytest.mark.parametrize("file", [None, "-"])
def test_standard_input_is_of_no_file(file: str | None) -> None:
    assert hints(file, "Grep", "") == Hints("Grep", "")


def test_a_file_or_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "in"
    file.write_bytes(b"\xff\n")
    with opened(str(file)) as stream:
        assert stream.read() == b"\xff\n"
    with file.open() as stdin:
        assert isinstance(stdin, TextIOWrapper)
        monkeypatch.setattr(sys, "stdin", stdin)
        for name in (None, "-"):
            with opened(name) as stream:
                assert stream is stdin.buffer
        assert not stdin.closed


def test_what_cannot_be_read_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, why in ((tmp_path / "none", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(typer.Exit) as caught:
            opened(str(name))
        assert caught.value.exit_code == 2
        assert capsys.readouterr().err == f"headroom: {name}: {why}\n"


def test_a_wrong_level_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    assert not policy("lossless").lossy
    assert policy(None).lossy
    with pytest.raises(typer.Exit) as caught:
        policy("brutal")
    assert caught.value.exit_code == 2
    assert capsys.readouterr().err.startswith(
        "headroom: --level: compress.level must be one of lossless, balanced, aggressive, not 'brutal'"
    )
