"""A wrapped session from start to end, and what is left when any part of it is killed."""

import json
import os
import random
import signal
import sys
from pathlib import Path

import psutil
import pytest

from headroom.session_log import events
from headroom_wrappers import launch
from headroom_wrappers.spec import ANTHROPIC, Agent, Arguments
from tests.laws.conversations import conversation, requests
from tests.provider.app import running_provider
from tests.provider.script import Fault, Turn
from tests.wrappers.sessions import wait_for, wrap

AGENT = """
import json, os, sys, time, urllib.request
def ask(body):
    request = urllib.request.Request(os.environ["BASE"] + "/v1/messages", data=body, headers={"x-api-key": "k"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read()
"""
BODIES = list(requests(conversation(["rows", "log"])))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state"


def agent(folder: Path, text: str) -> Path:
    file = folder / "agent.py"
    file.write_text(AGENT + text, encoding="utf-8")
    return file


def test_the_agent_runs_behind_the_proxy(tmp_path: Path, home: Path) -> None:
    (tmp_path / "body").write_bytes(BODIES[-1])
    script = agent(
        tmp_path,
        "print(ask(open(sys.argv[1], 'rb').read())[:13].decode(), os.environ['KEEP'])\n"
        "print(json.dumps(sys.argv[2:]), file=sys.stderr); sys.exit(7)",
    )
    with running_provider([Turn("hi")]) as provider:
        wrapped = wrap(script, home, str(tmp_path / "body"), "a b", HEADROOM_UPSTREAM_ANTHROPIC=provider.url)
        code, out, err = wrapped.finish()
        assert (code, out, json.loads(err)) == (7, "event: messag on\n", ["a b"])
        assert len(provider.requests[0].body) < len(BODIES[-1])
    (start,), (end,) = wrapped.events(events.Start), wrapped.events(events.End)
    assert isinstance(start, events.Start)
    assert isinstance(end, events.End)
    assert (start.agent, end.exit_code, end.reason) == ("fake", 7, "exit")
    assert len(wrapped.events(events.UsageLine)) == 1


def test_a_base_url_that_the_user_had_is_the_upstream(tmp_path: Path, home: Path) -> None:
    script = agent(tmp_path, "print(ask(b'{}')[:0].decode() + os.environ.get('KEEP', 'unset'))")
    with running_provider([Turn("hi")], check=False) as provider:
        wrapped = wrap(script, home, BASE=provider.url + "/gate")
        _, out, _ = wrapped.finish()
        assert provider.requests[0].target == "/gate/v1/messages"
    assert "Traceback" not in out


def test_nothing_of_the_users_is_changed(tmp_path: Path, home: Path) -> None:
    """Zero footprint: no file outside the state folder, no variable outside the child."""
    user = tmp_path / "home"
    (user / ".claude").mkdir(parents=True)
    (user / ".claude" / "settings.json").write_text('{"env": {}}')
    before = {path: path.read_bytes() for path in user.rglob("*") if path.is_file()}
    wrapped = wrap(agent(tmp_path, "print(1)"), home, HOME=str(user))
    assert wrapped.finish()[0] == 0
    assert {path: path.read_bytes() for path in user.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("victim", ["wrap", "proxy", "agent"])
def test_a_kill_of_any_part_leaves_no_process_and_a_readable_log(victim: str, tmp_path: Path, home: Path) -> None:
    (tmp_path / "body").write_bytes(BODIES[0])
    script = agent(
        tmp_path, "body = open(sys.argv[1], 'rb').read(); ask(body); print('asked', flush=True)\n"
        "sys.stdin.read()\nfor _ in range(600): time.sleep(0.1); ask(body); print('again', flush=True)",
    )  # fmt: skip
    with running_provider(lambda _request, _n: Turn("hi")) as provider:
        wrapped = wrap(script, home, str(tmp_path / "body"), HEADROOM_UPSTREAM_ANTHROPIC=provider.url)
        assert wrapped.line() == "asked"
        family = wrapped.family()
        proxy = wrapped.proxy()
        (fake,) = [p for p in family if str(script) in p.cmdline() and p.pid != wrapped.process.pid]
        {"wrap": family[0], "proxy": proxy, "agent": fake}[victim].kill()
        if victim == "proxy":
            # The next request succeeds: a new proxy has taken over the socket.
            assert [wrapped.line() for _ in range(20)][-1] == "again"
            assert wrapped.proxy().pid != proxy.pid
            fake.terminate()
        code = wrapped.finish()[0]
        assert (
            code == {"wrap": -signal.SIGKILL, "proxy": 128 + signal.SIGTERM, "agent": 128 + signal.SIGKILL}[victim]
        )
    wait_for(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family))
    log = wrapped.log()
    assert log.damaged == 0
    numbers = [event.n for event in log.events if isinstance(event, events.Request)]
    assert numbers == sorted(set(numbers))
    wait_for(lambda: len(wrapped.events(events.End)) == 1)
    again = wrap(agent(tmp_path, "print('fine')"), tmp_path / "state2")
    assert again.finish()[:2] == (0, "fine\n")


