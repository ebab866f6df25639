"""What `headroom agents` prints, as golden files in tests/fixtures/wrappers: UPDATE_GOLDEN=1 writes them anew."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
from rich.console import Console

from headroom_cli.agents import Known, as_data, look, show_agents
from headroom_cli.page import Page
from headroom_wrappers import AGENTS
from tests.wrappers.sessions import wait_for

GOLDEN = Path(__file__).parent.parent / "fixtures" / "wrappers"
ROWS = [agent for agent in AGENTS.values() if agent.provider is None]
HERE = {"claude": "2.1.400", "crush": "", "amp": "0.0.1"}


def assert_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def known() -> list[Known]:
    return [Known(a, f"/bin/{a.command[0]}" if a.name in HERE else "", HERE.get(a.name, "")) for a in ROWS]


def test_agents_are_listed() -> None:
    out = io.StringIO()
    show_agents(known(), Page(Console(file=out, width=100, highlight=False, markup=False)))
    assert_golden("agents.list.txt", out.getvalue())


def test_json_tells_all() -> None:
    data = [as_data(each, "linux") for each in known()]
    assert_golden("agents.list.json", json.dumps(data, indent=2) + "\n")
    assert as_data(known()[0], "win32")["transcripts"] == data[0]["transcripts"]


def test_executables_are_asked_for_their_version(tmp_path: Path) -> None:
    scripts = {
        "claude": "echo '2.1.7 (Claude Code)'",
        "codex": "echo oops 1.2.3 >&2; exit 1",
        "qwen": "echo v1.2.3-rc.1.",
    }
    for name, script in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    found = {each.agent.name: each for each in look(ROWS, {"PATH": str(tmp_path)})}
    assert found["claude"].version == "2.1.7"
    assert (found["codex"].path, found["codex"].version) == (str(tmp_path / "codex"), "")
    assert found["qwen"].version == "1.2.3-rc.1"
    assert found["gemini"].path == found["gemini"].version == ""


def test_a_version_that_never_ends_is_cut_short_with_all_that_it_has_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    waits = f"sleep 600 & echo $! $$ >> {pids}"
    scripts = {
        "claude": f"echo $$ >> {pids}; yes 1.1.1",
        "codex": f"{waits}; wait",
        "qwen": f"echo 2.2.2; {waits}; exit 0",
        "gemini": f"echo 3.3.3; exec >&-; {waits}; wait",
    }
    for name, script in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    environ = {"PATH": str(tmp_path)}
    found = {each.agent.name: each.version for each in look(ROWS, environ, timeout_s=3)}
    assert {found[name] for name in ("codex", "qwen")} <= {"", "2.2.2"}
    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) >= 3
    wait_for(lambda: not any(map(_lives, started)), 30)


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_the_command_lists_what_is_on_the_path(tmp_path: Path) -> None:
    (tmp_path / "aider").write_text("#!/bin/sh\necho aider 0.99.0\n")
    (tmp_path / "aider").chmod(0o755)
    command = [sys.executable, "-m", "headroom_cli", "agents"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM_")}
    environ["PATH"] = f"{tmp_path}:/bin"
    listed = json.loads(subprocess.run([*command, "--json"], env=environ, capture_output=True, check=True).stdout)
    (here,) = [row for row in listed if row["installed"]]
    assert (here["name"], here["version"]) == ("aider", "0.99.0")
    assert "demo" not in {row["name"] for row in listed}
    text = subprocess.run(command, env=environ, capture_output=True, check=True, text=True).stdout
    assert text.index("aider 0.99.0") < text.index("not installed")
