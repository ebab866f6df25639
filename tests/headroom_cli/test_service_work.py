"""What a keeper starts: it says one line, answers on the socket that it was given, and does as it is told."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import headroom
from headroom_service import keeper, state


@contextmanager
def worker(root: Path, **environ: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Start one on a free port; yield it and its URL."""
    state.folder(root).mkdir(parents=True)
    config = {"HEADROOM_HOME": str(root), "HEADROOM_CONFIG": str(root / "none.toml")}
    with socket.create_server(("127.0.0.1", 0)) as sock:
        process = subprocess.Popen(
            [sys.executable, "-m", "headroom_cli", "service", "work", str(sock.fileno())],
            env=os.environ | config | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(sock.fileno(),),
        )
        with process:
            try:
                yield process, f"http://127.0.0.1:{sock.getsockname()[1]}/s/{state.secret(root)}"
            finally:
                process.kill()


@pytest.mark.parametrize("told", [keeper.END, keeper.LEAVE, b""])
def test_it_says_that_it_answers_and_ends_when_told(tmp_path: Path, told: bytes) -> None:
    with worker(tmp_path / "s") as (process, url):
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == f"{keeper.READY} {headroom.__version__}\n".encode()
        with urllib.request.urlopen(f"{url}/health", timeout=20) as answer:
            assert answer.status == 200
        process.stdin.write(told)
        process.stdin.close()
        assert process.wait(30) == 0
        assert process.stdout.read() == b""
        assert process.stderr
        assert process.stderr.read() == b""


def test_a_setting_that_is_wrong_is_told_in_one_line(tmp_path: Path) -> None:
    with worker(tmp_path / "s", HEADROOM_UPSTREAM_ANTHROPIC="non\nsense") as (process, _):
        assert process.stdout
        assert process.wait(30) == 2
        (line,) = process.stdout.read().splitlines()
    assert line.startswith(keeper.WRONG.encode() + b" HEADROOM_UPSTREAM_ANTHROPIC")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "sessions").write_text("a file")
    with worker(tmp_path / "s") as (process, _):
        assert process.stdout
        assert process.wait(30) == 1
        assert process.stdout.read().startswith(keeper.FAILED.encode() + b" ")
