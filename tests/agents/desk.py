"""A desk at which real agents work: a home, a project and headroom's state folder, all of the test's own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from headroom import session_log

ROOT = Path(__file__).parent.parent.parent
BIN = ROOT / ".cache" / "agents" / "node_modules" / ".bin"
"""Where `make agents` puts their commands."""


def needs(command: str) -> None:
    """Skip the test without this agent; in CI it fails."""
    if not (BIN / command).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{command} is not installed: make agents")
        pytest.skip(f"{command} is not installed: make agents")


@dataclass(frozen=True)
class Desk:
    """Where a user works."""

    home: Path
    work: Path
    state: Path

    @classmethod
    def under(cls, folder: Path) -> Self:
        made = cls(folder / "home", folder / "work", folder / "state")
        made.home.mkdir()
        made.work.mkdir()
        return made

    def environ(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return a user's environment, of which nothing of ours is taken but the language and the commands."""
        keep = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        return keep | {
            "PATH": f"{BIN}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "TERM": "dumb",
            "HEADROOM_HOME": str(self.state),
            "HEADROOM_CONFIG": str(self.state / "none.toml"),
            # Agents and proxy share a loaded machine: a first block must not miss its deadline there.
            "HEADROOM_COMPRESS_DEADLINE_MS": "20000",
        } | dict(more)  # fmt: skip

    def run(self, argv: Sequence[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv,
            cwd=self.work,
            env=self.environ(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
        )

    @contextmanager
    def proxy(self, provider: str, **environ: str) -> Iterator[str]:
        """Run `headroom proxy` before a provider of all APIs; yields its base URL."""
        argv = [sys.executable, "-m", "headroom_cli", "proxy", "--port", "0"]
        upstreams = {f"HEADROOM_UPSTREAM_{name}": provider for name in ("ANTHROPIC", "OPENAI")}
        process = subprocess.Popen(
            argv, cwd=self.work, env=self.environ(upstreams | environ), stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.communicate(timeout=20)
        assert process.returncode == 0

    def log(self) -> session_log.Session:
        """Return the log of the latest session."""
        return session_log.read(session_log.sessions(self.state)[-1])

    def original(self, key: str) -> str:
        """Return what the store keeps under a key."""
        return (self.state / "store" / "originals" / f"{key}.txt").read_text(encoding="utf-8")
