"""Commands of Windows: where they are, and what is behind npm's batch files."""

import os
from pathlib import Path, PureWindowsPath

import pytest

from headroom_wrappers import shims

NPM = """@ECHO off\r
GOTO start\r
:find_dp0\r
SET dp0=%~dp0\r
EXIT /b\r
:start\r
SETLOCAL\r
CALL :find_dp0\r
\r
IF EXIST "%dp0%\\node.exe" (\r
  SET "_prog=%dp0%\\node.exe"\r
) ELSE (\r
  SET "_prog=node"\r
  SET PATHEXT=%PATHEXT:;.JS;=;%\r
)\r
\r
endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%" OPTIONS "%dp0%\\node_modules\\a b\\cli.js" %*\r
"""
"""As cmd-shim 7 writes it."""
PLAIN = NPM.replace("OPTIONS", "")
NATIVE = PLAIN[: PLAIN.index("\r\nIF EXIST")] + '"%dp0%\\node_modules\\codex\\codex.exe"   %*\r\n'
PNPM = """@SETLOCAL\r
@IF EXIST "%~dp0\\node.exe" (\r
  "%~dp0\\node.exe"  "%~dp0\\global\\5\\cli.js" %*\r
) ELSE (\r
  @SET PATHEXT=%PATHEXT:;.JS;=;%\r
  node  "%~dp0\\global\\5\\cli.js" %*\r
)\r
"""
"""As @zkochan/cmd-shim writes it."""
SCRIPT = "C:\\Users\\Zoë 中\\npm\\node_modules\\a b\\cli.js"


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        (PLAIN, ["node", SCRIPT]),
        (
            NPM.replace("OPTIONS", "--no-warnings=DEP0040 --max-old-space-size=4096"),
            ["node", "--no-warnings=DEP0040", "--max-old-space-size=4096", SCRIPT],
        ),
        (NATIVE, ["C:\\Users\\Zoë 中\\npm\\node_modules\\codex\\codex.exe"]),
        (PNPM, ["node", "C:\\Users\\Zoë 中\\npm\\global\\5\\cli.js"]),
        (PLAIN.replace("=node", "=bash"), None),
        (PNPM.replace("@SETLOCAL", "@SETLOCAL\r\n@SET NODE_PATH=C:\\modules"), None),
        (PLAIN + "echo done\r\n", None),
        (NATIVE.replace(".exe", ".js"), None),
        ("@echo off\r\npython -m agent %*\r\n", None),
        ('"%dp0%' * 2000, None),
        ("& " * 4000 + '"%dp0%', None),
        ("node " + "-a " * 2500, None),
        ("", None),
    ],
)
def test_what_a_batch_file_starts_is_known_or_not(text: str, argv: list[str] | None) -> None:
    assert shims.behind(PureWindowsPath("C:\\Users\\Zoë 中\\npm\\claude.cmd"), text) == argv


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A folder on PATH with a command of npm's, one of somebody's, and Node.js."""
    folder = tmp_path / "né pm"
    folder.mkdir()
    (folder / "claude.CMD").write_bytes(PLAIN.encode())
    (folder / "other.BAT").write_bytes(b"@python -m other %*\r\n")
    (folder / "node.EXE").write_bytes(b"MZ")
    return folder


def environ(*folders: Path | str) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, folders)), "PATHEXT": ".EXE;.BAT;.CMD"}


def test_a_command_is_found_by_its_ending(npm: Path) -> None:
    assert shims.find("claude", environ("", "here", npm), "win32") == str(npm / "claude.CMD")
    assert shims.find("claude.CMD", environ(npm), "win32") == str(npm / "claude.CMD")
    assert shims.find("absent", environ(npm), "win32") is None


def test_the_working_folder_is_not_looked_through(npm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(npm)
    assert shims.find("claude", environ(".", ""), "win32") is None


@pytest.mark.skipif(os.name != "posix", reason="modes say what may be executed")
def test_elsewhere_it_is_found_as_the_shell_does(tmp_path: Path) -> None:
    command = tmp_path / "agent"
    command.write_text("", encoding="utf-8")
    assert shims.find("agent", environ(tmp_path), "linux") is None
    command.chmod(0o755)
    assert shims.find("agent", environ(tmp_path), "linux") == str(command)
    assert shims.find(str(command), {"PATH": ""}, "linux") == str(command)


HAZARD = 'x" & calc & "'


def test_what_is_behind_gets_every_argument_as_it_is(npm: Path) -> None:
    made = shims.argv(str(npm / "claude.CMD"), ["-c", HAZARD], environ(npm), "win32")
    assert made[0] == str(npm / "node.EXE")
    assert made[1].endswith("cli.js")
    assert made[2:] == ["-c", HAZARD]


@pytest.mark.parametrize("wrong", [HAZARD, "50%", "a^b", "a\nb", "a|b", "!x!", "(", "a>b"])
def test_an_unknown_batch_file_gets_nothing_that_cmd_reads_otherwise(npm: Path, wrong: str) -> None:
    command = str(npm / "other.BAT")
    with pytest.raises(ValueError, match=r"other\.BAT is a batch file"):
        shims.argv(command, ["--plain", wrong], environ(npm), "win32")
    plain = ["--plain", "two words", "x=y"]
    assert shims.argv(command, plain, environ(npm), "win32") == [command, *plain]


def test_without_node_a_batch_file_is_like_any_other(npm: Path) -> None:
    (npm / "node.EXE").unlink()
    command = str(npm / "claude.CMD")
    assert shims.argv(command, ["-p"], environ(npm), "win32") == [command, "-p"]


@pytest.mark.parametrize(("command", "platform"), [("/bin/agent", "win32"), ("/bin/agent.cmd", "linux")])
def test_anything_else_is_executed_as_it_is(command: str, platform: str) -> None:
    assert shims.argv(command, [HAZARD], {}, platform) == [command, HAZARD]