def test_termination_reaches_the_agent_and_the_session_ends_in_order(tmp_path: Path, home: Path) -> None:
    script = agent(
        tmp_path,
        "import signal\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('up', flush=True)\ntime.sleep(60)",
    )
    wrapped = wrap(script, home)
    assert wrapped.line() == "up"
    family = wrapped.family()
    wrapped.process.terminate()
    assert wrapped.finish()[0] == 3
    wait_for(lambda: not any(p.is_running() for p in family))
    assert [end.reason for end in wrapped.events(events.End) if isinstance(end, events.End)] == ["exit"]


def test_twenty_at_once_with_random_kills(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(BODIES[-1])
    script = agent(
        tmp_path,
        "body = open(sys.argv[1], 'rb').read()\nprint('up', flush=True)\n"
        "failed = 0\n"
        "for _ in range(15):\n"
        "    try: ask(body)\n"
        "    except Exception: failed += 1; ask(body)\n"
        "    time.sleep(0.05)\n"
        "print('done', failed)",
    )
    chance = random.Random(7)
    home = tmp_path / "shared"
    with running_provider(lambda _request, _n: Turn("hi")) as provider:
        wraps = [
            wrap(script, home, str(tmp_path / "body"), HEADROOM_UPSTREAM_ANTHROPIC=provider.url) for _ in range(20)
        ]
        assert [one.line() for one in wraps] == ["up"] * 20
        families = [one.family() for one in wraps]
        assert len({p.pid for family in families for p in family}) == 60
        killed = set(chance.sample(range(20), 5))
        for number in killed:
            wraps[number].process.kill()
        restarted = set(chance.sample(sorted(set(range(20)) - killed), 5))
        for number in restarted:
            wraps[number].proxy().kill()
        for number, one in enumerate(wraps):
            code, out, err = one.finish()
            if number in restarted:  # the request that was under way may be lost, its repetition not
                assert (code, err, out) in ((0, "", "done 0\n"), (0, "", "done 1\n"))
            elif number not in killed:
                assert (code, out, err) == (0, "done 0\n", ""), "a kill elsewhere was felt"
    wait_for(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for f in families for p in f))


def test_without_a_proxy_the_agent_runs_all_the_same(tmp_path: Path, home: Path) -> None:
    home.write_text("a file where the state folder should be")
    wrapped = wrap(agent(tmp_path, "print('ran', os.environ.get('BASE'), os.environ.get('KEEP'))"), home)
    code, out, err = wrapped.finish()
    assert (code, out) == (0, "ran None None\n")
    assert len(err.splitlines()) == 1
    assert "runs without it" in err


def test_a_proxy_that_does_not_start_is_said_in_one_line(tmp_path: Path, home: Path) -> None:
    wrapped = wrap(agent(tmp_path, "print('ran')"), home, SSL_CERT_FILE=str(tmp_path / "none.pem"))
    code, out, err = wrapped.finish()
    assert (code, out) == (0, "ran\n")
    assert "SSL_CERT_FILE" in err


def test_a_provider_error_reaches_the_agent_as_it_is(tmp_path: Path, home: Path) -> None:
    script = agent(
        tmp_path,
        "import urllib.error\n"
        "try: ask(open(sys.argv[1], 'rb').read())\n"
        "except urllib.error.HTTPError as error:\n"
        "    print(error.code, error.headers['retry-after'], error.read().decode())",
    )
    (tmp_path / "body").write_bytes(BODIES[0])
    with running_provider([Fault(529, "busy", retry_after_s=3)]) as provider:
        _, out, _ = wrap(script, home, str(tmp_path / "body"), HEADROOM_UPSTREAM_ANTHROPIC=provider.url).finish()
        assert out == f"529 3 {provider.responses[0].decode()}\n"


def spec(command: str) -> Agent:
    return Agent(name="x", title="X", command=(command,), install="npm install -g x", base_url={})


def test_an_agent_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(launch.CannotStart, match=r"X \(x-agent\) is not on your PATH: npm install -g x"):
        launch.executable(spec("x-agent"), {"PATH": str(tmp_path)})


