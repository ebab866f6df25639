"""What a service manager starts: one process, private, replaced when another version is installed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import headroom
from headroom_service import health, state
from tests.laws.conversations import conversation, requests
from tests.provider.app import running_provider
from tests.provider.script import Stream, Turn

BODY = next(iter(requests(conversation(["short"]))))


def started(root: Path, port: int, upstream: str, **environ: str) -> subprocess.Popen[str]:
    env = os.environ | {
        "HEADROOM_HOME": str(root),
        "HEADROOM_CONFIG": str(root.parent / "none.toml"),
        "HEADROOM_UPSTREAM_ANTHROPIC": upstream,
    }
    argv = [sys.executable, "-m", "headroom_cli", "service", "run", "--port", str(port)]
    return subprocess.Popen(
        argv, env=env | environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )


@contextmanager
def service(root: Path, upstream: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a service on a free port; yield it and its URL."""
    process = started(root, free_port(), upstream)
    with process:
        assert process.stdout
        line = process.stdout.readline()
        assert f"process {process.pid}: {headroom.__version__} serves 127.0.0.1:" in line
        said = state.read(root)
        assert said
        assert said.pid == process.pid
        try:
            yield process, said.url
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def ask(url: str, body: bytes = BODY) -> int:
    sent = urllib.request.Request(url + "/v1/messages", data=body)
    try:
        with urllib.request.urlopen(sent, timeout=20) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_answers_below_its_secret_and_says_who_it_is(tmp_path: Path) -> None:
    root = tmp_path / "st é"
    with running_provider([Turn("hi")]) as provider, service(root, provider.url) as (process, url):
        assert ask(url) == 200
        assert ask(url.partition("/s/")[0]) == 404
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:
            said = json.loads(answer.read())
        assert said.pop("pid") != process.pid  # a worker, kept by it
        assert said == {"status": "ok", "version": headroom.__version__, "dashboard": "/dashboard"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout
        assert process.stdout.readline().endswith(": ends\n")
    assert state.read(root) is None
    assert len(provider.requests) == 1


def test_a_second_one_and_a_taken_port_are_refused(tmp_path: Path) -> None:
    with running_provider() as provider, service(tmp_path / "a", provider.url) as (_, url):
        with started(tmp_path / "a", 0, provider.url) as second:
            assert second.wait(20) == 2
            assert second.stderr
            assert "running already" in second.stderr.read()
        port = int(url.split("/")[2].rpartition(":")[2])
        with started(tmp_path / "b", port, provider.url) as third:
            assert third.wait(20) == 2
            assert third.stderr
            assert f"cannot listen on 127.0.0.1:{port}" in third.stderr.read()
        assert ask(url.replace("/s/", "/x/")) == 404  # the first still answers


def test_a_wrong_setting_is_exit_code_2_with_its_name(tmp_path: Path) -> None:
    with started(tmp_path / "a", free_port(), "nonsense") as process:
        assert process.wait(30) == 2
        assert process.stdout
        assert "ends: HEADROOM_UPSTREAM_ANTHROPIC" in process.stdout.read()
    assert state.read(tmp_path / "a") is None


def test_conversations_are_kept_apart(tmp_path: Path) -> None:
    """Two projects at once: nothing of one is in what is sent for the other."""
    sent = {}
    for name in ("alpha", "beta"):
        bodies = requests(conversation(["rows", "log", "short"]), session=f"session-{name}")
        sent[name] = [body.replace(b"Why do the orders fail?", f"{name}-secret?".encode()) for body in bodies]
    with running_provider([Turn("hi")] * 20) as provider, service(tmp_path / "a", provider.url) as (_, url):
        with ThreadPoolExecutor(2) as pool:
            done = pool.map(lambda name: [ask(url, body) for body in sent[name]], sent)
        assert {status for statuses in done for status in statuses} == {200}
        seen = [request.body for request in provider.requests]
    assert len(seen) == sum(len(bodies) for bodies in sent.values())
    for body in seen:
        assert (b"alpha-secret" in body) != (b"beta-secret" in body)
        assert (b"session-alpha" in body) == (b"alpha-secret" in body)
    assert sum(map(len, seen)) < sum(len(body) for bodies in sent.values() for body in bodies)


def until(holds: Callable[[], object]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it does not come to that")


def asked(root: Path) -> health.Health:
    """Ask until there is an answer: on a busy machine one may be late."""
    for _ in range(30):
        found = health.ask(root)
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("no answer")


def answers_by_another_than(root: Path, pid: int) -> bool:
    found = health.ask(root)
    return found is not None and found.pid != pid


@contextmanager
def streaming(url: str) -> Iterator[Callable[[], bytes]]:
    """Open a request whose answer comes slowly; yield what reads the rest of it, once it has begun."""
    body = json.dumps(json.loads(BODY) | {"stream": True}).encode()
    with urllib.request.urlopen(urllib.request.Request(url + "/v1/messages", data=body), timeout=30) as answer:
        first = answer.read(1)
        yield lambda: bytes(first + answer.read())


SLOW = Turn("slowly", stream=Stream(stalls={2: 3.0}))


def test_on_hangup_another_answers_and_what_was_begun_is_not_lost(tmp_path: Path) -> None:
    root = tmp_path / "state"
    with running_provider([SLOW, Turn("hi")]) as provider, service(root, provider.url) as (process, url):
        before = asked(root)
        with streaming(url) as rest:
            process.send_signal(signal.SIGHUP)
            until(lambda: answers_by_another_than(root, before.pid))
            assert ask(url) == 200
            assert b"message_stop" in rest()
        assert process.poll() is None
        assert state.read(root) == state.Running(process.pid, url, headroom.__version__)
        until(lambda: not health.is_alive(before.pid))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGUSR1])
