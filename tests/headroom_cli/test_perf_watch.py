"""Watching: on a terminal of its own, and in a pipe."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from headroom import session_log
from headroom.report import Overview
from headroom_cli.perf_scope import Scope, read
from headroom_cli.perf_watch import line_of, watch
from tests.headroom_cli.perf_cases import CASES, terminal, told

LAST = "20261120-090000-424e61"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "sessions"
    folder.mkdir(parents=True)
    (folder / f"{LAST}.jsonl").write_bytes((CASES / "weeks" / f"{LAST}.jsonl").read_bytes())
    return folder.parent


def steps(*done: object) -> Iterator[None]:
    """Do one thing whenever it sleeps, then press ctrl-C."""
    for step in done:
        if callable(step):
            step()
        yield
    raise KeyboardInterrupt


def grow(root: Path) -> None:
    log = root / "sessions" / f"{LAST}.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    with log.open("ab") as file:
        file.writelines(line.replace(b'"n":1,', b'"n":77,') for line in lines[2:4])


def test_a_pipe_gets_a_line_for_each_change(root: Path) -> None:
    to, out = terminal(80)
    times = 0

    def ask() -> Overview:
        nonlocal times
        times += 1
        return read(Scope(root, ()))

    def touch() -> None:
        session_log.append(root / "sessions" / f"{LAST}.jsonl", session_log.error_event("test", "nothing told"))

    clock = steps(None, None, lambda: grow(root), None, touch, None)
    watch(root, ask, lambda *_: pytest.fail("this is no terminal"), to, sleep=lambda _: next(clock))
    lines = out.getvalue().splitlines()
    assert [line.split("; ")[1] for line in lines] == ["20 requests", "21 requests"]
    assert times == 3, "nothing is read while no log changes"
    assert out.getvalue().isascii()


def test_a_terminal_is_drawn_over_when_something_has_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    shown: list[int] = []

    def show(overview: Overview, to: Console) -> None:
        shown.append(overview.summary.total.requests)
        to.print("figures")

    to, out = terminal(80, colours=True)
    clock = steps(None, lambda: grow(root), None)
    watch(root, lambda: read(Scope(root, ())), show, to, sleep=lambda _: next(clock))
    assert shown == [20, 21]
    assert "ctrl-C ends it" in out.getvalue()
    assert out.getvalue().endswith("\x1b[?1049l")


def test_what_a_line_says() -> None:
    assert line_of(Overview()) == "no sessions yet"
    assert line_of(told("cost")).split("; ") == [
        "20261121-071500-77aa01",
        "9 requests",
        "$0.156 paid",
        "~$0.018 dearer (13.2 %), ~55,272 tokens more",
        "86.2 % cached",
    ]
    assert line_of(told("weeks")).startswith("14 sessions; 153 requests; ")
    assert line_of(told("silent")).endswith("; 0 requests")


@pytest.mark.skipif(sys.platform == "win32", reason="a process there is not asked, but ended")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_it_ends_without_a_word_when_it_is_asked_to(root: Path, number: signal.Signals, code: int) -> None:
    environ = {"HEADROOM_HOME": str(root), "HEADROOM_CONFIG": str(root / "none.toml"), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "headroom_cli", "perf", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        assert process.stdout and process.stderr
        assert b"; 20 requests; " in process.stdout.readline()
        process.send_signal(number)
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    assert process.returncode == code
