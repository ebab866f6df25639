"""Which command or file a tool result comes from, read off the tool call's input.

A shell line names what is run behind wrappers (`cd app && CI=1 uv run pytest -q 2>&1 | tail -50` runs pytest): the
wrappers, and the filters that only shorten what comes through them, are tables here.
"""

import json
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from headroom.types import Compressor, Content

Words = tuple[str, ...]

_MAX_CHARS: Final = 4000
"""A longer command is read up to here."""
_MAX_NESTING: Final = 3
_COMMAND_KEYS: Final = ("command", "cmd", "script")
_FILE_KEYS: Final = ("file_path", "path", "filename", "absolute_path", "target_file", "filePath", "notebook_path")

_PREFIXES: Final[dict[Words, int]] = {
    tuple(prefix.split()): own
    for own, prefixes in {
        0: (
            *("sudo", "env", "time", "nohup", "nice", "command", "exec", "stdbuf", "xargs", "xvfb-run"),
            *("uv run", "poetry run", "pipenv run", "pdm run", "hatch run", "rye run", "coverage run -m"),
            *("python -m", "python3 -m", "npx", "bunx", "pnpm exec", "pnpm dlx", "yarn exec", "bundle exec"),
        ),
        1: ("timeout", "docker exec", "kubectl exec", "docker compose exec", "docker-compose exec"),
    }.items()
    for prefix in prefixes
}
"""What stands before the command proper, and how many words of its own it takes; its options come on top."""
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "dash", "fish"})
_FILTERS: Final = frozenset({"tail", "head", "tee", "cat", "less", "more", "sort", "uniq"})
"""What comes out of these is what went in, or some of its lines."""
_SILENT: Final = frozenset(
    {"cd", "export", "set", "source", ".", "mkdir", "touch", "sleep", "true", "pushd", "popd"}
)
_READERS: Final = frozenset({"cat", "bat", "head", "tail", "sed", "less", "more", "nl"})
_DATA: Final = (
    *(".log", ".out", ".err", ".txt", ".json", ".jsonl", ".ndjson", ".geojson", ".har", ".csv", ".tsv"),
    *(".diff", ".patch", ".trace", ".stdout", ".stderr"),
)
_NUMBERED: Final = re.compile(r" *(\d+)(?:→|\t)")
_NUMBERED_LINES: Final = 3
_NUMBER_WIDTH: Final = 6
_EXTENSION: Final = re.compile(r"[^/\\.]\.[A-Za-z][\w+-]{0,11}$")
_LISTERS: Final = ("ls", "glob", "*list*", "*dir*", "*tree*", "*search*", "*find*")
_OPERATORS: Final = ";&|()<>\n"


def runs(tool_input: str) -> list[Words]:
    """Return the commands whose output a tool call returned, without wrappers: [("git", "diff", "--stat")].

    Args:
        tool_input: the call's input as JSON text, or a shell line. Empty for what runs no command.
    """
    line = _line(tool_input)
    return list(_commands(line, _MAX_NESTING)) if line else []


def is_run(words: Words, pattern: str) -> bool:
    """Whether a pattern names a command by its first words: "git diff" names `git -C app diff -U1`."""
    wanted = _unwrapped(tuple(pattern.split()))
    if not words or not wanted or _program(words[0]) != _program(wanted[0]):
        return False
    # One word may be the value of an option: `git -C app diff`.
    said = [word for word in words[1:] if not word.startswith(("-", "+"))]
    rest = list(wanted[1:])
    return any(said[skipped : skipped + len(rest)] == rest for skipped in range(2))


def file_read(tool_input: str) -> str | None:
    """Return the path of the one file that a tool call reads, by a read tool or by cat; None for other calls."""
    fields = members(tool_input)
    named = [value for key in _FILE_KEYS if isinstance(value := fields.get(key), str)]
    if named and not any(key in fields for key in (*_COMMAND_KEYS, "pattern", "query", "regex")):
        return named[0]
    commands = [words for words in runs(tool_input) if words[0] not in _SILENT]
    if len(commands) != 1 or _program(commands[0][0]) not in _READERS:
        return None
    files = [word for word in commands[0][1:] if not word.startswith("-") and ("." in word or "/" in word)]
    return files[0] if len(files) == 1 else None


def content(tool: str, tool_input: str) -> Content:
    """Return what a tool call's result is. A file with an extension that is not one of data is source code."""
    path = file_read(tool_input)
    if path is None or any(fnmatchcase(tool.lower(), glob) for glob in _LISTERS):
        return "output"
    if path.lower().endswith(_DATA) or not _EXTENSION.search(path):
        return "data"
    return "source"


