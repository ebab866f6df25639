"""What agents put around the output of a command: tags, labels above it, an account of the run below it.

    Command: git log            <untrusted_context>           Exit code: 0
    Directory: (root)           Output: ...                   Wall time: 0.1 seconds
    Output: ...                 Exit Code: 2                  Output:
    Error: (none)               Process Group PGID: 8434      ...
    Exit Code: 0                </untrusted_context>

The pieces put together are the text. Only what is in them may get another form: labels, exit codes and errors that
the agent tells are none of the output. Which labels there are is a table, from what the agents send: Gemini CLI,
Qwen Code, Codex, Copilot CLI, Cline, OpenHands, mini-SWE-agent, Mistral Vibe.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TAGS: Final = (
    *("untrusted_context", "stdout", "stderr", "output", "output_head", "output_tail", "result", "results"),
    *("tool_result", "response", "bash-stdout", "bash-stderr", "local-command-stdout"),
)
"""Around what a program said. Around a file's text agents write other ones: file, content, document."""
_OPENING: Final = re.compile(rf"^<({'|'.join(_TAGS)})(?:[ \t][^<>\n]{{0,200}}+)?>", re.MULTILINE)
_MOST_TAGS: Final = 8
_MOST_AROUND_CHARS: Final = 2000
"""Where more stands outside the tags, they are a part of something else."""

_BLANKS: Final = re.compile(r"[\r\n]{0,8}+")
_COMMAND: Final = re.compile(
    r"(?:Command|command|cmd): (?P<command>[^\0]{1,8000}?)\n(?=(?:Directory|Output|stdout|shell|exit_code):)"
)
_FIELD: Final = re.compile(
    r"(?:(?:Directory|Exit [Cc]ode|exit_code|returncode|shell|Wall time|Chunk ID|Original token count|Signal)\b:?"
    r"|Total output lines:|Process (?:exited|running) with|Script (?:completed|failed|running)\b"
    r"|\[Command exited |Warning: truncated output )[^\n]{0,400}+\n{1,2}+"
)
_OUTPUT: Final = re.compile(r"(?:Output|Stdout|output|stdout):(?: |\r?\n)")
_ALONE: Final = re.compile(
    r"Total output lines: \d++\n\n|\[Command exited with code -?\d++\]\n"
    r"|Output too large\. Showing first [\d,]{1,16}+ and last [^\n]{1,500}+\n"
    r"|Tool output was too large and has been truncated\.\n[^\0]{0,2000}?\nTruncated part of the output:\n"
    r"|Output too large to read at once \([^\n]{1,500}+\n[^\0]{0,1000}?\n\nPreview \([^\n]{1,60}+\n"
)
"""Stands above an output without a label of its own."""
_MOST_FIELDS: Final = 10

_ACCOUNT: Final = re.compile(
    r"(?:Error|Exit [Cc]ode|Signal|Background PIDs|Process Group PGID|stderr|returncode|exit_code|shell):"
    r"[^\n]{0,400}+"
)
_NOTE: Final = re.compile(
    r"\[(?:Current working directory|Python interpreter): [^\n]{1,400}+"
    r"|[<\[][^<>\[\]\n]{1,100}exit code -?\d{1,10}\.?[>\]]"
)
"""An account that needs no label above the output to be known."""
_ERROR: Final = ("\nError: ", "\nstderr: ")
_ERROR_CHARS: Final = 4000
"""How far above the account an error of several lines may begin."""

_MOST_LAYERS: Final = 3


class Piece(NamedTuple):
    """A piece of a text."""

    text: str
    is_content: bool = False
    """Whether it is what was put into the envelope; else it is a part of the envelope."""
    command: str = ""
    """The command that the envelope names; empty where it names none."""


def cut(text: str) -> list[Piece]:
    """Return an output, or several, and what an agent put around them. A text in no envelope is one content."""
    pieces = [Piece(text, is_content=True)]
    for _ in range(_MOST_LAYERS):
        inner = [part for piece in pieces for part in (_opened(piece) if piece.is_content else [piece])]
        if len(inner) == len(pieces):
            break
        pieces = inner
    return pieces


def _opened(piece: Piece) -> list[Piece]:
    """Return what is in an envelope, and the envelope; the piece itself where there is none."""
    found = _between_tags(piece) or list(_between_labels(piece))
    return [part for part in found if part.text] or [piece]


def _between_tags(piece: Piece) -> list[Piece]:
    text = piece.text
    if text.lstrip()[:1] != "<":
        return []
    found: list[Piece] = []
    at = around = 0
    for _ in range(_MOST_TAGS):
        opening = _OPENING.search(text, at, at + _MOST_AROUND_CHARS)
        end = text.find(f"</{opening[1]}>", opening.end()) if opening else -1
        if opening is None or end < 0:
            break
        around += opening.start() - at
        found += [
            Piece(text[at : opening.end()]),
            Piece(text[opening.end() : end], is_content=True, command=piece.command),
        ]
        at = end
    if not found or around + len(text) - at > _MOST_AROUND_CHARS:
        return []
    return [*found, Piece(text[at:])]


def _between_labels(piece: Piece) -> Iterator[Piece]:
    start, command = _head(piece.text)
    end = _account(piece.text, start)
    if start or end < len(piece.text):
        yield Piece(piece.text[:start])
        yield Piece(piece.text[start:end], is_content=True, command=command or piece.command)
        yield Piece(piece.text[end:])


def _head(text: str) -> tuple[int, str]:
    """Return where the output begins, and the command that is named above it; 0 where no labels are."""
    blanks = _BLANKS.match(text)
    at = blanks.end() if blanks else 0
    named = _COMMAND.match(text, at)
    command = named["command"] if named else ""
    at = named.end() if named else at
    alone = 0
    for _ in range(_MOST_FIELDS):
        if label := _OUTPUT.match(text, at):
            return label.end(), command
        if lone := _ALONE.match(text, at):
            alone = lone.end()
        field = _FIELD.match(text, at)
        if field is None:
            break
        at = field.end()
    return alone, command if alone else ""


def _account(text: str, start: int) -> int:
    """Return where what is told below the output begins; the text's end where nothing is.

    Args:
        start: where the output begins; 0 where no label stands above it.
    """
    stop = end = len(text)
    while stop > start and text[stop - 1] in "\r\n":
        stop -= 1
    for _ in range(_MOST_FIELDS):
        begin = text.rfind("\n", start, stop)
        line = text[begin + 1 : stop].rstrip("\r")
        if begin < 0 or not (_NOTE.fullmatch(line) or (start and _ACCOUNT.fullmatch(line))):
            break
        stop = end = begin
    return _error(text, start, end)


def _error(text: str, start: int, end: int) -> int:
    """Return where an error of several lines begins, which an agent that always tells of one wrote."""
    if end == len(text) or text.startswith(_ERROR, end):
        return end
    is_told = "\nDirectory: " in text[:start] or re.match(r"\s*+(?:command|shell): ", text[:start])
    begin = max(text.rfind(label, start, end) for label in _ERROR) if is_told else -1
    return begin if begin >= 0 and end - begin <= _ERROR_CHARS else end
