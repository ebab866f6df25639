"""`headroom retrieve` gives an original back: exactly, in part, or not at all, and says which."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from headroom.store import SqliteStore
from headroom.toin import folder, report, today
from headroom.toin.book import FILE, Book, Form
from headroom.toin.shown import pack

APP = "import typer; from headroom_cli.retrieve import retrieve; typer.run(retrieve)"
TEXT = "".join(f"line {number} of user_{number}\n" for number in range(1, 101)) + "last\r\nünï\t\x00 \u2028end"


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "store")


def retrieve(home: Path, *arguments: str, log: Path | None = None) -> "subprocess.CompletedProcess[bytes]":
    keep = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM_")}
    environ = {**keep, "HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "headroom.toml")}
    if log:
        environ["HEADROOM_SESSION_LOG"] = str(log)
    return subprocess.run([sys.executable, "-c", APP, *arguments], capture_output=True, env=environ, check=False)


def test_the_original_comes_back_byte_for_byte(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    for name in (key, key[:6], key.upper(), store.path(key), f"originals/{key}.txt", rf"C:\o\{key}.txt"):
        done = retrieve(tmp_path, name)
        assert (done.returncode, done.stdout, done.stderr) == (0, TEXT.encode(), b"")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/nope/file.txt", "/nope/file.txt: no such file; give 6 to 12 hex digits"),
        (r"C:\nope\file.txt", r"C:\nope\file.txt: no such file; give 6 to 12 hex digits"),
        ("file", "not the hash of an original: 'file'"),
        (__file__, "not the hash of an original: "),
    ],
)
def test_what_names_no_original_is_told_why(name: str, told: str, tmp_path: Path) -> None:
    done = retrieve(tmp_path, name)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"headroom: {told}")


def test_lines_come_back_as_they_stand(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    assert retrieve(tmp_path, key, "--start", "99", "--limit", "3").stdout == (
        b"line 99 of user_99\nline 100 of user_100\nlast\r\n"
    )
    assert retrieve(tmp_path, key, "--limit", "1").stdout == b"line 1 of user_1\n"
    assert retrieve(tmp_path, key, "--start", "102").stdout == "ünï\t\x00 \u2028end".encode()
    assert retrieve(tmp_path, key, "--start", "103").stdout == b""


def test_a_query_gives_ranked_parts_with_their_lines(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    done = retrieve(tmp_path, key, "user", "42", "--limit", "1")
    assert (done.returncode, done.stdout) == (0, b"--- line 42 of 102\nline 42 of user_42\n")
    assert retrieve(tmp_path, key, "user").stdout.count(b"---") == 10
    key = store.put("a\nb\n\nc\n")
    assert retrieve(tmp_path, key, "b").stdout == b"--- lines 1-2 of 4\na\nb\n"


def test_a_query_without_an_answer_says_so(tmp_path: Path, store: SqliteStore) -> None:
    done = retrieve(tmp_path, store.put(TEXT), "nowhere")
    assert done.returncode == 0
    assert done.stdout == b"nothing in 102 lines answers this; without a query, all of them are printed\n"


def test_json_says_the_same_with_line_numbers(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    assert json.loads(retrieve(tmp_path, key, "--json", "--start", "101", "--limit", "1").stdout) == {
        "hash": key,
        "first_line": 101,
        "last_line": 101,
        "total_lines": 102,
        "text": "last\r\n",
    }
    answer = json.loads(retrieve(tmp_path, key, "user_7 ", "--json", "--limit", "1").stdout)
    (hit,) = answer.pop("hits")
    assert answer == {"hash": key, "query": "user_7 ", "total_lines": 102}
    assert (hit["first_line"], hit["last_line"], hit["text"]) == (7, 7, "line 7 of user_7")
    assert hit["score"] > 0
    assert json.loads(retrieve(tmp_path, key, "nowhere", "--json").stdout)["hits"] == []


@pytest.mark.parametrize(
    ("name", "toml", "days"),
    [
        ("0123456789ab", None, "7"),
        ("0123456", None, "7"),
        ("0123456789ab", "store.ttl_days = 30", "30"),
        ("0123456789ab", "= broken", "7"),
    ],
)
def test_a_miss_says_once_what_to_do(tmp_path: Path, name: str, toml: str | None, days: str) -> None:
    if toml:
        (tmp_path / "headroom.toml").write_text(toml)
    done = retrieve(tmp_path, name)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        f"gone (expired after {days} days, or never stored here); run the command again\n"
    )


def test_a_damaged_original_is_a_miss(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    Path(store.path(key)).write_text("something else")
    done = retrieve(tmp_path, key)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.parametrize("name", ["", "12345", "0123456789abc", "readme.txt", "xyzxyzxyzxyz", "0123456789ab.gz"])
def test_a_malformed_hash_is_named(tmp_path: Path, name: str) -> None:
    done = retrieve(tmp_path, name)
    assert (done.returncode, done.stdout) == (2, b"")
    wrong, _, remedy = done.stderr.decode().partition("; ")
    assert wrong == f"headroom: not the hash of an original: {name!r}"
    assert remedy == "give 6 to 12 hex digits, or the path that the marker names\n"


def test_a_beginning_that_fits_several_is_refused_with_their_names(tmp_path: Path, store: SqliteStore) -> None:
    store.put("text")
    names = ["abcdef000000", "abcdef111111"]
    for name in names:
        (store.originals / f"{name}.txt").write_text("")
    done = retrieve(tmp_path, "abcdef")
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "headroom: 2 originals begin with abcdef: abcdef000000, abcdef111111; give more digits\n"
    )


def test_a_start_makes_no_sense_with_a_query(tmp_path: Path, store: SqliteStore) -> None:
    done = retrieve(tmp_path, store.put(TEXT), "user", "--start", "3")
    assert done.returncode == 2
    assert b"--start is for reading without a query" in done.stderr


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "originals").write_text("in the way")
    done = retrieve(tmp_path, "0123456789ab")
    assert done.returncode == 2
    assert b"Not a directory" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_sessions_log_is_told(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    log = tmp_path / "session.jsonl"
    assert retrieve(tmp_path, key, log=log).stdout == TEXT.encode()
    retrieve(tmp_path, key, "user_42", "--limit", "1", log=log)
    retrieve(tmp_path, "0123456789ab", log=log)
    retrieve(tmp_path, "malformed", log=log)
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(event["hash"], event["query"], event["hit"]) for event in events] == [
        (key, False, True),
        (key, True, True),
        ("0123456789ab", False, False),
    ]
    assert all((event["v"], event["type"]) == (1, "retrieve") and event["t"] > 1.7e9 for event in events)
    whole, part, miss = (event["tokens"] for event in events)
    assert whole > 700 > 30 > part > 5 > miss == 0
    assert b"user" not in log.read_bytes()


def test_a_log_that_cannot_be_written_does_not_stand_in_the_way(tmp_path: Path, store: SqliteStore) -> None:
    done = retrieve(tmp_path, store.put(TEXT), log=tmp_path / "no" / "such" / "folder")
    assert (done.returncode, done.stdout, done.stderr) == (0, TEXT.encode(), b"")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put("long line\n" * 100_000)
    command = f"'{sys.executable}' -c '{APP}' {key} | head -n 1"
    environ = {**os.environ, "HEADROOM_HOME": str(tmp_path)}
    done = subprocess.run(command, shell=True, capture_output=True, env=environ, check=False)
    assert (done.stdout, done.stderr) == (b"long line\n", b"")


def test_a_lookup_teaches_where_the_form_is_known(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    retrieve(tmp_path, key, "user")
    assert not folder(tmp_path).exists()
    form = Form(key, "11111111", "logs", 0, today(), False, frozenset(), pack(()))
    Book(folder(tmp_path)).raise_counts(today(), [("11111111", "c0", 1)], [form])
    retrieve(tmp_path, key, "user_42")
    (row,) = report(tmp_path, today())
    assert (row.looked_up, row.lookups, sum(row.rows_asked.values())) == (1, 1, 1)
    assert row.tokens_back > 5


def test_what_cannot_be_learnt_from_is_given_all_the_same(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put(TEXT)
    folder(tmp_path).mkdir()
    (folder(tmp_path) / FILE).write_bytes(b"damaged")
    done = retrieve(tmp_path, key)
    assert (done.returncode, done.stdout, done.stderr) == (0, TEXT.encode(), b"")
