"""How much each line of a log matters: what must stand in full is never the repeated, uneventful line."""

import re
from collections.abc import Iterator
from typing import Final

from headroom.compressors import failure, log_lines
from headroom.compressors.log_lines import Line

PLAIN: Final = 0
"""Nothing says that the line matters."""
NOTABLE: Final = 1
"""It speaks of a failure, but has no level that says so."""
WARNING: Final = 2
ERROR: Final = 3
"""An error, a crash, a stack trace."""

_OF_LEVEL: Final = {"WARN": WARNING, "4xx": WARNING, "ERROR": ERROR, "FATAL": ERROR, "5xx": ERROR}

_ASKED_WORD: Final = re.compile(r"[a-z0-9][\w./:-]{3,63}+")
_ASKED_WORDS: Final = 48
_ASKED_LINES: Final = 20
_ASKED_SHARE: Final = 0.05
"""A word of the user's that stands in many lines, or a large share of them, does not tell them apart."""


def weigh(lines: list[Line], search: failure.Search) -> list[int]:
    """Return each line's weight: by its level, by what it says, and by the stack trace that it is part of."""
    weights = [_OF_LEVEL.get(line.level, PLAIN) for line in lines]
    for number in search.failures():
        weights[number] = max(weights[number], NOTABLE)
    for entry in entries(lines):
        has_trace = any(log_lines.is_trace(lines[number]) for number in entry)
        least = ERROR if has_trace else weights[entry[0]]
        for number in entry:
            weights[number] = max(weights[number], least)
    return weights


def entries(lines: list[Line]) -> Iterator[list[int]]:
    """Yield the numbers of the lines that belong together: one that begins an entry, and what hangs on it."""
    current: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        entry = current.get(line.speaker)
        if entry is None or line.is_head:
            if entry:
                yield entry
            entry = current[line.speaker] = []
        entry.append(number)
    yield from current.values()


def asked_for(lines: list[Line], search: failure.Search, query: str) -> set[int]:
    """Return the numbers of the lines with a word of the user's that stands in only a few of them."""
    limit = min(_ASKED_LINES, max(3, int(_ASKED_SHARE * len(lines))))
    words = dict.fromkeys(word.rstrip(".:/-") for word in _ASKED_WORD.findall(query.lower()))
    found: set[int] = set()
    for word in list(words)[:_ASKED_WORDS]:
        hits = search.lines_with(word, limit=limit)
        if len(hits) <= limit:
            found.update(hits)
    return found
