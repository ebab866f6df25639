"""Workloads with planted facts: what the benchmarks compress, and what must still be readable afterwards."""

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["error", "outlier", "rare", "query"]
KINDS: Final[tuple[Kind, ...]] = ("error", "outlier", "rare", "query")

_MASKED: Final = re.compile(r"\d+")
_LOCATION: Final = re.compile(
    r"(?P<path>[^\s:()]*[./\\][^\s:()]*)(?P<spot>:\d+(?::\d+)?|\(\d+[, ]\d+\)):? |(?P<only>\d+:\d+) "
)
"""Where a message belongs, in front of it: "src/a.py:3:14: ", "src/a.ts(3,14): ", and "3:14 " below a path."""
_FRONT: Final = re.compile(r"\S*[/\\\d:]\S*|[\w.-]+[|:]?")
"""A word in front of a message that a form may say once for many lines: a path, a time, a number, a name."""
_MIN_WORDS: Final = 3
"""So many words of a message, from its end, must stand together."""
_BETWEEN: Final = re.compile(r"[\s,|│┃\"]+")


class Needle(NamedTuple):
    """A fact in a workload's text that a model must be able to read off the compressed form."""

    kind: Kind
    text: str
    """What must stand there; several parts, between tabs, must stand in one line, in any order."""
    note: str = ""
    """What makes it a fact, where the kind does not say enough."""


class Workload(NamedTuple):
    """A tool's output as an agent would get it."""

    name: str
    text: str
    tool: str
    tool_input: str
    """The call's input as JSON text."""
    query: str
    """The last user text before the call."""
    needles: tuple[Needle, ...]


def survives(needle: Needle, output: str) -> bool:
    """Whether a needle can be read off an output: all its parts in one line, or its text anywhere."""
    if needle.text in output:
        return True
    parts = needle.text.split("\t")
    return any(all(part in line for part in parts) for line in output.split("\n") if parts[0] in line)


def line_survives(line: str, output: list[str]) -> bool:
    """Whether a message of an original can be read off a form's lines; all of them squeezed.

    One of these holds:
    - it stands there word for word;
    - it ends there with three words or more, and each word that is missing in front of it is a path, a time, a
      number or a name whose last part stands in that line or above it: what lines share;
    - it begins with a location, and stands there with another location and other numbers, and its own location
      stands in the form too: messages of one wording may be written once, with all their places.

    Args:
        line: what has to be there.
        output: the form's lines.
    """
    if any(line in shown for shown in output):
        return True
    located = _LOCATION.match(line)
    if located and _stands_elsewhere(line[located.end() :], located, output):
        return True
    words = line.split(" ")
    ending = " ".join(words[-_MIN_WORDS:])
    for number, shown in enumerate(output):
        if len(words) > _MIN_WORDS and ending in shown:
            front = _front(words, shown)
            above = "\n".join(output[: number + 1])
            if all(_FRONT.fullmatch(word) and _last_part(word) in above for word in front):
                return True
    return False


def squeezed(line: str) -> str:
    """Return a line with single blanks between its words and none around it; what parts cells is a blank too."""
    return _BETWEEN.sub(" ", line).strip()


def _stands_elsewhere(message: str, located: re.Match[str], output: list[str]) -> bool:
    wording = _MASKED.sub("0", message)
    name = _last_part(located["path"] or "")
    spot = located["spot"] or located["only"]
    alone = re.compile(rf"(?<!\d){re.escape(spot)}(?!\d)|(?<!\S):{re.escape(spot.rpartition(':')[2])}(?!\d)")
    # The line's number may be left out where it is that of the place before: "3:10 :16".
    return any(wording in _MASKED.sub("0", shown) for shown in output) and any(
        name in shown and alone.search(shown) for shown in output
    )


def _front(words: list[str], shown: str) -> list[str]:
    """Return the words of a message that its longest ending in a line leaves out."""
    start = len(words) - _MIN_WORDS
    while start and " ".join(words[start - 1 :]) in shown:
        start -= 1
    return words[:start]


def _last_part(word: str) -> str:
    return re.split(r"[/\\:]", word.rstrip("/\\:|"))[-1]
