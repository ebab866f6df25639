"""A user's home with sessions of Claude Code and Codex in a repository, for the tests of `headroom learn`."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from headroom_cli.learn import learn
from tests.core.learn.claude_sessions import RIGHT, WRONG, session

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
app.command()(learn)

RULE = "Use `python3`, not `python` (not installed here)."
SECTION = f"""<!-- headroom:learn:begin -->

## Learned from earlier sessions

- {RULE}

<!-- headroom:learn:end -->
"""


@dataclass(frozen=True)
class Desk:
    """Where the user works."""

    home: Path
    work: Path

    @property
    def file(self) -> Path:
        return self.work / "CLAUDE.local.md"

    @property
    def folder(self) -> Path:
        """Claude Code's, of the repository's transcripts."""
        return self.home / ".claude" / "projects" / re.sub(r"[^A-Za-z0-9]", "-", str(self.work))

    def session(self, name: str, *calls: tuple[str, str, bool]) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return session(self.folder, name, self.work, *calls)

    def codex(self, name: str, *calls: tuple[str, str, bool]) -> Path:
        """A session of Codex."""
        folder = self.home / ".codex" / "sessions" / "2026" / "11" / "01"
        folder.mkdir(parents=True, exist_ok=True)
        lines: list[tuple[str, Mapping[str, object]]] = [("session_meta", {"id": name, "cwd": str(self.work)})]
        for number, (command, output, failed) in enumerate(calls):
            own, words = f"{name}-{number}", json.dumps({"command": ["bash", "-lc", command]})
            told = json.dumps({"output": output, "metadata": {"exit_code": 127 if failed else 0}})
            call = {"type": "function_call", "name": "shell", "call_id": own, "arguments": words}
            result = {"type": "function_call_output", "call_id": own, "output": told}
            lines += [("response_item", call), ("response_item", result)]
        at = "2026-11-01T10:00:00.000Z"
        rows = [{"timestamp": at, "type": kind, "payload": payload} for kind, payload in lines]
        file = folder / f"rollout-{name}.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in rows))
        return file

    def run(self, *arguments: str, **environ: str) -> Result:
        outer = {
            "HOME": str(self.home),
            "HEADROOM_HOME": str(self.home / "state"),
            "HEADROOM_CONFIG": str(self.home / "none.toml"),
            "COLUMNS": "300",
        }
        return CliRunner().invoke(app, ["--project", str(self.work), *arguments], env=outer | environ)

    def shown(self, *arguments: str, **environ: str) -> str:
        result = self.run(*arguments, **environ)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout


def made(folder: Path) -> Desk:
    """A desk with two sessions that say the same."""
    desk = Desk(folder / "home", folder / "work")
    desk.home.mkdir()
    subprocess.run(["git", "init", "-q", str(desk.work)], check=True)
    for name in ("one", "two"):
        desk.session(name, WRONG, RIGHT)
    return desk
