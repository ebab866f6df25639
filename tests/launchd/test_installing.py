"""Installing leaves nothing behind: uninstalled, refused, or killed at any step."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from headroom_service import installing, state
from headroom_service.spec import ServiceError
from tests.launchd.fakes import managers, spec, tree

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("systemd", "launchd")


@pytest.fixture(params=["empty", "lived in"])
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "home é 中"
    folder.mkdir()
    if request.param == "lived in":
        for name in (".config/systemd/user/theirs.service", "Library/LaunchAgents/com.theirs.plist"):
            file = folder / name
            file.parent.mkdir(parents=True)
            file.write_text("theirs")
        (folder / ".config/systemd/user/default.target.wants").mkdir()
        (folder / ".config/systemd/user/default.target.wants/theirs.service").symlink_to("../theirs.service")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_home_is_as_before_once_uninstalled(home: Path, name: str) -> None:
    before = tree(home)
    manager, root = managers(home)[name], home / "state é" / "headroom"
    for port in (1, 2):
        installing.install(spec(state.log_file(root), PORT=str(port)), manager, root)
    assert tree(home) != before
    assert (state.folder(root) / "secret").is_file()
    installing.uninstall(manager, root)
    assert tree(home) == before
    installing.uninstall(manager, root)
    assert tree(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_its_own_port_is_known(tmp_path: Path, name: str) -> None:
    manager, root = managers(tmp_path)[name], tmp_path / "state"
    made = spec(state.log_file(root))
    assert not installing.has_port(made, manager)
    installing.install(made, manager, root)
    assert installing.has_port(made, manager)
    assert not installing.has_port(replace(made, port=9999, argv=("x",)), manager)


@pytest.mark.parametrize("name", NAMES)
def test_originals_and_logs_are_the_users_until_they_are_purged(home: Path, name: str) -> None:
    before = tree(home)
    manager, root = managers(home)[name], home / "state é" / "headroom"
    installing.install(spec(state.log_file(root)), manager, root)
    for folder in ("sessions", "store", "shell"):
        (root / folder).mkdir()
        (root / folder / "x").write_text("x")
    (root / "theirs").write_text("x")
    installing.uninstall(manager, root)
    assert sorted(path.name for path in root.iterdir()) == ["made.json", "sessions", "store", "theirs"]
    installing.uninstall(manager, root, purge=True)
    (root / "theirs").unlink()
    installing.uninstall(manager, root, purge=True)
    assert tree(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_killed_at_any_step_it_can_be_uninstalled(home: Path, name: str) -> None:
    before = tree(home)
    steps = 0
    while True:
        argv = [sys.executable, "-m", "tests.launchd.dying", name, str(home), str(steps)]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 9), done.stderr
        if done.returncode == 9 and steps % 2:  # a second try after a crash, then uninstalled
            subprocess.run([*argv[:-1], "1000"], cwd=ROOT, check=True, timeout=60)
        installing.uninstall(managers(home)[name], home / "state é" / "headroom")
        assert tree(home) == before, f"after {steps} operations"
        if done.returncode == 0:
            break
        steps += 1
    assert steps > 15


@pytest.mark.parametrize("name", NAMES)
def test_uninstalling_that_is_killed_at_any_step_can_be_done_again(home: Path, name: str) -> None:
    argv = [sys.executable, "-m", "tests.launchd.dying", name, str(home)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


def test_what_the_service_said_last_is_in_the_refusal(tmp_path: Path) -> None:
    class Refusing:
        """A manager whose service fails to start."""

        def __getattr__(self, name: str) -> object:
            return getattr(managers(tmp_path)["systemd"], name)

        def load(self) -> None:
            state.log_file(tmp_path).write_text("first\nheadroom: settings are wrong\n")
            raise ServiceError("start failed")

    with pytest.raises(ServiceError, match="it does not start: settings are wrong"):
        installing.install(spec(state.log_file(tmp_path)), Refusing(), tmp_path)  # type: ignore[arg-type]
    assert tree(tmp_path) == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_a_service_of_the_users_own_by_that_name_is_left_alone(home: Path, name: str) -> None:
    manager, root = managers(home)[name], home / "state é" / "headroom"
    theirs = manager.places()[-1]
    theirs.parent.mkdir(parents=True, exist_ok=True)
    theirs.write_text("[Service]\nExecStart=headroom proxy --port 8787\n")
    before = tree(home)
    with pytest.raises(ServiceError, match="not made by headroom"):
        installing.install(spec(state.log_file(root)), manager, root)
    assert tree(home) == before
    installing.uninstall(manager, root)
    assert tree(home) == before
