"""What all strings of a column begin and end with, said once where that pays in tokens."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from headroom import tokens
from headroom.compressors.json_columns import MISSING, Cells

MIN_STRINGS: Final = 3
"""In a column with fewer strings nothing is worth its mention."""
_SAMPLE: Final = 48
_MIN_SAVED: Final = 0.9
"""Tokens a row that a beginning or an end must save; else the cells read better whole."""
_PROSE_CHARS: Final = 60
_MIN_SAVED_OF_PROSE: Final = 5
"""In columns of longer strings, which read badly without their beginnings or ends."""
_MENTION_TOKENS: Final = 5
"""What naming the column in the head costs, besides the shared text itself."""
_SEAM: Final = re.compile(r"[^\w.:-]|(?<!\d):|(?<!.)\d{4}-|(?<=\d)T(?=\d|$)")
_END_SEAM: Final = re.compile(r"[^\w.:-]|:(?!\d)|(?<!.)Z$")
"""Where a text may be cut: not in a word, nor in a number, a version, an address, a date or a time."""
_INNER_SEAM: Final = re.compile(r"_|(?<!\d)[.]|(?<!\d{4}-\d\d)-")
"""Where it may be cut only if that saves much: an id such as ord-00731 is what an agent names next."""
_MIN_SAVED_OF_IDS: Final = 4
_EXTENSION: Final = re.compile(r"\.\w{1,5}")
"""A file's name reads badly without it."""


class Shared(NamedTuple):
    """A column of strings without what they share."""

    prefix: str
    suffix: str
    texts: list[str]
    """The rest of each string, those of missing ones empty."""


def is_text(values: Cells) -> bool:
    """Whether a column holds strings and nothing else, but for missing ones, and enough of them."""
    types = set(map(type, values))
    return types <= {str, type(MISSING)} and len(values) - values.count(MISSING) >= MIN_STRINGS


def share(values: Cells, least: float = 0) -> Shared:
    """Return a column of strings (as `is_text` says) without what they all begin and end with.

    Args:
        least: how many tokens a row either must save.
    """
    strings: list[str] = [value for value in values if type(value) is str]
    whole: list[str] = strings if len(strings) == len(values) else [v if type(v) is str else "" for v in values]
    first, last = min(strings), max(strings)
    common = _common(first, last)
    prefix = _cut(common, _SEAM)
    if prefix and not _pays(strings, len(prefix), 0, least):
        prefix = ""
    inner = _cut(common, _INNER_SEAM)
    if len(inner) > len(prefix) and _pays(strings, len(inner), 0, max(least, _MIN_SAVED_OF_IDS)):
        prefix = inner
    suffix = _suffix(strings, len(prefix))
    if suffix and (_EXTENSION.fullmatch(suffix) or not _pays(strings, 0, len(suffix), least)):
        suffix = ""
    if not prefix and not suffix:
        return Shared("", "", whole)
    start, stop = len(prefix), -len(suffix) or None
    return Shared(prefix, suffix, [text[start:stop] for text in whole])


def sample(texts: Sequence[str]) -> list[str]:
    """Return texts of a column at even distances, to estimate by."""
    step = max(1, len(texts) // _SAMPLE)
    return list(texts[::step][: _SAMPLE + 1])


def _common(first: str, last: str) -> str:
    """Return what the first and the last of sorted strings, and so all of them, begin with."""
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:length] if length is not None else min(first, last, key=len)


def _cut(common: str, seams: re.Pattern[str]) -> str:
    """Return a common beginning up to its last seam: numbers and words are not cut in two."""
    end = 0
    for seam in seams.finditer(common):
        end = seam.end()
    return common[:end]


def _suffix(strings: list[str], start: int) -> str:
    shortest = min(map(len, strings)) - start
    ends = [text[::-1] for text in sample(strings)]
    common = _common(min(ends), max(ends))[: max(shortest, 0)][::-1]
    while common:
        seam = _END_SEAM.search(common)
        if seam is None:
            return ""
        common = common[seam.start() :]
        if all(text.endswith(common) for text in strings):
            return common
        common = common[1:]
    return ""


def _pays(strings: list[str], start: int, end: int, least: float) -> bool:
    some = sample(strings)
    before = tokens.count("\t".join(some))
    after = tokens.count("\t".join([text[start : -end or None] for text in some]))
    saved = (before - after) / len(some)
    if saved < _MIN_SAVED_OF_PROSE and sum(map(len, some)) > _PROSE_CHARS * len(some):
        return False
    cost = tokens.count(some[0][:start] + (some[0][-end:] if end else "")) + _MENTION_TOKENS
    return saved >= max(_MIN_SAVED, least) and saved * len(strings) > cost
