"""The files: private, appended to by many, readable after any death."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from headroom import session_log
from headroom.policy import Policy
from headroom.session_log.events import End, Error, Request, Start


def new(root: Path, t: float | None = None, cwd: str = "/src") -> Path:
    return session_log.new_session(
        root,
        agent="claude",
        cwd=cwd,
        version="1.2.3",
        policy=Policy(),
        upstream="https://api.anthropic.com",
        t=t,
    )


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_files_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        path = new(tmp_path / "state")
        session_log.append(path, session_log.error_event("a", "b"))
        session_log.append(path.with_name("lost.jsonl"), session_log.error_event("a", "b"))
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    assert stat.S_IMODE(path.with_name("lost.jsonl").stat().st_mode) & 0o077 == 0


def test_a_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions").chmod(0o777)
    assert stat.S_IMODE(new(tmp_path).parent.stat().st_mode) == 0o700


def test_a_session_begins_with_what_it_is(tmp_path: Path) -> None:
    path = new(tmp_path, t=1795239612.0)
    assert path.name.startswith("20261121-054012-")
    session = session_log.read(path)
    (start,) = session.events
    assert isinstance(start, Start)
    assert (start.id, start.agent, start.cwd) == (session.id, "claude", "/src")
    assert start.upstream == "api.anthropic.com"
    assert start.versions["headroom"] == "1.2.3"
    assert start.policy["floor_tokens"] == 200


def test_ids_differ_within_a_second(tmp_path: Path) -> None:
    assert len({new(tmp_path, t=5.0) for _ in range(20)}) == 20


WRITER = """
import sys
from pathlib import Path
from headroom import session_log
path, name, lines = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with session_log.SessionLog(path) as log:
    print("ready", flush=True)
    for n in range(lines):
        event = session_log.error_event(name, "word " * (n % 40))
        if n % 5:
            log.append(event)
        else:
            session_log.append(path, event)
"""


def writer(path: Path, name: str, lines: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, path, name, str(lines)], stdout=subprocess.PIPE)


def test_lines_of_many_processes_stay_whole(tmp_path: Path) -> None:
    path = new(tmp_path)
    running = [writer(path, f"process-{n}", 300) for n in "abcd"]
    for process in running:
        process.communicate()
        assert process.returncode == 0
    session = session_log.read(path)
    assert session.damaged == 0
    for n in "abcd":
        told = [e for e in session.events if isinstance(e, Error) and e.where == f"process-{n}"]
        assert [len(e.what.split()) for e in told] == [k % 40 for k in range(300)]


def test_a_log_is_readable_after_its_writer_was_killed(tmp_path: Path) -> None:
    path = new(tmp_path)
    with writer(path, "victim", 10**9) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        while path.stat().st_size < 20_000:
            pass
        process.send_signal(signal.SIGKILL)
    session_log.append(path, session_log.end_event(None, 1.0, "the wrapper was killed"))
    session = session_log.read(path)
    assert session.damaged == 0
    assert isinstance(session.events[-1], End)


def test_a_torn_line_costs_itself_and_no_other(tmp_path: Path) -> None:
    path = new(tmp_path)
    session_log.append(path, session_log.error_event("first", "word"))
    path.write_bytes(path.read_bytes()[:-9])
    session_log.append(path, session_log.error_event("second", "word"))
    session = session_log.read(path)
    assert session.damaged == 1
    assert [event.where for event in session.events if isinstance(event, Error)] == ["second"]


def test_damaged_lines_are_counted_and_newer_ones_tolerated(tmp_path: Path) -> None:
    path = new(tmp_path)
    with path.open("ab") as log:
        log.write(b'\n  \nnonsense\n{"type":"error"}\n\xff\xfe\n[1]\n{"v":3,"type":"weather","t":1,"wind":2}\n')
        log.write(b'{"v":2,"type":"error","t":1,"where":"x","mood":1}\n' + b"[" * 5000 + b"\n")
    session = session_log.read(path)
    assert session.damaged == 5
    assert [type(event) for event in session.events] == [Start, Error]


def test_what_json_has_no_room_for_becomes_an_error_line(tmp_path: Path) -> None:
    path = new(tmp_path)
    session_log.append(path, {"type": "usage", "t": 1.0, "input": 2**70})
    session_log.append(path, {"type": "usage", "t": 1.0, "model": "\udcff"})
    session = session_log.read(path)
    assert session.damaged == 0
    assert [event.where for event in session.events if isinstance(event, Error)] == ["session_log"] * 2


@pytest.mark.parametrize(
    ("cwd", "shown"), [("/Zo\udcc3\udca9", "/Zoé"), ("/caf\udce9", "/caf?"), ("/two\nlines", "/two\nlines")]
)
def test_a_folder_whose_name_is_no_text_begins_a_session(tmp_path: Path, cwd: str, shown: str) -> None:
    (start,) = session_log.read(new(tmp_path, cwd=cwd)).events
    assert isinstance(start, Start)
    assert start.cwd == shown


def test_sessions_come_newest_last_and_since(tmp_path: Path) -> None:
    assert session_log.sessions(tmp_path) == []
    logs = [new(tmp_path, t=1_700_000_000.0 + n * 86_400) for n in (3, 1, 2)]
    (tmp_path / "sessions" / "notes.txt").touch()
    (tmp_path / "sessions" / "folder.jsonl").mkdir()
    assert session_log.sessions(tmp_path) == [logs[1], logs[2], logs[0]]
    os.utime(logs[2], (1000, 1000))
    assert session_log.sessions(tmp_path, since=2000) == [logs[1], logs[0]]


def test_a_log_that_is_deleted_while_they_are_listed_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (folder / name).touch()
    with os.scandir(folder) as entries:
        seen = list(entries)
    (folder / "a.jsonl").unlink()
    monkeypatch.setattr("headroom.session_log.files.os.scandir", lambda _folder: contextlib.nullcontext(seen))
    assert [path.name for path in session_log.sessions(tmp_path, since=0.0)] == ["b.jsonl"]


def test_counting_goes_on_where_the_last_writer_stopped(tmp_path: Path) -> None:
    path = new(tmp_path)
    assert session_log.count_requests(path) == session_log.count_requests(tmp_path / "none.jsonl") == 0
    for n in (1, 2, 2):
        session_log.append(path, {"type": "request", "t": 1.0, "n": n})
    assert session_log.count_requests(path) == 2
    assert sum(isinstance(event, Request) for event in session_log.read(path).events) == 3


def test_a_link_put_in_the_way_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious\n")
    (tmp_path / "log.jsonl").symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"):
        session_log.append(tmp_path / "log.jsonl", session_log.error_event("a", "b"))
    assert target.read_text() == "precious\n"


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    log = session_log.SessionLog(new(tmp_path))
    log.close()
    log.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        log.append(session_log.error_event("a", "b"))
