"""What answers is replaced by what it starts itself, and by the platform's manager where it cannot."""

import os
from pathlib import Path

import pytest

from headroom_service import health, replacing, state
from headroom_service.health import Health
from headroom_service.spec import Manager, ServiceError
from tests.launchd.fakes import managers

KEEPER = os.getpid()


class Told:
    """A manager that does to the service what a test says."""

    def __init__(self, does: str) -> None:
        self.does = does
        self.calls: list[str] = []
        self.pid = 1

    def replace(self) -> None:
        self.calls.append("replace")
        if self.does == "fails":
            raise ServiceError("no main process")
        if self.does == "refuses":
            state.note_refusal(self.root, "no such setting")
        if self.does == "works":
            self.pid = 2

    def restart(self) -> None:
        self.calls.append("restart")

    def __getattr__(self, name: str) -> object:
        return getattr(managers(self.root)["systemd"], name)

    root = Path()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    state.folder(tmp_path).mkdir()
    state.announce(tmp_path, state.Running(KEEPER, "http://127.0.0.1:1/s/x", "1"))
    return tmp_path


def manager(root: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> Told:
    made = Told(does)
    made.root = root
    monkeypatch.setattr(health, "ask", lambda _: Health("1", made.pid, "http://127.0.0.1:1/s/x"))
    return made


@pytest.mark.parametrize(("does", "calls"), [("works", ["replace"]), ("fails", ["replace", "restart"])])
def test_it_is_asked_first(root: Path, does: str, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    told = manager(root, does, monkeypatch)
    replacing.restart(as_manager(told), root)
    assert told.calls == calls


def test_what_cannot_start_leaves_what_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = manager(root, "refuses", monkeypatch)
    with pytest.raises(replacing.SuccessorRefused, match="goes on: no such setting"):
        replacing.restart(as_manager(told), root)
    assert told.calls == ["replace"]


def test_where_nothing_can_be_written_nothing_is_tried(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = manager(root, "works", monkeypatch)
    monkeypatch.setattr(replacing, "blocked", lambda _: "no space left")
    with pytest.raises(replacing.SuccessorRefused, match="no space left"):
        replacing.restart(as_manager(told), root)
    assert told.calls == []


def test_one_without_a_keeper_is_not_signalled(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = manager(root, "works", monkeypatch)
    told.pid = KEEPER
    replacing.restart(as_manager(told), root)
    assert told.calls == ["restart"]


def test_what_does_not_follow_is_not_waited_for_without_end(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager(root, "", monkeypatch)
    assert replacing.wait(root, 1, wait_s=0.01, sleep=lambda _: None) is None


def as_manager(told: Told) -> Manager:
    return told  # type: ignore[return-value]