def is_numbered(text: str) -> bool:
    """Whether a text is a file with line numbers in front, as `cat -n` and read tools write it."""
    first = text.lstrip("\n").split("\n", _NUMBERED_LINES)[:_NUMBERED_LINES]
    found = [_NUMBERED.match(line) for line in first]
    numbers = [int(match[1]) for match in found if match]
    wide = all(match.end() > _NUMBER_WIDTH or "→" in match[0] for match in found if match)
    return (
        len(numbers) == _NUMBERED_LINES and wide and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def rows(table: tuple[Compressor, ...], text: str, tool: str, tool_input: str) -> list[Compressor]:
    """Return the rows to be tried for a text: those that name the tool or the command, then those it looks like.

    Both in the table's order.
    """
    commands = runs(tool_input)
    kind = "source" if is_numbered(text) else content(tool, tool_input)
    allowed = [row for row in table if kind in row.contents]
    named = [
        row
        for row in allowed
        if any(fnmatchcase(tool, glob) for glob in row.tools)
        or any(is_run(words, pattern) for words in commands for pattern in row.commands)
    ]
    return named + [row for row in allowed if row not in named and row.looks_like(text)]


def members(tool_input: str) -> dict[str, object]:
    """Return the members of a tool call's input; none where it is no JSON object."""
    if not tool_input.lstrip().startswith("{"):
        return {}
    try:
        fields = json.loads(tool_input)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _line(tool_input: str) -> str:
    """Return the shell line of a tool call; empty where there is none."""
    if not tool_input.lstrip().startswith("{"):
        return tool_input[:_MAX_CHARS]
    fields = members(tool_input)
    command = next((fields[key] for key in _COMMAND_KEYS if key in fields), "")
    if isinstance(command, list):
        command = shlex.join(str(word) for word in command)
    return command[:_MAX_CHARS] if isinstance(command, str) else ""


def _commands(line: str, nesting: int) -> Iterator[Words]:
    """Yield the commands of a line whose output is to be seen; of a pipeline, the last that is not a filter."""
    for pipeline in _pipelines(line):
        words = next((w for w in reversed(pipeline) if w and _program(w[0]) not in _FILTERS), None)
        words = words or next((w for w in pipeline if w), None)
        if words is None:
            continue
        inner = _inner_line(words) if nesting else ""
        if inner:
            yield from _commands(inner, nesting - 1)
        elif words[0] not in _SILENT:
            yield words


def _pipelines(line: str) -> Iterator[list[Words]]:
    """Yield the pipelines of a line, each as its commands' words, without wrappers and redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace = " \t\r"
    lexer.commenters = ""
    pipeline: list[Words] = []
    words: list[str] = []
    is_redirected = False
    for token in _tokens(lexer):
        is_operator = bool(token) and all(char in _OPERATORS for char in token)
        if not is_operator:
            if not is_redirected:
                words.append(token)
            is_redirected = False
        elif "<" in token or ">" in token:
            is_redirected = True
        else:
            pipeline.append(_unwrapped(tuple(words)))
            words = []
            if token != "|":
                yield pipeline
                pipeline = []
    yield [*pipeline, _unwrapped(tuple(words))]


def _tokens(lexer: shlex.shlex) -> Iterator[str]:
    try:
        yield from lexer
    except ValueError:
        return  # a quote that does not end, as in a here-document: what came before it counts


def _unwrapped(words: Words) -> Words:
    """Return a command without assignments and wrappers in front of it."""
    while words:
        if "=" in words[0] and words[0].partition("=")[0].isidentifier():
            words = words[1:]
            continue
        length = next(
            (n for n in (3, 2, 1) if (_program(words[0]), *words[1:n]) in _PREFIXES and len(words) > n), 0
        )
        if not length:
            return words
        own = _PREFIXES[_program(words[0]), *words[1:length]]
        words = words[length:]
        while words and (words[0].startswith("-") or own):
            own -= not words[0].startswith("-")
            words = words[1:]
    return words


def _inner_line(words: Words) -> str:
    """Return what a shell is given to run: the x of `bash -lc x`; empty for any other command."""
    if _program(words[0]) not in _SHELLS:
        return ""
    return next((words[n + 1] for n, word in enumerate(words[:-1]) if word.startswith("-") and "c" in word), "")


def _program(word: str) -> str:
    return word.rpartition("/")[2]
