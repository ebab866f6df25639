"""The demo agent: alone with the provider, cut off from it, and with its outputs shortened on the way."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from headroom_wrappers.demo import agent, samples
from headroom_wrappers.demo.provider import serve

Json = dict[str, Any]

AGENT = [sys.executable, "-m", "headroom_wrappers.demo.agent"]


def environ(base_url: str) -> dict[str, str]:
    return {**os.environ, "ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_API_KEY": "sk-dummy"}


@contextmanager
def between(upstream: str, edit: Callable[[Json], Json]) -> Iterator[tuple[str, list[Json]]]:
    """Serve a base URL in front of the provider; each request is recorded, edited and handed on."""
    seen: list[Json] = []

    class Relay(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(request)
            connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=10)
            connection.request("POST", self.path.removeprefix("/s/SECRET"), json.dumps(edit(request)))
            response = connection.getresponse()
            self.send_response(response.status)
            self.end_headers()
            self.wfile.write(response.read())
            connection.close()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/s/SECRET", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_runs_without_headroom_and_prints_its_steps_and_its_answer() -> None:
    with serve() as base_url:
        run = subprocess.run(AGENT, env=environ(base_url), capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    for command, output in samples.COMMANDS.items():
        assert f"  bash       {command}  -> {len(output()):,} characters\n" in run.stdout
    assert "Orders in yen fail since 4.18.0" in run.stdout
    assert "not in what I was shown" not in run.stdout
    assert "read_file" not in run.stdout


def test_each_request_extends_the_one_before_and_only_the_newest_block_is_a_breakpoint() -> None:
    with serve() as upstream, between(upstream, lambda request: request) as (base_url, seen):
        agent.converse(base_url, "sk-dummy")
    assert len(seen) == len(samples.COMMANDS) + 1
    history: list[Json] = []
    for request in seen:
        assert request["stream"] is True
        assert [block.pop("cache_control") for block in request["system"]] == [{"type": "ephemeral"}]
        assert request["messages"][-1]["content"][-1].pop("cache_control") == {"type": "ephemeral"}
        assert "cache_control" not in json.dumps(request)
        assert request["messages"][: len(history)] == history
        assert {name: request[name] for name in ("tools", "system")} == {
            name: seen[0][name] for name in ("tools", "system")
        }
        history = request["messages"]


def test_an_original_named_in_a_marker_is_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    original = tmp_path / "original"
    original.write_text(samples.log())
    failed = next(line for line in samples.log().splitlines() if " ERROR req-" in line)
    shortened = f"{failed}\n[headroom: 599 of 600 lines omitted (INFO 585); all of it: {original}]\n"

    def shorten(request: Json) -> Json:
        return json.loads(json.dumps(request).replace(json.dumps(samples.log()), json.dumps(shortened)))  # type: ignore[no-any-return]

    with serve() as upstream, between(upstream, shorten) as (base_url, seen):
        agent.converse(base_url, "sk-dummy")
    assert f"  read_file  {original}, {failed.split()[3]}  -> " in capsys.readouterr().out
    [read_back] = seen[3]["messages"][-1]["content"]
    assert read_back["content"].count(failed.split()[3]) == read_back["content"].count("\n") + 1 == 4


@pytest.mark.parametrize(
    ("base_url", "exit_code", "message"),
    [
        ("", 2, "demo: ANTHROPIC_BASE_URL is not set; start the demo with: headroom wrap demo\n"),
        ("http://127.0.0.1:1", 1, "demo: no answer from 127.0.0.1:1: ConnectionRefusedError("),
    ],
)
def test_without_a_provider_it_says_so(base_url: str, exit_code: int, message: str) -> None:
    run = subprocess.run(AGENT, env=environ(base_url), capture_output=True, text=True, timeout=60)
    assert run.returncode == exit_code
    assert run.stderr.startswith(message)
    assert run.stderr.count("\n") == 1


def test_an_error_of_the_provider_is_shown_as_it_came() -> None:
    with serve() as base_url, pytest.raises(agent.ProviderFailed, match=r"answered 404: .*not_found_error"):
        agent.converse(f"{base_url}/elsewhere", "sk-dummy")


def test_an_interrupt_ends_it_with_130() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with subprocess.Popen(
            AGENT, env=environ(base_url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as run:
            connection, _ = silent.accept()
            with connection:
                run.send_signal(signal.SIGINT)
                out, error = run.communicate(timeout=20)
    assert run.returncode == 130
    assert (out, error) == (f"> {agent.TASK}\n", "")
