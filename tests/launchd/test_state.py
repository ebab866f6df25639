"""What a running service leaves for others, private whatever the umask."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headroom_service import state
from headroom_service.spec import ServiceError


@pytest.fixture(params=[0, 0o077, 0o277])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = tmp_path / "é 中"
    state.folder(folder).mkdir(parents=True)
    before = os.umask(request.param)
    yield folder
    os.umask(before)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_the_secret_is_made_once_and_is_the_owners(root: Path) -> None:
    made = state.secret(root)
    assert len(made) == 32
    assert state.secret(root) == made
    assert mode(state.folder(root) / "secret") == 0o600


@pytest.mark.parametrize("kept", ["", "short", "x" * 31 + "/", "a" * 33])
def test_a_secret_that_is_none_is_made_anew(tmp_path: Path, kept: str) -> None:
    state.folder(tmp_path).mkdir()
    (state.folder(tmp_path) / "secret").write_text(kept)
    assert state.secret(tmp_path) == state.secret(tmp_path) != kept


def test_what_is_announced_can_be_read_and_taken_back(root: Path) -> None:
    said = state.Running(os.getpid(), "http://127.0.0.1:1/s/x", "1.2")
    state.announce(root, said)
    assert state.read(root) == said
    assert mode(state.running_file(root)) == 0o600
    state.withdraw(root)
    assert state.read(root) is None


@pytest.mark.parametrize("text", ["", "x y z", "1 url", "1 a b c"])
def test_a_garbled_announcement_is_none(tmp_path: Path, text: str) -> None:
    state.folder(tmp_path).mkdir()
    state.running_file(tmp_path).write_text(text)
    assert state.read(tmp_path) is None


def test_one_process_holds_the_lock_until_it_ends(tmp_path: Path) -> None:
    state.folder(tmp_path).mkdir()
    code = "import sys; from pathlib import Path; from headroom_service import state; "
    code += "state.take_lock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    argv = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ServiceError, match="running already"):
            state.take_lock(tmp_path)
        other.kill()
        other.wait()
    os.close(state.take_lock(tmp_path))


def test_the_log_is_private_and_does_not_grow_for_ever(root: Path) -> None:
    state.open_log(root)
    file = state.log_file(root)
    assert mode(file) == 0o600
    file.write_text("a\n\nb\n")
    state.open_log(root)
    assert state.last_lines(root, 1) == ["b"]
    assert state.last_lines(root, 5) == ["a", "b"]
    with file.open("ab", buffering=0) as manager:
        manager.write(b"x" * 100 + b"\n" + b"%07d\n" * (1 << 18) % tuple(range(1 << 18)))
        state.open_log(root)
        assert file.stat().st_size <= 1 << 16
        manager.write(b"next\n")
    lines = file.read_text().splitlines()
    assert lines[-2:] == [f"{(1 << 18) - 1:07}", "next"]
    assert len(lines[0]) == 7
    assert mode(file) == 0o600
    file.unlink()
    assert state.last_lines(root, 5) == []


def test_why_a_successor_was_refused_is_kept_until_it_is_forgotten(root: Path) -> None:
    assert state.refusal(root) == ""
    state.note_refusal(root, "no é setting")
    assert state.refusal(root) == "no é setting"
    assert mode(state.folder(root) / "refused") == 0o600
    for _ in range(2):
        state.forget_refusal(root)
    assert state.refusal(root) == ""
    state.note_refusal(root / "none", "x")  # it cannot be noted
