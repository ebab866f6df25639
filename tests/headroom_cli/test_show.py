"""What is printed, as golden files in tests/fixtures/show: UPDATE_GOLDEN=1 writes them anew."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from headroom import session_log
from headroom.holdout import Comparison
from headroom.report import Summary, summarise
from headroom_cli import show

CASES = Path(__file__).parent.parent / "fixtures" / "show"
NAMES = sorted(case.name for case in CASES.iterdir() if case.is_dir())


def summary_of(*names: str) -> Summary:
    logs = sorted(log for name in names for log in (CASES / name).glob("*.jsonl"))
    return summarise([session_log.read(log) for log in logs])


def printed(summary: Summary, width: int = 80, *, colours: bool = False) -> str:
    to = Console(
        file=io.StringIO(), width=width, force_terminal=colours, color_system="standard" if colours else None
    )
    show.print_summary(summary, to, "More: headroom perf")
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


def assert_golden(file: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_session_is_shown_as_its_golden_file(name: str) -> None:
    assert_golden(CASES / name / "shown.txt", printed(summary_of(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_session_is_json_as_its_golden_file(name: str) -> None:
    data = show.summary_json(summary_of(name))
    assert_golden(CASES / name / "summary.json", json.dumps(data, indent=2, allow_nan=False) + "\n")


def test_many_sessions_are_shown_as_one() -> None:
    assert_golden(CASES / "together.txt", printed(summary_of("saved", "cost", "unpriced")))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(name: str, width: int) -> None:
    for line in printed(summary_of(name), width).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


def test_the_summary_is_about_ten_lines() -> None:
    assert len(printed(summary_of("saved")).splitlines()) <= 10


def test_without_colours_the_text_is_the_same() -> None:
    summary = summary_of("saved", "cost")
    coloured = printed(summary, colours=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == printed(summary)


def test_what_it_cost_is_said_in_plain_words_and_red() -> None:
    text = printed(summary_of("cost"), colours=True)
    (line,) = (line for line in text.splitlines() if "cost" in line and "more" in line and "31m" in line)
    assert re.search(r"cost \d+\.\d % more, ≈ \$", line)
    assert "saved" not in text


def test_an_audit_never_says_that_something_was_saved() -> None:
    text = printed(summary_of("audited"))
    assert "would have saved 31.2 %" in text
    assert not re.search(r"(?<!would have )saved", text)
    together = printed(summary_of("audited", "saved"))
    assert printed(summary_of("saved")).splitlines()[1] in together
    assert "nothing was changed in 12 requests" in together


@pytest.mark.parametrize(
    ("found", "told", "style"),
    [
        (Comparison(40, 12, -0.31, -0.42, -0.18), "-31 % a turn (95 % interval -42 % to -18 %)", "32m"),
        (Comparison(40, 12, 0.2, 0.05, 0.37), "+20 % a turn (95 % interval +5 % to +37 %)", "31m"),
        (Comparison(40, 12, -0.004, -0.2, 0.2), "0 % a turn (95 % interval -20 % to +20 %)", ""),
        (
            Comparison(40, 3),
            "3 conversations left alone: not enough yet (8 of each are needed",
            "",
        ),
    ],
)
def test_a_comparison_is_told_with_its_interval_or_not_at_all(found: Comparison, told: str, style: str) -> None:
    summary = summary_of("saved")
    summary.holdout = found
    (line,) = (line for line in printed(summary, 200, colours=True).splitlines() if "hold-out" in line)
    assert told in line
    assert (style or "\x1b[0m") in line
    assert ("31m" in line or "32m" in line) == bool(style)


def test_control_characters_and_markup_of_a_log_reach_nobody() -> None:
    text = printed(summary_of("odd"), colours=True)
    assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\u202e]|\x1b(?!\[[\d;]*m)", text)
    assert "[bold red]" in text


def run(code: str, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[bytes]":
    base = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-c", code], env=base | dict(environ), capture_output=True, timeout=60, check=False
    )


SUMMARY = "import sys; from pathlib import Path; from headroom_cli import show;"
ONE = str(next((CASES / "saved").glob("*.jsonl")))


def test_a_session_ends_with_its_summary_on_stderr(tmp_path: Path) -> None:
    code = f"{SUMMARY} show.session_summary(Path({ONE!r}), False)"
    done = run(code, {"HOME": str(tmp_path), "PYTHONUTF8": "1"})
    assert (done.returncode, done.stdout) == (0, b"")
    golden = (CASES / "saved" / "shown.txt").read_text(encoding="utf-8")
    assert done.stderr.decode() == golden


def test_a_terminal_that_knows_only_ascii_gets_ascii(tmp_path: Path) -> None:
    code = f"{SUMMARY} from headroom import session_log; from headroom.report import summarise;"
    code += "s = summarise([session_log.read(Path(p)) for p in sys.argv[1:]]); c = show.console();"
    code += "show.print_summary(s, c)"
    code = code.replace("sys.argv[1:]", repr([str(log) for log in CASES.glob("*/*.jsonl")]))
    done = run(code, {"HOME": str(tmp_path), "PYTHONIOENCODING": "ascii:strict"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"####" in done.stdout
    assert done.stdout.isascii()


def test_the_summary_for_machines_goes_to_stderr_too(tmp_path: Path) -> None:
    done = run(f"{SUMMARY} show.session_summary(Path({ONE!r}), True)", {"HOME": str(tmp_path)})
    assert json.loads(done.stderr) == json.loads((CASES / "saved" / "summary.json").read_text(encoding="utf-8"))


def test_a_wrong_price_file_costs_a_line_and_not_the_summary(tmp_path: Path) -> None:
    code = f"{SUMMARY} show.session_summary(Path({ONE!r}), False)"
    done = run(code, {"HOME": str(tmp_path), "PYTHONUTF8": "1", "HEADROOM_PRICES_FILE": "/nowhere/prices.toml"})
    first, rest = done.stderr.decode().split("\n", 1)
    assert first == (
        "headroom: /nowhere/prices.toml: No such file or directory (setting prices.file); list prices are used"
    )
    assert "saved 4" in rest


def test_a_log_that_is_gone_costs_a_line(tmp_path: Path) -> None:
    done = run(f"{SUMMARY} show.session_summary(Path('/nowhere/x.jsonl'), False)", {"HOME": str(tmp_path)})
    assert done.returncode == 0
    assert done.stderr == b"headroom: no summary, /nowhere/x.jsonl cannot be read: No such file or directory\n"


def test_the_module_is_cheap_until_it_prints() -> None:
    done = run(
        "import sys, headroom_cli.show, headroom_cli.perf, headroom_cli.perf_print, headroom_cli.perf_watch;"
        "print([m for m in sys.modules if 'rich' == m])",
        {},
    )
    assert (done.stdout, done.stderr) == (b"[]\n", b"")
