"""A transcript laid out: what failed, how long an output was, which path is meant."""

import pytest

from headroom.learn.finders.scene import Scene
from headroom.learn.types import Call, Said, Transcript


def scene(*calls: Call, project: str = "/p") -> Scene:
    return Scene(Transcript("claude", "s", project, [Said(1, "user", "go"), *calls]))


def ran(output: str, failed: bool = False, code: int | None = None, line: str = "make") -> Call:
    return Call(1, "Bash", "shell", {}, output, failed, line, exit_code=code)


@pytest.mark.parametrize(
    ("call", "failed"),
    [
        (ran("x", failed=True), True),
        (ran("x", code=2), True),
        (ran("error: x", code=0), False),
        (ran("Exit code 127\nbash: foo: command not found"), True),
        (ran("bash: line 1: foo: command not found"), True),
        (ran("cat: a: No such file or directory", line="cat a"), True),
        (ran("bash: foo: command not found", line="cat build.log"), False),
        (ran("fatal: not a git repository", line="git push"), True),
        (ran("all is well"), False),
        (ran("bash: foo: command not found\n" + "x" * 2000), False),
        (Call(1, "Read", "read", {}, "error: x", False, path="a"), False),
    ],
)
def test_what_failed(call: Call, failed: bool) -> None:
    (step,) = scene(call).steps
    assert step.failed is failed


def test_a_long_output_is_looked_at_from_both_ends() -> None:
    (step,) = scene(ran("begin\n" + "x" * 50_000 + "\nend")).steps
    assert len(step.said) < 13_000
    assert step.said.startswith("begin")
    assert step.said.endswith("end")


def test_what_a_reader_left_out_counts() -> None:
    (step,) = scene(ran("x" * 10_000 + "\n[80,000 characters are left out here]\n" + "x" * 10_000)).steps
    assert 100_000 <= step.size < 100_100


@pytest.mark.parametrize(
    ("path", "inner"),
    [("/p/src/a.py", "src/a.py"), ("./a.py", "a.py"), ("/other/a.py", "/other/a.py"), (r"src\a.py", "src/a.py")],
)
def test_paths_are_seen_from_the_project(path: str, inner: str) -> None:
    assert scene().inner(path) == inner


def test_folders_are_seen_from_the_project() -> None:
    call = Call(1, "exec_command", "shell", {}, "", False, "cd ../api && make && cd /p/web && ls", folder="/p/web")
    (step,) = scene(call).steps
    assert [(one.program, one.folder) for one in step.commands] == [
        ("cd", "web"),
        ("make", "api"),
        ("cd", "api"),
        ("ls", "web"),
    ]
    (step,) = scene(Call(1, "exec_command", "read", {}, "", False, "cat a.py", "a.py", folder="/p/web")).steps
    assert step.path == "web/a.py"


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("sed -i s/a/b/ x.py", True),
        ("sed s/a/b/ x.py", False),
        ("echo 1 > a.txt", True),
        ("make > /dev/null 2>&1", False),
        ("make > /tmp/log", False),
        ("git checkout -q a.py", True),
        ("git status", False),
        ("npm install x", True),
        ("npm test", False),
        ("cargo fmt", True),
        ("ruff check --fix .", True),
        ("mkdir -p a/b", False),
        ("sudo apt-get install -y jq", True),
    ],
)
def test_what_changes_files(line: str, changes: bool) -> None:
    done, failed = scene(ran("", code=0, line=line), ran("", failed=True, line=line)).steps
    assert done.changes is changes
    assert not failed.changes


def test_without_an_output_the_last_call_has_no_end() -> None:
    first, last = scene(ran(""), ran("")).steps
    assert first.is_answered
    assert not last.is_answered
