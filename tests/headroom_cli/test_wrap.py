"""`headroom wrap` as a user types it."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from headroom import settings
from headroom_cli.wrap import agents_own
from headroom_wrappers import AGENTS
from tests.provider.app import running_provider
from tests.provider.script import Turn

HEADROOM = [sys.executable, "-m", "headroom_cli"]
MODES = "optimize, audit, simulate"
WRAPPED = ", ".join(name for name in AGENTS if name not in ("continue", "amp", "cursor"))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "HEADROOM_"))}
    return env | {
        "HEADROOM_HOME": str(tmp_path / "state"),
        "HEADROOM_CONFIG": str(tmp_path / "headroom.toml"),
        "HOME": str(tmp_path),
        "COLUMNS": "80",
    }


def run(environ: dict[str, str], *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HEADROOM, *arguments], env=environ, capture_output=True, text=True, timeout=60, cwd=cwd
    )


def on_a_terminal(environ: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run with a terminal for all three streams; return the exit code and what stood on the screen."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [*HEADROOM, *arguments], environ)
    text = b""
    with contextlib.suppress(OSError):
        while data := os.read(fd, 65536):
            text += data
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    return os.waitstatus_to_exitcode(status), re.sub(r"\x1b\[[0-9;]*m", "", text.decode()).replace("\r\n", "\n")


def test_the_demo_runs_without_account_or_network_and_ends_with_its_savings(environ: dict[str, str]) -> None:
    code, screen = on_a_terminal(environ, "wrap", "demo")
    assert code == 0
    assert "KeyError: 'JPY'" in screen, "the answer is there: nothing that mattered was lost"
    assert "not in what I was shown" not in screen
    summary = screen[screen.index(" headroom ") :]
    assert re.search(r"tokens\s+[\d,]+ billed instead of ≈ [\d,]+ \([\d.]+ % fewer\)", summary)
    assert re.search(r"money\s+\$[\d.]+ paid instead of ≈ \$[\d.]+ \([\d.]+ % less\)", summary)
    assert "1 original read back" in summary
    assert "problems" not in summary


def test_a_pipe_gets_no_summary_and_json_when_it_asks(environ: dict[str, str]) -> None:
    assert run(environ, "wrap", "demo").stderr == ""
    summary = json.loads(run(environ, "wrap", "--json", "demo").stderr)
    assert summary["agents"]["demo"]["requests"] == summary["requests"] == 7
    assert summary["errors"] == 0
    assert summary["tokens"]["saved"] > 0


def test_a_proxy_in_the_users_environment_is_not_asked_for_this_machine(environ: dict[str, str]) -> None:
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    done = run(environ | nowhere, "wrap", "--json", "demo")
    assert done.returncode == 0
    assert json.loads(done.stderr)["errors"] == 0


def test_quiet_is_quiet(environ: dict[str, str]) -> None:
    code, screen = on_a_terminal(environ, "wrap", "--quiet", "demo")
    assert code == 0
    assert " headroom " not in screen


def test_perf_shows_the_same_session_later(environ: dict[str, str]) -> None:
    summary = json.loads(run(environ, "wrap", "--json", "demo").stderr)
    assert json.loads(run(environ, "perf", "--json").stdout)["tokens"] == summary["tokens"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["wrap", "klaude"],
            f"unknown agent 'klaude', and no such command; did you mean claude? Known: {WRAPPED}",
        ),
        (["wrap", "--", "emacs_"], f"unknown agent 'emacs_', and no such command; known: {WRAPPED}"),
        (["wrap", "--region", "eu", "demo"], "--region is Bedrock's: give --backend bedrock, too"),
        (
            ["wrap", "--audit", "--mode", "optimize", "demo"],
            "--audit is --mode audit, and excludes --mode optimize",
        ),
        (
            ["wrap", "--mode", "odd", "demo"],
            f"command line: proxy.mode must be one of {MODES}, not 'odd' ({settings.ROWS['proxy.mode'].help})",
        ),
        (["wrap", "--dry-run", "cursor-agent"], f"Cursor CLI cannot be wrapped: {AGENTS['cursor'].refused}"),
        (
            ["wrap", "--dry-run", "claude"],
            "Claude Code (claude) is not on your PATH: npm install -g @anthropic-ai/claude-code",
        ),
        (["wrap", "claude"], "Claude Code (claude) is not on your PATH: npm install -g @anthropic-ai/claude-code"),
    ],
)
def test_what_cannot_start_is_one_line_and_exit_code_2(
    arguments: list[str], words: str, environ: dict[str, str], tmp_path: Path
) -> None:
    done = run(environ | {"PATH": str(tmp_path)}, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"headroom: {words}\n")


def test_an_agent_that_may_not_be_executed_is_exit_code_2(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    done = run(environ | {"PATH": str(tmp_path)}, "wrap", "claude")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not executable: chmod +x" in done.stderr


def test_a_program_that_is_none_is_exit_code_2(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "claude").write_bytes(b"\x7fELF no")
    (tmp_path / "claude").chmod(0o755)
    done = run(environ | {"PATH": str(tmp_path)}, "wrap", "claude")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot be executed" in done.stderr


def test_a_script_whose_interpreter_is_gone_is_told_from_one_that_is_gone(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "claude").write_text("#!/no/such/interpreter\n")
    (tmp_path / "claude").chmod(0o755)
    done = run(environ | {"PATH": str(tmp_path)}, "wrap", "claude")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "claude cannot be executed: its interpreter is not there, see its first line" in done.stderr


def test_a_wrong_setting_is_exit_code_2(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "headroom.toml").write_text("[compress]\nlossi = true\n")
    done = run(environ, "wrap", "demo")
    assert (done.returncode, done.stdout) == (2, "")
    assert "compress.lossi" in done.stderr
    assert str(tmp_path / "headroom.toml") in done.stderr


TELLS = '#!/bin/sh\nfor a in "$@"; do printf "%s\\n" "$a"; done\nexit 5\n'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["claude", "-p", "hi"], ["-p", "hi"]),
        (["claude", "--", "-p", "hi"], ["-p", "hi"]),
        (["--", "claude", "-p", "hi"], ["-p", "hi"]),
        (["--", "claude", "--", "-p", "hi"], ["--", "-p", "hi"]),
        (["claude", "--", "--", "-p"], ["--", "-p"]),
        (["claude", "-p", "--", "hi"], ["-p", "--", "hi"]),
        (["claude", "--help"], ["--help"]),
        (["claude", "-h"], ["-h"]),
        (["claude", "--version"], ["--version"]),
        (["claude", "--dry-run", "--quiet", "--json"], ["--dry-run", "--quiet", "--json"]),
        (["claude", "--level", "lossless"], ["--level", "lossless"]),
        (["-q", "claude", "-q"], ["-q"]),
        (["--level", "lossless", "--", "claude", "--", "x"], ["--", "x"]),
        (["claude"], []),
        (["claude", "--"], []),
        (["--", "claude", "--"], ["--"]),
        (["claude", "", "two words", "*", "$HOME", "new\nline"], ["", "two words", "*", "$HOME", "new", "line"]),
        (["tell", "--", "x"], ["x"]),
        (["--", "tell", "--", "x"], ["--", "x"]),
        (["--", "tell", "--help"], ["--help"]),
    ],
    ids=" ".join,
)
def test_what_follows_the_agents_name_is_the_agents(
    line: list[str], told: list[str], environ: dict[str, str], tmp_path: Path
) -> None:
    for name in ("claude", "tell"):
        (tmp_path / name).write_text(TELLS)
        (tmp_path / name).chmod(0o755)
    done = run(environ | {"PATH": f"{tmp_path}:{environ['PATH']}"}, "wrap", *line)
    assert done.returncode == 5
    seen = [each for each in done.stdout.splitlines() if not each.startswith("--allowedTools=Read(")]
    assert seen == told


@pytest.mark.parametrize(
    ("agent", "arguments", "argv", "told"),
    [
        ("make", ["--", "all"], ["headroom", "wrap", "make", "--", "all"], ["all"]),
        ("make", ["--", "all"], ["headroom", "wrap", "--", "make", "--", "all"], ["--", "all"]),
        ("make", ["--", "all"], ["pytest"], ["all"]),
        ("make", [], ["headroom", "wrap", "--", "make"], []),
        ("make", ["--", "--", "make"], ["headroom", "wrap", "make", "--", "--", "make"], ["--", "make"]),
        ("--", ["make"], ["headroom", "wrap", "--", "--", "make"], ["make"]),
    ],
)  # fmt: skip
def test_a_separator_is_taken_out_once(agent: str, arguments: list[str], argv: list[str], told: list[str]) -> None:
    assert agents_own(agent, arguments, argv) == told


@pytest.mark.parametrize("line", [["--help"], ["--help", "claude"], ["--dry-run", "--help", "--", "claude"]])
def test_help_before_the_agents_name_is_ours(line: list[str], environ: dict[str, str]) -> None:
    done = run(environ, "wrap", *line)
    assert done.returncode == 0
    assert "what follows it belongs" in done.stdout


def test_a_background_session_is_left_to_the_running_service(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "claude").write_text('#!/bin/sh\necho "$ANTHROPIC_BASE_URL"\n')
    (tmp_path / "claude").chmod(0o755)
    service = {"_headroom_url": "http://127.0.0.1:8787", "ANTHROPIC_BASE_URL": "http://127.0.0.1:8787"}
    environ = environ | service | {"PATH": f"{tmp_path}:{environ['PATH']}"}
    assert run(environ, "wrap", "claude", "--bg", "hi").stdout == "http://127.0.0.1:8787\n"
    assert "/s/" in run(environ, "wrap", "claude", "hi").stdout


def test_a_dry_run_prints_what_would_be_set(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "claude").chmod(0o755)
    path = f"{tmp_path}:{environ['PATH']}"
    environ = environ | {"ANTHROPIC_BASE_URL": "https://gateway.example", "PATH": path}
    done = run(environ, "wrap", "--dry-run", "claude", "-p", "two words")
    assert done.returncode == 0
    assert "# upstream: https://gateway.example\n" in done.stdout
    assert "ANTHROPIC_BASE_URL=http://127.0.0.1:PORT/s/SECRET\n" in done.stdout
    assert done.stdout.endswith("-p 'two words'\n")
    assert not (tmp_path / "state").exists()


def test_each_demo_follows_the_settings_of_its_day(environ: dict[str, str], tmp_path: Path) -> None:
    before = json.loads(run(environ, "wrap", "--json", "demo").stderr)
    (tmp_path / "headroom.toml").write_text("[compress]\nlevel = 'lossless'\n")
    after = json.loads(run(environ, "wrap", "--json", "demo").stderr)
    assert before["blocks"]["lossy"] > 0 == after["blocks"]["lossy"]


def test_a_projects_settings_and_options_reach_the_proxy(environ: dict[str, str], tmp_path: Path) -> None:
    project = tmp_path / "shop"
    (project / "src").mkdir(parents=True)
    (project / ".headroom.toml").write_text("[compress]\nlevel = 'lossless'\n")

    def is_lossy(*options: str, cwd: Path) -> bool:
        summary = json.loads(run(environ, "wrap", "--json", *options, "demo", cwd=cwd).stderr)
        return bool(summary["blocks"]["lossy"])

    assert is_lossy(cwd=tmp_path)
    assert not is_lossy("--level", "lossless", cwd=tmp_path)
    assert not is_lossy(cwd=project / "src"), "a project's file holds in its folders"
    assert is_lossy("--level", "balanced", "--code", cwd=project)


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_a_wrong_level_is_exit_code_2(options: list[str], environ: dict[str, str]) -> None:
    done = run(environ, "wrap", "--level", "brutal", *options, "demo")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--level: compress.level must be one of lossless, balanced, aggressive, not 'brutal'" in done.stderr


def test_a_region_is_taken_where_the_settings_name_its_backend(environ: dict[str, str]) -> None:
    pytest.importorskip("botocore")
    environ = environ | {"HEADROOM_PROXY_BACKEND": "bedrock", "AWS_BEARER_TOKEN_BEDROCK": "a-key"}
    done = run(environ, "wrap", "--dry-run", "--region", "eu-west-1", "demo")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_project_says_nothing_of_where_requests_go(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / ".headroom.toml"
    file.write_text("[upstream]\nanthropic = 'https://evil.example.com'\n")
    for options in ([], ["--dry-run"]):
        done = run(environ, "wrap", *options, "demo", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"{file}: a project may not set upstream.anthropic, only compress.*" in done.stderr


def test_a_reader_that_leaves_is_no_traceback(environ: dict[str, str]) -> None:
    command = f"{sys.executable} -m headroom_cli wrap demo | head -1"
    done = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_a_base_url_that_is_none_is_named_with_its_variable(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "claude").chmod(0o755)
    path = f"{tmp_path}:{environ['PATH']}"
    done = run(environ | {"ANTHROPIC_BASE_URL": "notaurl", "PATH": path}, "wrap", "claude")
    assert done.returncode == 2
    assert "ANTHROPIC_BASE_URL: upstream.anthropic must be" in done.stderr
    assert "scheme://host" in done.stderr


ASKS = """\
import os, urllib.request
body = b'{"model": "gpt-5", "messages": [{"role": "user", "content": "hi"}]}'
headers = {"Authorization": "Bearer sk-key", "Content-Type": "application/json"}
url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as response:
    print(response.status)
