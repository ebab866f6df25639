"""Private files: the same promises by both platforms' means, as far as they can be seen here."""

import os
import stat
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from headroom.system import files as ours
from tests.core.system import pretended


@pytest.fixture(params=pretended.HALVES)
def files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    return ours if request.param == "real" else pretended.load("files", monkeypatch)


def test_a_file_is_made_for_its_owner_alone(files: Any, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        descriptor = files.open_private(tmp_path / "file", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    finally:
        os.umask(before)
    files.keep_private(descriptor)
    os.close(descriptor)
    if sys.platform != "win32":  # where its folder says who may read it
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_a_file_is_made_like_another(files: Any, tmp_path: Path) -> None:
    (tmp_path / "like").touch()
    (tmp_path / "like").chmod(0o664)
    descriptor = files.open_private(tmp_path / "file", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    files.make_like(descriptor, (tmp_path / "like").stat())
    os.close(descriptor)
    if files is ours and sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o664


def test_a_link_is_not_followed(files: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="link"):
        files.open_private(tmp_path / "link", os.O_WRONLY | os.O_CREAT)
    assert not (tmp_path / "target").exists()


def test_what_is_ours_is_known(files: Any, tmp_path: Path) -> None:
    assert files.is_ours(tmp_path.stat())


def test_a_folder_is_flushed(files: Any, tmp_path: Path) -> None:
    files.sync_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_last_byte_is_read(files: Any, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\ntwo")
    descriptor = files.open_private(tmp_path / "log", os.O_RDWR | os.O_APPEND)
    assert files.last_byte(descriptor, 7) == b"o"
    assert files.append(descriptor, b"\n") == 1
    os.close(descriptor)
    assert (tmp_path / "log").read_bytes() == b"one\ntwo\n"


def test_a_name_is_given_whether_it_is_taken_or_not(files: Any, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new", encoding="utf-8")
    (tmp_path / "name").write_text("old", encoding="utf-8")
    files.replace(tmp_path / "new", tmp_path / "name")
    files.rename(tmp_path / "name", tmp_path / "other")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("other", "new")]


@pretended.ONLY_POSIX
def test_writers_that_look_for_the_end_first_do_not_overwrite_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the C library of Windows does what O_APPEND asks for."""
    files: Any = pretended.load("files", monkeypatch)
    write = os.write

    def slow(descriptor: int, data: bytes) -> int:
        os.lseek(descriptor, 0, os.SEEK_END)
        time.sleep(0.001)
        return write(descriptor, data)

    def append(name: int) -> None:
        descriptor = files.open_private(tmp_path / "log", os.O_RDWR | os.O_CREAT)
        for count in range(20):
            files.append(descriptor, f"{name} {count}\n".encode())
        os.close(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", slow)
        threads = [threading.Thread(target=append, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = (tmp_path / "log").read_text(encoding="ascii").splitlines()
    assert sorted(lines) == sorted(f"{name} {count}" for name in range(4) for count in range(20))


@pytest.mark.parametrize("refusals", [0, 1, 9])
def test_what_is_refused_for_a_while_is_done_in_the_end(refusals: int) -> None:
    pauses: list[float] = []
    left = [PermissionError("open elsewhere")] * refusals

    def work() -> None:
        if left:
            raise left.pop()

    ours.persistently(work, pauses.append)
    assert len(pauses) == refusals
    assert sum(pauses) < 4


def test_what_is_refused_for_good_is_said() -> None:
    def work() -> None:
        raise PermissionError("open elsewhere")

    with pytest.raises(PermissionError, match="open elsewhere"):
        ours.persistently(work, lambda _pause: None)


def test_any_other_failure_is_said_at_once() -> None:
    tried: list[int] = []

    def work() -> None:
        tried.append(1)
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        ours.persistently(work, lambda _pause: None)
    assert tried == [1]


@pretended.ONLY_POSIX
@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o640, True), (0o602, True), (0o700, False)])
def test_others_rights_are_seen(tmp_path: Path, mode: int, is_open: bool) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "file").chmod(mode)
    assert ours.is_open_to_others((tmp_path / "file").stat()) is is_open
