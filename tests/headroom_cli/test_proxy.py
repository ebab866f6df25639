"""`headroom proxy` as a user types it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from headroom import session_log
from headroom.session_log import events
from tests.laws.conversations import conversation, requests
from tests.provider.app import running_provider
from tests.provider.script import Turn


@contextmanager
def proxy(home: Path, *arguments: str, **environ: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    env = os.environ | {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "none.toml")} | environ
    argv = [sys.executable, "-m", "headroom_cli", "proxy", *arguments]
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline(), process
        finally:
            process.kill()  # nothing happens to one that has ended


def ask(url: str, body: bytes) -> int:
    with urllib.request.urlopen(urllib.request.Request(url + "/v1/messages", data=body), timeout=20) as response:
        response.read()
        return int(response.status)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_alone_until_it_is_told_to_stop(number: signal.Signals, tmp_path: Path) -> None:
    body = list(requests(conversation(["rows"])))[-1]
    with running_provider([Turn("hi")]) as provider:
        # On a machine that is busy with other tests, too, the result is compressed in time.
        patient = {"HEADROOM_UPSTREAM_ANTHROPIC": provider.url, "HEADROOM_COMPRESS_DEADLINE_MS": "60000"}
        with proxy(tmp_path / "s", "--port", "0", **patient) as (line, process):
            url = re.fullmatch(r"headroom proxy at (http://127\.0\.0\.1:\d+)\n", line)
            assert url is not None
            assert process.stdout
            assert process.stdout.readline() == f"  anthropic  ANTHROPIC_BASE_URL={url[1]}  ->  {provider.url}\n"
            assert ask(url[1], body) == 200
            assert len(provider.requests[0].body) < len(body)
            process.send_signal(number)
            assert process.wait(10) == 0
    (log,) = session_log.sessions(tmp_path / "s")
    assert [e.n for e in session_log.read(log).events if isinstance(e, events.Request)] == [1]


def test_a_secret_is_asked_for_when_it_was_chosen(tmp_path: Path) -> None:
    with running_provider([Turn("hi")]) as provider:
        upstream = {"HEADROOM_UPSTREAM_ANTHROPIC": provider.url}
        with proxy(tmp_path / "s", "--port", "0", "--secret", **upstream) as (line, _):
            url = re.search(r"http://127\.0\.0\.1:\d+/s/[0-9a-f]{32}", line)
            assert url is not None
            assert ask(url[0], next(iter(requests(conversation(["short"]))))) == 200
            with pytest.raises(urllib.error.HTTPError, match="404"):
                ask(url[0][: url[0].index("/s/")], b"{}")


def test_its_level_is_what_is_asked_for(tmp_path: Path) -> None:
    with proxy(tmp_path / "s", "--port", "0", "--level", "lossless", "--code") as (line, process):
        assert line.startswith("headroom proxy at http://")
        process.terminate()
        assert process.wait(10) == 0
    (log,) = session_log.sessions(tmp_path / "s")
    (session,) = [e for e in session_log.read(log).events if isinstance(e, events.Start)]
    assert (session.policy["lossy"], session.policy["code_mode"]) == (False, True)
    with proxy(tmp_path / "s", "--port", "0", "--level", "brutal") as (line, process):
        assert line == ""
        assert process.wait(10) == 2
        assert process.stderr
        assert "compress.level must be one of" in process.stderr.read()


AWS = {
    **{name: "" for name in os.environ if name.startswith("AWS_")},
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "the-secret-key"}
HINT = "every program on this machine can use your AWS credentials"


@pytest.mark.parametrize("secret", [True, False])
def test_bedrock_answers_in_anthropics_place(secret: bool, tmp_path: Path) -> None:
    pytest.importorskip("botocore")
    body = next(iter(requests(conversation(["short"]))))
    with running_provider([Turn("hi")]) as provider:
        upstream = {"HEADROOM_UPSTREAM_BEDROCK": provider.url}
        options = [
            "--port",
            "0",
            "--backend",
            "bedrock",
            "--region",
            "eu-west-1",
            *(["--secret"] if secret else []),
        ]
        with proxy(tmp_path / "s", *options, **AWS, **KEYS, **upstream) as (line, process):
            url = line.split()[-1]
            assert process.stdout
            told = process.stdout.readline()
            assert told == f"  anthropic  ANTHROPIC_BASE_URL={url}  ->  {provider.url}\n"
            assert ask(url, body) == 200
            process.terminate()
            assert (HINT in process.stdout.read()) is not secret
            assert process.wait(10) == 0
        (request,) = provider.requests
    assert request.target == "/model/anthropic.claude-sonnet-4-5/invoke-with-response-stream"
    assert "/eu-west-1/bedrock/aws4_request" in request.header("authorization")
    (log,) = session_log.sessions(tmp_path / "s")
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in log.read_text()


def test_a_region_alone_is_where_clients_of_bedrock_are_led(tmp_path: Path) -> None:
    with proxy(tmp_path / "s", "--port", "0", "--region", "eu-west-1") as (line, process):
        assert process.stdout
        told = [process.stdout.readline() for _ in range(4)]
        assert f"AWS_ENDPOINT_URL_BEDROCK_RUNTIME={line.split()[-1]}  ->  AWS eu-west-1\n" in told[-1]
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("environ", "options", "says"),
    [
        (AWS, ["--region", "eu-west-1"], "there are no AWS credentials: set AWS_PROFILE"),
        (AWS | KEYS, [], "set bedrock.region or AWS_REGION"),
    ],
)
def test_a_backend_that_cannot_answer_is_told_at_once(
    environ: dict[str, str], options: list[str], says: str, tmp_path: Path
) -> None:
    pytest.importorskip("botocore")
    with proxy(tmp_path / "s", "--port", "0", "--backend", "bedrock", *options, **environ) as (line, process):
        assert line == ""
        assert process.wait(10) == 2
        assert process.stderr
        error = process.stderr.read()
    assert error.startswith("headroom: proxy.backend bedrock: ")
    assert says in error
    assert not session_log.sessions(tmp_path / "s")


def test_a_port_that_is_taken_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with proxy(tmp_path / "s", "--port", port) as (line, process):
            assert line == ""
            assert process.wait(10) == 2
            assert process.stderr
            assert f"cannot listen on 127.0.0.1:{port}" in process.stderr.read()
