"""Runs `headroom wrap` on agents made for a test, as a process that can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from headroom import session_log
from headroom.session_log.events import Event

WRAP = """
import os, sys
from headroom_wrappers import launch
from headroom_wrappers.spec import ANTHROPIC, Agent
agent = Agent(name="fake", title="Fake", command=(sys.executable, sys.argv[1]), install="-",
              base_url={"BASE": ANTHROPIC}, keep_on={"KEEP": "on"})
ended = launch.wrap(agent, sys.argv[2:], os.environ, lambda line: print(line, file=sys.stderr, flush=True))
sys.exit(ended.exit_code)
"""


@dataclass
class Wrapped:
    """A wrap under way."""

    process: subprocess.Popen[str]
    home: Path

    def finish(self) -> tuple[int, str, str]:
        """Wait for the end: exit code, stdout, stderr."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err

    def line(self) -> str:
        """Read one line that the agent prints."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def family(self) -> list[psutil.Process]:
        """The wrapper, its proxy and its agent."""
        us = psutil.Process(self.process.pid)
        return [us, *us.children(recursive=True)]

    def proxy(self) -> psutil.Process:
        (found,) = [p for p in self.family() if "headroom.proxy" in p.cmdline()]
        return found

    def log(self) -> session_log.Session:
        (path,) = session_log.sessions(self.home)
        return session_log.read(path)

    def events(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.log().events if isinstance(event, kind)]


def wrap(script: Path, home: Path, *arguments: str, **environ: str) -> Wrapped:
    """Start `headroom wrap` on a Python script as the agent."""
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    env |= {"HEADROOM_HOME": str(home), "HEADROOM_CONFIG": str(home / "none.toml")}
    # On a loaded machine, a first block must not miss its deadline.
    env |= {"HEADROOM_COMPRESS_DEADLINE_MS": "20000"} | environ
    process = subprocess.Popen(
        [sys.executable, "-c", WRAP, str(script), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    return Wrapped(process, home)


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds; fail when it does not come to."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
