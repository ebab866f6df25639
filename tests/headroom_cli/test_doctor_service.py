"""The service: a port that is really taken, something that really answers, and what the manager may say."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import headroom
from headroom_cli.doctor_findings import Finding
from headroom_cli.doctor_service import Service, check, holder, is_taken, judge, judge_port, look
from headroom_service import state

SECRET = "0123456789abcdef0123456789abcdef"
NONE = Service(False, "", "", 8787, 0, "")


class Answer(BaseHTTPRequestHandler):
    """A service, as far as it says that it is alive."""

    version = headroom.__version__

    def do_GET(self) -> None:
        body = json.dumps({"status": "ok", "version": self.version, "pid": os.getpid()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[int]:
    """A service that announced itself in the state folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        announce(tmp_path, server.server_port)
        yield server.server_port
        server.shutdown()


def announce(root: Path, port: int) -> None:
    state.folder(root).mkdir()
    url = f"http://127.0.0.1:{port}/s/{SECRET}"
    state.announce(root, state.Running(os.getpid(), url, "0"))


def findings(root: Path) -> dict[str, Finding]:
    home = {"XDG_CONFIG_HOME": str(root / "config"), "PATH": ""}
    found = {each.name: each for each in check(home, root)}
    assert not any(SECRET in text for each in found.values() for text in each)
    return found


def test_no_service_is_well(tmp_path: Path) -> None:
    assert findings(tmp_path)["service"].verdict == "ok"


def test_one_that_answers_is_well(answering: int, tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert found["service"] == Finding("service", "ok", f"{headroom.__version__} answers at 127.0.0.1:{answering}")
    assert found["port"].told == f"127.0.0.1:{answering} is the service's"


def test_an_old_one_is_said(answering: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answer, "version", "0.0.1")
    found = findings(tmp_path)["service"]
    assert (found.verdict, found.todo) == ("note", "headroom service restart")


def test_one_that_is_gone_while_another_program_has_its_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        announce(tmp_path, port)
        found = findings(tmp_path)
        assert holder(port).endswith(f"(process {os.getpid()})")
        assert is_taken(port)
    assert found["service"].verdict == "note"
    assert f"process {os.getpid()}" in found["port"].told
    assert found["port"].todo.endswith(f"headroom install --port {port + 1}")
    assert holder(port) == ""
    assert not is_taken(port)


def test_a_refused_successor_is_said_with_its_reason(answering: int, tmp_path: Path) -> None:
    state.note_refusal(tmp_path, "x.toml: there is no setting 'y'; known: " + "z, " * 1000)
    (tmp_path / "config" / "systemd" / "user").mkdir(parents=True)
    found = look({"XDG_CONFIG_HOME": str(tmp_path / "config")}, tmp_path)
    assert found.refused or found.why.startswith("x.toml: there is no setting 'y'")
    assert len(found.why) < 300
    judged = judge(found._replace(why=found.why or "x"), headroom.__version__)
    assert (judged.verdict, str(answering) in judged.told) == ("note", True)


def test_the_port_is_that_of_the_installed_files(tmp_path: Path) -> None:
    units = tmp_path / "config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "headroom.service").write_text('ExecStart="/p" "--port" "9123"\n')
    found = look({"XDG_CONFIG_HOME": str(tmp_path / "config")}, tmp_path)
    assert found.refused or found.port == 9123


def test_units_without_a_manager_are_an_installed_service(tmp_path: Path) -> None:
    units = tmp_path / "config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "headroom.service").write_text("")
    found = look({"XDG_CONFIG_HOME": str(tmp_path / "config")}, tmp_path)
    assert found.is_installed or found.refused


@pytest.mark.parametrize(
    ("service", "verdict", "told"),
    [
        (NONE, "ok", "not installed, and headroom wrap needs none"),
        (NONE._replace(refused="macOS and Linux only"), "ok", "(macOS and Linux only)"),
        (NONE._replace(is_installed=True, state="failed (Result: exit-code)"), "problem", "failed (Result"),
        (NONE._replace(is_installed=True), "problem", "not started"),
        (NONE._replace(is_installed=True, why="log: disk full"), "problem", "not started; log: disk full"),
        (NONE._replace(is_installed=True, version="2", why="x.toml: no"), "note", "could not start: x.toml: no"),
        (NONE._replace(is_installed=True, version="2"), "ok", "2 answers at 127.0.0.1:8787"),
        (NONE._replace(is_installed=True, version="1"), "note", "1 runs at 127.0.0.1:8787, 2 is installed"),
        (NONE._replace(announced=77), "note", "process 77"),
    ],
)
def test_what_the_manager_and_the_service_say(service: Service, verdict: str, told: str) -> None:
    found = judge(service, "2")
    assert found.verdict == verdict
    assert told in found.told


@pytest.mark.parametrize(
    ("service", "who", "taken", "verdict"),
    [
        (NONE, "", False, "ok"),
        (NONE, "nginx (process 4)", True, "note"),
        (NONE._replace(is_installed=True), "nginx (process 4)", True, "problem"),
        (NONE._replace(is_installed=True), "", True, "problem"),
        (NONE._replace(version="2"), "python (process 5)", True, "ok"),
        (NONE._replace(is_installed=True, holds_port=True), "systemd (process 6)", True, "ok"),
    ],
)
def test_who_has_the_port(service: Service, who: str, taken: bool, verdict: str) -> None:
    found = judge_port(service, who, taken)
    assert found.verdict == verdict
    assert who in found.told or verdict == "ok"
