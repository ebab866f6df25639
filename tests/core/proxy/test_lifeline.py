"""While the pipe lives, the proxy lives; when it breaks off, nothing is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import psutil
import pytest

from headroom import session_log
from headroom.proxy.lifeline import Lifeline, end_tree
from headroom.session_log import events

STARTED: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def _none_is_left() -> Iterator[None]:
    yield
    while STARTED:
        process = STARTED.pop()
        process.kill()
        process.wait()


def sleeper(code: str = "", **environ: str) -> psutil.Process:
    process = subprocess.Popen(
        [sys.executable, "-c", code + "\nprint('up', flush=True)\nimport time; time.sleep(60)"],
        stdout=subprocess.PIPE,
        env=os.environ | environ,
    )
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    STARTED.append(process)
    return psutil.Process(process.pid)


def is_gone(process: psutil.Process) -> bool:
    try:
        process.wait(timeout=10)
    except psutil.TimeoutExpired:
        return False
    return True


@pytest.mark.parametrize("is_regular", [True, False])
def test_a_broken_pipe_ends_the_agent_and_a_regular_end_does_not(is_regular: bool, tmp_path: Path) -> None:
    agent = sleeper()
    stopped: list[bool] = []
    lines: list[object] = [{"agent_pid": agent.pid}, *([{"end": True}] if is_regular else [])]
    log = tmp_path / "log.jsonl"
    Lifeline([orjson.dumps(line) + b"\n" for line in lines], log, lambda: stopped.append(True)).run()
    assert stopped == [True]
    if is_regular:
        assert agent.is_running()
        assert not log.exists()
        agent.kill()
        agent.wait()
    else:
        assert is_gone(agent)
        (end,) = session_log.read(log).events
        assert isinstance(end, events.End)
        assert (end.exit_code, end.reason) == (None, "the wrapper was killed")


def test_what_does_not_listen_is_killed() -> None:
    stubborn = sleeper(f"import signal\nsignal.signal({int(signal.SIGTERM)}, signal.SIG_IGN)")
    end_tree(stubborn)
    assert is_gone(stubborn)


def test_an_agent_that_nobody_named_is_known_by_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    agent = sleeper(HEADROOM_SESSION_LOG=str(log))
    other = sleeper(HEADROOM_SESSION_LOG=str(tmp_path / "other.jsonl"))
    Lifeline([], log, lambda: None).run()
    assert is_gone(agent)
    assert other.is_running()


def test_what_is_gone_already_is_no_error(tmp_path: Path) -> None:
    process = sleeper()
    process.kill()
    process.wait()
    end_tree(process)
    end_tree(None)
    Lifeline([orjson.dumps({"agent_pid": process.pid}), b'{"end": true}'], tmp_path / "x", lambda: None).run()
