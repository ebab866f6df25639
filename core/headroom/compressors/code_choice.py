"""Which functions of a source stay whole: those the query names, those that answer it, and the most used ones."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from headroom import tokens
from headroom.compressors import relevance
from headroom.compressors.code_outline import Function

_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*+(?>(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*+)*)[?!]?+(?>(\()?)")
_SEPARATOR: Final = re.compile(r"\.|::|#|->")
_IDENTIFIER: Final = re.compile(r"[a-z0-9$][A-Z]|[_$.:#>\d(]|[A-Z]{2}")
"""What a word of plain English does not have in it."""
_NAMES: Final = re.compile(r"[A-Za-z_$][\w$]*+")
_FEWEST_CHARS: Final = 3
_MOST_NAMESAKES: Final = 2
_PLAIN_SHARE: Final = 1 / 3
"""Functions named by a plain word, which may mean something else, stay whole up to this share of the source."""
_HITS: Final = 12
_TRIALS: Final = 60
_TOKEN_BYTES: Final = 16
"""A body with more bytes for a token of the budget is not even counted."""


def named(query: str, functions: Sequence[Function], source_bytes: int) -> set[int]:
    """Return the numbers of the functions that a query names.

    An identifier ("parse_args", "Parser.parse", "parse()") names every function called so. A plain word ("parse")
    does where no more than two are called so, and while those take no more than a third of the source.
    """
    found: set[int] = set()
    plain: list[str] = []
    for match in dict.fromkeys(match[0] for match in _WORD.finditer(query)):
        is_identifier = bool(_IDENTIFIER.search(match))
        word = ".".join(_SEPARATOR.split(match.rstrip("(?!")))
        if not is_identifier:
            plain.append(word)
            continue
        exact = [number for number, function in enumerate(functions) if _ends(function.qualified, word)]
        last = word.rsplit(".", 1)[-1]
        found.update(
            exact or [number for number, function in enumerate(functions) if function.name.rstrip("?!") == last]
        )
    left = int(_PLAIN_SHARE * source_bytes)
    for word in plain:
        same = [number for number, function in enumerate(functions) if function.name.rstrip("?!") == word]
        size = sum(functions[number].end - functions[number].start for number in same)
        if len(word) >= _FEWEST_CHARS and 0 < len(same) <= _MOST_NAMESAKES and size <= left:
            found.update(same)
            left -= size
    return found


def ranked(query: str, functions: Sequence[Function], data: bytes) -> list[int]:
    """Return the numbers of functions in the order in which they should stay whole.

    First those that answer the query, best first; then those whose names the source uses most, the shorter first.

    Args:
        data: the source as UTF-8.
    """
    texts = [f"{function.qualified}\n{data[function.start : function.end].decode()}" for function in functions]
    answers = relevance.hits(query, texts, _HITS)
    used = Counter(_NAMES.findall(data.decode()))
    names = Counter(function.name for function in functions)
    central = [
        (-uses, function.end - function.start, number)
        for number, function in enumerate(functions)
        if function.name and (uses := used[function.name] - names[function.name]) > 0
    ]
    return list(dict.fromkeys([*answers, *(number for _, _, number in sorted(central))]))


def within(
    budget_tokens: int, order: Sequence[int], functions: Sequence[Function], data: bytes, row_tokens: int = 0
) -> set[int]:
    """Return the numbers of the functions that fit into a budget, tried in order.

    Args:
        budget_tokens: for all that their bodies take more than what stands in for them.
        data: the source as UTF-8.
        row_tokens: what stands in front of each line.
    """
    chosen = set()
    for number in order[:_TRIALS]:
        elision = functions[number].elision
        if elision is None or elision.saved > budget_tokens * _TOKEN_BYTES:
            continue
        whole = data[elision.start : elision.end].decode()
        more = tokens.count(whole) - tokens.count(elision.text) + row_tokens * elision.rows
        if more <= budget_tokens:
            chosen.add(number)
            budget_tokens -= more
    return chosen


def _ends(qualified: str, word: str) -> bool:
    qualified = qualified.rstrip("?!")
    return qualified == word or qualified.endswith(f".{word}")
