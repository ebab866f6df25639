"""The commands in scripts of Codex's exec tool, as far as they are surely there."""

import json

import pytest

from headroom.compressors import commands, sources
from headroom.dialects.codex_script import tool_input

PRINTS = "const r = await tools.exec_command({cmd: 'cat src/app.py'}); text(r.output ?? r);"


@pytest.mark.parametrize(
    ("script", "command"),
    [
        (PRINTS, "cat src/app.py"),
        ('text(await tools.exec_command({"cmd": "git diff", "workdir": "/w"}))', "git diff"),
        ("tools.exec_command({workdir:'/w', cmd:`rg -n \"x y\" src`})", 'rg -n "x y" src'),
        (r"tools.exec_command({cmd: 'printf \'a\\n\' \u0041\x42\u{43}'})", "printf 'a\\n' ABC"),
        ("tools.exec_command({cmd: `sed -n 1,9p ${file}`})", "sed -n 1,9p ${file}"),
        ("// tools.exec_command({cmd: 'no'})\ntools.exec_command({cmd: 'ls'})", "ls"),
        (
            "await Promise.all([tools.exec_command({cmd:'ls'}), tools.exec_command({cmd:'cat a.py'})])",
            "ls\ncat a.py",
        ),
        ("const c = 'cat a.py'; await tools.exec_command({cmd: c})", "cat a.py"),
        ("for (const cmd of ['ls', 'cat a.py']) await tools.exec_command({cmd})", "ls\ncat a.py"),
        ("tools.exec_command({cmd:'ls'}); tools.read({path: 'a.py'})", "ls\ncat a.py"),
        ("const {exec_command} = tools; exec_command({cmd: 'cat a.py'})", "cat a.py"),
        ("const t = tools; const c = 'pytest -q'; t.exec_command({cmd: c})", "pytest -q"),
        ("tools.write_stdin({session_id: 3, chars: 'cat a.py\\n'})", "cat a.py\n"),
        ("tools['exec_command']({cmd: 'cat a.py'})", "cat a.py"),
    ],
)
def test_commands(script: str, command: str) -> None:
    said = json.loads(tool_input(script))["command"]
    assert set(command.split("\n")) <= set(said.split("\n"))
    if script.count("'") == 2:
        assert said == command


@pytest.mark.parametrize(
    ("script", "given"),
    [
        ("tools.mcp__fs__read_file({path: 'src/a.py'})", {"paths": ["src/a.py"]}),
        ("text(await tools.view({'file_path': \"a.log\"}))", {"paths": ["a.log"]}),
    ],
)
def test_paths(script: str, given: dict[str, object]) -> None:
    assert json.loads(tool_input(script)) == given


@pytest.mark.parametrize("script", ["", "text(1 + 1)", "const cmd = 'ls'; text(cmd)", "'tools.exec_command('",
                                    "tools.update_plan({plan: [x]})", "`never ends", "\\"])  # fmt: skip
def test_a_script_without_commands_stays(script: str) -> None:
    assert tool_input(script) == script


@pytest.mark.parametrize(
    ("script", "content"),
    [
        (PRINTS, "source"),
        ("tools.exec_command({cmd: 'ls -l'})", "output"),
        ("tools.exec_command({cmd: 'cat big.json'})", "data"),
        ("const f = ['a.py']; for (const p of f) tools.exec_command({cmd: `cat ${p}`})", "source"),
        ("const cmd = 'head -50 src/x.ts'; tools.exec_command({cmd})", "source"),
        ("tools.exec_command({cmd: 'make'}); tools.read({path: 'a.py'})", "source"),
        ("tools.mcp__fs__read_file({path: 'src/a.py'})", "source"),
    ],
)
def test_the_rules_of_content_see_what_is_printed(script: str, content: str) -> None:
    assert sources.content("exec", tool_input(script)) == content


def test_the_command_is_recognised() -> None:
    assert commands.runs(tool_input("tools.exec_command({cmd: 'git diff --stat'})")) == [("git", "diff", "--stat")]


@pytest.mark.parametrize("piece", ["'", "`", "/*", "//", "\\", "{cmd:", "tools.", "'\\", "`${", "{ , "])
def test_long_hostile_scripts_take_no_time(piece: str) -> None:
    assert isinstance(tool_input(piece * 50_000), str)
