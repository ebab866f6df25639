"""Which facts say something similar, and which answer a query where SQLite cannot tell. Pure."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import Final, Protocol

from headroom.memory import terms
from headroom.memory.facts import Fact

CLOSE: Final = 0.9
"""Two facts are alike where the cosine of their vectors is at least this. High, since vectors of sentence models
hardly tell one value from another, and what is offered too often is read by nobody."""
_MOST_LIKE: Final = 3
_WORDS_COUNT: Final = 1.2
"""BM25's k1. Facts are of about one length, so that its b is left out."""


class Embedder(Protocol):
    """Makes vectors of texts, on this machine."""

    name: str
    """Of the model; vectors of another one are not compared."""

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector of length 1 for each text, as `array("f")` writes it. Raises OSError."""


def alike(
    text: str, facts: Iterable[Fact], vector: bytes = b"", others: Mapping[str, bytes] | None = None
) -> tuple[Fact, ...]:
    """Return the few facts that are most like a text.

    Args:
        vector: of the text; empty for none.
        others: vectors of the facts, by their ids.
    """
    scored = []
    for fact in facts:
        words = terms.overlap(text, fact.text)
        close = cosine(vector, (others or {}).get(fact.id, b""))
        if words >= terms.LIKE or close >= CLOSE:
            scored.append((max(words, close), fact.updated, fact))
    scored.sort(key=lambda row: row[:2], reverse=True)
    return tuple(fact for _, _, fact in scored[:_MOST_LIKE])


def cosine(one: bytes, other: bytes) -> float:
    """Return the cosine of the angle between two vectors of length 1; 0 where there are not two of one size."""
    if not one or len(one) != len(other) or len(one) % 4:
        return 0.0
    product: float = sum(map(mul, array("f", one), array("f", other)))
    return product


def ranked(query: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts with a word of a query, the best first: what FTS5's bm25 does, by a look at every fact."""
    asked = terms.phrases(query)
    counts = {fact.id: [_count(phrase, terms.indexed(fact.text)) for phrase in asked] for fact in facts}
    with_it = [sum(1 for row in counts.values() if row[at]) for at in range(len(asked))]
    weights = [math.log(1 + (len(facts) - n + 0.5) / (n + 0.5)) for n in with_it]

    def score(fact: Fact) -> float:
        pairs = zip(weights, counts[fact.id], strict=True)
        return sum(weight * n * (_WORDS_COUNT + 1) / (n + _WORDS_COUNT) for weight, n in pairs)

    found = [fact for fact in facts if any(counts[fact.id])]
    return sorted(found, key=lambda fact: (-score(fact), -fact.updated))


def _count(phrase: Sequence[str], words: Sequence[str]) -> int:
    """Return how often words stand side by side; of the last one, its beginning will do."""
    *first, last = phrase
    size = len(phrase)
    begins = str.startswith if terms.is_beginning(phrase) else str.__eq__
    windows = (words[at : at + size] for at in range(len(words) - size + 1))
    return sum(list(window[:-1]) == first and begins(window[-1], last) for window in windows)