"""


def test_any_command_that_reads_the_common_variables_can_be_wrapped(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "my-agent").write_text(f"#!{sys.executable}\n{ASKS}")
    (tmp_path / "my-agent").chmod(0o755)
    with running_provider([Turn("hello")], side=lambda _request: False) as provider:
        gateway = {"OPENAI_BASE_URL": f"{provider.url}/v1", "PATH": f"{tmp_path}:{environ['PATH']}"}
        done = run(environ | gateway, "wrap", "--json", "--", "my-agent", "--flag")
        assert (done.returncode, done.stdout) == (0, "200\n")
        assert [request.target for request in provider.requests] == ["/v1/chat/completions"]
    assert json.loads(done.stderr)["agents"]["my-agent"]["requests"] == 1


def test_a_session_without_traffic_says_so_and_why_that_may_be(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "gemini").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "gemini").chmod(0o755)
    environ = environ | {"PATH": f"{tmp_path}:{environ['PATH']}"}
    code, screen = on_a_terminal(environ, "wrap", "gemini")
    assert code == 3
    assert "headroom: no traffic seen in this session: Gemini CLI asked no model; else: it takes a base" in screen
    code, screen = on_a_terminal(environ, "wrap", "--", "true")
    assert code == 0
    assert (
        "headroom: no traffic seen in this session: true asked no model; else: it may read none of ANTHROPIC"
        in screen
    )
    assert run(environ, "wrap", "--", "true").stderr == ""


@pytest.mark.parametrize(("version", "warns"), [("2.1.200", True), ("2.1.329", False)])
def test_a_version_that_fares_worse_behind_a_proxy_is_named(
    version: str, warns: bool, environ: dict[str, str], tmp_path: Path
) -> None:
    real = tmp_path / "versions" / version
    real.parent.mkdir()
    real.write_text("#!/bin/sh\nexit 0\n")
    real.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "claude").symlink_to(real)
    done = run(environ | {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}, "wrap", "claude")
    assert done.returncode == 0
    assert ("Claude Code 2.1.200: the prompt cache is not used as it should be" in done.stderr) is warns
    assert ("2.1.237 or later has it right" in done.stderr) is warns


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_keep_no_agent_from_its_proxy(closed: str, environ: dict[str, str], tmp_path: Path) -> None:
    agent = ["sh", "-c", f'echo "$ANTHROPIC_BASE_URL" > "{tmp_path}/seen"; exit 7']
    argv = ["sh", "-c", f'exec "$@" {closed}', "sh", *HEADROOM, "wrap", "--", *agent]
    assert subprocess.run(argv, env=environ, timeout=60, check=False).returncode == 7
    assert (tmp_path / "seen").read_text().startswith("http://127.0.0.1:")


def test_a_password_in_a_base_url_is_never_printed(environ: dict[str, str]) -> None:
    for url in ("http://bob:hunter2@127.0.0.1:9/x", "ftp://bob:hunter2@127.0.0.1:9/x"):
        for options in ([], ["--dry-run"]):
            done = run(environ | {"ANTHROPIC_BASE_URL": url}, "wrap", *options, "--", "true")
            assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("options", [["--json"], []])
def test_a_summary_that_cannot_be_written_leaves_the_exit_code(
    options: list[str], environ: dict[str, str]
) -> None:
    argv = [*HEADROOM, "wrap", *options, "--", "sh", "-c", "exit 4"]
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(argv, env=environ, stderr=full, timeout=60, check=False).returncode == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_warning_that_cannot_be_written_keeps_no_agent_from_its_start(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("")
    argv = [*HEADROOM, "wrap", "--", "sh", "-c", "exit 4"]
    nowhere = environ | {"HEADROOM_HOME": str(tmp_path / "a file" / "state")}
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(argv, env=nowhere, stderr=full, timeout=60, check=False).returncode == 4
