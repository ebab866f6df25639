"""`headroom doctor` as a user calls it."""

import json
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from headroom_cli.doctor import doctor

LOG = Path(__file__).parent.parent / "fixtures" / "show" / "saved"
app = typer.Typer(pretty_exceptions_enable=False)
app.command()(doctor)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "sessions"
    folder.mkdir(parents=True)
    (log,) = LOG.glob("*.jsonl")
    shutil.copy(log, folder)
    for path in (folder.parent, folder):
        path.chmod(0o700)
    (folder / log.name).chmod(0o600)
    return folder.parent


def run(home: Path, *arguments: str, **environ: str) -> Result:
    quiet = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "ANTHROPIC_BASE_URL"), "")
    outer = {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "none.toml"), "COLUMNS": "100"}
    return CliRunner().invoke(app, list(arguments), env=quiet | outer | environ)


def checks(home: Path, *arguments: str, **environ: str) -> dict[str, dict[str, str]]:
    result = run(home, "--json", *arguments, **environ)
    assert result.stderr == ""
    told = json.loads(result.stdout)
    assert result.exit_code == any(check["verdict"] == "problem" for check in told)
    return {check["name"]: check for check in told}


def test_a_healthy_installation_has_no_problems(home: Path) -> None:
    result = run(home)
    assert result.exit_code == 0
    assert result.stdout.endswith(" no problems\n")
    for line in ("ok      settings", "ok      state", "ok      store", "ok      sessions"):
        assert f" {line}" in result.stdout


def test_no_line_is_wider_than_the_terminal(home: Path) -> None:
    text = run(home, "--port", "1", COLUMNS="60", HTTP_PROXY="http://proxy.example:3128").stdout
    assert all(len(line) <= 60 for line in text.splitlines())


def test_a_first_run_is_no_problem(tmp_path: Path) -> None:
    told = checks(tmp_path / "new")
    assert "not there yet" in told["state"]["told"]
    assert told["sessions"]["verdict"] == "note"
    assert not (tmp_path / "new").exists()


def test_wrong_settings_and_prices_are_problems(home: Path, tmp_path: Path) -> None:
    assert checks(home, HEADROOM_COMPRESS_LEVEL="much")["settings"]["verdict"] == "problem"
    told = checks(home, HEADROOM_PRICES_FILE=str(tmp_path / "none.toml"))["prices"]
    assert (told["verdict"], "none.toml" in told["told"]) == ("problem", True)


def test_compression_that_is_off_is_said(home: Path) -> None:
    assert checks(home, HEADROOM_COMPRESS_ENABLED="false")["settings"]["verdict"] == "note"


def test_what_others_can_read_is_a_problem(home: Path) -> None:
    (home / "sessions").chmod(0o755)
    told = checks(home)["state"]
    assert (told["verdict"], told["todo"]) == ("problem", f"chmod -R go= {home}")


class Health(BaseHTTPRequestHandler):
    """A proxy, as far as it says that it is alive."""

    def do_GET(self) -> None:
        body = b'{"status": "ok", "version": "1.2.3"}'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def test_a_proxy_is_asked_whether_it_is_alive_past_any_other_proxy(home: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        told = checks(home, "--port", str(server.server_port), HTTP_PROXY="http://127.0.0.1:9")
    assert told["proxy"]["verdict"] == "ok"
    assert "version 1.2.3" in told["proxy"]["told"]
    assert told["HTTP_PROXY"]["verdict"] == "note"


def test_a_port_or_base_url_where_nothing_listens_is_a_problem(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        port = taken.getsockname()[1]
        told = checks(home, "--port", str(port), ANTHROPIC_BASE_URL=f"http://127.0.0.1:{port}")
    assert told["proxy"]["verdict"] == told["ANTHROPIC_BASE_URL"]["verdict"] == "problem"
    assert told["ANTHROPIC_BASE_URL"]["todo"] == "unset ANTHROPIC_BASE_URL"


def test_a_base_url_of_the_users_own_is_said_without_its_path_or_key(home: Path) -> None:
    told = checks(home, ANTHROPIC_BASE_URL="https://user:key@gateway.example/secret")["ANTHROPIC_BASE_URL"]
    assert told["told"] == "is set, to gateway.example; wrap goes on to it"


def test_agents_on_the_path_are_named_with_the_way_to_wrap_them(home: Path, tmp_path: Path) -> None:
    agent = tmp_path / "claude"
    agent.write_text("#!/bin/sh\n")
    agent.chmod(0o755)
    assert "headroom wrap claude" in checks(home, PATH=str(tmp_path))["claude"]["told"]
    assert checks(home, PATH=str(tmp_path / "none"))["agents"]["verdict"] == "note"


def test_caches_are_told_from_the_session_logs(home: Path) -> None:
    (told,) = json.loads(run(home, "--cache", "--json").stdout)
    assert told["agent"] == "claude"
    assert 0 < told["hit_rate"] < 1
    assert "prompt tokens were read from the cache" in run(home, "--cache").stdout
    assert "session logs yet" in run(home.parent / "none", "--cache").stdout


def test_captured_requests_are_told_and_compared(home: Path, tmp_path: Path) -> None:
    files = []
    for day in (21, 22):
        body = {"model": "gpt-4o", "messages": [{"role": "system", "content": f"Today is 2026-11-{day}."}]}
        files.append(tmp_path / f"{day}.json")
        files[-1].write_text(json.dumps(body))
    told = json.loads(run(home, "--cache", "--json", *map(str, files)).stdout)
    assert [one["volatile"][0]["snippet"] for one in told["requests"]] == ["2026-11-21", "2026-11-22"]
    assert told["difference"]["where"] == "system prompt, part 1"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["x.json"], "read with --cache"),
        (["--cache", "a", "b", "c"], "or two"),
        (["--cache", "none.json"], "No such"),
    ],
)
def test_a_wrong_call_is_refused(home: Path, arguments: list[str], why: str) -> None:
    result = run(home, *arguments)
    assert result.exit_code == 2
    assert why in result.stderr
