"""The commands under a real systemd user manager, as a user with a home of spaces, accents and CJK."""

import http.client
import json
import os
import shutil
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.launchd.fakes import tree
from tests.launchd.user_manager import UID, UserManager, user_manager, why_not
from tests.laws.conversations import conversation, requests
from tests.provider.app import running_provider
from tests.provider.script import Stream, Turn

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
BODY = next(iter(requests(conversation(["short"]))))


@pytest.fixture(scope="module")
def user() -> Iterator[UserManager]:
    with user_manager() as manager:
        # As a virtual environment in that home: its path is what the units name.
        (manager.home / "ve nv %h $x 'é'").symlink_to(sys.prefix)
        yield manager


def headroom(user: UserManager, *arguments: str, code: int = 0) -> str:
    python = user.home / "ve nv %h $x 'é'" / Path(sys.executable).relative_to(sys.prefix)
    done = user.run(str(python), "-m", "headroom_cli", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def status(user: UserManager, code: int = 0) -> dict[str, object]:
    said = json.loads(headroom(user, "service", "status", "--json", code=code))
    assert isinstance(said, dict)
    return said


def url(user: UserManager) -> str:
    return (user.home / ".local/state/headroom/service/running").read_text().split()[1]


def ask(base: str, wait_s: float = 30) -> int:
    asked = urllib.request.Request(base + "/v1/messages", data=BODY, headers={"x-api-key": "sk-ant-planted"})
    try:
        with urllib.request.urlopen(asked, timeout=wait_s) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.timeout(240)
def test_a_services_whole_life(user: UserManager) -> None:
    with running_provider([Turn("hi")] * 20) as provider:
        config = user.home / ".config/headroom/headroom.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'[upstream]\nanthropic = "{provider.url}"\n')
        for path in (config, config.parent, config.parent.parent):
            os.chown(path, UID, UID)
        before = tree(user.home)
        port = free_port()

        assert f"serves 127.0.0.1:{port}" in headroom(user, "install", "--port", str(port))
        first = status(user)
        assert (first["installed"], first["state"], first["is_current"]) == (True, "active (running)", True)
        units = [str(user.home / ".config/systemd/user" / f"headroom.{kind}") for kind in ("service", "socket")]
        verified = user.run("systemd-analyze", "--user", "verify", *units)
        assert (verified.returncode, verified.stderr) == (0, "")

        base = url(user)
        assert ask(base) == 200
        assert ask(base.partition("/s/")[0]) == 404  # without the secret
        assert "sk-ant-planted" not in tree_text(user.home)
        made = [*(user.home / ".local").rglob("*"), *(user.home / ".config/systemd").rglob("*")]
        assert [path for path in made if not path.is_symlink() and path.stat().st_mode & 0o077] == []

        os.kill(int(str(first["pid"])), 9)
        assert ask(base) == 200  # the socket stays; the request waits for the next process
        assert status(user)["pid"] != first["pid"]
        assert "running already" in headroom(user, "service", "run", code=2)

        headroom(user, "service", "restart")
        assert url(user) == base  # shells that are open keep their URL
        other = free_port()
        headroom(user, "install", "--port", str(other))
        assert url(user) == base.replace(str(port), str(other))

        headroom(user, "service", "stop")
        with pytest.raises(urllib.error.URLError):
            ask(base.replace(str(port), str(other)))
        assert not (user.home / ".local/state/headroom/service/running").exists()
        assert status(user, code=1)["state"] == "inactive (dead)"
        headroom(user, "service", "start")
        assert ask(url(user)) == 200
        assert f"serves 127.0.0.1:{other}" in headroom(user, "service", "logs", "-n", "1")

        headroom(user, "shell-init", "bash", "--save")
        said = headroom(user, "uninstall")
        assert "the service is gone" in said and "kept in" in said and "sessions" in said
        assert user.run("systemctl", "--user", "cat", "headroom.socket").returncode != 0
        assert "say --yes" in headroom(user, "uninstall", "--purge", code=2)
        said = headroom(user, "uninstall", "--purge", "--yes")
        assert "no service was installed" in said and "removed from" in said and "kept in" not in said
        assert tree(user.home) == before


@pytest.mark.timeout(120)
def test_a_service_that_cannot_start_is_not_left_behind(user: UserManager) -> None:
    config = user.home / ".config/headroom/headroom.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[nonsense]\nx = 1\n")
    os.chown(config, UID, UID)
    before = tree(user.home)
    try:
        said = headroom(user, "install", "--port", str(free_port()), code=2)
        assert "nonsense.x" in said
        shutil.rmtree(user.home / ".cache", ignore_errors=True)
        assert tree(user.home) == before
    finally:
        config.unlink()


@pytest.mark.timeout(240)
def test_no_request_is_lost_while_it_is_replaced(user: UserManager) -> None:
    """Streams all the while: restarted, installed again, with new units, killed, and as another version."""
    site = user.home / "site"
    versioned(site, "0.0.1")
    user.run("systemctl", "--user", "set-environment", f"PYTHONPATH={site}")
    stream = Turn("slowly", stream=Stream(stalls={1: 0.3, 2: 0.3}))
    try:
        with running_provider([stream] * 5000) as provider, configured(user, provider.url):
            headroom(user, "install", "--port", str(free_port()))
            base = url(user)
            with streaming(base) as statuses:
                pids = [health_pid(base)]
                for step in ("restart", "install", "new units", "kill", "upgrade"):
                    replace(user, site, step)
                    until(lambda: health_pid(base) not in pids, step)
                    pids.append(health_pid(base))
                    until(partial(are_more, statuses, len(statuses) + 8), step)
            assert (user.home / ".local/state/headroom/service/running").read_text().split()[2] == "0.0.2"
        assert [status for status in statuses if status != "200"] == []
    finally:
        headroom(user, "uninstall", "--purge", "--yes")
        user.run("systemctl", "--user", "unset-environment", "PYTHONPATH")
        shutil.rmtree(site)


