"""Which of many texts (rows, lines, files) answer what the user asked last."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from headroom import words

_QUERY_WORDS: Final = 48
_COMMON_SHARE: Final = 0.3
"""A word of the query's in a larger share of the texts does not tell them apart, so it does not count."""
_ALWAYS_RARE: Final = 3
"""In so few texts a word is never common."""
_MIN_CHARS: Final = 3
"""Shorter words of the query count only if they hold a digit."""


def hits(query: str, texts: Sequence[str], limit: int) -> list[int]:
    """Return the numbers of the texts that answer a query, best first; ties by place.

    Ranked by BM25+ (Lv and Zhai, 2011) over words and parts of identifiers. Time is linear in the texts.

    Args:
        query: the user's words, of any length; the first 48 different ones count.
        texts: what to choose from.
        limit: how many at most.
    """
    asked = [word for word in dict.fromkeys(words.split(query)) if len(word) >= _MIN_CHARS or word.isdecimal()]
    wanted = frozenset(asked[:_QUERY_WORDS])
    if not wanted or limit < 1:
        return []
    found = {number: said for number, text in enumerate(texts) if (said := wanted.intersection(words.split(text)))}
    counts = Counter(word for said in found.values() for word in said)
    common = max(_ALWAYS_RARE, _COMMON_SHARE * len(texts))
    telling = sorted(word for word in wanted if 0 < counts[word] <= common)
    candidates = [number for number, said in found.items() if not said.isdisjoint(telling)]
    if not candidates:
        return []
    from rank_bm25 import BM25Plus

    ranking = BM25Plus([words.split(texts[number]) for number in candidates])
    scores = [round(float(score), 6) for score in ranking.get_scores(telling)]
    return [candidates[at] for at in sorted(range(len(candidates)), key=lambda at: (-scores[at], at))[:limit]]
