"""`headroom dashboard` as a user calls it: what it prints, what a browser is given, which process has the page."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headroom_cli.main import app
from headroom_service import state

RUN = "import typer; from headroom_cli.dashboard import dashboard; typer.run(dashboard)"
BROWSER = """#!{python}
import sys, urllib.request
open({seen!r}, "a").write(repr(sys.argv[1:]) + "\\n")
answer = urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(sys.argv[1])
open({seen!r}, "a").write(answer.url + "\\n" + answer.read(15).decode() + "\\n")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state"


@contextmanager
def started(home: Path, *arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    outer = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    }
    outer |= {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "none.toml")} | environ
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        env=outer,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def get(url: str) -> tuple[int, bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


@contextmanager
def service(home: Path, health: dict[str, object]) -> Iterator[str]:
    """Something that answers as the service does; yield its URL."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(health).encode() if self.path.endswith("/health") else b"<!doctype html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answer)
    url = f"http://127.0.0.1:{server.server_port}/s/{'5' * 32}"
    state.folder(home).mkdir(parents=True)
    state.announce(home, state.Running(os.getpid(), url, "1"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()


HEALTH: dict[str, object] = {"status": "ok", "version": "1", "pid": 1, "dashboard": "/dashboard"}


def browser(folder: Path) -> tuple[str, Path]:
    """A browser that comes for its URL: its command, and the file in which it says what it saw."""
    seen, command = folder / "seen", folder / "browser"
    command.write_text(BROWSER.format(python=sys.executable, seen=str(seen)))
    command.chmod(0o755)
    return str(command), seen


def test_it_serves_the_page_below_a_secret_until_it_is_told_to_end(home: Path) -> None:
    with started(home, "--json") as process:
        told = json.loads(line(process))
        assert told["served_by"] == "dashboard"
        assert get(told["url"])[1].startswith(b"<!doctype html>")
        assert json.loads(get(told["url"] + "/live")[1])["conversations"] == []
        assert get(told["url"].partition("/s/")[0] + "/dashboard")[0] == 404
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.communicate() == ("", "")
    assert not home.exists(), "a look leaves nothing behind"


def test_each_run_has_a_secret_of_its_own(home: Path) -> None:
    said = []
    for _ in range(2):
        with started(home, "--no-open") as process:
            said.append(line(process).split()[3])
    assert len({url.partition("/s/")[2] for url in said}) == 2


def test_the_browsers_command_line_holds_no_secret(home: Path, tmp_path: Path) -> None:
    command, seen = browser(tmp_path)
    with started(home, BROWSER=command) as process:
        url = line(process).split()[3]
        while not seen.is_file() or len(seen.read_text().splitlines()) < 3:
            assert process.poll() is None
        arguments, landed, document = seen.read_text().splitlines()
        assert url.partition("/s/")[2].partition("/")[0] not in arguments
        assert landed == url
        assert document == "<!doctype html>"


def test_a_port_that_is_taken_is_exit_code_2(home: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        started(home, "--port", str(taken.getsockname()[1])) as process,
    ):
        said, why = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, "")
    assert why.startswith("headroom: cannot listen on 127.0.0.1:")


def test_the_services_page_is_opened_and_the_command_ends(home: Path, tmp_path: Path) -> None:
    command, seen = browser(tmp_path)
    with service(home, HEALTH) as url, started(home, BROWSER=command) as process:
        said, why = process.communicate(timeout=60)
        assert (process.returncode, why) == (0, "")
        assert said == f"headroom dashboard at {url}/dashboard\n"
        arguments, landed, _ = seen.read_text().splitlines()
        assert "5" * 32 not in arguments
        assert landed == f"{url}/dashboard"


@pytest.mark.parametrize(("flag", "is_json"), [("--no-open", False), ("--json", True)])
def test_the_services_page_is_named(flag: str, is_json: bool, home: Path) -> None:
    with service(home, HEALTH) as url, started(home, flag) as process:
        said, why = process.communicate(timeout=60)
        assert (process.returncode, why) == (0, "")
        expected = {"url": f"{url}/dashboard", "served_by": "service"}
        assert (json.loads(said) == expected) if is_json else (said == f"{url}/dashboard\n")


@pytest.mark.parametrize("older", [True, False])
def test_another_page_than_the_services(older: bool, home: Path) -> None:
    """An older service has none, and would hand the path on to a provider; a port that is named is ours."""
    health = {name: value for name, value in HEALTH.items() if name != "dashboard"} if older else HEALTH
    arguments = ("--json",) if older else ("--json", "--port", "0")
    with service(home, health), started(home, *arguments) as process:
        assert json.loads(line(process))["served_by"] == "dashboard"


def test_its_help_is_for_80_columns_and_has_examples() -> None:
    told = CliRunner().invoke(app, ["dashboard", "--help"], env={"COLUMNS": "80"}).stdout
    assert all(len(line) <= 80 and line.isascii() for line in told.splitlines())
    assert told.count("\n    headroom dashboard") == 3
    assert "--port PORT" in told
