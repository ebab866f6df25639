"""A file's lines, as a tool printed them: plain, or each with its number in front (`cat -n`, an agent's Read)."""

import re
from typing import Final, NamedTuple

from headroom.compressors.code_bodies import Elision
from headroom.types import PassThrough

_NUMBER: Final = re.compile(r" *+(\d++)(?:\t|→)")


class Source(NamedTuple):
    """The text of a file from its first line on, and how it was printed."""

    text: str
    """The file's own text, without any numbers."""
    prefixes: tuple[str, ...]
    """What stood in front of each line: its number and a tab or an arrow; empty for a plain text."""

    @property
    def lines(self) -> int:
        """How many lines the file has; what follows the last line end is none."""
        return self.text.count("\n") + (not self.text.endswith("\n"))


def read(text: str) -> Source:
    """Return a file's own text.

    Raises PassThrough for numbered lines that do not start at 1: a part of a file is read to be edited.
    """
    first = _NUMBER.match(text)
    if not first:
        return Source(text, ())
    lines = text.split("\n")
    end = [lines.pop()] if lines[-1] == "" else []
    matches = [_NUMBER.match(line) for line in lines]
    start = int(first[1])
    numbers = [int(match[1]) if match else -1 for match in matches]
    if numbers != list(range(start, start + len(lines))):
        return Source(text, ())
    if start != 1:
        raise PassThrough("edited or read in part")
    prefixes = tuple(match[0] for match in matches if match)
    own = [line[len(prefix) :] for line, prefix in zip(lines, prefixes, strict=True)]
    return Source("\n".join(own + end), prefixes)


def write(source: Source, data: bytes, elisions: list[Elision]) -> str:
    """Return a source with its elisions made, every line that is left under its own number.

    Args:
        data: the source's text as UTF-8.
        elisions: in order, apart from each other.
    """
    pieces: list[str] = []
    rows = [0]
    at = row = 0
    for elision in elisions:
        kept = data[at : elision.start].decode()
        breaks = kept.count("\n")
        rows.extend(range(row + 1, row + breaks + 1))
        pieces += [kept, elision.text]
        row += breaks + data.count(b"\n", elision.start, elision.end)
        at = elision.end
    kept = data[at:].decode()
    rows.extend(range(row + 1, row + kept.count("\n") + 1))
    text = "".join([*pieces, kept])
    if not source.prefixes:
        return text
    prefixes = [*source.prefixes, ""]
    return "\n".join(prefixes[row] + line for row, line in zip(rows, text.split("\n"), strict=True))
