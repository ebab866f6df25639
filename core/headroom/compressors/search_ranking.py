"""Which hits of a search to show first: what was asked, what failed, what is odd, what defines; then a spread."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from headroom import words
from headroom.compressors import failure, relevance
from headroom.compressors.search_lines import Line

_ASKED: Final = 16
_FAILURES: Final = 24
_FAILURES_SHARE: Final = 0.1
"""Where more of the hits than this speak of failures, the search was for them: then they tell nothing apart."""
_RANKED_CHARS: Final = 200_000
"""Up to this much text is ranked; in more, only what has a word of the query's that few hits have."""
_RARE_WORD_HITS: Final = 60
_EXTENSION: Final = re.compile(r"\.\w{1,12}\Z")
_DEFINITION: Final = re.compile(
    r"\s*+(?>(?:export |default |public |private |protected |static |async "
    r"|pub(?:\(\w+\))? |abstract |final |inline )*)"
    r"(?:def|class|function|func|fn|struct|interface|type|enum|trait|impl|module|namespace|CREATE TABLE)\s"
)
_IMPORT: Final = re.compile(r"\s*+(?:import|from|use|using|require|include|#include|export \{)\b")
_SETTING: Final = re.compile(r"\s*+([\w.\"'\[\] -]{1,60}?)\s*+(?:=|:(?!:))\s*+(\S[^\n]{0,120})\Z")
_SETTING_SAMPLES: Final = 8
_COMMON_VALUE_SHARE: Final = 0.75


def rank(hits: Sequence[Line], query: str) -> list[int]:
    """Return the numbers of all hits, what should be shown first in front; equal texts come at the end."""
    unique = list({hit.text.strip(): number for number, hit in reversed(list(enumerate(hits)))}.values())
    unique.sort()
    order = dict.fromkeys(_asked(hits, unique, query))
    order |= dict.fromkeys(_failures(hits, unique))
    order |= dict.fromkeys(_odd_files(hits))
    order |= dict.fromkeys(_odd_settings(hits))
    order |= dict.fromkeys(_spread(hits, unique))
    order |= dict.fromkeys(range(len(hits)))
    return list(order)


def _asked(hits: Sequence[Line], unique: list[int], query: str) -> list[int]:
    """Return what answers the query, in the hit's text or in its path."""
    candidates = unique
    if sum(len(hits[number].text) for number in unique) > _RANKED_CHARS:
        search = failure.Search(f"{hits[number].path} {hits[number].text}" for number in unique)
        wanted = [word for word in dict.fromkeys(words.split(query)) if len(word) > 3][:24]
        found: set[int] = set()
        for word in wanted:
            with_word = search.lines_with(word, limit=_RARE_WORD_HITS)
            if len(with_word) <= _RARE_WORD_HITS:
                found.update(with_word)
        candidates = [unique[number] for number in sorted(found)]
    texts = [f"{hits[number].path} {hits[number].text[:400]}" for number in candidates]
    return [candidates[at] for at in relevance.hits(query, texts, _ASKED)]


def _failures(hits: Sequence[Line], unique: list[int]) -> list[int]:
    """Return the hits that speak of a failure; where most do, only a few of them."""
    said = failure.Search(hits[number].text for number in unique).failures()
    failures = [at for at in sorted(said) if not _IMPORT.match(hits[unique[at]].text)]
    if len(failures) > max(_FAILURES, _FAILURES_SHARE * len(unique)):
        failures = failures[:: max(1, len(failures) // (_FAILURES // 4))]
    return [unique[at] for at in failures]


def _odd_files(hits: Sequence[Line]) -> Iterable[int]:
    """Yield the first hits of files of a kind that few hits are in."""
    kinds = [_kind(hit.path) for hit in hits]
    counts = Counter(kinds)
    seen: set[str] = set()
    for number, kind in enumerate(kinds):
        if counts[kind] <= max(2, len(hits) // 100) and hits[number].path not in seen:
            seen.add(hits[number].path)
            yield number


def _odd_settings(hits: Sequence[Line]) -> Iterable[int]:
    """Yield the hits that give a name a value other than nearly everywhere else: `timeout = 9000`."""
    values: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, hit in enumerate(hits):
        match = _SETTING.match(hit.text) if len(hit.text) < 200 else None
        if match:
            values[match[1]].append((match[2], number))
    for given in values.values():
        if len(given) < _SETTING_SAMPLES:
            continue
        counts = Counter(value for value, _ in given)
        if max(counts.values()) >= _COMMON_VALUE_SHARE * len(given):
            yield from (number for value, number in given if counts[value] <= 2)


def _spread(hits: Sequence[Line], unique: list[int]) -> Iterable[int]:
    """Yield definitions, then the first hit of each file, of files evenly spread, then another of each."""
    definitions = [number for number in unique if _DEFINITION.match(hits[number].text)]
    yield from (definitions[at] for at in evenly(len(definitions)))
    by_file: dict[str, list[int]] = defaultdict(list)
    for number in unique:
        by_file[hits[number].path].append(number)
    files = [[numbers[at] for at in evenly(len(numbers))] for numbers in by_file.values()]
    order = evenly(len(files))
    for depth in range(max(map(len, files), default=0)):
        yield from (files[at][depth] for at in order if depth < len(files[at]))
        if depth > 20:
            return


def evenly(count: int) -> list[int]:
    """Return 0 to count - 1 so that every beginning of the list is spread over the whole."""
    order: dict[int, None] = {}
    step = 1 << max(0, count - 1).bit_length()
    while step:
        order |= dict.fromkeys(range(0, count, step))
        step //= 2
    return list(order)


def _kind(path: str) -> str:
    match = _EXTENSION.search(path)
    return match[0].lower() if match else ""
