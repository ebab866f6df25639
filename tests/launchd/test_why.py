"""Why a service does not answer, from what is on the disk."""

import os
from pathlib import Path

import pytest

from headroom_service import installing, state, why
from tests.launchd.fakes import managers, spec


@pytest.mark.parametrize("name", ["systemd", "launchd"])
def test_the_port_is_that_of_the_installed_files(tmp_path: Path, name: str) -> None:
    manager, root = managers(tmp_path)[name], tmp_path / "state"
    assert why.port(manager) == 0
    made = spec(state.log_file(root))
    argv = (*made.argv, "--port", "9123")
    installing.install(type(made)(argv, 9123, made.log), manager, root)
    assert why.port(manager) == 9123


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("", ""),
        ("2026-01-01 00:00:00 headroom, process 1: 1 serves 127.0.0.1:8787\n", ""),
        ("2026-01-01 00:00:00 headroom, process 1: ends\n", ""),
        ("2026-01-01 00:00:00 headroom, process 1: ends: x.toml: no such setting\n", "x.toml: no such setting"),
        ("headroom: cannot listen on 127.0.0.1:1\n", "cannot listen on 127.0.0.1:1"),
        ("headroom: old\n2026-01-01 00:00:00 headroom, process 1: ends\n", ""),
        ("headroom: " + "x" * 1000, "x" * 240 + " ..."),
    ],
)
def test_the_reason_is_what_the_log_says_last(tmp_path: Path, log: str, reason: str) -> None:
    state.folder(tmp_path).mkdir()
    state.log_file(tmp_path).write_text(log)
    assert why.why(tmp_path) == reason
    assert [path.name for path in state.folder(tmp_path).iterdir()] == ["log"]


def test_a_folder_that_cannot_be_written_is_the_reason(tmp_path: Path) -> None:
    state.folder(tmp_path).write_text("a file")
    assert why.why(tmp_path) == f"{state.folder(tmp_path)}: {os.strerror(20)}"
    assert "No such file" in why.blocked(tmp_path / "none")