def replace(user: UserManager, site: Path, step: str) -> None:
    if step == "restart":
        headroom(user, "service", "restart")
    if step == "install":
        headroom(user, "install")
    if step == "new units":
        unit = user.home / ".config/systemd/user/headroom.service"
        unit.write_text(unit.read_text().replace("RestartSec=1\n", "RestartSec=9\n"))
        headroom(user, "install")
    if step == "kill":
        os.kill(int((user.home / ".local/state/headroom/service/running").read_text().split()[0]), 9)
    if step == "upgrade":
        versioned(site, "0.0.2")


def versioned(site: Path, version: str) -> None:
    """Install a version, as pip leaves it: by the distribution's metadata."""
    site.mkdir(exist_ok=True)
    info = site / f"headroom_local-{version}.dist-info"
    for old in site.iterdir():
        old.rename(info)
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: headroom-local\nVersion: {version}\n")


@contextmanager
def configured(user: UserManager, upstream: str) -> Iterator[Path]:
    config = user.home / ".config/headroom/headroom.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[upstream]\nanthropic = "{upstream}"\n')
    for path in (config, config.parent, config.parent.parent):
        os.chown(path, UID, UID)
    try:
        yield config
    finally:
        config.unlink()


@contextmanager
def streaming(base: str) -> Iterator[list[str]]:
    """Ask in four threads, one request after the other; yield what becomes of each: "200" when it is whole."""
    statuses: list[str] = []
    is_over = threading.Event()
    body = json.dumps(json.loads(BODY) | {"stream": True}).encode()

    def ask_on() -> None:
        while not is_over.is_set():
            try:
                asked = urllib.request.Request(base + "/v1/messages", data=body)
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    statuses.append("200" if b"message_stop" in answer.read() else "cut off")
            except (OSError, http.client.HTTPException) as error:
                statuses.append(repr(error))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(ask_on)
        try:
            yield statuses
        finally:
            is_over.set()


def are_more(things: list[str], than: int) -> bool:
    return len(things) > than


def health_pid(base: str) -> int:
    with urllib.request.urlopen(base + "/health", timeout=60) as answer:
        return int(json.loads(answer.read())["pid"])


def until(holds: Callable[[], object], what: str) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError(what)


@pytest.mark.timeout(240)
def test_why_it_does_not_start_is_said_and_nobody_waits_for_it(user: UserManager) -> None:
    with running_provider([Turn("hi")] * 5) as provider, configured(user, provider.url) as config:
        port = free_port()
        headroom(user, "install", "--port", str(port))
        base, good = url(user), config.read_text()
        config.write_text(good + "[nonsense]\nx = 1\n")
        assert "the one before goes on: " in headroom(user, "service", "restart", code=2)
        assert ask(base) == 200
        assert "nonsense.x" in headroom(user, "service", "status")

        os.kill(int((user.home / ".local/state/headroom/service/running").read_text().split()[0]), 9)
        until(lambda: is_refused(port), "connections are refused, after a few starts")
        said = headroom(user, "service", "status", code=1)
        assert "does not answer: failed" in said
        assert "nonsense.x" in said
        assert not (user.home / ".local/state/headroom/service/running").exists()  # so shells go direct

        config.write_text(good)
        with socket.create_server(("127.0.0.1", port)):
            assert f"127.0.0.1:{port} is another program's" in headroom(user, "service", "start", code=2)
            assert "another program has its port" in headroom(user, "service", "status", code=1)
        headroom(user, "service", "start")
        assert ask(base) == 200
        headroom(user, "uninstall", "--purge", "--yes")


def is_refused(port: int) -> bool:
    try:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/", data=b"")
        urllib.request.urlopen(asked, timeout=60).close()
    except urllib.error.URLError as error:
        return isinstance(error.reason, ConnectionRefusedError)
    except OSError:
        return False  # cut off: it was waiting
    return False


@pytest.mark.timeout(120)
def test_installed_twice_at_once_it_runs_once(user: UserManager) -> None:
    before, ports = tree(user.home), [free_port(), free_port()]
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda port: headroom(user, "install", "--port", str(port)), ports))
    assert [f"serves 127.0.0.1:{port};" in text for port, text in zip(ports, said, strict=True)] == [True, True]
    last = status(user)
    assert last["url"] in [f"http://127.0.0.1:{port}" for port in ports]
    assert str(last["url"]) in headroom(user, "install").replace("serves ", "http://")  # the port stays
    headroom(user, "uninstall", "--purge", "--yes")
    assert tree(user.home) == before


def test_another_programs_port_is_left_to_it(user: UserManager) -> None:
    before = tree(user.home)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "another program's" in headroom(user, "install", "--port", str(taken.getsockname()[1]), code=2)
    assert tree(user.home) == before


def tree_text(folder: Path) -> str:
    time.sleep(0.2)  # the log line follows the answer
    files = [path for path in folder.rglob("*") if path.is_file() and "ve nv" not in str(path)]
    return "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
