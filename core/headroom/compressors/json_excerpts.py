"""Long cells shortened: their beginning, and the lines in them that speak of a failure or answer the query.

The build of the parser is slow … [+1,204 chars] … panicked at 'index out of bounds' … [+96 chars]
"""

from collections.abc import Collection
from typing import Final

from headroom import words
from headroom.compressors import failure

_SLACK_CHARS: Final = 40
"""A cell that would lose no more than this stays whole."""
_LINE_CHARS: Final = 200
_MOST_LINES: Final = 3
_WORD_CHARS: Final = 20
LEGEND: Final = "… [+N chars]: N characters of the cell left out here"


def gap(chars: int) -> str:
    """Return what stands where characters were left out."""
    return f" … [+{chars:,} chars]"


def shorten(text: str, limit: int, wanted: Collection[str]) -> tuple[str, int]:
    """Return a text's beginning and its telling lines, and how many characters are left out.

    Args:
        limit: how many characters the beginning may have; the telling lines come on top of it.
        wanted: words of the query that few of the rows have.
    """
    if len(text) <= limit + _SLACK_CHARS:
        return text, 0
    head = _end_of_word(text, limit)
    pieces = [(0, head)]
    for start, stop in _telling(text, head, wanted):
        if start - pieces[-1][1] <= _SLACK_CHARS:
            pieces[-1] = (pieces[-1][0], stop)
        else:
            pieces.append((start, stop))
    shown, at, left_out = "", 0, 0
    for start, stop in pieces:
        if start > at:
            shown += gap(start - at) + " … "
            left_out += start - at
        shown += text[start:stop]
        at = stop
    if len(text) > at:
        shown += gap(len(text) - at)
        left_out += len(text) - at
    return (shown, left_out) if len(shown) < len(text) else (text, 0)


def _telling(text: str, start: int, wanted: Collection[str]) -> list[tuple[int, int]]:
    """Return where the lines behind `start` are that speak of a failure or have wanted words."""
    lines: list[tuple[int, int]] = []
    at = start
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        # A long line is looked at in parts, each of which can be shown.
        lines += [(part, min(part + _LINE_CHARS, stop)) for part in range(at, stop, _LINE_CHARS)]
        at = stop + 1
    failing = failure.Search(text[a:b] for a, b in lines).failures()
    scores = {}
    for number, (a, b) in enumerate(lines):
        found = len(set(words.split(text[a:b])).intersection(wanted)) if wanted else 0
        if number in failing or found:
            scores[number] = 2 * found + (number in failing)
    best = sorted(scores, key=lambda number: (-scores[number], number))[:_MOST_LINES]
    return [lines[number] for number in sorted(best)]


def _end_of_word(text: str, limit: int) -> int:
    cut = max(text.rfind(" ", limit - _WORD_CHARS, limit), text.rfind("\n", limit - _WORD_CHARS, limit))
    return cut if cut > 0 else limit
