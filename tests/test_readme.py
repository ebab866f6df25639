"""The README is true: its commands exist, its sample settings load, its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from headroom import settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


COMMANDS = [line[2:] for block in fenced("console") for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_is_understood(command: str, tmp_path: Path) -> None:
    """Each is run as shown, with stand-ins for what it needs: an agent, an original, an end."""
    for name in ("claude", "codex"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "my_agent.py").touch()
    originals = tmp_path / "state" / "store" / "originals"
    environ = os.environ | {
        "HOME": str(tmp_path),
        "HEADROOM_HOME": str(tmp_path / "state"),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }
    words = shlex.split(command, comments=True)
    assert words[0] == "headroom"
    if "retrieve" in words:
        from headroom.store import SqliteStore

        text = "one\nKeyError: JPY\n"
        key = SqliteStore(tmp_path / "state" / "store").put(text)
        words[words.index("d0b07181b1d3")] = key
        assert (originals / f"{key}.txt").is_file()
    argv = [sys.executable, "-m", "headroom_cli", *words[1:]]
    if words[1] in ("proxy", "dashboard"):
        argv = ["0" if word == "8787" else word for word in argv]
        with subprocess.Popen(argv, env=environ, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline().startswith(f"headroom {words[1]} at http://127.0.0.1:")
            process.terminate()
        return
    (tmp_path / "build.log").write_text("it failed\n")
    (tmp_path / "request.json").write_text('{"messages": [{"role": "user", "content": "Hello"}]}')
    environ |= {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_sample_settings_are_settings(tmp_path: Path) -> None:
    (sample,) = fenced("toml")
    file = tmp_path / "headroom.toml"
    file.write_text(sample, encoding="utf-8")
    values = settings.load(environ={"HEADROOM_CONFIG": str(file)})
    assert values["compress.level"] == "lossless"
    assert values.policy().for_tool("Grep").enabled is False


def test_the_library_sample_prints_what_it_says(tmp_path: Path) -> None:
    (sample,) = fenced("python")
    environ = os.environ | {"HEADROOM_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", sample], env=environ, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == sample.rpartition("# ")[2].strip()


def test_its_set_up_commands_are_what_ci_runs() -> None:
    steps = [step for block in fenced("sh") for step in block.strip().split(" && ")]
    script = (
        (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("python -m pip install --quiet", "pip install")
    )
    for step in steps:
        assert step in script, f"{step}: not in .ci/run"


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_named_files_exist() -> None:
    for name in re.findall(r"`((?:core|tests|wrappers|native|shell|launchd)/[\w./]+)`", README):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`(tests/[\w./]+\.py)`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name
