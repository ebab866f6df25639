"""`headroom explain` as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.headroom_cli.test_compress import HEADROOM, environ
from tests.laws.conversations import OUTPUTS, conversation, log, rows


def run(home: Path, *arguments: str, data: bytes = b"", **more: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*HEADROOM, "explain", *arguments],
        input=data,
        capture_output=True,
        env=environ(home, PYTHONUTF8="1", COLUMNS="120", **more),
        cwd=home,
        timeout=60,
        check=False,
    )


def blocks(home: Path, *arguments: str, data: bytes = b"") -> list[dict[str, object]]:
    done = run(home, *arguments, "--json", data=data)
    assert (done.returncode, done.stderr) == (0, b"")
    found: list[dict[str, object]] = json.loads(done.stdout)["blocks"]
    return found


@pytest.mark.parametrize(
    ("data", "arguments", "why"),
    [
        ("short", [], "as it is: shorter than the floor of 200 tokens"),
        (rows(100), [], "json_rows; nothing is left out"),
        (rows(100), ["--tool", "Read"], "as it is: results of Read are protected (compress.protected_tools)"),
        (rows(100), ["--command", "cat app.py"], "as it is: a file that may be edited stays verbatim: app.py"),
        (log(300), ["--command", "tail -n 300 app.log"], "logs; the original is "),
        (log(300), ["--level", "lossless"], "nothing is left out"),
    ],
)
def test_a_text_is_explained(data: str, arguments: list[str], why: str, tmp_path: Path) -> None:
    done = run(tmp_path, *arguments, data=data.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert why in " ".join(done.stdout.decode().split())
    assert not (tmp_path / "state").exists(), "nothing is kept"


def test_tabs_are_shown_as_room(tmp_path: Path) -> None:
    done = run(tmp_path, "--show", data=b"a\tbc\n\tdeep\x07\n")
    assert done.stdout.decode().endswith("\na       bc\n        deep?\n")


def test_a_request_is_explained_block_by_block(tmp_path: Path) -> None:
    body = {"model": "claude", "messages": conversation(sorted(OUTPUTS))}
    (tmp_path / "request.json").write_text(json.dumps(body), encoding="utf-8")
    found = blocks(tmp_path, "request.json")
    assert [block["message"] for block in found][:3] == [2, 4, 6]
    by_reason = {str(block["reason"]): block for block in found}
    assert "results of Read are protected (compress.protected_tools)" in by_reason
    assert {block["compressor"] for block in found} >= {"", "json_rows", "logs"}
    done = run(tmp_path, "request.json")
    assert f" headroom explain {len(found)} blocks, ".encode() in done.stdout
    assert not (tmp_path / "state").exists()


def test_the_parts_of_a_mixed_text_are_told_apart(tmp_path: Path) -> None:
    (block,) = blocks(tmp_path, data=f"$ orders\n{rows(100)}\n$ tail app.log\n{log(300)}\n".encode())
    assert block["compressor"] == "json_rows+logs"
    parts = block["parts"]
    assert isinstance(parts, list)
    assert {"verbatim", ""} <= {part["reason"] for part in parts}


def test_what_would_be_sent_is_shown_when_asked_for(tmp_path: Path) -> None:
    assert b"order-0-" not in run(tmp_path, data=rows(100).encode()).stdout
    assert b"[headroom: 100 objects" in run(tmp_path, "--show", data=rows(100).encode()).stdout
    (block,) = blocks(tmp_path, "--show", data=rows(100).encode())
    assert str(block["text"]).startswith("[headroom: 100 ")


def test_json_that_is_no_request_is_a_tools_output(tmp_path: Path) -> None:
    assert len(blocks(tmp_path, data=rows(100).encode())) == 1
    messages = json.dumps(conversation(["rows", "log"])).encode()
    assert len(blocks(tmp_path, data=messages)) == 2
    assert len(blocks(tmp_path, "--as", "tool-output", data=messages)) == 1
    done = run(tmp_path, "--as", "messages", data=rows(100).encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"headroom: standard input: neither a request nor a list of messages")


@pytest.mark.parametrize(
    ("arguments", "data", "why"),
    [
        (["--as", "text"], b"", "--as 'text': it must be one of auto, tool-output, messages"),
        (["nowhere.txt"], b"", "nowhere.txt: No such file or directory"),
        (["--level", "brutal"], b"x", "--level: compress.level must be one of lossless, balanced, aggressive"),
        ([], b"\xff", "standard input: not UTF-8 text, which is passed on as it is"),
        ([], b" " * (33 << 20), "standard input: more than 32 MB, which is passed on as it is"),
    ],
)
def test_a_wrong_call_is_exit_code_2_and_one_line(
    arguments: list[str], data: bytes, why: str, tmp_path: Path
) -> None:
    done = run(tmp_path, *arguments, data=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"headroom: {why}")
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_that_knows_only_ascii_gets_ascii(tmp_path: Path) -> None:
    code = "import sys; from headroom_cli.main import main; sys.argv = ['headroom', 'explain']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=rows(100).encode(),
        capture_output=True,
        env=environ(tmp_path, PYTHONIOENCODING="ascii:strict"),
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
