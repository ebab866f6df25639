import pytest

from headroom.learn.transcripts.codex_script import script_call


@pytest.mark.parametrize(
    ("source", "tool", "command"),
    [
        ('const r = await tools.exec_command({cmd: "ls \\"a b\\""}); text(r.output);', "exec_command", 'ls "a b"'),
        ("tools.exec_command({ 'cmd' : 'echo \\'hi\\'' })", "exec_command", "echo 'hi'"),
        ("tools.exec_command({cmd: `cat ${file}`})", "exec_command", "cat ${file}"),
        ('tools.shell({workdir: "/p", command: "make"})', "shell", "make"),
        ('tools.exec_command({cmd: "\\ud800"})', "exec_command", "\ufffd"),
    ],
)
def test_commands(source: str, tool: str, command: str) -> None:
    assert script_call(source) == (tool, {"command": command})


def test_a_patch_tells_its_file() -> None:
    source = "await tools.apply_patch('*** Begin Patch\\n*** Update File: src/a b.py\\n@@\\n-x\\n+y');"
    assert script_call(source) == ("apply_patch", {"input": source, "path": "src/a b.py"})


def test_the_calls_that_are_known_are_skipped() -> None:
    source = 'await tools.exec_command({cmd: "ls"}); await tools.exec_command({cmd: "make"})'
    assert script_call(source, skip=1) == ("exec_command", {"command": "make"})
    assert script_call(source, skip=2) == ("", {"input": source})


def test_a_script_without_calls_is_itself() -> None:
    assert script_call("text(1 + 1)") == ("", {"input": "text(1 + 1)"})


def test_hostile_sources_end_soon() -> None:
    for source in (
        "tools.a(" * 100_000,
        'cmd: "' * 100_000,
        "*** Add File: " * 50_000,
        "tools.a(cmd:'" + "\\" * 200_001,
    ):
        script_call(source)
