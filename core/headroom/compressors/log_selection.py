"""Which lines of a log stay word for word, which are counted as repeats, which are left to a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from headroom.compressors import failure, log_templates, log_weights
from headroom.compressors.log_lines import Line
from headroom.compressors.log_templates import Template

_ENDS: Final = 5
"""So many lines at the beginning and at the end are kept."""
_RARE: Final = 2
"""Templates with at most so many lines are kept."""
_NOTE_CHARS: Final = 80
"""About what the line costs that stands for others, without the time."""


class Repeat(NamedTuple):
    """An entry that comes again, at another time or, if `is_like`, with other parameters too."""

    first: list[int]
    again: list[list[int]]
    is_like: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A log as read: everything that does not depend on how much of it may stay."""

    lines: Sequence[Line]
    bare: Sequence[str]
    """The lines without their times."""
    weights: Sequence[int]
    templates: Sequence[Template]
    heavy: Sequence[list[int]]
    """The entries in which any line matters, as line numbers."""
    always: frozenset[int]
    """Lines that are kept whatever they say."""
    repeats: Sequence[Repeat]
    """The entries that come again exactly, but for the time."""
    likenesses: Sequence[Repeat]
    """The same, and those of several lines also where their parameters differ."""


class Selection(NamedTuple):
    """What becomes of the lines. Each is kept, part of a repeat, or left to its template."""

    kept: set[int]
    repeats: Sequence[Repeat]
    left: list[tuple[Template, list[int]]]
    """Templates and the lines they stand for, in order of appearance."""

    def chars(self, lines: Sequence[Line]) -> int:
        """Return about how long the written selection is."""
        notes = sum(_NOTE_CHARS + len(lines[numbers[0]].text) for _, numbers in self.left)
        return sum(len(lines[number].text) + 1 for number in self.kept) + notes + _NOTE_CHARS * len(self.repeats)


def read(lines: list[Line], query: str) -> Log:
    """Weigh a log's lines and find its templates. Raises PassThrough for certain control characters."""
    bare = log_templates.without_stamps(lines)
    templates = log_templates.mine(lines, bare)
    search = failure.Search(line.text for line in lines)
    weights = log_weights.weigh(lines, search)
    heavy = [entry for entry in log_weights.entries(lines) if any(weights[number] for number in entry)]
    ends = {*range(min(_ENDS, len(lines))), *range(max(0, len(lines) - _ENDS), len(lines))}
    always = frozenset(ends | log_weights.asked_for(lines, search, query))
    whole = [entry for entry in heavy if entry[-1] - entry[0] == len(entry) - 1 and always.isdisjoint(entry)]
    template_of = {number: at for at, template in enumerate(templates) for number in template.lines}
    exact = [tuple(bare[number] for number in entry) for entry in whole]
    alike = [
        tuple(template_of[number] for number in entry) if len(entry) > 1 else said
        for entry, said in zip(whole, exact, strict=True)
    ]
    return Log(
        lines, bare, weights, templates, heavy, always, _repeats(whole, exact, False), _repeats(whole, alike, True)
    )


class Thrift(NamedTuple):
    """How to do with less: failures that come again and again, but each time with other parameters."""

    weight: int
    """Up to this weight not all of them are kept."""
    samples: int
    """But so many of each template, the first ones and the last."""


GENEROUS: Final = Thrift(log_weights.PLAIN, 0)
"""All that matters is kept, but for exact repeats."""
THRIFTIER: Final = tuple(
    Thrift(weight, samples)
    for weight in (log_weights.NOTABLE, log_weights.WARNING, log_weights.ERROR)
    for samples in (20, 4)
)


def select(log: Log, thrift: Thrift) -> Selection:
    """Decide what is kept: all that matters, as far as `thrift` allows, with a line of context on either side.

    Stack traces that come again with other parameters are counted as repeats by any but GENEROUS.
    """
    repeats = log.likenesses if thrift.weight else log.repeats
    counted = {number for repeat in repeats for entry in repeat.again for number in entry}
    shown = {number for repeat in repeats for number in repeat.first}
    heavy = {number for entry in log.heavy for number in entry} - counted
    heavy -= _thinned(log, thrift, counted | shown | log.always)
    around = {number + step for number in heavy for step in (-1, 1)}
    kept = heavy | around & set(range(len(log.lines))) | log.always
    kept -= counted
    left = []
    for template in log.templates:
        numbers = [number for number in template.lines if number not in kept and number not in counted]
        if len(numbers) <= _RARE:
            kept.update(numbers)
        else:
            left.append((template, numbers))
    return Selection(kept, repeats, left)


def _repeats(entries: Sequence[list[int]], names: Sequence[tuple[object, ...]], is_like: bool) -> list[Repeat]:
    """Return the entries whose name comes again; those of several lines may be no more than alike if `is_like`."""
    known: dict[tuple[object, ...], Repeat] = {}
    for entry, name in zip(entries, names, strict=True):
        if name in known:
            known[name].again.append(entry)
        else:
            known[name] = Repeat(entry, [], is_like and len(entry) > 1)
    return [repeat for repeat in known.values() if repeat.again]


def _thinned(log: Log, thrift: Thrift, spared: set[int]) -> set[int]:
    """Return the lines between the first and the last of a failure that is a single line and repeated often."""
    if not thrift.weight:
        return set()
    single = {entry[0] for entry in log.heavy if len(entry) == 1} - spared
    thinned: set[int] = set()
    for template in log.templates:
        hits = [number for number in template.lines if number in single and log.weights[number] <= thrift.weight]
        last = thrift.samples // 4
        if len(hits) > thrift.samples + _RARE:
            thinned.update(hits[thrift.samples - last : -last])
    return thinned
