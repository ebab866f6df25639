"""Originals come back byte for byte, whatever happened to the processes, the index and the disk."""

import errno
import hashlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from headroom.store import SqliteStore, Stats
from headroom.store.database import FILE

COLLIDING = ("row 156774", "row 4888274")
"""Two texts with the same first 12 hex digits of SHA-256, found by search."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store")) as opened:
        yield opened


def run(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(processes: list["subprocess.Popen[str]"]) -> list[str]:
    """Wait for processes that must end well, and return what they printed."""
    printed = []
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        printed.append(out)
    return printed


def test_key_and_file_follow_from_the_text_alone(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put("a\r\nb\n\n")
    assert key == hashlib.sha256(b"a\r\nb\n\n").hexdigest()[:12]
    assert store.path(key) == str(tmp_path / "store" / "originals" / f"{key}.txt")
    assert Path(store.path(key)).read_bytes() == b"a\r\nb\n\n"
    assert store.get(key) == "a\r\nb\n\n"


def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert SqliteStore(Path("store")).path("0" * 12) == str(tmp_path / "store" / "originals" / f"{'0' * 12}.txt")


def test_any_text_comes_back(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    @hypothesis_settings(max_examples=50, deadline=None)
    def holds(text: str) -> None:
        assert SqliteStore(tmp_path).get(store.put(text)) == text

    holds()
    store.close()


def test_a_text_without_utf8_form_is_refused(tmp_path: Path, store: SqliteStore) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        store.put("lone \ud800")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "key", ["", "0123456789a", "0123456789abc", "0123456789AB", "../../secrets", "0123456789ab\n"]
)
def test_what_is_no_key_finds_nothing_and_has_no_path(store: SqliteStore, key: str) -> None:
    assert store.get(key) is None
    with pytest.raises(ValueError, match="not the key"):
        store.path(key)


def test_a_missing_original_is_none(store: SqliteStore) -> None:
    assert store.get("0" * 12) is None


def test_keys_are_found_by_how_they_begin(store: SqliteStore) -> None:
    assert store.matches("") == []
    keys = sorted(store.put(f"text {number}") for number in range(20))
    assert store.matches("") == keys
    assert store.matches(keys[7][:8]) == [keys[7]]


def test_another_text_of_the_same_key_is_refused(store: SqliteStore) -> None:
    first, second = COLLIDING
    key = store.put(first)
    with pytest.raises(OSError, match=f"another text has the key {key}") as caught:
        store.put(second)
    assert caught.value.errno == errno.EEXIST
    assert store.get(key) == first
    assert store.put(first) == key


def garbage(file: Path) -> None:
    file.write_text("something else")


def cut(file: Path) -> None:
    os.truncate(file, 3)


def link(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.parent.parent / "elsewhere")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("damage", [garbage, cut, link, pipe, Path.unlink])
def test_a_damaged_original_is_a_miss_until_it_is_put_again(
    tmp_path: Path, store: SqliteStore, damage: Callable[[Path], None]
) -> None:
    key = store.put("the original")
    (tmp_path / "store" / "elsewhere").write_text("the original")
    damage(Path(store.path(key)))
    assert store.get(key) is None
    assert store.put("the original") == key
    assert store.get(key) == "the original"
    assert stat.S_ISREG(Path(store.path(key)).lstat().st_mode)
    assert (tmp_path / "store" / "elsewhere").read_text() == "the original"


def test_an_original_put_again_is_only_touched(tmp_path: Path) -> None:
    now = 1000.0
    store = SqliteStore(tmp_path, clock=lambda: now)
    file = Path(store.path(store.put("text")))
    before = file.stat()
    now = 2000.0
    store.put("text")
    assert (file.stat().st_ino, file.stat().st_mtime) == (before.st_ino, 2000.0)
    now = 3000.0
    store.get(store.put("text"))
    assert (before.st_mtime, file.stat().st_mtime) == (1000.0, 3000.0)
    store.close()


UMASK = """
import os, sys
from pathlib import Path
from headroom.store import SqliteMemo, SqliteStore
os.umask(0)
store, memo = SqliteStore(Path(sys.argv[1])), SqliteMemo(Path(sys.argv[1]))
store.put("text")
memo.leave_alone("conversation", "reason")
for folder, _, names in os.walk(sys.argv[1]):
    for path in [folder, *(os.path.join(folder, name) for name in names)]:
        print(oct(os.lstat(path).st_mode & 0o7777), os.path.basename(path))
"""


@pytest.mark.parametrize("is_there", [False, True])
def test_all_is_private_under_umask_000(tmp_path: Path, is_there: bool) -> None:
    root = tmp_path / "store"
    if is_there:
        (root / "originals").mkdir(parents=True)
        root.chmod(0o777)
        (root / "originals").chmod(0o777)
    (printed,) = finish([run(UMASK, root)])
    modes = {name: mode for mode, name in (line.split(" ", 1) for line in printed.splitlines())}
    assert {name: mode for name, mode in modes.items() if not name.endswith(".txt")} == {
        "store": "0o700",
        "originals": "0o700",
        "lock": "0o600",
        FILE: "0o600",
        f"{FILE}-wal": "0o600",
        f"{FILE}-shm": "0o600",
    }
    assert modes[f"{hashlib.sha256(b'text').hexdigest()[:12]}.txt"] == "0o600"


@pytest.mark.parametrize("place", ["store", "store/originals"])
def test_a_folder_that_cannot_be_is_an_error_that_names_it(tmp_path: Path, store: SqliteStore, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")
    with pytest.raises(OSError, match=f"cannot keep an original in {tmp_path}/store/originals: "):
        store.put("text")


FULL = """
import resource, sys
from pathlib import Path
from headroom.store import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
kept = store.put("small")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    store.put("large" * 100_000)
except OSError as error:
    print(error)
