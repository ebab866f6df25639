"""`headroom compress` as a user types it: in a shell, in a pipe, on any bytes."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from headroom.store import SqliteStore
from tests.laws.conversations import OUTPUTS, conversation, log, rows

HEADROOM = [sys.executable, "-m", "headroom_cli"]
MB = 1 << 20


def environ(home: Path, **more: str) -> dict[str, str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM_")}
    return keep | {"HEADROOM_HOME": str(home / "state"), "HEADROOM_CONFIG": str(home / "none.toml")} | more


def run(home: Path, *arguments: str, data: bytes = b"", **more: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*HEADROOM, "compress", *arguments],
        input=data,
        capture_output=True,
        env=environ(home, **more),
        cwd=home,
        timeout=100,
        check=False,
    )


def test_a_text_comes_out_shorter_from_a_file_and_from_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(rows(100), encoding="utf-8")
    outputs = [
        run(tmp_path, "rows.json"),
        run(tmp_path, data=rows(100).encode()),
        run(tmp_path, "-", data=rows(100).encode()),
        run(tmp_path, "--as", "tool-output", "--command", "orders --all", data=rows(100).encode()),
    ]
    for done in outputs:
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == outputs[0].stdout
        assert done.stdout.startswith(b"[headroom: 100 ")
        assert len(done.stdout) < len(rows(100)) / 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short\r\n",
        b"no newline at the end",
        b"\xef\xbb\xbfbyte order mark\n" * 200,
        b"a\x00b\xff\xfe" * 5000,
        "é\u2028\x85".encode() * 3000,
        b"\xed\xa0\x80" * 3000,
        b"\r\n".join(b"line %d of some text, unlike any log or table" % n for n in range(500)),
    ],
)
def test_where_nothing_is_gained_the_very_same_bytes_come_out(data: bytes, tmp_path: Path) -> None:
    done = run(tmp_path, "--tool", "Read", data=data)
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", data)


def test_what_is_left_out_can_be_retrieved(tmp_path: Path) -> None:
    done = run(tmp_path, "--json", data=log(300).encode())
    told = json.loads(done.stdout)
    assert set(told) == {
        *("text", "tokens_before", "tokens_after", "saved", "compressor", "lossless", "reason", "ref"),
    }
    assert (told["compressor"], told["lossless"], told["reason"]) == ("logs", False, "")
    assert told["saved"] == told["tokens_before"] - told["tokens_after"] > 5000
    assert told["text"].encode() == run(tmp_path, data=log(300).encode()).stdout
    assert SqliteStore(tmp_path / "state" / "store").get(told["ref"]) == log(300)
    back = subprocess.run([*HEADROOM, "retrieve", told["ref"]], capture_output=True, env=environ(tmp_path))
    assert back.stdout == log(300).encode()


def test_the_level_and_the_query_count(tmp_path: Path) -> None:
    data = log(1000).encode()
    assert json.loads(run(tmp_path, "--json", "--level", "lossless", data=data).stdout)["lossless"]
    wanted = b"path=/api/orders/437 "
    assert wanted not in run(tmp_path, data=data).stdout
    assert wanted in run(tmp_path, "--query", "orders/437", data=data).stdout


def test_source_code_is_left_as_it_is_when_a_file_or_a_command_says_so(tmp_path: Path) -> None:
    (tmp_path / "orders.py").write_text(rows(100), encoding="utf-8")
    assert run(tmp_path, "orders.py").stdout.decode() == rows(100)
    assert run(tmp_path, "--command", "cat orders.py", data=rows(100).encode()).stdout.decode() == rows(100)
    assert run(tmp_path, "--tool", "Read", data=rows(100).encode()).stdout.decode() == rows(100)


def test_of_a_source_file_that_is_only_read_an_outline_will_do(tmp_path: Path) -> None:
    bodies = "".join(f"def work_{n}(a, b):\n" + "    a = a + b * 2 - 1\n" * 30 + "\n\n" for n in range(12))
    (tmp_path / "a b.py").write_text(bodies, encoding="utf-8")
    assert run(tmp_path, "a b.py").stdout.decode() == bodies
    outline = run(tmp_path, "--code", "a b.py").stdout.decode()
    assert "def work_7(a, b):" in outline and len(outline) < len(bodies) / 3
    assert (
        run(tmp_path, "--code", "--command", "cat x.py", data=bodies.encode()).stdout.decode().count("def ") == 12
    )


def test_an_explanation_goes_to_stderr(tmp_path: Path) -> None:
    done = run(tmp_path, "--explain", data=rows(100).encode())
    assert done.stdout == run(tmp_path, data=rows(100).encode()).stdout
    assert b"json_rows; nothing is left out" in done.stderr
    done = run(tmp_path, "--explain", data=b"short")
    assert done.stdout == b"short"
    assert b"as it is: shorter than the floor of 200 tokens" in done.stderr
    done = run(tmp_path, "--explain", data=b"\xff")
    assert (done.stdout, done.stderr) == (b"\xff", b"headroom: not UTF-8 text, so it is passed on as it is\n")


def test_messages_come_out_with_nothing_but_their_results_changed(tmp_path: Path) -> None:
    body = {"n": 1.0, "messages": json.loads(json.dumps(conversation(sorted(OUTPUTS)))), "x": "é"}
    raw = json.dumps(body, indent=1, ensure_ascii=False).encode()
    (tmp_path / "request.json").write_bytes(raw)
    done = run(tmp_path, "request.json", "--as", "messages", "--explain")
    sent = json.loads(done.stdout)
    assert len(done.stdout) < len(raw) / 2
    assert f"headroom explain {len(OUTPUTS)} blocks" in done.stderr.decode()
    assert [len(message["content"]) for message in sent["messages"][:2]] == [1, 2]
    told = json.loads(run(tmp_path, "request.json", "--as", "messages", "--json").stdout)
    assert told["text"].encode() == done.stdout
    assert told["saved"] == sum(block["saved"] for block in told["blocks"]) > 10_000
    short = json.dumps(conversation(["short"]), indent=3).encode()
    assert run(tmp_path, "--as", "messages", data=short).stdout == short


@pytest.mark.parametrize(
    ("arguments", "data", "why"),
    [
        (["--as", "text"], b"", "--as 'text': it must be one of tool-output, messages"),
        (["nowhere.txt"], b"", "nowhere.txt: No such file or directory"),
        (["--level", "brutal"], b"x", "--level: compress.level must be one of lossless, balanced, aggressive"),
        (["--as", "messages"], b"text", "standard input: not JSON"),
        (["--as", "messages"], b"[1]", "standard input: neither a request nor a list of messages"),
        (["--json"], b"\xff", "not UTF-8 text, which JSON cannot hold"),
        (["--as", "messages"], b" " * (33 * MB), "more than 32 MB"),
    ],
)
def test_a_wrong_call_is_exit_code_2_and_one_line(
    arguments: list[str], data: bytes, why: str, tmp_path: Path
) -> None:
    done = run(tmp_path, *arguments, data=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"headroom: {why}")
    assert done.stderr.count(b"\n") == 1


def test_a_wrong_setting_is_exit_code_2_and_names_its_file(tmp_path: Path) -> None:
    file = tmp_path / ".headroom.toml"
    file.write_text("[upstream]\nanthropic = 'https://evil.example.com'", encoding="utf-8")
    done = run(tmp_path, data=b"x")
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"headroom: {file}: a project may not set upstream.anthropic, only compress.*; "
        f"it belongs in {tmp_path / 'none.toml'}\n"
    )
    file.write_text("[compress]\nlevel = 'most'", encoding="utf-8")
    done = run(tmp_path, data=b"x")
    assert done.returncode == 2
    assert (
        f"{file}: compress.level must be one of lossless, balanced, aggressive, not 'most'" in done.stderr.decode()
    )


def test_a_projects_settings_hold(tmp_path: Path) -> None:
    (tmp_path / ".headroom.toml").write_text("[compress.tools]\n'B*' = 'off'", encoding="utf-8")
    for tool, is_shorter in (("Bash", False), ("Grep", True)):
        done = run(tmp_path, "--tool", tool, data=rows(100).encode())
        assert (len(done.stdout) < len(rows(100))) is is_shorter
    done = run(tmp_path, data=rows(100).encode(), HEADROOM_COMPRESS_ENABLED="no")
    assert done.stdout.decode() == rows(100)


def test_what_is_too_large_is_passed_on_as_it_comes(tmp_path: Path) -> None:
    data = (log(1000) + "\n").encode() * 400
    assert len(data) > 32 * MB
    done = run(tmp_path, data=data)
    assert (done.returncode, done.stdout) == (0, data)
    assert done.stderr == b"headroom: more than 32 MB, so it is passed on as it is\n"


@pytest.mark.parametrize("size", [1, 40 * MB])
def test_a_reader_that_goes_away_is_no_error(size: int, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"some words\n" * max(size // 11, 100_000))
    command = f"'{sys.executable}' -m headroom_cli compress in --tool Read | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, env=environ(tmp_path), cwd=tmp_path)
    assert done.stdout == b"some words\n"
    assert b"Traceback" not in done.stderr
    assert b"rror" not in done.stderr


def test_nothing_to_read_is_said_on_a_terminal(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    with os.fdopen(follower) as terminal:
        done = subprocess.run([*HEADROOM, "compress"], stdin=terminal, capture_output=True, env=environ(tmp_path))
    os.close(leader)
    assert done.returncode == 2
    assert done.stderr == b"headroom: nothing to read: name a FILE, or pipe a text in\n"
