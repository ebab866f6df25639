"""Real Claude Code under `headroom wrap`."""

import subprocess
import sys

from tests.agents.desk import Desk


class Claude(Desk):
    """A desk with Claude Code on it."""

    def environ_at(self, provider: str, **more: str) -> dict[str, str]:
        """Return what points Claude Code at a provider."""
        return {
            "ANTHROPIC_BASE_URL": provider,
            "ANTHROPIC_API_KEY": "sk-ant-dummy-key",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "IS_SANDBOX": "1",
        } | more  # fmt: skip

    def direct(self, provider: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`claude ARGUMENTS`."""
        return self.run(["claude", *arguments], self.environ_at(provider))

    def wrap(self, provider: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """`headroom wrap --json claude -- ARGUMENTS`."""
        argv = [sys.executable, "-m", "headroom_cli", "wrap", "--json", "claude", "--", *arguments]
        return self.run(argv, self.environ_at(provider, **environ))