def test_a_request_outlives_the_keeper_that_is_killed_or_makes_way(tmp_path: Path, number: int) -> None:
    root = tmp_path / "state"
    slow = Turn("slowly", stream=Stream(stalls={2: 1.0}))
    with running_provider([slow]) as provider, started(root, free_port(), provider.url) as process:
        assert process.stdout
        process.stdout.readline()
        worker = asked(root)
        with streaming(worker.url) as rest:
            process.send_signal(number)
            process.wait(30)
            assert b"message_stop" in rest()
        until(lambda: not health.is_alive(worker.pid))


def test_settings_that_became_wrong_do_not_end_it(tmp_path: Path) -> None:
    root, config = tmp_path / "state", tmp_path / "headroom.toml"
    config.write_text("")
    with (
        running_provider([Turn("hi")]) as provider,
        started(root, free_port(), provider.url, HEADROOM_CONFIG=str(config)) as process,
    ):
        assert process.stdout
        process.stdout.readline()
        before = asked(root)
        config.write_text("[nonsense]\nx = 1\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: state.refusal(root))
        assert "nonsense.x" in state.refusal(root)
        assert asked(root) == before
        config.write_text("")
        process.send_signal(signal.SIGHUP)
        until(lambda: answers_by_another_than(root, before.pid))
        until(lambda: state.refusal(root) == "")  # it answers a moment before that is announced
        process.terminate()
        assert process.wait(30) == 0


def test_what_one_before_announced_is_taken_back_before_anything_can_fail(tmp_path: Path) -> None:
    root = tmp_path / "state"
    state.folder(root).mkdir(parents=True)
    state.announce(root, state.Running(os.getpid(), "http://127.0.0.1:1/s/x", "0"))  # an id that is used again
    with started(root, free_port(), "nonsense") as process:
        assert process.wait(30) == 2
    assert state.read(root) is None


def test_another_version_that_is_installed_takes_over(tmp_path: Path) -> None:
    """What pip does to it: the distribution's metadata are others now."""
    old = tmp_path / "site" / "headroom_local-0.0.9.dist-info"
    old.mkdir(parents=True)
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: headroom-local\nVersion: 0.0.9\n")
    root = tmp_path / "state"
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    with (
        running_provider([SLOW]) as provider,
        started(root, free_port(), provider.url, PYTHONPATH=path) as process,
    ):
        assert process.stdout
        assert "0.0.9 serves" in process.stdout.readline()
        said = state.read(root)
        assert said
        assert said.version == "0.0.9"
        with streaming(said.url) as rest:
            new = old.rename(old.with_name("headroom_local-0.2.0.dist-info"))
            (new / "METADATA").write_text("Metadata-Version: 2.1\nName: headroom-local\nVersion: 0.2.0\n")
            until(lambda: state.read(root) == said._replace(version="0.2.0"))
            assert asked(root).version == "0.2.0"
            assert b"message_stop" in rest()
        process.terminate()
        assert process.wait(30) == 0
