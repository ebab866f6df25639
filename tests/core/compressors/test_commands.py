import json

import pytest

from headroom.compressors import commands, sources
from headroom.types import Compressed, Compressor, Context


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pytest -q", "pytest -q"),
        ("cd app && CI=1 uv run pytest -q 2>&1 | tail -50", "pytest -q 2"),
        ("pytest tests/a.py::test_x[1-2]", "pytest tests/a.py::test_x[1-2]"),
        ("sudo -u www timeout -s KILL 5 make", "make"),
        ("docker exec -w /app web go test", "go test"),
        ("kubectl exec pod -n ns -- ls", "ls"),
        ("if true; then make; fi", "make"),
        ("for f in *.py; do cat $f; done", "cat $f"),
        ("sudo -E env A=b nice -n19 make -j4", "make -j4"),
        ("python3 -m pytest tests", "pytest tests"),
        ("bash -lc 'cargo test --all'", "cargo test --all"),
        ("timeout 60 go test ./...", "go test ./..."),
        ("npx --yes jest", "jest"),
        ("docker compose exec web pytest", "pytest"),
        ("find . -name '*.py' | sort", "find . -name *.py"),
        ("git log | grep fix", "grep fix"),
        ("cat a.log", "cat a.log"),
        ("make; git status", "make + git status"),
        ("make\ngit status", "make + git status"),
        ("(cd x; ls)", "ls"),
        ("ls > /dev/null", "ls"),
        ("echo 'a; b'", "echo a; b"),
        ("cat <<'EOF'\nit's\nEOF", "cat"),
        ("", ""),
    ],
)
def test_what_a_shell_line_runs(line: str, expected: str) -> None:
    got = " + ".join(" ".join(words) for words in commands.runs(json.dumps({"command": line})))
    assert got == expected


def test_a_command_may_come_as_a_list_or_bare() -> None:
    assert commands.runs('{"command": ["bash", "-lc", "rg -n needle src"]}') == [("rg", "-n", "needle", "src")]
    assert commands.runs("ls -la") == [("ls", "-la")]
    assert commands.runs('{"cmd": "ls"}') == [("ls",)]


@pytest.mark.parametrize(
    "odd", ["{", "{}", "[1]", '{"command": 3}', '{"command": "a \'b"}', "{" * 5000, '"x"', "\x00"]
)
def test_odd_inputs_run_nothing_or_what_can_be_read(odd: str) -> None:
    assert len(commands.runs(odd)) <= 1
    sources.content("Bash", odd)


def test_a_long_line_takes_no_long_time() -> None:
    commands.runs(json.dumps({"command": "a && ' " * 1_000_000}))


@pytest.mark.parametrize(
    ("words", "pattern", "expected"),
    [
        ("git diff --stat", "git diff", True),
        ("git -C app --no-pager diff", "git diff", True),
        ("git difftool", "git diff", False),
        ("git log diff", "git log", True),
        ("cargo +nightly test", "cargo test", True),
        ("/usr/bin/git diff", "git diff", True),
        ("./gradlew test", "gradlew", True),
        ("./gradlew test", "./gradlew", True),
        ("pytest", "python -m pytest", True),
        ("pytest-watch", "pytest", False),
        ("npm run test", "npm test", True),
        ("ls", "ls -la", False),
        ("ls", "", False),
    ],
)
def test_patterns_name_commands(words: str, pattern: str, expected: bool) -> None:
    assert commands.is_run(tuple(words.split()), pattern) is expected


def test_rows_named_by_command_or_tool_come_before_rows_by_content() -> None:
    def form(text: str, _context: Context) -> Compressed:
        return Compressed(text, lossless=True)

    by_look = Compressor("by_look", lambda text: "x" in text, form)
    by_command = Compressor("by_command", lambda _: False, form, commands=("pytest",))
    by_tool = Compressor("by_tool", lambda _: False, form, tools=("Gr*",))
    of_source = Compressor("of_source", lambda _: True, form, contents=("source",))
    table = (by_look, by_command, by_tool, of_source)

    def names(text: str, tool: str, line: str) -> list[str]:
        return [row.name for row in commands.rows(table, text, tool, json.dumps({"command": line}))]

    assert names("x", "Bash", "uv run pytest") == ["by_command", "by_look"]
    assert names("x", "Grep", "ls") == ["by_tool", "by_look"]
    assert names("y", "Bash", "ls") == []
    assert names("x", "Bash", "cat a.py") == ["of_source"]


def test_what_a_text_looks_like_is_asked_only_as_far_as_rows_are_tried() -> None:
    def form(text: str, _context: Context) -> Compressed:
        return Compressed(text, lossless=True)

    asked: list[str] = []

    def looking(name: str) -> Compressor:
        def looks_like(_text: str) -> bool:
            asked.append(name)
            return True

        return Compressor(name, looks_like, form)

    tried = commands.rows((looking("first"), looking("second"), looking("third")), "x", "Bash", "{}")
    assert asked == []
    assert [next(tried).name, next(tried).name] == ["first", "second"]
    assert asked == ["first", "second"]
