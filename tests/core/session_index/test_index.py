"""The index tells what the logs tell, whatever happens to either; and when it cannot be had, the logs do."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom import session_log
from headroom.pricing import parse
from headroom.report import Overview, overview, overview_of
from headroom.session_index import ask, forget_deleted
from headroom.session_index.index import FILE, LOCK
from headroom.session_log import events
from headroom.session_log.events import Event
from headroom.system import files, locks
from tests.core.report.made import EVENTS, PRICES, T, block, request, session, usage

DAMAGE = (b"garbled\n", b'{"v":1,"type":"request","t":"no"}\n', b"\n", b'{"v":9,"type":"x","t":1}\n')
LINES = st.one_of(
    EVENTS.map(lambda event: orjson.dumps(events.to_dict(event)) + b"\n"),
    st.sampled_from(DAMAGE),
)
WRITES = st.lists(st.tuples(st.sampled_from("abc"), st.lists(LINES, max_size=9), st.integers(0, 40)), max_size=5)
"""What is written to which log, and how many bytes of it are held back until the next time."""


def plain(root: Path, since: float | None = None) -> Overview:
    """The same from the logs alone."""
    logs = session_log.sessions(root, since)
    return overview_of([session_log.read(log) for log in logs], parse(PRICES, ""), since)


def indexed(root: Path, since: float | None = None) -> Overview:
    return overview(root, parse(PRICES, ""), since)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITES, st.sampled_from((None, T - 50, T + 86_400)))
def test_the_index_and_the_logs_agree_exactly(
    writes: list[tuple[str, list[bytes], int]], since: float | None
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sessions").mkdir()
        held: dict[str, bytes] = {}
        for name, lines, kept_back in writes:
            raw = held.get(name, b"") + b"".join(lines)
            end = max(len(raw) - kept_back, 0)
            with (root / "sessions" / f"{name}.jsonl").open("ab") as log:
                log.write(raw[:end])
            held[name] = raw[end:]
            assert indexed(root) == plain(root)
        assert indexed(root, since) == plain(root, since)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in "ab":
        log(
            tmp_path,
            name,
            *session(request(1, block(name, 900, 90, "logs")), usage(1, 10, 20, 0, 30, 40)).events,
        )
    return tmp_path


def log(root: Path, name: str, *found: Event) -> Path:
    (root / "sessions").mkdir(exist_ok=True)
    path = root / "sessions" / f"{name}.jsonl"
    with path.open("ab") as file:
        file.write(b"".join(orjson.dumps(events.to_dict(event)) + b"\n" for event in found))
    return path


def rows_of(root: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(root / "sessions" / FILE)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def nothing(_: Path) -> None:
    pass


def grown(root: Path) -> None:
    log(root, "a", request(2), usage(2, 1, 2, 0, 3, 4))


def another(root: Path) -> None:
    log(root, "c", request(1), usage(1, 1, 2, 0, 3, 4))


def deleted(root: Path) -> None:
    (root / "sessions" / "a.jsonl").unlink()


def emptied(root: Path) -> None:
    (root / "sessions" / "a.jsonl").write_bytes(b"")


def rewritten(root: Path) -> None:
    path = root / "sessions" / "a.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"output":40', b'"output":41'))


def garbled(root: Path) -> None:
    (root / "sessions" / FILE).write_bytes(b"no database at all" * 400)


def cut(root: Path) -> None:
    index = root / "sessions" / FILE
    os.truncate(index, index.stat().st_size // 2)


def begun(root: Path) -> None:
    (root / "sessions" / FILE).write_bytes(b"")


def without_a_table(root: Path) -> None:
    with contextlib.closing(sqlite3.connect(root / "sessions" / FILE)) as connection:
        connection.execute("DROP TABLE exchanges")


def with_odd_kinds(root: Path) -> None:
    with contextlib.closing(sqlite3.connect(root / "sessions" / FILE)) as connection:
        connection.execute("UPDATE kinds SET said = 'x' || kind")
        connection.commit()


def with_other_counts(root: Path) -> None:
    with contextlib.closing(sqlite3.connect(root / "sessions" / FILE)) as connection:
        connection.execute("UPDATE exchanges SET output = 99")
        connection.commit()


def with_one_bit_wrong(root: Path) -> None:
    index = root / "sessions" / FILE
    raw = bytearray(index.read_bytes())
    raw[-40] ^= 4
    index.write_bytes(raw)


def without_its_lock(root: Path) -> None:
    (root / "sessions" / LOCK).unlink()


def gone(root: Path) -> None:
    (root / "sessions" / FILE).unlink()


@pytest.mark.parametrize("change", [
    *(nothing, grown, another, deleted, emptied, rewritten),
    *(garbled, cut, begun, without_a_table, with_odd_kinds, gone),
    *(with_other_counts, with_one_bit_wrong, without_its_lock),
])  # fmt: skip
def test_whatever_happens_what_is_told_is_what_the_logs_say(root: Path, change: Callable[[Path], None]) -> None:
    assert indexed(root) == plain(root)
    change(root)
    for _ in range(2):
        assert indexed(root) == plain(root)
    assert rows_of(root, "logs") == len(session_log.sessions(root))


def test_rows_of_another_version_are_made_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = indexed(root)
    monkeypatch.setattr("headroom.session_index.index.VERSION", 7)
    assert indexed(root) == expected
    with contextlib.closing(sqlite3.connect(root / "sessions" / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (7,)


def test_what_has_not_changed_is_not_read_again(root: Path) -> None:
    expected = indexed(root)
    for path in session_log.sessions(root):
        info = path.stat()
        path.write_bytes(b"x" * info.st_size)
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert indexed(root) == expected


def test_rows_of_deleted_logs_go(root: Path) -> None:
    indexed(root)
    deleted(root)
    indexed(root)
    assert [rows_of(root, table) for table in ("logs", "exchanges", "blocks")] == [1, 1, 1]


def test_what_is_deleted_can_be_forgotten_at_once(root: Path) -> None:
    folder = root / "sessions"
    forget_deleted(folder)
    assert not (folder / FILE).exists()
    log(root, "c", *session(cwd="/home/ada/secret-plan").events)
    indexed(root)
    assert b"secret-plan" in (folder / FILE).read_bytes()
    (folder / "c.jsonl").unlink()
    forget_deleted(folder)
    assert rows_of(root, "logs") == 2
    assert b"secret-plan" not in (folder / FILE).read_bytes()


def test_only_the_logs_asked_about_are_read(root: Path) -> None:
    assert overview(root, session="a").summary.ids == ["a"]
    assert rows_of(root, "logs") == 1


def test_the_index_is_for_its_owner_alone_and_holds_no_texts(root: Path) -> None:
    indexed(root)
    for name in (FILE, LOCK):
        assert not files.is_open_to_others((root / "sessions" / name).stat())
    written = {path.name for path in (root / "sessions").iterdir()}
    assert written == {"a.jsonl", "b.jsonl", FILE, LOCK}


def linked(root: Path) -> None:
    (root / "sessions" / FILE).symlink_to(root / "elsewhere")


def a_folder(root: Path) -> None:
    (root / "sessions" / FILE).mkdir()


def without_a_lock(root: Path) -> None:
    (root / "sessions" / LOCK).mkdir()


def a_pipe_for_a_lock(root: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(root / "sessions" / LOCK)


@pytest.mark.parametrize("hinder", [linked, a_folder, without_a_lock, a_pipe_for_a_lock])
def test_without_an_index_the_logs_are_read(root: Path, hinder: Callable[[Path], None]) -> None:
    hinder(root)
    before = {path.name for path in (root / "sessions").iterdir()}
    assert indexed(root) == plain(root)
    assert {path.name for path in (root / "sessions").iterdir()} <= before | {LOCK}
    assert not (root / "elsewhere").exists()


def test_who_finds_it_locked_for_long_reads_the_logs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed(root)
    grown(root)
    monkeypatch.setattr("headroom.session_index.index._WAIT_S", 0.05)
    descriptor = files.open_private(root / "sessions" / LOCK, os.O_RDWR)
    try:
        locks.take(descriptor, exclusive=True)
        assert indexed(root) == plain(root)
    finally:
        os.close(descriptor)


def test_a_log_that_cannot_be_read_is_an_error_as_without_an_index(root: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        ask([root / "sessions"], lambda connection: None)


CHILD = """
import sys
from pathlib import Path
from headroom.report import overview
print(*(overview(Path(sys.argv[1])).summary.total.output for _ in range(20)))
"""


def test_processes_share_it_while_logs_grow(root: Path) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, root], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for n in range(2, 60):
        log(root, "ab"[n % 2], request(n), usage(n, 1, 0, 0, 0, 1))
    for child in children:
        said, _ = child.communicate(timeout=120)
        assert child.returncode == 0
        found = [int(word) for word in said.split()]
        assert found == sorted(found)
        assert 80 <= found[0] <= found[-1] <= 80 + 58
    assert indexed(root) == plain(root)
    assert indexed(root).summary.total.output == 80 + 58
