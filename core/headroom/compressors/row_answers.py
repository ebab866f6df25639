"""Which of very many texts answer a query: relevance, after a cheap search."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from headroom import words
from headroom.compressors import relevance

_FEW: Final = 500
"""So few texts are ranked as they are."""
_COMMON_SHARE: Final = 0.3
"""What is in a larger share of the texts does not tell them apart, as in relevance."""
_QUERY_WORDS: Final = 48
_MIN_CHARS: Final = 3


def hits(query: str, texts: Sequence[str], limit: int) -> list[int]:
    """Return the numbers of the texts that answer a query, best first, as relevance.hits does.

    Args:
        query: the user's words.
        texts: what to choose from.
        limit: how many at most.
    """
    if len(texts) <= _FEW:
        return relevance.hits(query, texts, limit)
    asked = [word for word in dict.fromkeys(words.split(query)) if len(word) >= _MIN_CHARS or word.isdecimal()]
    lowered = "\n".join(text.replace("\n", " ") for text in texts).lower()
    starts = list(accumulate((len(line) + 1 for line in lowered.split("\n")), initial=0))
    most = int(_COMMON_SHARE * len(texts))
    candidates: set[int] = set()
    common: list[str] = []
    for word in asked[:_QUERY_WORDS]:
        found = _with(word, lowered, starts, most)
        if found is None:
            common.append(word)
        else:
            candidates.update(found)
    if not candidates:
        return []
    # Enough of the others stand for all of them, with nothing but the common words, to show that these are common.
    filler = " ".join(common)
    fillers = min(len(texts) - len(candidates), most + 1)
    short: list[str] = []
    for at, text in enumerate(texts):
        is_filler = at not in candidates and fillers > 0
        fillers -= is_filler
        short.append(text if at in candidates else filler if is_filler else "")
    return relevance.hits(query, short, limit)


def _with(word: str, lowered: str, starts: list[int], most: int) -> set[int] | None:
    """Return the lines with a word in them; None where it is in more than `most`."""
    if lowered.count(word) <= most:
        return _lines(_finds(word, lowered, starts), most)
    # As a part of other words it may be common and rare all the same.
    beside = r"[^\W\d_]" if word.isalpha() else r"\d" if word.isdigit() else r"[^\W_]"
    whole = re.compile(rf"(?<!{beside}){re.escape(word)}(?!{beside})")
    return _lines((bisect_right(starts, match.start()) - 1 for match in whole.finditer(lowered)), most)


def _finds(word: str, lowered: str, starts: list[int]) -> Iterator[int]:
    at = lowered.find(word)
    while at >= 0:
        line = bisect_right(starts, at) - 1
        yield line
        at = lowered.find(word, starts[line + 1])


def _lines(found: Iterator[int], most: int) -> set[int] | None:
    lines: set[int] = set()
    for line in found:
        lines.add(line)
        if len(lines) > most:
            return None
    return lines
