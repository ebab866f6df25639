"""A shell line, read as far as it tells whose output is to be seen.

No shell is run and nothing is expanded: a line is cut into pipelines and these into stages, without the wrappers,
keywords and redirections around a command. What wraps a command is a table.
"""

import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

Words = tuple[str, ...]

_MAX_CHARS: Final = 4000
"""A longer line is read up to here."""
_MAX_NESTING: Final = 3
_OPERATORS: Final = ";&|()<>\n"


class _Wrapper(NamedTuple):
    own: int
    """How many words of its own come before the command."""
    valued: frozenset[str]
    """Its options that take the next word."""


def _wrapper(own: int, valued: str = "") -> _Wrapper:
    return _Wrapper(own, frozenset(valued.split()))


_WRAPPERS: Final[dict[Words, _Wrapper]] = {
    tuple(name.split()): wrapper
    for names, wrapper in {
        ("sudo", "doas"): _wrapper(0, "-u -g -h -p -C -D -R -T --user --group"),
        ("env",): _wrapper(0, "-u -C --unset --chdir"),
        ("time", "nohup", "command", "exec", "builtin", "stdbuf", "xvfb-run", "winpty"): _wrapper(0),
        ("nice", "ionice", "watch"): _wrapper(0, "-n -c --interval"),
        ("xargs",): _wrapper(0, "-n -I -P -L -d -a -s -E --max-args --max-procs --delimiter"),
        ("timeout",): _wrapper(1, "-s -k --signal --kill-after"),
        ("ssh",): _wrapper(1, "-p -i -l -o -F -J -L -R -D"),
        ("docker exec", "podman exec"): _wrapper(1, "-u -w -e --user --workdir --env --env-file"),
        ("docker compose exec", "docker-compose exec"): _wrapper(1, "-u -w -e --user --workdir --env --index"),
        ("kubectl exec",): _wrapper(1, "-n -c --namespace --container --context"),
        ("uv run", "poetry run", "pipenv run", "pdm run", "hatch run", "rye run"): _wrapper(
            0, "--with --python -p --extra --group --project --directory -C"
        ),
        ("coverage run -m", "python -m", "python3 -m", "py -m"): _wrapper(0),
        ("npx", "bunx", "pnpm exec", "pnpm dlx", "yarn exec", "bundle exec"): _wrapper(0, "-p --package -c"),
    }.items()
    for name in names
}
_KEYWORDS: Final = frozenset({"do", "then", "else", "elif", "if", "while", "until", "{", "!"})
"""What may stand before a command without being one."""
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "dash", "fish"})
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*+=")


class Stage(NamedTuple):
    """One command of a pipeline."""

    words: Words
    """The command, without what wraps it: ("git", "diff", "--stat"). Never empty."""
    inputs: Words
    """Files that it reads as its standard input."""
    is_fed: bool
    """Whether it reads what the stage before it wrote."""
    is_handed: bool
    """Whether xargs hands it arguments that the line does not name."""

    @property
    def program(self) -> str:
        """The command's own name."""
        return program(self.words[0])


def program(word: str) -> str:
    """Return a command's name without its folder: "git" for "/usr/bin/git"."""
    return word.replace("\\", "/").rpartition("/")[2]


def pipelines(line: str) -> tuple[tuple[Stage, ...], ...]:
    """Return the pipelines of a line, in order; what a nested shell is given counts as if it stood there."""
    return _pipelines(line[:_MAX_CHARS])


@lru_cache(maxsize=256)
def _pipelines(line: str, nesting: int = _MAX_NESTING) -> tuple[tuple[Stage, ...], ...]:
    found: list[tuple[Stage, ...]] = []
    for pipeline in _cut(line):
        inner = _inner_line(pipeline[0].words) if len(pipeline) == 1 and nesting else ""
        found += _pipelines(inner, nesting - 1) if inner else [tuple(pipeline)]
    return tuple(found)


def unwrapped(words: Words) -> tuple[Words, bool]:
    """Return a command without keywords, assignments and wrappers in front, and whether xargs was one of these."""
    is_handed = False
    while words:
        if words[0] in _KEYWORDS or _ASSIGNMENT.match(words[0]):
            words = words[1:]
            continue
        heads = ((program(words[0]), *words[1:length]) for length in (3, 2, 1) if len(words) > length)
        head = next((head for head in heads if head in _WRAPPERS), None)
        if head is None:
            break
        is_handed |= head == ("xargs",)
        words = _behind(words[len(head) :], _WRAPPERS[head])
    return words, is_handed


def _behind(words: Words, wrapper: _Wrapper) -> Words:
    """Return what a wrapper runs."""
    own = wrapper.own
    while words:
        if words[0] == "--":
            return words[1:]
        if words[0].startswith("-"):
            words = words[2:] if words[0] in wrapper.valued else words[1:]
        elif own:
            own, words = own - 1, words[1:]
        else:
            break
    return words


def _cut(line: str) -> Iterator[list[Stage]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    pipeline: list[Stage] = []
    words: list[str] = []
    inputs: list[str] = []
    redirection = ""
    is_fed = False
    for token in [*_tokens(lexer), ";"]:
        if not token or any(char not in _OPERATORS for char in token):
            if not redirection:
                words.append(token)
            elif redirection == "<":
                inputs.append(token)
            redirection = ""
        elif "<" in token or ">" in token:
            redirection = token
        else:
            command, is_handed = unwrapped(tuple(words))
            if command:
                pipeline.append(Stage(command, tuple(inputs), is_fed, is_handed))
            words, inputs, redirection = [], [], ""
            is_fed = token in ("|", "|&")
            if not is_fed and pipeline:
                yield pipeline
                pipeline = []


def _tokens(lexer: shlex.shlex) -> Iterator[str]:
    try:
        yield from lexer
    except ValueError:
        return  # a quote that does not end, as in a here-document: what came before it counts


def _inner_line(words: Words) -> str:
    """Return what a shell is given to run: the x of `bash -lc x`; empty for any other command."""
    if program(words[0]) not in _SHELLS:
        return ""
    options = (n for n, word in enumerate(words[:-1]) if word.startswith("-") and "c" in word)
    return next((words[n + 1] for n in options), "")
