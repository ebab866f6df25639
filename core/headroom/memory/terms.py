"""A text as words: for finding facts by any of them, and for telling whether two facts say the same.

For search, a text is cut so that both a word in a language without blanks and a part of an identifier are found:
`parse_rows`, `parseRows` and "parse rows" are the same two words, and every character of a script that is written
without blanks is a word of its own. What belongs together is asked for as a phrase.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

_WITHOUT_BLANKS: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U0003ffff"
)
_PARTS = re.compile(
    rf"[{_WITHOUT_BLANKS}]"
    r"|[0-9]+"
    rf"|(?:(?![0-9_{_WITHOUT_BLANKS}])\w)+"
)
_IDENTIFIERS = re.compile(r"[A-Za-z_]{1,128}")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where camelCase and HTTPServer are cut."""
_MOST_WORDS: Final = 32
"""Of a query; more of them find nothing better."""
_LEAST_PREFIX: Final = 3

_QUOTES: Final = "\"'`“”‘’«»„"
_BEFORE: Final = _QUOTES + "([{<*¡¿"
_BEHIND: Final = _QUOTES + ")]}>*.,;:!?…。、，；：！？"
_CAMEL = re.compile(r"[a-z][A-Z]")

FILLER: Final = frozenset(
    (
        *("a", "an", "the", "is", "are", "was", "were", "be", "been", "it", "its", "this", "that", "these"),
        *("those", "please", "just", "also", "then", "of"),
    )
)
"""Words without which a fact says the same. No word that points somewhere (to, from) or denies (not, never)."""

LIKE: Final = 0.5
"""Two facts are alike where they share at least this part of all their words, fillers aside (Jaccard index)."""


def parts(text: str) -> list[str]:
    """Return the words of a text as they are searched for, in order: lower case, identifiers in parts."""
    plain = unicodedata.normalize("NFKC", text)
    return [part.casefold() for piece in _PARTS.findall(plain) for part in _HUMPS.split(piece)]


def indexed(text: str) -> list[str]:
    """Return the words by which a text is found: its parts, and behind them its identifiers as one word each."""
    found = parts(text)
    whole = ("".join(each) for word in _IDENTIFIERS.findall(text) if len(each := parts(word)) > 1)
    return found + list(whole)


def phrases(query: str) -> list[list[str]]:
    """Return what a query asks for: of each of its words the parts, which stand side by side where it is found."""
    found = [parts(word) for word in query.split()]
    return [phrase for phrase in found if phrase][:_MOST_WORDS]


def match(query: str) -> str:
    """Return a query in the language of SQLite's FTS5; empty where it has no words.

    Any of the words will do, and the last part of each may be the beginning of a word, if it has three letters
    or stands behind others.
    See https://www.sqlite.org/fts5.html, section 3 (Full-text Query Syntax).
    """
    ends = ('"', '" *')
    return " OR ".join(f'"{" ".join(phrase)}{ends[is_beginning(phrase)]}' for phrase in phrases(query))


def is_beginning(phrase: Sequence[str]) -> bool:
    """Tell whether a phrase's last part may be the beginning of a word: a short one alone would find too much."""
    return len(phrase) > 1 or len(phrase[-1]) >= _LEAST_PREFIX


def normal(text: str) -> str:
    """Return a text in the form in which two that say the same in other letters are equal.

    Unicode's NFKC, case, blanks, quotes and the punctuation of sentences do not count. What may be a value does:
    the dashes of `-v`, the case of `-V` and of `parseRows`, the dot of `.env`.
    """
    return " ".join(_words(text))


def content(text: str) -> tuple[str, ...]:
    """Return the words that say something, in order. Two facts with the same ones are the same fact."""
    return tuple(word for word in _words(text) if word not in FILLER)


def overlap(one: str, other: str) -> float:
    """Return which part of all words of two texts both have, fillers aside: 0 to 1 (Jaccard index)."""
    first, second = _set(one), _set(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _set(text: str) -> frozenset[str]:
    return frozenset(parts(text)) - FILLER


def _words(text: str) -> Iterator[str]:
    for word in unicodedata.normalize("NFKC", text).split():
        bare = word.lstrip(_BEFORE).rstrip(_BEHIND)
        if bare:
            is_plain = bare.isalpha() and not _CAMEL.search(bare)
            yield bare.casefold() if is_plain else bare
