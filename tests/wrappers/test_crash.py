"""A wrap that is killed before any of its steps: the home is as it was, after the next start or `headroom unwrap`.

The steps are what the wrapper does to files and processes, counted where Python tells of it. What a file that is
edited goes through inside is in test_journal.
"""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest

from tests.wrappers.sessions import wait_for

WRAP = """
import os, sys
from dataclasses import replace
from headroom import session_log, tokens
from headroom_wrappers import launch
from headroom_wrappers.cline import CLINE
import headroom_wrappers.journal, platformdirs, psutil

die_at, count = int(sys.argv[1]), 0
signals = [int(number) for number in sys.argv[3:]]
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.chmod", "os.rmdir", "subprocess.Popen", "socket.bind"}

def audit(event, arguments):
    global count
    is_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if event in STEPS or (is_writing and str(arguments[0]) != os.devnull):
        if count == die_at:
            os.kill(os.getpid(), 9)
        for number in signals if os.path.exists(sys.argv[2] + ".ran") else ():
            os.kill(os.getpid(), number)
        count += 1

sys.addaudithook(audit)
agent = replace(CLINE, command=(sys.executable, sys.argv[2]))
ended = launch.wrap(agent, [], os.environ, lambda line: print(line, file=sys.stderr))
die_at = -1
print("steps", count)
sys.exit(ended.exit_code)
"""
FAKE = """
import json, os, sys
with open(os.environ["CLINE_PROVIDER_SETTINGS_PATH"]) as file:
    print(json.load(file)["providers"]["anthropic"]["settings"]["baseUrl"])
open(sys.argv[0] + ".ran", "w").close()
"""
PROVIDERS = '{\r\n\t"providers": {"anthropic": {"settings": {"apiKey": "sk-planted"}}, "z": 1}}'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "héime 中"
    (made / ".cline").mkdir(parents=True)
    (made / ".cline" / "providers.json").write_bytes(PROVIDERS.encode())
    (made / ".cline" / "providers.json").chmod(0o640)
    (tmp_path / "fake.py").write_text(FAKE)
    return made


def found(folder: Path) -> dict[str, tuple[int, bytes]]:
    paths = sorted(folder.rglob("*"))
    contents = [path.read_bytes() if path.is_file() else b"" for path in paths]
    modes = [stat.S_IMODE(path.lstat().st_mode) for path in paths]
    return dict(zip(map(str, paths), zip(modes, contents, strict=True), strict=True))


def wrap(home: Path, die_at: int, *signals: int) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", WRAP, str(die_at), str(home.parent / "fake.py"), *map(str, signals)]
    return subprocess.run(argv, env=environ(home), capture_output=True, text=True, timeout=60, check=False)


def environ(home: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return env | {
        "HOME": str(home),
        "HEADROOM_HOME": str(home.parent / "state"),
        "HEADROOM_CONFIG": str(home.parent / "none.toml"),
        "CLINE_PROVIDER_SETTINGS_PATH": str(home / ".cline" / "providers.json"),
    }


def survivors(home: Path) -> Iterator[psutil.Process]:
    """Proxies and agents of ours, by the state folder in their environment."""
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("HEADROOM_HOME") == str(home.parent / "state")
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.Error:
            continue


@pytest.mark.timeout(600)
def test_a_kill_before_any_step_leaves_the_home_as_it_was(home: Path) -> None:
    before = found(home)
    changed = 0
    for die_at in count():
        run = wrap(home, die_at)
        if run.returncode == 0:  # it has come to its end before that step
            break
        assert run.returncode == -signal.SIGKILL, run.stderr
        wait_for(lambda: not list(survivors(home)))
        changed += found(home) != before
        if die_at % 2:
            argv = [sys.executable, "-m", "headroom_cli", "unwrap"]
            done = subprocess.run(argv, env=environ(home), capture_output=True, text=True, timeout=60, check=True)
            assert not done.stderr
            assert found(home) == before, f"unwrap after a kill before step {die_at}"
        # Else the next wrap puts it back; it is killed too, one step later in its own course.
    assert die_at > 20
    assert run.stdout.startswith("http://127.0.0.1:"), "the agent was led to the proxy"
    assert changed >= 3, "some kills came while the file was changed"
    assert not run.stderr
    assert found(home) == before
    assert list((home.parent / "state" / "edits").iterdir()) == [home.parent / "state" / "edits" / "lock"]


def test_the_next_start_of_any_agent_puts_it_back(home: Path) -> None:
    before = found(home)
    (home.parent / "fake.py").write_text("import os\nos.kill(os.getppid(), 9)\n")
    assert wrap(home, -1).returncode == -signal.SIGKILL
    assert found(home) != before
    argv = [sys.executable, "-m", "headroom_cli", "wrap", "--", sys.executable, "-c", "print('another')"]
    done = subprocess.run(argv, env=environ(home), capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "another\n"
    assert found(home) == before


@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT", "SIGTERM"])
def test_signals_while_it_winds_up_stop_nothing_from_being_put_back(name: str, home: Path) -> None:
    """A terminal that is closed sends SIGHUP twice; ctrl-C is pressed once more than an agent needs."""
    before = found(home)
    run = wrap(home, -1, getattr(signal, name))
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("http://127.0.0.1:")
    assert found(home) == before
    assert list((home.parent / "state" / "edits").iterdir()) == [home.parent / "state" / "edits" / "lock"]
