"""Lines of noise that are not as the others of their class: a size far beyond the usual, a word no other line has.

What a class is counted by says what most of its lines are: "cc 480". A few lines of a large class show the rest.
"""

import re
from collections import Counter
from itertools import islice
from typing import Final

_NUMBER: Final = re.compile(r"\d++")
_SHARE: Final = re.compile(r"\[ *+\d++%\]")
_SIZE: Final = re.compile(r"(\d{1,12}(?>(?:\.\d{1,9})?)) ?([kKMGT]?)i?B\b")
_UNITS: Final = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_SIZE_TIMES: Final = 10
_DEVIATIONS: Final = 8
_LARGEST: Final = 3
_LINE_CHARS: Final = 300
_WORDS: Final = 12
_COMMON_SHARE: Final = 0.03
_LEAST_COMMON: Final = 3
_FEW: Final = 50
"""Among fewer lines a form of its own is nothing special."""
_RARE: Final = 2
"""So many lines of one form are odd."""
_ODD_SHARE: Final = 0.05
"""Where more are odd, being odd says nothing."""
_ODDEST: Final = 6
_SAMPLED: Final = 200
"""Lines of a class with fewer need no samples."""
_SAMPLES: Final = 3


def odd(lines: list[str]) -> list[int]:
    """Return which lines, of one class, have a form that hardly another has, or a size far beyond the usual."""
    return sorted({*_unlike(lines), *_large(lines)})


def samples(count: int) -> list[int]:
    """Return which lines of a large class stand for it, spread evenly; none where it is small."""
    if count < _SAMPLED:
        return []
    return [count * (2 * number + 1) // (2 * _SAMPLES) for number in range(_SAMPLES)]


def _unlike(lines: list[str]) -> list[int]:
    """Return lines whose form is rare: words that many have stand for themselves, all others are names.

    Options are told by their digits as well: -O0 is not -O2.
    """
    if len(lines) < _FEW:
        return []
    split = [_words(line) for line in lines]
    having = Counter(word for found in split for word in set(found))
    common = max(_LEAST_COMMON, _COMMON_SHARE * len(lines))
    forms = [" ".join(w if having[w] >= common else w[0] * (w[0] == "-") + "x" for w in found) for found in split]
    alike = Counter(forms)
    rare = [number for number, form in enumerate(forms) if alike[form] <= _RARE]
    if len(rare) > max(_RARE, _ODD_SHARE * len(lines)):
        return []
    return sorted(rare, key=lambda number: (alike[forms[number]], number))[:_ODDEST]


def _words(line: str) -> list[str]:
    """Return a line's first words, their digits masked, save in options."""
    line = _SHARE.sub("[0%]", line[:_LINE_CHARS])
    found = zip(line.split(), _NUMBER.sub("0", line).split(), strict=True)
    return [word if word[0] == "-" else masked for word, masked in islice(found, _WORDS)]


def _large(lines: list[str]) -> list[int]:
    sizes = []
    for number, line in enumerate(lines):
        found = _SIZE.search(line[:_LINE_CHARS])
        if found:
            sizes.append((float(found[1]) * _UNITS[found[2]], number))
    if not sizes:
        return []
    sizes.sort()
    usual = sizes[len(sizes) // 2][0]
    deviation = sorted(abs(size - usual) for size, _ in sizes)[len(sizes) // 2]
    border = max(_SIZE_TIMES * usual, usual + _DEVIATIONS * deviation)
    return [number for size, number in sizes[-_LARGEST:] if size > border]
