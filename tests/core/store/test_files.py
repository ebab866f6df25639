"""Files are their owner's alone, and a name never stands for half a content."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from headroom.store import files


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


MODES = """
import os, sys
from pathlib import Path
from headroom.store import files
os.umask(int(sys.argv[2], 8))
folder = Path(sys.argv[1]) / "state" / "store"
files.make_private_folder(folder)
files.write_temporary(folder, b"x").replace(folder / "file")
with files.locked(folder / "lock", exclusive=True):
    pass
"""


@pytest.mark.parametrize("umask", ["000", "022", "777"])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: str) -> None:
    subprocess.run([sys.executable, "-c", MODES, tmp_path, umask], check=True)
    assert {path.name: oct(mode(path)) for path in sorted(tmp_path.rglob("*"))} == {
        "file": "0o600",
        "lock": "0o600",
        "state": "0o700",
        "store": "0o700",
    }


@pytest.mark.parametrize(
    ("before", "after"), [(0o777, 0o700), (0o755, 0o700), (0o2770, 0o700), (0o700, 0o700), (0o500, 0o500)]
)
def test_an_existing_folder_loses_laxer_rights_and_gains_none(tmp_path: Path, before: int, after: int) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    folder.chmod(before)
    files.make_private_folder(folder)
    assert mode(folder) == after


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(PermissionError, match="belongs to another user"):
        files.make_private_folder(tmp_path)


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("")
    with pytest.raises(NotADirectoryError, match="it is not a folder"):
        files.make_private_folder(tmp_path / "store")


def test_a_name_is_given_once(tmp_path: Path) -> None:
    first, second = files.write_temporary(tmp_path, b"first"), files.write_temporary(tmp_path, b"second")
    assert files.give_name(first, tmp_path / "name")
    assert not files.give_name(second, tmp_path / "name")
    assert (tmp_path / "name").read_bytes() == b"first"


@pytest.mark.parametrize("kind", ["missing", "link", "folder", "pipe"])
def test_what_is_no_plain_file_reads_as_nothing_and_at_once(tmp_path: Path, kind: str) -> None:
    (tmp_path / "target").write_text("secret")
    path = tmp_path / "name"
    make: dict[str, Callable[[], None]] = {
        "missing": lambda: None,
        "link": lambda: path.symlink_to(tmp_path / "target"),
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
    }
    make[kind]()
    assert files.read(path) is None


@pytest.mark.parametrize(
    ("first", "second", "waits"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_a_lock_is_shared_or_exclusive_among_threads(
    tmp_path: Path, first: bool, second: bool, waits: bool
) -> None:
    entered = threading.Event()

    def enter() -> None:
        with files.locked(tmp_path / "lock", exclusive=second):
            entered.set()

    thread = threading.Thread(target=enter)
    with files.locked(tmp_path / "lock", exclusive=first):
        thread.start()
        assert entered.wait(0.2) is not waits
    assert entered.wait(5)
    thread.join()


HOLDER = """
import sys
from pathlib import Path
from headroom.store import files
with files.locked(Path(sys.argv[1]), exclusive=True):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        threading.Timer(0.1, holder.kill).start()
        with files.locked(tmp_path / "lock", exclusive=True):
            assert holder.wait(5) == -9
