"""The part of bash and zsh: nothing is started, and strict shells bear it."""

import subprocess

import pytest

from headroom_shell import posix
from headroom_shell.spec import Script
from tests.shell.scripts import ARGV, CLEAN, URL, VARIABLES, Desk, wanted

SHELLS = ("bash", "zsh")
STRICT = {"bash": ("-eu", "-o", "pipefail"), "zsh": ("-eu",)}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_strict_shell_bears_it_with_a_service_and_without(desk: Desk, shell: str) -> None:
    code = 'echo "${ANTHROPIC_BASE_URL-none}"; headroom perf'
    assert desk.run(shell, code, *STRICT[shell]) == ["none", "headroom(perf)  "]
    desk.announce("99999999")
    assert desk.run(shell, code, *STRICT[shell]) == ["none", "headroom(perf)  "]
    desk.announce()
    code = code.replace("perf", "wrap")
    assert desk.run(shell, code, *STRICT[shell]) == [URL, "headroom(wrap)  "]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_last_exit_code_is_still_there_after_it(desk: Desk, shell: str) -> None:
    assert desk.run(shell, "(exit 7); __headroom_refresh; echo $?") == ["7"]


@pytest.mark.parametrize("shell", SHELLS)
def test_no_program_is_started(desk: Desk, shell: str) -> None:
    desk.announce()
    assert desk.run(shell, "PATH=; __headroom_refresh; unset _headroom_url; __headroom_refresh; echo $?") == ["0"]


def test_without_variables_it_is_still_a_function(desk: Desk) -> None:
    bare = Script("1", "/x", [], [], [])
    assert desk.run("bash", posix.exports(bare) + posix.command(bare) + "__headroom_refresh; headroom x")
    assert posix.aliases(bare) == ""
    assert "ANTHROPIC_BASE_URL" in posix.command(Script("1", "/x", VARIABLES, [], []))


@pytest.mark.parametrize(("shell", "options"), [("bash", "shopt -s expand_aliases"), ("zsh", "setopt aliases")])
def test_an_alias_of_the_users_named_as_we_are_breaks_nothing(desk: Desk, shell: str, options: str) -> None:
    desk.announce()
    line = f"unset ANTHROPIC_BASE_URL _headroom_url; {options}; alias headroom='uvx headroom'"
    code = f"{line}\n. '{desk.script(shell)}'\necho \"$ANTHROPIC_BASE_URL\"; alias headroom"
    first, second = desk.run(shell, code)
    assert first == URL
    assert second.endswith("headroom='uvx headroom'")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_an_agent_keeps_its_name_where_our_program_is_gone(desk: Desk, shell: str) -> None:
    wanted(shell)
    desk.path()
    (desk.folder / "bin" / "headroom").rename(desk.folder / "bin" / "gone")
    programs = f"{desk.folder / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        [*ARGV[shell], "-c", f". '{desk.script(shell)}'\nclaude x"],
        env=CLEAN | {"PATH": programs},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.split() == ["claude(x)"]
