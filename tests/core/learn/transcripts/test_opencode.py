import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from headroom.learn.transcripts import read
from tests.core.learn.transcripts.lines import calls, only, said
from tests.learning.kept import HERE, fill


def test_a_real_database(tmp_path: Path) -> None:
    database = tmp_path / "opencode.db"
    fill(database, HERE / "corpus" / "opencode" / "docker-compose.jsonl")
    transcript = only("opencode", database)
    assert transcript.project == "/home/user/infra"
    assert said(transcript) == [(1, "user", "Start the database and the API."), (1, "assistant", "Both are up.")]
    failed, fixed = calls(transcript)
    assert (failed.command, failed.failed, failed.exit_code) == ("docker-compose up -d", True, 127)
    assert (fixed.command, fixed.failed, fixed.exit_code) == ("docker compose up -d", False, 0)
    assert transcript.began and failed.t and transcript.began <= failed.t


def test_a_real_database_says_where_an_edit_did_not_fit(tmp_path: Path) -> None:
    database = tmp_path / "opencode.db"
    fill(database, HERE / "corpus" / "opencode" / "inexact-limits.jsonl")
    wrong = calls(only("opencode", database))[1]
    assert (wrong.kind, wrong.path, wrong.failed) == ("edit", "/home/user/relay/src/limits.ts", True)
    assert wrong.output.startswith("Could not find oldString")


def stored(folder: Path, *names: str, **record: Any) -> Path:
    file = folder.joinpath("storage", *names).with_suffix(".json")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record), encoding="utf-8")
    return file


def test_the_files_of_earlier_versions(tmp_path: Path) -> None:
    session = stored(tmp_path, "session", "p", "ses_1", id="ses_1", directory="/p", time={"created": 60_000})
    stored(tmp_path, "message", "ses_1", "msg_1", role="user", time={"created": 61_000})
    stored(tmp_path, "message", "ses_1", "msg_2", role="assistant")
    stored(tmp_path, "part", "msg_1", "prt_1", type="text", text="go")
    stored(tmp_path, "part", "msg_1", "prt_2", type="text", text="a file's text", synthetic=True)
    state = {"status": "completed", "input": {"command": "ls"}, "output": "(no output)", "metadata": {"exit": 1}}
    stored(tmp_path, "part", "msg_2", "prt_3", type="tool", tool="bash", state=state)
    (tmp_path / "storage" / "part" / "msg_2" / "prt_4.json").write_text("{half", encoding="utf-8")
    transcript = only("opencode", session)
    assert (transcript.session, transcript.project, transcript.began) == ("ses_1", "/p", 60.0)
    assert said(transcript) == [(1, "user", "go")]
    (call,) = calls(transcript)
    assert (call.command, call.output, call.exit_code, transcript.damaged) == ("ls", "", 1, 1)


def test_what_is_no_database_is_an_oserror(tmp_path: Path) -> None:
    file = tmp_path / "opencode.db"
    with pytest.raises(FileNotFoundError):
        list(read("opencode", file))
    file.write_bytes(b"x" * 5000)
    with pytest.raises(OSError, match="cannot be read as opencode's database"):
        list(read("opencode", file))
    file.unlink()
    sqlite3.connect(file).close()
    with pytest.raises(OSError, match="cannot be read as opencode's database"):
        list(read("opencode", file))


def test_a_damaged_row_is_counted(tmp_path: Path) -> None:
    database = tmp_path / "opencode.db"
    fill(database, HERE / "corpus" / "opencode" / "docker-compose.jsonl")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE part SET data = '{' WHERE data LIKE '%docker-compose up%'")
        connection.execute("UPDATE part SET data = x'ff00' WHERE data LIKE '%Both are up%'")
    connection.close()
    transcript = only("opencode", database)
    assert (transcript.damaged, len(calls(transcript))) == (2, 1)
