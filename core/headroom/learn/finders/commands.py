"""A shell line, read for how it was written: which commands, with what words, in which folder.

`compressors.shell` asks whose output is to be seen and leaves wrappers out; here the wrapper (`uv run`,
`python -m`) is often the very point, so that every word is kept but assignments and redirections.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from headroom.learn.finders.tables import word_set

_MAX_CHARS: Final = 4000
"""A longer line is read up to here."""
_MAX_NESTING: Final = 2

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n)
    |(?P<redirection>\d?(?:&>>?|>>|>\||>&|<<<|<<-?|<&|>|<)(?:&?\d(?=\s|$|[;&|)])|-(?=\s|$))?)
    |(?P<operator>\n|&&|\|\|?&?|;+|&|[()])
    |(?P<word>(?:[^\s;&|()<>'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|\$\((?:[^()'"]|\([^()]*\))*\))+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_PART: Final = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)""", re.DOTALL)
_HEREDOC: Final = re.compile(r"(?<!<)<<-?[ \t]{0,4}(['\"]?)([A-Za-z_]\w{0,60})\1([^\n]*)\n")
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*\+?=")
_KEYWORDS: Final = word_set(
    "do then else { time command exec builtin nohup",
)
_PROBES: Final = frozenset({"if", "elif", "while", "until", "!"})
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "dash", "fish"})
_VERSION: Final = re.compile(r"[-.\d]+$")


class Invocation(NamedTuple):
    """One command of a line."""

    words: tuple[str, ...]
    """As the program got them, without assignments before it. Never empty."""
    folder: str
    """Where `cd` had led before; empty where none did."""
    is_probe: bool
    """Whether its failure was reckoned with: `x || y`, `if x`, `! x`."""
    filters: tuple[str, ...]
    """Programs that its output went through."""
    assignments: tuple[str, ...] = ()
    """What was set for it alone."""
    target: str = ""
    """The file that its output was redirected to."""

    @property
    def program(self) -> str:
        """The program's own name: "python3" for "/usr/bin/python3"."""
        return base(self.words[0])


@lru_cache(maxsize=4096)
def base(word: str) -> str:
    """Return a program's name without folder and ".exe"."""
    name = word.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return name[:-4] if name.lower().endswith(".exe") else name


def stem(word: str) -> str:
    """Return a program's name without its version: "python" for "/usr/bin/python3.11"."""
    name = base(word)
    return _VERSION.sub("", name) or name


@lru_cache(maxsize=4096)
def invocations(line: str, folder: str = "") -> tuple[Invocation, ...]:
    """Return the commands of a shell line in order; what a nested shell is given counts as if it stood there.

    Args:
        folder: where the line ran, as seen from the project's folder.
    """
    return tuple(_read(line[:_MAX_CHARS], _MAX_NESTING, folder))


def _read(line: str, nesting: int, folder: str) -> Iterator[Invocation]:
    for pipeline, is_probe in _pipelines(_without_heredocs(line)):
        names = tuple(base(words[0]) for words, _, _ in pipeline)
        for at, (words, assignments, target) in enumerate(pipeline):
            if names[at] == "cd" and len(words) > 1:
                yield Invocation(words, folder, is_probe, ())
                folder = joined(folder, words[-1])
                continue
            inner = _inner(words) if nesting else ""
            if inner:
                yield from _read(inner, nesting - 1, folder)
            else:
                yield Invocation(words, folder, is_probe, names[at + 1 :], assignments, target)


def joined(folder: str, path: str) -> str:
    """Return a path that was written in a folder, as it is seen from where the folder is."""
    parts = [] if path.startswith(("/", "~")) else [part for part in folder.split("/") if part]
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] not in ("..", "~"):
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    is_absolute = path.startswith("/") or (folder.startswith("/") and not path.startswith("~"))
    return "/" * is_absolute + "/".join(parts)


def _inner(words: tuple[str, ...]) -> str:
    if base(words[0]) not in _SHELLS:
        return ""
    return next((words[n + 1] for n, word in enumerate(words[1:-1], 1) if re.fullmatch(r"-[a-z]*c", word)), "")


def _without_heredocs(line: str) -> str:
    """Return a line without the bodies of its here-documents."""
    kept = []
    at = 0
    while found := _HEREDOC.search(line, at):
        kept.append(line[at : found.start()] + found[3])
        end = re.compile(rf"^[ \t]*{found[2]}[ \t]*$", re.MULTILINE).search(line, found.end())
        at = end.end() if end else len(line)
    return "".join(kept) + line[at:]


_Commands = list[tuple[tuple[str, ...], tuple[str, ...], str]]


def _pipelines(line: str) -> Iterator[tuple[_Commands, bool]]:
    """Yield each pipeline: its commands' words, assignments and target, and if its failure is reckoned with."""
    pipeline: _Commands = []
    words: list[str] = []
    is_target = is_written = False
    target = ""
    for token in _TOKEN.finditer(line + "\n"):
        kind = token.lastgroup
        if kind == "redirection":
            is_target = token[0].rstrip("-")[-1] in "<>|&" and not token[0].endswith("-")
            is_written = ">" in token[0]
        elif kind == "word":
            if not is_target:
                words.append(_unquoted(token[0]))
            elif is_written and token[0] != "/dev/null":
                target = _unquoted(token[0])
            is_target = False
        elif kind == "operator":
            command, assignments, is_tried = _command(words)
            if command:
                pipeline.append((command, assignments, target))
            words, target = [], ""
            if token[0] in ("|", "|&"):
                continue
            if pipeline:
                yield pipeline, is_tried or token[0] == "||"
            pipeline = []


def _command(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return a command's words, its assignments, and whether a keyword tries it only."""
    is_tried = False
    start = 0
    assignments = []
    for word in words:
        if word in _PROBES:
            is_tried = True
        elif _ASSIGNMENT.match(word):
            assignments.append(word)
        elif word not in _KEYWORDS and word != "env":
            break
        start += 1
    command = tuple(words[start:])
    is_silent = bool(command) and (
        command[0].startswith("#") or command[0] in ("fi", "done", "}", "esac", "export")
    )
    return (() if is_silent else command), tuple(assignments), is_tried


def _unquoted(word: str) -> str:
    if not any(char in word for char in "'\"\\"):
        return word
    parts = (
        single or double.replace('\\"', '"') or _escaped(escaped) or plain
        for single, double, escaped, plain in _PART.findall(word)
    )
    return "".join(parts)


def _escaped(char: str) -> str:
    """Return what a backslash and a character mean; before a letter it parts folders, as Windows has it."""
    return f"\\{char}" if char.isalnum() else char