def test_an_agent_that_may_not_be_executed_is_named(tmp_path: Path) -> None:
    (tmp_path / "x-agent").write_text("#!/bin/sh\n")
    (tmp_path / "x-agent").chmod(0o644)
    with pytest.raises(launch.CannotStart, match="is not executable: chmod"):
        launch.executable(spec("x-agent"), {"PATH": str(tmp_path)})
    (tmp_path / "x-agent").chmod(0o755)
    assert launch.executable(spec("x-agent"), {"PATH": str(tmp_path)}) == str(tmp_path / "x-agent")


def test_a_backend_that_cannot_be_asked_is_named_before_the_agent_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / "x-agent").write_text("#!/bin/sh\ntouch started\n")
    (tmp_path / "x-agent").chmod(0o755)
    environ = {"HEADROOM_HOME": str(tmp_path / "state"), "PATH": str(tmp_path)}
    flags = {"proxy.backend": "bedrock", "bedrock.region": "eu-west-1"}
    with pytest.raises(launch.CannotStart, match=r"proxy.backend bedrock: there are no AWS credentials: set AWS_"):
        launch.wrap(spec("x-agent"), [], environ, lambda _: None, own_flags=flags)
    assert not (tmp_path / "state").exists()


def test_a_dry_run_starts_nothing_and_writes_nothing(tmp_path: Path) -> None:
    fake = Agent(name="x", title="X", command=("x", "--go"), install="-", base_url={"X_URL": ANTHROPIC})
    environ = {"HEADROOM_HOME": str(tmp_path / "state"), "X_URL": "https://gateway.example/v9"}
    lines = launch.describe(fake, ["-p", "two words"], environ)
    assert lines[0] == "# upstream: https://gateway.example/v9"
    assert lines[1] == "X_URL=http://127.0.0.1:PORT/s/SECRET"
    assert lines[-1] == "x --go -p 'two words'"
    assert not (tmp_path / "state").exists()


def test_a_killed_wrap_is_not_survived_by_what_its_agent_started(tmp_path: Path, home: Path) -> None:
    script = agent(
        tmp_path,
        "import subprocess\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\ntime.sleep(60)",
    )
    wrapped = wrap(script, home)
    grandchild = psutil.Process(int(wrapped.line()))
    wrapped.process.kill()
    wrapped.finish()
    wait_for(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_a_proxy_that_dies_too_often_is_given_up_and_the_session_ends_in_order(tmp_path: Path, home: Path) -> None:
    script = agent(
        tmp_path,
        "import psutil, urllib.error\n"
        "def proxies():\n"
        "    us = psutil.Process(os.getppid()).children()\n"
        "    return [p for p in us if 'headroom.proxy' in p.cmdline()]\n"
        "for _ in range(6):\n"
        "    while not proxies(): time.sleep(0.05)\n"
        "    [p.kill() for p in proxies()]; time.sleep(0.2)\n"
        "try: urllib.request.urlopen(os.environ['BASE'] + '/health', timeout=5)\n"
        "except urllib.error.URLError as error: print(type(error.reason).__name__)\n"
        "sys.exit(7)",
    )
    wrapped = wrap(script, home)
    code, out, _ = wrapped.finish()
    assert (code, out) == (7, "ConnectionRefusedError\n")
    said = [event.what for event in wrapped.events(events.Error) if isinstance(event, events.Error)]
    assert said == ["ended and was started again"] * 5 + ["ended too often and was given up"]
    assert len(wrapped.events(events.End)) == 1


def test_an_agent_whose_private_file_cannot_be_written_runs_without_a_proxy(tmp_path: Path, home: Path) -> None:
    home.mkdir()
    (home / "run").write_text("a file, where a folder is wanted")
    (tmp_path / "show.py").write_text("import os, sys; print(os.environ.get('BASE'), *sys.argv[1:])")
    said: list[str] = []
    agent = Agent(
        name="fake",
        title="Fake",
        command=(sys.executable, str(tmp_path / "show.py")),
        install="-",
        base_url={"BASE": ANTHROPIC},
        arguments=lambda session: Arguments(list(session.arguments), "private"),
    )
    environ = {name: value for name, value in os.environ.items() if name != "BASE"}
    before = psutil.Process().children()
    ended = launch.wrap(agent, ["x"], environ | {"HEADROOM_HOME": str(home)}, said.append)
    assert (ended.exit_code, ended.log) == (0, None)
    assert len(said) == 1
    assert said[0].endswith("Fake runs without it")
    assert psutil.Process().children() == before
    assert not list((home / "sessions").glob("*.jsonl")), "it would be the last session, and seem to go on"
