"""launchd by its commands."""

import plistlib
from pathlib import Path

import pytest

from headroom_service import installing, state
from headroom_service.launch_agent import LABEL
from headroom_service.launchctl import Launchctl
from headroom_service.spec import Loaded, ServiceError
from tests.launchd.fakes import FakeLaunchd, spec, tree

TARGET = f"gui/501/{LABEL}"


def installed(home: Path, fake: FakeLaunchd) -> Launchctl:
    manager, root = Launchctl(fake, home, 501, lambda: None), home / "Library/Application Support/headroom"
    installing.install(spec(state.log_file(root)), manager, root)
    return manager


def test_it_is_loaded_from_the_users_folder(tmp_path: Path) -> None:
    fake = FakeLaunchd()
    manager = installed(tmp_path, fake)
    (file,) = manager.places()
    assert file == tmp_path / "Library/LaunchAgents" / f"{LABEL}.plist"
    assert plistlib.loads(file.read_bytes())["Label"] == LABEL
    assert fake.ran == [f"bootout {TARGET}", f"enable {TARGET}", f"bootstrap gui/501 {file}"]
    assert manager.status() == Loaded(True, "running")


def test_it_is_stopped_started_and_restarted(tmp_path: Path) -> None:
    fake = FakeLaunchd()
    manager = installed(tmp_path, fake)
    manager.stop()
    assert manager.status() == Loaded(True, "")
    manager.stop()
    manager.restart()
    assert fake.loaded == {TARGET}
    fake.ran.clear()
    manager.start()
    manager.restart()
    assert fake.ran == [f"kickstart {TARGET}", f"kickstart -k {TARGET}"]


@pytest.mark.parametrize("codes", [(36, 36, 36), (5,), (5, 36, 5), (37,), (36, 37)])
def test_what_launchd_refuses_for_a_moment_is_tried_again(tmp_path: Path, codes: tuple[int, ...]) -> None:
    """5 and 36 while a job of that name is on its way out, 37 of one that is loaded already."""
    fake = FakeLaunchd(codes=codes)
    installed(tmp_path, fake)
    assert fake.loaded == {TARGET}
    assert not fake.codes


def test_a_job_on_its_way_out_is_waited_for_as_long_as_it_may_take(tmp_path: Path) -> None:
    fake = FakeLaunchd(lingers=31)  # of half a second: more than ExitTimeOut
    manager = installed(tmp_path, fake)
    manager.load()
    assert fake.loaded == {TARGET}
    assert [line.split()[0] for line in fake.ran].count("bootstrap") == 2
    manager.stop()
    assert not fake.left[TARGET]


def test_one_that_never_ends_is_said(tmp_path: Path) -> None:
    fake = FakeLaunchd(lingers=10_000)
    manager = installed(tmp_path, fake)
    with pytest.raises(ServiceError, match="bootout"):
        manager.stop()


@pytest.mark.parametrize("code", [5, 36, 78, 125])
def test_what_launchd_goes_on_to_refuse_is_said_and_taken_back(tmp_path: Path, code: int) -> None:
    why = "log in at the Mac" if code == 125 else rf"bootstrap failed \({code}\)"
    with pytest.raises(ServiceError, match=why):
        installed(tmp_path, FakeLaunchd(codes=[code] * 100))
    assert tree(tmp_path) == "[]"


def test_a_successor_is_asked_for_by_hangup(tmp_path: Path) -> None:
    fake = FakeLaunchd()
    manager = installed(tmp_path, fake)
    manager.replace()
    assert fake.ran[-1] == f"kill SIGHUP {TARGET}"
    manager.stop()
    with pytest.raises(ServiceError, match="launchctl kill"):
        manager.replace()
    manager.renew()
    assert fake.loaded == {TARGET}


def test_over_ssh_the_users_own_domain_is_taken(tmp_path: Path) -> None:
    fake = FakeLaunchd(domains=["user/501"])
    installed(tmp_path, fake)
    assert fake.loaded == {f"user/501/{LABEL}"}


def test_without_a_domain_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="no session of yours"):
        installed(tmp_path, FakeLaunchd(domains=[]))
    assert tree(tmp_path) == "[]"


def test_what_fails_is_said_and_taken_back(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"launchctl bootstrap failed \(5\): .*Input/output error"):
        installed(tmp_path, FakeLaunchd(fails="bootstrap"))
    assert tree(tmp_path) == "[]"


def test_what_is_not_installed_is_not_started(tmp_path: Path) -> None:
    manager = Launchctl(FakeLaunchd(), tmp_path, 501, lambda: None)
    with pytest.raises(ServiceError, match="headroom install"):
        manager.start()
    assert "log in" in manager.at_logout()


def test_it_does_not_outlive_the_session(tmp_path: Path) -> None:
    fake = FakeLaunchd()
    manager = installed(tmp_path, fake)
    with pytest.raises(ServiceError, match="Linux"):
        installing.outlive(manager, tmp_path / "Library/Application Support/headroom")
    manager.outlive(False)
    assert not manager.lingers()
