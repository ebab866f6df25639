"""`headroom shell-init` as a user types it."""

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from headroom_cli.main import app
from headroom_cli.shell import commands
from tests.shell.scripts import shellcheck

HEADROOM = [sys.executable, "-m", "headroom_cli", "shell-init"]


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"HEADROOM_HOME": str(home)}
    return subprocess.run([*HEADROOM, *arguments], env=environ, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_printed_or_kept(shell: str, tmp_path: Path) -> None:
    home = tmp_path / "st é"
    printed = run(home, shell)
    assert printed.returncode == 0
    assert not home.exists()
    assert str(home / "service" / "running") in printed.stdout
    kept = run(home, shell, "--save")
    file = home / "shell" / f"init.{shell}"
    assert shlex.quote(str(file)) in kept.stdout
    assert kept.stdout.count("\n") == 1
    assert "put this line into" in kept.stderr
    assert file.read_text(encoding="utf-8") == printed.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_aliases_are_only_there_when_asked_for(tmp_path: Path) -> None:
    assert "headroom wrap -- claude" not in run(tmp_path, "bash").stdout
    assert "alias claude='headroom wrap -- claude'" in run(tmp_path, "bash", "--aliases").stdout


def test_the_whole_script_is_one_that_shellcheck_likes(tmp_path: Path) -> None:
    file = tmp_path / "init.bash"
    file.write_text(run(tmp_path, "bash", "--aliases").stdout)
    assert shellcheck(file) == ""


def test_an_unknown_shell_is_exit_code_2(tmp_path: Path) -> None:
    done = run(tmp_path, "tcsh")
    assert done.returncode == 2
    assert done.stderr == "headroom: shell-init tcsh: known are bash, zsh, fish\n"


def test_variables_that_alone_change_an_agent_are_not_exported(tmp_path: Path) -> None:
    text = run(tmp_path, "bash").stdout
    assert "export ANTHROPIC_BASE_URL=" in text
    assert "COPILOT_PROVIDER_BASE_URL" not in text


def test_every_command_and_option_is_completed() -> None:
    found = {command.name: command for command in commands()}
    single = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    assert set(found) == single | {group.typer_instance.info.name for group in app.registered_groups}
    levels = [option for option in found["wrap"].options if "--level" in option.names]
    assert levels[0].choices == ("lossless", "balanced", "aggressive")
    assert "claude" in found["wrap"].words
    assert found["shell-init"].words == ("bash", "zsh", "fish")
    assert [inner.name for inner in found["service"].commands] == ["status", "start", "stop", "restart", "logs"]
