"""Tells a slip from a guess: `gti` for `git` happens once, `test-unit` for `test:unit` is something to learn."""

from typing import Final

_MIN_CHARS: Final = 3
_MIN_SUBSTITUTED: Final = 6
"""In a shorter word another letter makes another word."""


def is_typo(one: str, other: str) -> bool:
    """Whether two words differ by one slip: letters swapped, or one left out, added or replaced within a word."""
    one, other = one.lower(), other.lower()
    if one == other or min(len(one), len(other)) < _MIN_CHARS or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        rest, its = one[start:], other[start:]
        if rest[:2] == its[1::-1] and rest[2:] == its[2:]:
            return rest[:2].isalpha()
        is_letters = rest[:1].isalpha() and its[:1].isalpha()
        is_within = start > 0 and len(rest) > 1
        return rest[1:] == its[1:] and is_within and is_letters and len(one) >= _MIN_SUBSTITUTED
    shorter, longer = sorted((one, other), key=len)
    is_within = 0 < start < len(shorter) and longer[start].isalpha()
    return is_within and longer[start + 1 :] == shorter[start:]


def is_typo_of_path(one: str, other: str) -> bool:
    """Whether two paths differ by one slip in one of their names, and not in what kind of file they are."""
    ours, theirs = one.split("/"), other.split("/")
    different = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    if len(ours) != len(theirs) or len(different) != 1:
        return False
    (stem, _, suffix), (other_stem, _, other_suffix) = (name.partition(".") for name in different[0])
    return suffix == other_suffix and is_typo(stem, other_stem)
