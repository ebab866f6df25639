"""The demo's tool outputs have the shape of the real thing, and are the same in every run."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest

from headroom_wrappers.demo import samples

ENTRY = re.compile(r"2026-03-03 \d\d:\d\d:\d\d,\d{3} (INFO |WARN |ERROR) ")
HUNK = re.compile(r"^@@ -\d+,?(\d*) \+\d+,?(\d*) @@")


@pytest.mark.parametrize(("command", "output"), samples.COMMANDS.items())
def test_an_output_is_the_same_each_time_and_in_every_process(command: str, output: Callable[[], str]) -> None:
    code = f"from headroom_wrappers.demo import samples; print(samples.COMMANDS[{command!r}](), end='')"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert output() == output() == other.stdout.decode()


def test_the_orders_are_rows_of_json_of_which_those_in_yen_fail_since_the_release() -> None:
    rows = json.loads(samples.orders())
    assert len(rows) == 120
    assert len({row["id"] for row in rows}) == 120
    assert [row["placed_at"] for row in rows] == sorted(row["placed_at"] for row in rows)
    broken = [row for row in rows if row["payment"]["error"] == "internal_error"]
    yen = [row for row in rows if row["currency"] == "JPY" and row["placed_at"] >= "2026-03-03T09:30"]
    assert broken == yen != []


def test_the_log_is_in_order_and_has_one_traceback() -> None:
    text = samples.log()
    entries = [line for line in text.splitlines() if ENTRY.match(line)]
    assert len(entries) == 600
    assert all(before[:23] <= after[:23] for before, after in pairwise(entries))
    assert text.count("Traceback (most recent call last):") == 1
    assert 3 <= sum(" ERROR " in entry for entry in entries) <= 15


def test_the_test_run_reports_400_tests_of_which_two_fail() -> None:
    text = samples.tests()
    outcomes = re.findall(r"^(tests/\S+::\S+(?: \S+)*?) (PASSED|FAILED) +\[ *\d+%\]$", text, re.MULTILINE)
    assert len(dict(outcomes)) == 400
    failed = [name for name, outcome in outcomes if outcome == "FAILED"]
    assert failed == re.findall(r"^FAILED (\S+) - ", text, re.MULTILINE)
    assert text.endswith("2 failed, 398 passed in 14.83s ========================\n")


def test_the_search_finds_what_was_sought_in_each_line() -> None:
    lines = samples.search().splitlines()
    assert len(lines) > 100
    for line in lines:
        file, number, found = line.split(":", 2)
        assert file.endswith(".py")
        assert number.isdigit()
        assert "minor_units" in found or "quantum" in found, line


def test_the_hunks_of_the_diff_have_as_many_lines_as_they_say() -> None:
    lines = samples.diff().splitlines()
    assert sum(line.startswith("diff --git ") for line in lines) == 7
    heads = [at for at, line in enumerate(lines) if HUNK.match(line)]
    for at in heads:
        end = next((to for to in range(at + 1, len(lines)) if lines[to].startswith(("@@", "diff"))), len(lines))
        hunk = HUNK.match(lines[at])
        assert hunk
        body = [line[0] for line in lines[at + 1 : end]]
        assert [int(hunk[1]), int(hunk[2])] == [len(body) - body.count("+"), len(body) - body.count("-")], lines[
            at
        ]
