"""systemd by its commands; the real one is in test_user_services.py."""

from pathlib import Path

import pytest

from headroom_service import installing, state
from headroom_service.spec import Loaded, ServiceError
from headroom_service.systemctl import Systemctl
from tests.launchd.fakes import FakeSystemd, spec, tree


def installed(home: Path, **how: str) -> tuple[Systemctl, FakeSystemd, Path]:
    fake = FakeSystemd(home / ".config/systemd/user", **how)
    manager, root = Systemctl(fake, home / ".config", 4242), home / ".local/state/headroom"
    installing.install(spec(state.log_file(root)), manager, root)
    return manager, fake, root


def test_it_is_enabled_and_runs_until_it_is_stopped(tmp_path: Path) -> None:
    manager, fake, _ = installed(tmp_path)
    both = {"headroom.socket", "headroom.service"}
    assert fake.active == both
    assert manager.status() == Loaded(True, "active (running)", holds_port=True)
    manager.stop()
    assert not fake.active  # the socket alone would start it again
    assert manager.status() == Loaded(True, "inactive (dead)")
    manager.start()
    manager.restart()
    assert fake.active == both


def test_open_requests_are_left_to_the_workers_where_all_is_new(tmp_path: Path) -> None:
    manager, fake, _ = installed(tmp_path)
    fake.ran.clear()
    manager.load()
    verbs = [line.split()[0] for line in fake.ran]
    assert verbs.index("kill") < verbs.index("stop") < verbs.index("start")
    assert fake.told[-1] == "SIGUSR1"


def test_a_restart_leaves_the_socket_open(tmp_path: Path) -> None:
    manager, fake, _ = installed(tmp_path)
    fake.ran.clear()
    manager.restart()
    assert fake.ran[-2:] == ["start headroom.socket", "restart headroom.service"]
    assert not [line for line in fake.ran if line.startswith("stop")]


def test_without_a_user_manager_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"no systemd user manager answers.*it is broken"):
        installed(tmp_path, fails="show")
    assert tree(tmp_path) == "[]"


@pytest.mark.parametrize("verb", ["daemon-reload", "enable", "start"])
def test_what_fails_is_said_and_taken_back(tmp_path: Path, verb: str) -> None:
    with pytest.raises(
        ServiceError, match=rf"systemctl --user {verb} failed \(1\): Failed to {verb}: it is broken"
    ):
        installed(tmp_path, fails=verb)
    assert tree(tmp_path) == "[]"


@pytest.mark.parametrize(
    ("linger", "told"),
    [
        ("no", "it ends when you log out"),
        ("yes", "it goes on when you log out"),
        ("nobody", "no logind here says"),
    ],
)
def test_whether_it_outlives_the_session_is_what_logind_says_of_the_user(
    tmp_path: Path, linger: str, told: str
) -> None:
    manager = Systemctl(FakeSystemd(tmp_path, linger=linger), tmp_path, 4242)
    assert told in manager.at_logout()
    assert manager.lingers() == (linger == "yes")


def test_a_successor_is_asked_for_by_hangup_and_new_units_by_an_end_that_leaves_the_socket(tmp_path: Path) -> None:
    manager, fake, _ = installed(tmp_path)
    fake.ran.clear()
    fake.told.clear()
    manager.replace()
    manager.renew()
    assert fake.told == ["SIGHUP", "SIGUSR1"]
    assert not [line for line in fake.ran if line.startswith(("stop", "restart"))]
    manager.stop()
    with pytest.raises(ServiceError, match="No main process"):
        manager.replace()


@pytest.mark.parametrize(
    ("result", "told"),
    [("resources", "another program has its port"), ("service-start-limit-hit", "it ended too often")],
)
def test_why_the_socket_failed_is_told(tmp_path: Path, result: str, told: str) -> None:
    manager, fake, _ = installed(tmp_path)
    manager.stop()
    fake.socket_result = result
    assert told in manager.status().told
    assert not manager.status().holds_port


@pytest.mark.parametrize("had", ["yes", "no"])
def test_lingering_is_undone_by_uninstalling_if_it_was_our_doing(tmp_path: Path, had: str) -> None:
    manager, fake, root = installed(tmp_path, linger=had)
    installing.outlive(manager, root)
    installing.outlive(manager, root)
    assert fake.linger == "yes"
    installing.uninstall(manager, root)
    assert fake.linger == had


def test_lingering_that_is_refused_is_said(tmp_path: Path) -> None:
    manager, _, root = installed(tmp_path, fails="enable-linger")
    with pytest.raises(ServiceError, match=r"loginctl enable-linger failed \(1\): .*Access denied"):
        installing.outlive(manager, root)


def test_what_was_never_installed_is_not_there(tmp_path: Path) -> None:
    manager = Systemctl(FakeSystemd(tmp_path / "systemd/user"), tmp_path, 4242)
    assert manager.status() == Loaded(False, "")
    manager.unload()
