"""Templates of log lines: lines that differ only in their parameters, found in one pass (after Drain).

He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", 2017. Ours first gives all numbers
and ids the same mark, which makes most lines of a template equal, and only then compares word by word within
small, bounded groups; so the time is linear in the length of the log.
"""

from collections.abc import Sequence
from itertools import compress
from operator import eq
from typing import Final, NamedTuple

from headroom.compressors import log_values
from headroom.compressors.log_lines import Lines
from headroom.compressors.log_masks import ANY_WORD, PARAMETER, STAMP

_WILD_SHARE: Final = 0.34
"""At most this share of a template's words, its first two aside, may vary."""
_MOST_WILD: Final = 12
"""And no more words than these."""
_RARE: Final = 2
"""A template with so few lines is compared once more, with all that begin like it."""
_GROUP: Final = 24
"""Lines of equal length and beginning form at most so many templates; further ones stand alone."""


class Template(NamedTuple):
    """Lines that differ only in their parameters."""

    level: str
    words: list[str]
    lines: list[int]


def mine(lines: Lines) -> list[Template]:
    """Return the templates of a log in order of first appearance; each line belongs to exactly one."""
    alike: dict[tuple[str, str], list[int]] = {}
    for number, key in enumerate(zip(lines.levels, lines.masks, strict=True)):
        if key in alike:
            alike[key].append(number)
        else:
            alike[key] = [number]
    templates = [Template(level, mask.split(" "), numbers) for (level, mask), numbers in alike.items()]
    templates = _merged(templates, 3)
    rare = [template for template in templates if len(template.lines) <= _RARE]
    common = [template for template in templates if len(template.lines) > _RARE]
    for template in (merged := common + _merged(rare, 2)):
        template.lines.sort()
    return sorted(merged, key=lambda template: template.lines[0])


def parameters(template: Template, bares: Sequence[str]) -> dict[int, list[Sequence[str]]]:
    """Return the values that a template's parameters take in its lines: by place of the word, in order.

    Args:
        template: what its lines have in common.
        bares: the log, each line with a mark for its time.
    """
    places = [at for at, word in enumerate(template.words) if word == ANY_WORD or PARAMETER in word]
    if not places:
        return {}
    columns = list(zip(*[bares[number].split(" ") for number in template.lines], strict=True))
    return {at: log_values.slots(template.words[at], columns[at]) for at in places}


def render(template: Template, values: dict[int, list[Sequence[str]]], numbers: Sequence[int], time: str) -> str:
    """Return the one line that stands for the given lines of a template.

    `<3..250>` is a number's range, `<hit x70|miss x30>` all values, `<214 values, e.g. 9f86d0>` one of many,
    `<6 values: ann x31, bob x20, eve x9, ...>` the most frequent.

    Args:
        template: what they have in common.
        values: of its parameters, in all of its lines.
        numbers: which of its lines.
        time: what stands in the place of the time.
    """
    wanted = set(numbers)
    chosen = [number in wanted for number in template.lines]
    said = list(template.words)
    for at, columns in values.items():
        slots = [log_values.summary(list(compress(column, chosen))) for column in columns]
        literals = said[at].split(PARAMETER) if said[at] != ANY_WORD else ["", ""]
        said[at] = literals[0] + "".join([slot + rest for slot, rest in zip(slots, literals[1:], strict=True)])
    return " ".join(said).replace(STAMP, time)


def _merged(templates: list[Template], same_words: int) -> list[Template]:
    """Return fewer templates: those of equal level, length and first words are merged where they are similar."""
    groups: dict[tuple[str, ...], list[Template]] = {}
    merged: list[Template] = []
    for template in templates:
        words = template.words
        group = groups.setdefault((template.level, str(len(words)), *words[:same_words]), [])
        # Most pairs are told apart by a number that is quick to find.
        numbers = sum(PARAMETER in word for word in words)
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
    free = sum(PARAMETER in other.words[at] and (PARAMETER in words[at] or words[at] == ANY_WORD) for at in wild)
    if len(wild) - free > _WILD_SHARE * (len(words) - 2) or any(STAMP in words[at] for at in wild):
        return False
    for at in wild:
        words[at] = ANY_WORD
    template.lines.extend(other.lines)
    return True
