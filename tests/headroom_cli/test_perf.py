"""`headroom perf` as a user calls it."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
import typer
from typer.testing import CliRunner, Result

from headroom_cli.main import app as whole
from headroom_cli.perf import perf

CASES = Path(__file__).parent.parent / "fixtures" / "show"
app = typer.Typer(pretty_exceptions_enable=False)
app.command()(perf)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder with three sessions: from now, 2 days and 20 days ago."""
    folder = tmp_path / "home" / "sessions"
    folder.mkdir(parents=True)
    for name, days in (("unpriced", 0), ("cost", 2), ("saved", 20)):
        (log,) = (CASES / name).glob("*.jsonl")
        copy = Path(shutil.copy(log, folder))
        os.utime(copy, (time.time() - days * 86_400,) * 2)
    return folder.parent


def run(home: Path, *arguments: str, **environ: str) -> Result:
    outer = {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "none.toml"), "COLUMNS": "80"}
    return CliRunner().invoke(app, list(arguments), env=outer | environ)


def shown(home: Path, *arguments: str, **environ: str) -> str:
    result = run(home, *arguments, **environ)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refused(home: Path, *arguments: str, **environ: str) -> str:
    result = run(home, *arguments, **environ)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("headroom: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_last_session_is_shown_in_short_and_with_all_tables_on_demand(home: Path) -> None:
    for arguments, lines in (((), 18), (("--full",), 60)):
        text = shown(home, *arguments)
        assert "demo · 20261121-080000-0d0d0d · 4 requests" in text
        assert len(text.splitlines()) < lines
        for title in ("agent", "model", "tool", "compressor"):
            assert (f"\n {title} " in text) == bool(arguments)
        assert "claude-sonnet-5-5" not in text


def test_every_example_of_its_help_does_what_it_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    told = CliRunner().invoke(whole, ["perf", "--help"], env={"COLUMNS": "80"}).stdout
    assert all(len(line) <= 80 and line.isascii() for line in told.splitlines())
    examples = re.findall(r"^    headroom perf(.*?)  +\S", told, re.MULTILINE)
    assert len(examples) == 5
    for example in examples:
        result = run(home, *example.split())
        assert result.exit_code == 0
        assert bool(result.stdout) != ("--html" in example)
    assert (home / "perf.html").is_file()


@pytest.mark.parametrize("asked", ["20261121-054012-1a2b3c", "20261121-05"])
def test_a_session_is_found_by_its_id_or_the_beginning_of_it(home: Path, asked: str) -> None:
    assert "20261121-054012-1a2b3c · 47 requests" in shown(home, "--session", asked)


def test_an_id_that_is_the_beginning_of_another_is_itself(home: Path) -> None:
    folder = home / "sessions"
    shutil.copy(folder / "20261121-080000-0d0d0d.jsonl", folder / "20261121-080000-0d0d0d1.jsonl")
    assert "20261121-080000-0d0d0d ·" in shown(home, "--session", "20261121-080000-0d0d0d")


def test_all_sessions_are_one_sum(home: Path) -> None:
    text = shown(home, "--all", "--full")
    assert "claude, demo · 3 sessions · 60 requests" in text
    assert "claude-sonnet-5-5" in text


def test_since_counts_back_or_names_a_day(home: Path) -> None:
    for when, sessions in (("1d", 1), ("100h", 2), ("9w", 3), ("99999m", 3), ("2020-01-01T10:00", 3)):
        assert len(json.loads(shown(home, "--since", when, "--json"))["sessions"]) == sessions


def test_events_before_the_moment_are_left_out_of_a_session_that_went_on(home: Path) -> None:
    # 2026-11-21 06:00 UTC lies in the middle of the first session
    os.utime(home / "sessions" / "20261121-054012-1a2b3c.jsonl")
    data = json.loads(shown(home, "--since", "2026-11-21T06:00:00+00:00", "--json"))
    assert 0 < data["agents"]["claude"]["requests"] < 56


def test_json_is_the_same_summary(home: Path) -> None:
    data = json.loads(shown(home, "--session", "20261121-054012", "--json"))
    told = json.loads((CASES / "saved" / "perf.json").read_text(encoding="utf-8"))
    assert data == told | {"days": data["days"]}  # by local days
    assert sum(day["requests"] for day in data["days"].values()) == data["requests"] == 47


def test_no_sessions_yet_is_a_friendly_line(tmp_path: Path) -> None:
    assert shown(tmp_path).startswith("no sessions yet: `headroom wrap claude` makes one")
    assert shown(tmp_path, "--all").startswith("no sessions yet")
    assert json.loads(shown(tmp_path, "--json"))["sessions"] == []


def test_no_session_since_then_is_too(home: Path) -> None:
    assert "since 2999-01-01" in shown(home, "--since", "2999-01-01")


def test_damaged_lines_are_said(home: Path) -> None:
    with (home / "sessions" / "20261121-080000-0d0d0d.jsonl").open("ab") as log:
        log.write(b'{"v":1,"ty')
    assert "1 damaged log line left out" in shown(home)
    assert json.loads(shown(home, "--json"))["damaged_lines"] == 1


def test_a_session_without_traffic_says_so(tmp_path: Path) -> None:
    shutil.copytree(CASES / "silent", tmp_path / "sessions")
    assert "no requests passed through headroom" in shown(tmp_path)


@pytest.mark.parametrize("when", ["yesterday", "7", "7y", "-7d", "2026-13-01", "", "9999999d", "0000-01-01", "١d"])
def test_a_moment_that_cannot_be_read_is_refused(home: Path, when: str) -> None:
    assert "use 7d, 24h, 30m, 2w or a date" in refused(home, "--since", when)


def test_a_session_that_is_not_there_is_refused(home: Path, tmp_path: Path) -> None:
    told = refused(home, "--session", "1999")
    assert "no session '1999'; the newest: 20261121-080000-0d0d0d, 20261121-071500-77aa01" in told
    assert "there are none yet" in refused(tmp_path / "empty", "--session", "1999")
    assert "no session ''" in refused(home, "--session", "")


def test_an_ambiguous_beginning_is_refused(home: Path) -> None:
    assert "3 sessions begin with '2026': 20261121-08" in refused(home, "--session", "2026")


def test_options_that_exclude_each_other_are_refused(home: Path) -> None:
    assert "exclude each other" in refused(home, "--session", "2026", "--all")
    assert "exclude each other" in refused(home, "--since", "7d", "--all")


def test_a_price_file_of_the_users_is_used_or_refused(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    rates = "input = 1\noutput = 1\ncache_write_5m = 1\ncache_write_1h = 1\ncache_read = 1\n"
    file.write_text(f"[[price]]\nmatch = 'claude-next-*'\n{rates}", encoding="utf-8")
    data = json.loads(shown(home, "--json", HEADROOM_PRICES_FILE=str(file)))
    assert data["usd"]["paid"] == pytest.approx(data["tokens"]["billed"] / 1e6)
    file.write_text("[[price]]\nmatch = 'x'\n", encoding="utf-8")
    assert "mine.toml: [[price]] row 1 (x): input, output" in refused(home, HEADROOM_PRICES_FILE=str(file))
    assert "must be a whole number" in refused(home, HEADROOM_STORE_TTL_DAYS="soon")


def test_a_log_that_cannot_be_read_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied", "a.jsonl")

    monkeypatch.setattr("headroom.report.overview", denied)
    assert refused(home, "--all") == "headroom: a.jsonl: Permission denied\n"


def test_one_table_is_about_all_sessions_unless_said_otherwise(home: Path) -> None:
    assert "claude-sonnet-5-5" in shown(home, "--by", "model")
    last = shown(home, "--by", "model", "--session", "20261121-08")
    assert "claude-sonnet-5-5" not in last
    assert "$0.156" in shown(home, "--by", "day", "--since", "100h")


def test_csv_is_of_the_same_table(home: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(shown(home, "--csv", "--by", "agent"))))
    assert [row["agent"] for row in rows] == ["claude", "demo"]
    days = csv.DictReader(io.StringIO(shown(home, "--csv")))
    assert sum(int(day["requests"]) for day in days) == 60
    assert shown(home, "--csv", "--since", "2999-01-01").startswith("day,requests,")


def test_agents_and_projects_are_filters_and_a_wrong_name_is_refused(home: Path) -> None:
    assert "claude · 20261121-071500-77aa01 · 9 requests" in shown(home, "--agent", "claude")
    assert "2 sessions · 56 requests" in shown(home, "--agent", "claude", "--all")
    told = refused(home, "--agent", "cloude")
    assert told == "headroom: no session of agent 'cloude'; there are: claude, demo\n"
    assert "no session of project 'shoop'; there are: " in refused(home, "--all", "--project", "shoop")
    assert "no sessions yet of claude since 2999-01-01" in shown(
        home, "--agent", "claude", "--since", "2999-01-01"
    )


def test_a_page_is_written_and_nothing_of_others_replaced(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    for arguments in ((), ("--agent", "demo")):
        done = run(home, "--html", str(file), *arguments)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"headroom: {file}\n")
    assert "demo" in file.read_text(encoding="utf-8")
    file.write_text("mine")
    assert "add --force" in refused(home, "--html", str(file))
    assert run(home, "--html", str(file), "--force").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [("--full", "--json"), ("--by", "day", "--html", "x"), ("--csv", "--full"), ("--csv", "--json"),
     ("--watch", "--json"), ("--watch", "--csv"), ("--by", "colour"), ("--html", "x", "--json")],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(home: Path, arguments: tuple[str, ...]) -> None:
    refused(home, *arguments)


def test_help_needs_no_rich(home: Path) -> None:
    code = (
        "import sys; from headroom_cli.main import app\n"
        "try: app(['perf', '--help'])\n"
        "except SystemExit: print([m for m in sys.modules if m in ('rich', 'sqlite3', 'headroom.report')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.endswith("[]\n"), done
    assert "--watch" in done.stdout
