import pytest

from headroom.learn.transcripts.tools import TOOL_KINDS, described, line, shown_by
from headroom.learn.types import EDIT, KINDS, OTHER, READ, SEARCH, SHELL


@pytest.mark.parametrize(
    ("tool", "given", "told"),
    [
        ("Bash", {"command": "ls -l"}, (SHELL, "ls -l", "")),
        ("shell", {"command": ["bash", "-lc", "ls | wc -l"]}, (SHELL, "ls | wc -l", "")),
        ("exec_command", {"cmd": "cargo test"}, (SHELL, "cargo test", "")),
        (
            "local_shell",
            {"type": "exec", "command": ["git", "commit", "-m", "a b"]},
            (SHELL, "git commit -m 'a b'", ""),
        ),
        ("Read", {"file_path": "/a/b.py", "limit": 3}, (READ, "", "/a/b.py")),
        ("read", {"filePath": "/a/b.py"}, (READ, "", "/a/b.py")),
        ("view", {"path": "b.py"}, (READ, "", "b.py")),
        ("replace", {"file_path": "b.py", "old_string": "x"}, (EDIT, "", "b.py")),
        ("apply_patch", {"input": "*** Begin Patch\n*** Update File: a/b.py\n@@\n"}, (EDIT, "", "a/b.py")),
        ("Grep", {"pattern": "x", "path": "src"}, (SEARCH, "", "src")),
        ("bash", {"command": "cat src/a.py"}, (READ, "cat src/a.py", "src/a.py")),
        ("Task", {"path": "x"}, (OTHER, "", "")),
        ("Bash", {"command": 3}, (SHELL, "", "")),
        ("Read", {"file_path": 3}, (READ, "", "")),
    ],
)
def test_what_a_call_does(tool: str, given: dict[str, object], told: tuple[str, str, str]) -> None:
    assert described(tool, given)[:3] == told


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("cat a.py", "a.py"),
        ("cat -n 'a b.py'", "a b.py"),
        ("head -n 40 a.py", "a.py"),
        ("head -40 a.py", "a.py"),
        ("tail -n +5 a.py", "a.py"),
        ("sed -n '1,80p' a.py", "a.py"),
        ("sed -n '10,$p' a.py", "a.py"),
        ("nl a.py", "a.py"),
        ("cat a.py b.py", ""),
        ("cat a.py | wc", ""),
        ("cat > a.py", ""),
        ("cat *.py", ""),
        ("cat a.py && rm a.py", ""),
        ("sed -i s/a/b/ a.py", ""),
        ("sed -n '1,80p'", ""),
        ("cat", ""),
        ("", ""),
        ("cat 'a.py", ""),
        ("tail -f", ""),
        ("less a.py", ""),
        ("cat " + "a" * 2000, ""),
    ],
)
def test_a_command_that_only_shows_a_file(command: str, path: str) -> None:
    assert shown_by(command) == path


def test_lines() -> None:
    assert line(["/usr/bin/zsh", "-c", " ls "]) == "ls"
    assert line(["ls", 3, "a b"]) == "ls 'a b'"
    assert line(None) == ""


def test_the_table_has_only_kinds_that_there_are() -> None:
    assert set(TOOL_KINDS.values()) <= set(KINDS)
