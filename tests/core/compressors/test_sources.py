"""Whether a tool result is what a program said, or the text of a file."""

import json

import pytest

from headroom.compressors import commands, sources
from headroom.types import Compressed, Compressor

SOURCE = [
    *(
        "cat src/main.rs",
        "cd app && sed -n '1,80p' lib/x.go",
        "awk 'NR>=1' f.py",
        "cat a.py b.py",
        "cat -n x.py y.log",
    ),
    *(
        "head -n 20 a.py b.py",
        "cat < x.py",
        'grep -n "" x.py',
        "rg -n . x.py",
        "grep -n -A50 'def f' src",
        "rg -C 40 x",
    ),
    *("sed -n '/class A/,/^class/p' x.py", "perl -ne print x.py", "git show HEAD:x.py", "git blame x.py"),
    *(
        'echo "== x" && cat x.py',
        "cat x.py; echo; cat y.py",
        "cat x.py && ls",
        "pwd && cat x.py",
        "[ -f x.c ] && cat x.c",
    ),
    *("test -f x.c && cat x.c", "if true; then cat x.c; fi", "{ cat x.c; }", "for f in *.py; do cat $f; done"),
    *(
        "ls *.py | xargs cat",
        "find . -name '*.py' -exec cat {} ;",
        "cat $(git ls-files)",
        "cat x.py | sed -n '1,100p'",
    ),
    *(
        "nl -ba x.py | sed -n 1,120p",
        "cat x.py | tr -d '\\r'",
        "sudo -u www cat x.py",
        "timeout -s KILL 5 cat x.py",
    ),
    *("docker exec -w /app web cat x.py", "kubectl exec pod -n ns -- cat x.py", "ssh h cat x.py", "cat Makefile"),
    *("cat packages/@scope/x/index.ts", "cat src/routes/+page.svelte", "cat app/[id]/page.tsx", "cat ${DIR}/x.py"),
    *(
        "cat CMakeLists.txt",
        "cat requirements-dev.txt",
        "cat package.json",
        "cat tsconfig.build.json",
        "cat bin/run",
    ),
    *(
        "cat fix.patch",
        "Get-Content x.cs",
        "type x.py",
        "bash -lc 'cat x.py'",
        "cat .env",
        "cat a.py app.log",
        "sed -n 1,9p a.js",
    ),
    *("python -c \"print(open('x.py').read())\"", "tail -n +1 *.py", "bat -r 1:40 x.py", "cat x.py && pytest"),
    *("cat .eslintrc.json", "sed -e 1,5d x.py"),
]
DATA = [
    *(
        "tail -100 /var/log/app.log",
        "cat /var/log/syslog",
        "cat data.json",
        "head -50 build.log",
        "cat /proc/meminfo",
    ),
    *("cat out.csv | sort", "cd x && tail -f logs/app.log.1", "grep -n ERROR app.log", "cat app.log; git status"),
]
OUTPUT = [
    *("pytest -q 2>&1 | tail -50", "git show HEAD", "git diff -- x.py", "ls -la", "grep -rn foo src", "rg foo"),
    *(
        "grep -n foo a.py b.py",
        "npm test 2>&1 | sed 's/x/y/'",
        "curl -s host | jq .",
        "git log | grep fix",
        "make; echo $?",
    ),
    *(
        "ps aux | awk '{print $2}'",
        "rg -C 3 foo src",
        "find . -name '*.py'",
        "python script.py",
        "docker ps | head",
        "",
        "cargo test",
    ),
    *("git diff | cat", "kubectl get pods | tail -5", "grep -rn foo *.py"),
]


@pytest.mark.parametrize(
    ("line", "content"),
    [
        *((line, "source") for line in SOURCE),
        *((line, "data") for line in DATA),
        *((line, "output") for line in OUTPUT),
    ],
)
def test_what_a_shell_line_prints(line: str, content: str) -> None:
    assert sources.content("Bash", json.dumps({"command": line})) == content
    assert sources.content("shell", json.dumps({"command": ["bash", "-lc", line]})) == content
    assert sources.content("local_shell", json.dumps({"action": {"command": ["bash", "-lc", line]}})) == content


@pytest.mark.parametrize(
    ("commands", "kind"),
    [
        (["make", "cat src/app.py"], "source"),
        (["make", "git log"], "output"),
        ([], "output"),
        ([1, None], "output"),
    ],
)
def test_several_lines_of_one_call(commands: list[object], kind: str) -> None:
    assert sources.content("run_commands", json.dumps({"commands": commands})) == kind


@pytest.mark.parametrize(
    ("tool", "tool_input", "path", "content"),
    [
        ("Read", {"file_path": "/srv/app/main.py"}, "/srv/app/main.py", "source"),
        ("get", {"path": "data.json"}, "data.json", "data"),
        ("Grep", {"path": "src", "pattern": "x"}, None, "output"),
        ("Grep", {"path": "src/x.py", "pattern": "x"}, None, "source"),
        ("Grep", {"path": "src", "pattern": "x", "-C": 400}, None, "source"),
        ("Grep", {"pattern": "x", "-A": 3}, None, "output"),
        ("Grep", {"pattern": "x", "-A": 30}, None, "source"),
        ("str_replace_based_edit_tool", {"command": "view", "path": "/a/x.py"}, "/a/x.py", "source"),
        ("mcp__filesystem__read_multiple_files", {"paths": ["a.py", "b.py"]}, None, "source"),
        ("find_symbol", {"name_path": "A/b", "relative_path": "a.py"}, "a.py", "source"),
        ("get_file", {"file": "Makefile"}, "Makefile", "source"),
        ("mcp__direct__get", {"path": "x.ts"}, "x.ts", "source"),
        ("LS", {"path": "/srv/app.d"}, "/srv/app.d", "output"),
        ("list_directory", {"path": "/srv/app-1.2"}, "/srv/app-1.2", "output"),
        ("Bash", {"command": "cat src/main.rs"}, "src/main.rs", "source"),
        ("Bash", {"command": "cat a.py b.py"}, None, "source"),
        ("Bash", {"command": "cat x.json | jq ."}, "x.json", "data"),
        ("Bash", {}, None, "output"),
    ],
)
def test_what_a_tool_returns(tool: str, tool_input: dict[str, object], path: str | None, content: str) -> None:
    assert sources.file_read(json.dumps(tool_input)) == path
    assert sources.content(tool, json.dumps(tool_input)) == content


@pytest.mark.parametrize(
    "text",
    [
        "     1\ta\n     2\tb\n     3\tc",
        "     9→a\n    10→b\n    11→c\n",
        "Here is a.py:\n     1\ta\n     2\tb\n     3\tc",
        "12: a\n13: b\n14: c",
        "1|a\n2|b\n3|c",
    ],
)
def test_a_numbered_file_is_source(text: str) -> None:
    assert sources.is_numbered(text)
    row = Compressor("row", lambda _: True, lambda text, _: Compressed(text, lossless=True))
    assert list(commands.rows((row,), text, "Bash", "{}")) == []


@pytest.mark.parametrize("text", ["1\ta\n2\tb\n3\tc", "     1\ta\n     3\tb\n     4\tc", "     1\ta\n", ""])
def test_other_columns_of_numbers_are_no_numbered_file(text: str) -> None:
    assert not sources.is_numbered(text)
