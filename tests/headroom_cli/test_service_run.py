"""What a service manager starts: one process, private, replaced when another version is installed."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

import headroom
from headroom_cli.service_run import end_when_replaced, is_serving
from headroom_service import health, state
from tests.laws.conversations import conversation, requests
from tests.provider.app import Provider, running_provider
from tests.provider.script import Stream, Turn
from tests.wire.running import running_proxy

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
        assert re.search(r"process \d+: serves 127\.0\.0\.1:\d+$", line), line
        said = state.read(root)
        assert said
        assert said.pid == process.pid
        try:
            yield process, said.url
        finally:
            process.kill()


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
            health = json.loads(answer.read())
        who = {"status": "ok", "version": headroom.__version__, "pid": process.pid}
        assert health == who | {"dashboard": "/dashboard"}
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
    with started(tmp_path / "a", 0, "nonsense") as process:
        assert process.wait(20) == 2
        assert process.stderr
        assert "HEADROOM_UPSTREAM_ANTHROPIC" in process.stderr.read()


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


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    return tmp_path / "state"


async def test_an_older_one_ends_once_nobody_waits_for_an_answer(home: Path) -> None:
    slow = Turn("slow", stream=Stream(stalls={2: 1.0}))
    async with Provider([slow]) as provider, running_proxy(provider.url, home) as proxy:
        assert not is_serving(asyncio.all_tasks())
        stop = asyncio.Event()
        async with aiohttp.ClientSession() as client, client.post(proxy.url + "/v1/messages", data=BODY) as answer:
            assert is_serving(asyncio.all_tasks())
            watch = asyncio.create_task(end_when_replaced(stop, "0.0.0", every_s=0.01))
            await asyncio.sleep(0.2)
            assert not stop.is_set()
            assert b"slow" in await answer.read()
            await asyncio.wait_for(stop.wait(), 10)  # the connection is still open, and idle
            await watch
        assert not is_serving(asyncio.all_tasks())


def test_a_process_that_is_upgraded_ends_for_the_new_version(tmp_path: Path) -> None:
    """What pip does to it: the distribution's metadata are others now."""
    old = tmp_path / "site" / "headroom_local-0.0.9.dist-info"
    old.mkdir(parents=True)
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: headroom-local\nVersion: 0.0.9\n")
    root = tmp_path / "state"
    with (
        running_provider([Turn("hi")]) as provider,
        started(root, free_port(), provider.url, PYTHONPATH=str(tmp_path / "site")) as process,
    ):
        assert process.stdout
        assert "headroom 0.0.9, process" in process.stdout.readline()
        said = state.read(root)
        assert said
        assert said.version == "0.0.9"
        new = old.rename(old.with_name("headroom_local-0.2.0.dist-info"))
        (new / "METADATA").write_text("Metadata-Version: 2.1\nName: headroom-local\nVersion: 0.2.0\n")
        found = health.ask(root)
        assert found is None or found.version == "0.0.9"  # the code that runs, not the code that is installed
        assert process.wait(30) == 0
        assert process.stdout.readline().endswith("ends, for 0.2.0\n")


async def test_one_that_is_current_goes_on() -> None:
    stop = asyncio.Event()
    watch = asyncio.create_task(end_when_replaced(stop, headroom.__version__, every_s=0.01))
    await asyncio.sleep(0.2)
    assert not watch.done()
    stop.set()
    await asyncio.wait_for(watch, 10)
