"""The command line as a whole."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom_cli import main

HEADROOM = [sys.executable, "-m", "headroom_cli"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*HEADROOM, *arguments], capture_output=True, text=True, timeout=30)


def test_help_lists_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in ("wrap", "agents", "perf", "compress", "explain", "retrieve", "proxy"):
        assert re.search(rf"^\s+{command}\s+\S", done.stdout, re.MULTILINE)


def test_no_arguments_is_help() -> None:
    assert "Commands" in run().stdout + run().stderr


def test_the_version_is_the_distributions() -> None:
    assert run("--version").stdout == f"headroom {headroom.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["wrapp"], ["wrap"], ["wrap", "--nonsense", "demo"], ["proxy", "--port", "x"]]
)
def test_a_wrong_call_is_exit_code_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from headroom_cli.main import app; app(['--help'], standalone_mode=False); "
        "print(sorted({'aiohttp', 'numpy', 'tiktoken', 'orjson', 'asyncio', 'headroom'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "expands"),
    [
        (["wrap", "claude", "*"], False),
        (["memory", "add", "~"], False),
        (["compress", "*.log"], True),
        ([], False),
    ],
)
def test_windows_has_no_argument_of_an_agent_stand_for_files(
    words: list[str], expands: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, object] = {}
    monkeypatch.setattr(main, "app", seen.update)
    monkeypatch.setattr(sys, "argv", ["headroom", *words])
    main.main()
    assert seen == {"windows_expand_args": expands}


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8"])
def test_any_text_can_be_printed(encoding: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM_")}
    environ |= {"HEADROOM_HOME": str(tmp_path / "state"), "HEADROOM_CONFIG": str(tmp_path / "none.toml")}
    environ |= {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for arguments in (("add", "日本 é"), ("list", "--json"), ("list",)):
        done = subprocess.run(
            [*HEADROOM, "memory", *arguments], cwd=tmp_path, env=environ, capture_output=True, timeout=30
        )
        assert (done.returncode, done.stderr) == (0, b"")
        if "--json" in arguments:
            (fact,) = json.loads(done.stdout.decode(encoding))
            assert fact["text"] == "日本 é"
