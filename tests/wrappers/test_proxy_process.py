"""The proxy beside an agent, by both ways of having it listen: started, killed, started again, ended."""

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from headroom import session_log
from headroom.policy import Policy
from headroom.system import sockets
from headroom_wrappers.proxy_process import ProxyFailed, ProxyProcess

WAYS = [pytest.param(sockets.Handed, marks=pytest.mark.skipif(os.name != "posix", reason="POSIX")), sockets.Agreed]


@pytest.fixture
def config(tmp_path: Path) -> dict[str, object]:
    log = session_log.new_session(
        tmp_path, agent="a", cwd="/", version="0", policy=Policy(), upstream="http://127.0.0.1:9"
    )
    return {"flags": {}, "session_log": str(log), "default": "anthropic"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return dict(os.environ) | {"HEADROOM_HOME": str(tmp_path)}


@pytest.fixture(params=WAYS)
def proxy(
    request: pytest.FixtureRequest, config: dict[str, object], environ: dict[str, str]
) -> Iterator[ProxyProcess]:
    made = ProxyProcess(config, environ, lambda _what: None, request.param())
    made.wait_ready()
    yield made
    made.stop()


def answers(proxy: ProxyProcess) -> bool:
    """Tell whether it knows its secret."""
    try:
        with urllib.request.urlopen(f"{proxy.base_url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code != 404
    except OSError:
        return False


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_it_is_started_again_on_the_same_port(proxy: ProxyProcess) -> None:
    port, first = proxy.port, proxy.pid
    assert port
    assert answers(proxy)
    psutil.Process(first).kill()
    assert soon(lambda: proxy.pid != first and answers(proxy))
    assert proxy.port == port


def test_it_is_out_of_the_terminals_reach(proxy: ProxyProcess) -> None:
    if os.name == "posix":
        assert os.getsid(proxy.pid) == proxy.pid != os.getsid(0)


def test_it_ends_and_its_port_is_free(proxy: ProxyProcess) -> None:
    proxy.stop()
    assert not psutil.pid_exists(proxy.pid)
    with socket.socket() as sock:
        assert sock.connect_ex(("127.0.0.1", proxy.port)) != 0


@pytest.mark.parametrize("way", WAYS)
def test_what_keeps_it_from_starting_is_said(
    way: type[sockets.Place], config: dict[str, object], environ: dict[str, str]
) -> None:
    made = ProxyProcess({**config, "flags": {"no.such": 1}}, environ, lambda _what: None, way())
    with pytest.raises(ProxyFailed, match=r"no\.such"):
        made.wait_ready()
    assert not psutil.pid_exists(made.pid)


def test_a_port_that_is_taken_is_said(config: dict[str, object], environ: dict[str, str]) -> None:
    place = sockets.Agreed()
    with sockets.listening(0) as taken:
        place.learn({"port": taken.getsockname()[1]})
        made = ProxyProcess(config, environ, lambda _what: None, place)
        with pytest.raises(ProxyFailed, match="OSError"):
            made.wait_ready()


def test_one_that_cannot_be_started_again_is_said_and_the_agent_refused_at_once(
    config: dict[str, object], environ: dict[str, str]
) -> None:
    said: list[str] = []
    place = sockets.Handed()
    made = ProxyProcess(config, environ, said.append, place)
    made.wait_ready()
    port = made.port
    place.options = lambda: {"cwd": "/no/such/folder"}  # type: ignore[method-assign]  # as if we were uninstalled
    psutil.Process(made.pid).kill()
    assert soon(lambda: bool(said))
    assert said == ["ended and cannot be started again: No such file or directory"]
    with socket.socket() as sock:
        assert soon(lambda: sock.connect_ex(("127.0.0.1", port)) != 0)
    made.stop()
