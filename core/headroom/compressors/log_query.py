"""The lines of a log that answer what the user asked last."""

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from headroom.compressors import failure

_WORD: Final = re.compile(r"[^\W_][\w./:@-]{1,126}+")
_ENDING: Final = re.compile(r"(?:ing|ed|es|s|ions?)\Z")
_STEM_CHARS: Final = 5
_MIN_CHARS: Final = 4
"""A shorter word counts only if it holds a digit."""
_MIN_CHARS_OF_NUMBERS: Final = 2
_WORDS: Final = 48
"""So many different words of the query count."""
_SHARE: Final = 0.05
"""A word in a larger share of the lines does not tell them apart,"""
_FEW: Final = 20
"""unless it stands in so few lines."""
_GENERIC: Final = frozenset(("error", "fail", "failure", "exception", "crash", "problem", "warning"))
"""Words that say that something is wrong, not what: lines that tell of failures are looked after anyway."""
_HANDFUL: Final = 8
"""A word in at most so many lines is what the user asks about."""


class Hits(NamedTuple):
    """The numbers of lines that answer a query, best first."""

    sure: list[int]
    """Those with a word that only a handful of lines has."""
    likely: list[int]
    """The others."""


def hits(texts: Sequence[str], query: str) -> Hits:
    """Return which lines have words of the query that few lines have.

    A line's worth is the sum over its words of how rare each is (inverse document frequency): lines of a log
    are about equally long and hold a word once, so that BM25 would rank them alike, at ten times the cost.
    """
    asked = _asked(query)
    if not asked:
        return Hits([], [])
    search = failure.Search(texts)
    limit = max(_HANDFUL, min(_FEW, len(texts) // 4), int(_SHARE * len(texts)))
    worth: dict[int, float] = {}
    sure: set[int] = set()
    for word in asked:
        found = search.holding(word, limit)
        if len(found) <= limit:
            for number in found:
                worth[number] = worth.get(number, 0.0) + math.log((len(texts) + 1) / len(found))
            if len(found) <= _HANDFUL:
                sure.update(found)
    best = sorted(worth, key=lambda number: (-round(worth[number], 6), number))
    return Hits([number for number in best if number in sure], [number for number in best if number not in sure])


def _asked(query: str) -> list[str]:
    words: dict[str, None] = {}
    for said in _WORD.findall(query.lower()):
        word = said.rstrip(".:/-")
        stem = _ENDING.sub("", word) if word.isalpha() else ""
        if len(stem) >= _STEM_CHARS:
            word = stem
        has_digit = not word.isalpha() and any(map(str.isdigit, word))
        if len(word) >= (_MIN_CHARS_OF_NUMBERS if has_digit else _MIN_CHARS):
            words[word] = None
    words = {word: None for word in words if word not in _GENERIC}
    return list(words)[:_WORDS]
