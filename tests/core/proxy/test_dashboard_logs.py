"""Logs that grow, end in half a line, are damaged, deleted or large."""

import os
from pathlib import Path

import orjson
import pytest

from headroom import session_log
from headroom.proxy import dashboard_logs
from headroom.proxy.dashboard_logs import Logs
from headroom.session_log.events import Event, to_dict
from tests.core.dashboard.logs import T0, exchange, session


def lines(*events: Event) -> bytes:
    return b"".join(orjson.dumps(to_dict(event)) + b"\n" for event in events)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "sessions"
    folder.mkdir()
    return folder


def write(path: Path, data: bytes) -> None:
    with path.open("ab") as log:
        log.write(data)
    os.utime(path, (T0, T0))


def requests(logs: Logs) -> int:
    logs.refresh(T0)
    return sum(hour.account.requests for hour in logs.board.hours.values())


def test_each_line_is_read_once_when_it_is_whole(folder: Path) -> None:
    log = folder / "s1.jsonl"
    logs = Logs(folder.parent)
    assert requests(logs) == 0
    write(log, lines(*session()))
    assert requests(logs) == 1
    version = logs.board.version
    more = lines(*exchange(2))
    write(log, more[:40])
    assert requests(logs) == 1
    assert logs.board.version == version
    write(log, more[40:])
    assert requests(logs) == 2
    assert requests(logs) == 2
    assert logs.waiting == 0


def test_damaged_lines_are_left_out(folder: Path) -> None:
    write(folder / "s1.jsonl", b"not json\n{}\n\xff\xfe\n" + lines(*session()) + b'{"v":1,"type":"new","t":1}\n')
    assert requests(Logs(folder.parent)) == 1


def test_a_session_that_is_deleted_is_in_no_sum_any_more(folder: Path) -> None:
    write(folder / "s1.jsonl", lines(*session()))
    write(folder / "s2.jsonl", lines(*session()))
    logs = Logs(folder.parent)
    assert requests(logs) == 2
    (folder / "s1.jsonl").unlink()
    assert requests(logs) == 1


def test_a_log_that_was_emptied_is_read_anew(folder: Path) -> None:
    log = folder / "s1.jsonl"
    write(log, lines(*session()))
    logs = Logs(folder.parent)
    assert requests(logs) == 1
    log.write_bytes(b"")
    write(log, b"\n")
    assert requests(logs) == 0


def test_a_log_that_was_replaced_is_read_anew(folder: Path) -> None:
    log = folder / "s1.jsonl"
    write(log, lines(*session()))
    logs = Logs(folder.parent)
    assert requests(logs) == 1
    write(folder / "other", lines(*session(*exchange(2), *exchange(3))))
    (folder / "other").replace(log)
    assert requests(logs) == 3
    assert requests(logs) == 3


def test_logs_of_long_ago_are_not_read(folder: Path) -> None:
    log = folder / "s1.jsonl"
    write(log, lines(*session()))
    os.utime(log, (T0 - 40 * 86_400,) * 2)
    assert requests(Logs(folder.parent)) == 0


def test_much_is_read_step_by_step_the_newest_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = lines(*session())
    monkeypatch.setattr(dashboard_logs, "_STEP_BYTES", len(data) + 10)
    for name in ("s1", "s2", "s3"):
        write(folder / f"{name}.jsonl", data)
    logs = Logs(folder.parent)
    seen = []
    while True:
        count = requests(logs)
        seen.append((count, sorted(logs.board.sessions)))
        if not logs.waiting:
            break
    assert seen[0][1][-1] == "s3"
    assert seen[-1][0] == 3
    assert len(seen) > 1


def test_a_line_without_end_stops_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard_logs, "_STEP_BYTES", 1000)
    write(folder / "s1.jsonl", b"x" * 2500 + b"\n" + lines(*exchange(1)))
    logs = Logs(folder.parent)
    assert [requests(logs) for _ in range(6)][-1] == 1


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    assert requests(Logs(tmp_path / "none")) == 0
    assert session_log.sessions(tmp_path / "none") == []
