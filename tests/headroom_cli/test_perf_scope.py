"""Which sessions are meant; the command's own tests have the rest."""

import json
import os
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
import typer

from headroom_cli.perf_scope import Scope, check_names, folder, read, read_recent
from tests.headroom_cli.perf_cases import CASES


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "sessions").mkdir()
    for log in (CASES / "weeks").glob("*.jsonl"):
        (tmp_path / "sessions" / log.name).write_bytes(log.read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["20261120-090000-424e61"]),
        ({"agent": "codex"}, ["20261118-130000-797d76"]),
        ({"project": "api"}, ["20261118-130000-797d76"]),
        ({"project": "api", "agent": "claude"}, ["20261105-090000-3ceb3f"]),
        ({"project": "/home/ada/docs site"}, ["20261111-090000-52e6b4"]),
        ({"agent": "codex", "is_all": True, "project": "api", "since": None},
         ["20261104-140000-f4bea9", "20261112-150000-3a0965", "20261118-130000-797d76"]),
        ({"session": "20261102"}, ["20261102-090000-d82c07"]),
        ({"session": "20261102", "agent": "codex"}, []),
        ({"agent": "nobody"}, []),
    ],
)  # fmt: skip
def test_what_is_read(root: Path, asked: dict[str, str], ids: list[str]) -> None:
    assert read(Scope(root, (), **asked)).summary.ids == ids  # type: ignore[arg-type]


def test_names_that_are_told_instead_act_on_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sessions").mkdir()
    line = {"type": "session", "t": 1.0, "agent": "evil\x1b]0;taken\x07", "cwd": "/home/evil\x1b[31m"}
    (tmp_path / "sessions" / "a.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    for asked in (Scope(tmp_path, (), agent="nobody"), Scope(tmp_path, (), project="nothing")):
        with pytest.raises(typer.Exit):
            check_names(asked)
    said = capsys.readouterr().err
    assert "evil?]0;taken?" in said and "evil?[31m" in said
    assert "\x1b" not in said


def test_there_may_be_no_session(tmp_path: Path) -> None:
    assert read(Scope(tmp_path, ())).summary.ids == []
    assert read(Scope(tmp_path, (), agent="claude")).summary.ids == []


def test_the_last_days_begin_at_midnight(root: Path) -> None:
    told = read_recent(Scope(root, ()), date(2026, 11, 20), 4)
    assert told is not None
    # A zone may be half a day away from that of the logs.
    assert {date(2026, 11, 18), date(2026, 11, 20)} <= told.by_day.keys()
    assert min(told.by_day) >= date(2026, 11, 17)


def test_an_old_log_that_cannot_be_read_takes_nothing_from_the_last_session(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("headroom.report.overview", denied)
    assert read_recent(Scope(root, ()), date(2026, 11, 20), 7) is None


def test_a_path_is_meant_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder(".") == str(tmp_path.resolve())
    assert folder(f"sub{os.sep}") == str(tmp_path.resolve() / "sub")
    assert (folder("shop"), folder(None)) == ("shop", None)
