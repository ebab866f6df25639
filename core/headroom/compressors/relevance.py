"""Which of many texts (rows, lines, files) answer what the user asked last.

A cheap search finds the texts with words that tell them apart; these are ranked, by BM25+ (Lv and Zhai, 2011).
"""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from headroom import words

_QUERY_WORDS: Final = 48
_COMMON_SHARE: Final = 0.3
"""A word of the query's in a larger share of the texts does not tell them apart, so it does not count."""
_ALWAYS_RARE: Final = 3
"""In so few texts a word is never common."""
_MIN_CHARS: Final = 3
"""Shorter words of the query count only if they hold a digit."""
_CANDIDATES: Final = 800
"""So many texts are ranked at most."""
_FEW: Final = 500
"""In so few texts a word that is also a part of others is looked for word by word."""


def hits(query: str, texts: Sequence[str], limit: int) -> list[int]:
    """Return the numbers of the texts that answer a query, best first; ties by place.

    Ranked over words and parts of identifiers. Time is linear in the texts.

    Args:
        query: the user's words, of any length; the first 48 different ones count.
        texts: what to choose from.
        limit: how many at most.
    """
    if limit < 1:
        return []
    asked = telling(query, texts)
    split = {number: words.split(texts[number]) for number in _candidates(asked, len(texts))}
    candidates = [number for number in split if not asked.keys().isdisjoint(split[number])]
    if not candidates:
        return []
    from rank_bm25 import BM25Plus

    ranking = BM25Plus([split[number] for number in candidates])
    scores = [round(float(score), 6) for score in ranking.get_scores(sorted(asked))]
    return [candidates[at] for at in sorted(range(len(candidates)), key=lambda at: (-scores[at], at))[:limit]]


def telling(query: str, texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the words of a query that some but not most of the texts have, with the numbers of these texts.

    A text in which a word is but a part of another may be among them.
    """
    asked = [word for word in dict.fromkeys(words.split(query)) if len(word) >= _MIN_CHARS or word.isdecimal()]
    if not asked:
        return {}
    lowered = [text.lower().replace("\n", " ") for text in texts]
    joined = "\n".join(lowered)
    ends = list(accumulate(len(text) + 1 for text in lowered))
    most = int(max(_ALWAYS_RARE, _COMMON_SHARE * len(texts)))
    found: dict[str, list[int]] = {}
    for word in asked[:_QUERY_WORDS]:
        numbers = _first(_holding(word, joined, ends), most)
        if numbers is None and len(texts) <= _FEW:
            numbers = _first((number for number, text in enumerate(texts) if word in words.split(text)), most)
        elif numbers is None:
            numbers = _first(_with_whole(word, joined, ends), most)
        if numbers:
            found[word] = numbers
    return found


def _holding(word: str, joined: str, ends: list[int]) -> Iterator[int]:
    at = joined.find(word)
    while at >= 0:
        number = bisect_right(ends, at)
        yield number
        at = joined.find(word, ends[number])


def _with_whole(word: str, joined: str, ends: list[int]) -> Iterator[int]:
    """Yield the texts in which a word stands that is no part of another."""
    beside = r"[^\W\d_]" if word.isalpha() else r"\d" if word.isdigit() else r"[^\W_]"
    last = -1
    for match in re.finditer(rf"(?<!{beside}){re.escape(word)}(?!{beside})", joined):
        number = bisect_right(ends, match.start())
        if number != last:
            yield number
        last = number


def _first(numbers: Iterator[int], most: int) -> list[int] | None:
    """Return numbers; None where there are more than `most`."""
    found: list[int] = []
    for number in numbers:
        found.append(number)
        if len(found) > most:
            return None
    return found


def _candidates(asked: Mapping[str, Sequence[int]], count: int) -> list[int]:
    """Return the texts with words of the query, in order; of very many those with the most and rarest words."""
    scores: Counter[int] = Counter()
    for numbers in asked.values():
        weight = round(1000 * math.log(1 + count / len(numbers)))
        for number in numbers:
            scores[number] += weight
    best = sorted(scores, key=lambda number: (-scores[number], number)) if len(scores) > _CANDIDATES else scores
    return sorted(list(best)[:_CANDIDATES])
