"""Real Claude Code under `headroom wrap`, in a home and a working folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from headroom import session_log

ROOT = Path(__file__).parent.parent.parent
BIN = ROOT / ".cache" / "agents" / "node_modules" / ".bin"


def needs(name: str) -> Path:
    """The agent's executable. Without it a test is skipped, but in CI it fails."""
    found = BIN / name
    if not found.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed: make agents")
        pytest.skip(f"{name} is not installed: make agents")
    return found


@dataclass
class Desk:
    """Where a user works: a home, a project, headroom's state folder."""

    home: Path
    work: Path
    state: Path

    def environ(self, provider: str, **more: str) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("LANG", "TERM", "TMPDIR") if name in os.environ}
        path = f"{BIN}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        return keep | {
            "PATH": path,
            "HOME": str(self.home),
            "HEADROOM_HOME": str(self.state),
            "HEADROOM_CONFIG": str(self.state / "none.toml"),
            "ANTHROPIC_BASE_URL": provider,
            "ANTHROPIC_API_KEY": "sk-ant-dummy-key",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "IS_SANDBOX": "1",
        } | more  # fmt: skip

    def run(self, argv: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, cwd=self.work, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100
        )

    def wrap(self, provider: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """`headroom wrap --json claude -- ARGUMENTS`."""
        argv = [sys.executable, "-m", "headroom_cli", "wrap", "--json", "claude", "--", *arguments]
        return self.run(argv, self.environ(provider, **environ))

    def log(self) -> session_log.Session:
        return session_log.read(session_log.sessions(self.state)[-1])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    needs("claude")
    made = Desk(tmp_path / "home", tmp_path / "work", tmp_path / "state")
    made.home.mkdir()
    made.work.mkdir()
    return made