print(store.get(kept))
"""


def test_a_disk_without_room_is_an_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (printed,) = finish([run(FULL, tmp_path)])
    message, kept = printed.splitlines()
    assert message.endswith(f"cannot keep an original in {tmp_path}/originals: File too large")
    assert kept == "small"
    assert len(list((tmp_path / "originals").iterdir())) == 1


ENDLESS = """
import sys
from pathlib import Path
from headroom.store import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
for number in range(1_000_000):
    print(store.put(f"{number} " * 200_000), flush=True)
"""


def test_a_kill_in_the_middle_leaves_no_half_file_under_a_final_name(tmp_path: Path, store: SqliteStore) -> None:
    promised: list[str] = []
    for patience_s in (0.0, 0.003, 0.006, 0.009, 0.012, 0.015):
        with run(ENDLESS, tmp_path / "store") as process:
            assert process.stdout
            promised.append(process.stdout.readline().strip())
            time.sleep(patience_s)
            process.kill()
            # A last line may be cut off in the middle.
            promised += [line.strip() for line in process.stdout if line.endswith("\n")]
    for file in (tmp_path / "store" / "originals").glob("*.txt"):
        assert hashlib.sha256(file.read_bytes()).hexdigest()[:12] == file.stem
    assert all(store.get(key) for key in promised)


CUT_OFF = """
import resource, signal, sys
from pathlib import Path
from headroom.store import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.put("first")
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store.put("long " * 100_000)
"""


def test_a_writer_killed_by_the_kernel_within_a_write_leaves_a_temporary_name(
    tmp_path: Path, store: SqliteStore
) -> None:
    with run(CUT_OFF, tmp_path / "store") as process:
        assert process.wait(30) == -signal.SIGXFSZ
    sizes = {file.suffix: file.stat().st_size for file in store.originals.iterdir()}
    assert sizes == {".txt": len("first"), "": 100_000}
    assert store.get(store.put("long " * 100_000)) == "long " * 100_000


CROWD = """
import sys
from pathlib import Path
from headroom.store import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
for number in range(20):
    assert store.get(store.put(f"same {number}")) == f"same {number}"
    assert store.get(store.put(f"{sys.argv[2]} {number}")) == f"{sys.argv[2]} {number}"
"""


def test_eight_processes_put_the_same_and_different_texts(tmp_path: Path, store: SqliteStore) -> None:
    finish([run(CROWD, tmp_path / "store", name) for name in range(8)])
    texts = {store.get(key) for key in store.matches("")}
    assert texts == {f"{name} {number}" for name in ["same", *range(8)] for number in range(20)}
    assert list((tmp_path / "store" / "originals").glob(".*")) == []


STORM = """
import os, sys, time
from pathlib import Path
from headroom.store import SqliteMemo, SqliteStore
from headroom.types import Decision
root, name = Path(sys.argv[1]), int(sys.argv[2])
store, memo = SqliteStore(root), SqliteMemo(root)
for number in range(10):
    store.put(f"same {number}")
    store.put(f"{name} {number}")
    try:
        memo.remember({f"{number}": Decision(f"decided by {name}")})
        if name % 10 == 1:
            store.prune(time.time(), 1000, 10**9)
    except OSError:
        pass
    if name == 2:
        (root / "index.sqlite3").unlink(missing_ok=True)
    if name == 3 and number % 5 == 0:
        (root / "index.sqlite3").write_bytes(b"garbage" * 10_000)
"""


def test_twenty_processes_keep_all_originals_while_the_database_is_deleted_and_damaged(
    tmp_path: Path, store: SqliteStore
) -> None:
    finish([run(STORM, tmp_path / "store", name) for name in range(20)])
    texts = {store.get(key) for key in store.matches("")}
    assert texts == {f"{name} {number}" for name in ["same", *range(20)] for number in range(10)}
    store.prune(time.time(), 1000, 10**9)
    assert store.stats().originals == 210


def test_a_locked_index_delays_little_and_loses_nothing(tmp_path: Path, store: SqliteStore) -> None:
    store.put("before")
    with closing(sqlite3.connect(tmp_path / "store" / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert store.get(store.put("meanwhile")) == "meanwhile"
    store.prune(time.time(), 1000, 10**9)
    assert store.stats() == Stats(originals=2, bytes=len("before" + "meanwhile"), decisions=0)


def test_originals_are_found_without_the_index(tmp_path: Path, store: SqliteStore) -> None:
    key = store.put("text")
    (tmp_path / "store" / FILE).write_bytes(b"garbage" * 1000)
    with closing(SqliteStore(tmp_path / "store")) as other:
        assert other.get(key) == "text"
        assert other.matches(key[:6]) == [key]


def test_stats_count_what_is_kept(store: SqliteStore) -> None:
    assert store.stats() == Stats(0, 0, 0)
    for text in ("one", "two", "one", "three"):
        store.put(text)
    assert store.stats() == Stats(originals=3, bytes=11, decisions=0)
