"""Templates of log lines: lines that differ only in their parameters, found in one pass (after Drain).

He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", 2017. Ours first gives all numbers
and ids the same mark, which makes most lines of a template equal, and only then compares word by word within
small, bounded groups; so the time is linear in the length of the log.
"""

import re
from collections.abc import Sequence
from operator import eq
from typing import Final, NamedTuple

from headroom.compressors.log_lines import Line
from headroom.types import PassThrough

STAMP: Final = "\x02"
"""Stands for a line's time."""
_PARAMETER: Final = "\x00"
"""Stands for a number or an id within a word."""
_ANY_WORD: Final = "\x01"
"""Stands for a word that is not the same in all lines of a template."""
_MARKS: Final = re.compile("[\x00\x01\x02]")

_HEX: Final = "[0-9a-fA-F]"
_VARIABLE: Final = re.compile(
    rf"\b{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}\b"
    rf"|\b(?:0x)?+(?=\d{{0,64}}+[a-fA-F])(?=[a-fA-F]{{0,64}}+\d){_HEX}{{6,64}}+\b"
    r"|\d++(?:[.:]\d++)*+"
)
_NUMBER: Final = re.compile(r"\d{1,15}+(?:\.\d{1,15}+)?+")

_CLOCK: Final = re.compile(r"(?<!\d)\d\d:\d\d")

_WILD_SHARE: Final = 0.34
"""At most this share of a template's words, its first two aside, may vary."""
_MOST_WILD: Final = 12
"""And no more words than these."""
_RARE: Final = 2
"""A template with so few lines is compared once more, with all that begin like it."""
_GROUP: Final = 24
"""Lines of equal length and beginning form at most so many templates; further ones stand alone."""
_FEW_VALUES: Final = 3
"""So many different values are all named, with how often each occurs."""
_OFTEN: Final = 0.05
"""A value with this share of the lines is worth its name."""
_VALUE_CHARS: Final = 32


class Template(NamedTuple):
    """Lines that differ only in their parameters."""

    level: str
    words: list[str]
    lines: list[int]


def mine(lines: Sequence[Line], bare: Sequence[str]) -> list[Template]:
    """Return the templates of a log in order of first appearance; each line belongs to exactly one.

    Args:
        lines: the log.
        bare: the lines without their times.
    """
    masked = _VARIABLE.sub(_PARAMETER, "\n".join(bare)).split("\n")
    alike: dict[tuple[str, str], list[int]] = {}
    for number, (line, text) in enumerate(zip(lines, masked, strict=True)):
        alike.setdefault((line.level, text), []).append(number)
    templates = [Template(level, text.split(" "), numbers) for (level, text), numbers in alike.items()]
    templates = _merged(templates, 3)
    rare = [template for template in templates if len(template.lines) <= _RARE]
    common = [template for template in templates if len(template.lines) > _RARE]
    templates = sorted(common + _merged(rare, 2), key=lambda template: min(template.lines))
    for template in templates:
        template.lines.sort()
    return templates


def without_stamps(lines: Sequence[Line]) -> list[str]:
    """Return the lines with a mark where their time stands.

    Raises PassThrough when a line holds a control character that is used as a mark here.
    """
    if any(_MARKS.search(line.text) for line in lines):
        raise PassThrough("holds control characters")
    return [
        line.text[: line.stamp[0]] + STAMP + line.text[line.stamp[1] :] if line.stamp[1] else line.text
        for line in lines
    ]


def render(template: Template, lines: Sequence[Line], bare: Sequence[str], numbers: list[int]) -> str:
    """Return the one line that stands for the given lines of a template.

    `<3..250>` is a number's range, `<hit x70|miss x30>` all values, `<214 values, e.g. 9f86d0>` one of many,
    `<6 values: ann x31, bob x20, eve x9, ...>` the most frequent.
    """
    texts = [bare[number].split(" ") for number in numbers]
    words = []
    for at, word in enumerate(template.words):
        if word == _ANY_WORD:
            words.append(_values([text[at] for text in texts]))
        elif _PARAMETER in word:
            found = [_VARIABLE.findall(text[at]) for text in texts]
            literals = word.split(_PARAMETER)
            slots = [_values(list(values)) for values in zip(*found, strict=True)]
            words.append(
                literals[0] + "".join(slot + rest for slot, rest in zip(slots, literals[1:], strict=True))
            )
        else:
            words.append(word)
    return " ".join(words).replace(STAMP, span(lines[numbers[0]], lines[numbers[-1]]))


def span(first: Line, last: Line) -> str:
    """Return the time from one line to another, without saying twice what both have in common."""
    start, end = first.text[slice(*first.stamp)], last.text[slice(*last.stamp)]
    if start == end:
        return start
    clock = _CLOCK.search(end)
    if clock and start[: clock.start()] == end[: clock.start()]:
        end = end[clock.start() :]
    return f"<{start}..{end}>"


def _merged(templates: list[Template], same_words: int) -> list[Template]:
    """Return fewer templates: those of equal level, length and first words are merged where they are similar."""
    groups: dict[tuple[str, ...], list[Template]] = {}
    merged: list[Template] = []
    for template in templates:
        words = template.words
        group = groups.setdefault((template.level, str(len(words)), *words[:same_words]), [])
        # Most pairs are told apart by a number that is quick to find.
        numbers = sum(_PARAMETER in word for word in words)
        least_same = len(words) - min(_MOST_WILD, numbers + _WILD_SHARE * (len(words) - 2))
        for known in group:
            if sum(map(eq, known.words, words)) >= least_same and _merge(known, template):
                break
        else:
            merged.append(template)
            if len(group) < _GROUP:
                group.append(template)
    return merged


def _merge(template: Template, other: Template) -> bool:
    """Take another template's lines over, if what then varies is little; words with numbers may vary freely."""
    words = template.words
    wild = [at for at, (one, two) in enumerate(zip(words, other.words, strict=True)) if one != two]
    free = sum(
        _PARAMETER in other.words[at] and (_PARAMETER in words[at] or words[at] == _ANY_WORD) for at in wild
    )
    if len(wild) - free > _WILD_SHARE * (len(words) - 2) or any(STAMP in words[at] for at in wild):
        return False
    for at in wild:
        words[at] = _ANY_WORD
    template.lines.extend(other.lines)
    return True


def _values(values: list[str]) -> str:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    if len(counts) == 1:
        return values[0]
    if len(counts) <= _FEW_VALUES and max(map(len, counts)) <= _VALUE_CHARS:
        return "<" + "|".join(f"{value} x{count:,}" for value, count in counts.items()) + ">"
    if all(map(_NUMBER.fullmatch, counts)):
        return f"<{min(counts, key=float)}..{max(counts, key=float)}>"
    top = sorted(counts, key=lambda value: -counts[value])[:_FEW_VALUES]
    if counts[top[0]] >= max(_FEW_VALUES, _OFTEN * len(values)):
        return f"<{len(counts):,} values: {', '.join(f'{_cut(value)} x{counts[value]:,}' for value in top)}, ...>"
    return f"<{len(counts):,} values, e.g. {_cut(values[0])}>"


def _cut(value: str) -> str:
    return value if len(value) <= _VALUE_CHARS else value[:_VALUE_CHARS] + "..."
