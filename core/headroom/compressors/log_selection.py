"""Which lines of a log must stay word for word, which are counted as repeats, which are left to a template."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from headroom.compressors import log_counters, log_query, log_templates, log_times, log_values, log_weights
from headroom.compressors.log_lines import Lines
from headroom.compressors.log_masks import PARAMETER, VARIABLE
from headroom.compressors.log_templates import Template

_ENDS: Final = 3
"""So many lines at the beginning and at the end are kept."""
RARE: Final = 2
"""Templates with at most so many lines are kept."""
_ASKED: Final = 20
"""So many lines that surely answer the query are kept,"""
_MORE_ASKED: Final = 40
"""and so many others if there is room."""
_TOKENS_PER_STRANGE_LINE: Final = 150
"""One with an unusual value is kept for so many tokens of the budget,"""
_LEAST_STRANGE: Final = 4
"""but no fewer than these."""
_VERY_STRANGE: Final = 1.5
"""What is less unlike the others is shown only if there is room."""
NOTE_CHARS: Final = 80
"""About what the line costs that stands for others, without what they have in common."""
_PLACE: Final = re.compile(r":\d++\)?(?:\Z| \+0x|:\d)|\bline \d")
"""Where in the source code a line of a stack trace is."""
_CODE_CHARS: Final = 3
_ADDRESS: Final = re.compile(r"0x[0-9a-f]++|goroutine \d++")


class Repeat(NamedTuple):
    """An entry that comes again, at another time or, if it is of several lines, with other parameters too."""

    first: list[int]
    again: list[list[int]]
    is_like: bool
    """Whether anything but the time differs."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log as read: everything that does not depend on how much of it may stay."""

    lines: Lines
    weights: Sequence[int]
    entries: Sequence[list[int]]
    templates: Sequence[Template]
    values: Sequence[dict[int, list[Sequence[str]]]]
    """Of each template's parameters, by place of the word."""
    heavy: Sequence[list[int]]
    """The entries in which any line matters, as line numbers."""
    times: Sequence[float]
    """Of each line, in seconds."""
    active_s: float
    """How long the log is, in seconds, without its silences."""
    silences: Sequence[int]
    """After these lines nothing comes for long."""
    strange: Sequence[int]
    """Lines with a value unlike those of their template's others, the most unlike first."""
    asked: Sequence[int]
    """More lines that answer the query, best first, for which there may be room."""
    always: frozenset[int]
    """Lines that are kept whatever they say."""
    repeats: Sequence[Repeat]
    """The entries that come again."""


class Selection(NamedTuple):
    """What becomes of the lines. Each is kept, part of a repeat, or left to its template."""

    kept: set[int]
    repeats: Sequence[Repeat]
    left: list[tuple[Template, list[int]]]
    """Templates and the lines they stand for, in order of appearance."""

    def chars(self, texts: Sequence[str]) -> int:
        """Return about how long the written selection is."""
        notes = sum([NOTE_CHARS + len(texts[numbers[0]]) for _, numbers in self.left])
        return sum([len(texts[number]) + 1 for number in self.kept]) + notes + NOTE_CHARS * len(self.repeats)


def read(lines: Lines, query: str, budget_tokens: int) -> Log:
    """Weigh a log's lines, find its templates, and what is unusual in it."""
    entries = log_weights.entries(lines)
    weights = log_weights.weigh(lines, entries)
    templates = log_templates.mine(lines)
    times = log_times.seconds(lines.stamps)
    silences = log_times.silences(times)
    values = [log_templates.parameters(template, lines.bares) for template in templates]
    unlike, asked = _strange(lines, templates, values), log_query.hits(lines.texts, query)
    strange = sorted(unlike, key=lambda number: (-round(unlike[number], 6), number))
    most = max(_LEAST_STRANGE, budget_tokens // _TOKENS_PER_STRANGE_LINE)
    total = len(lines.texts)
    always = frozenset(
        {
            *range(min(_ENDS, total)),
            *range(max(0, total - _ENDS), total),
            *(number for number in strange[:most] if unlike[number] >= _VERY_STRANGE),
            *asked.sure[:_ASKED],
            *silences,
            *(number + 1 for number in silences),
        }
    )
    heavy = [entry for entry in entries if any(weights[number] for number in entry)]
    whole = [entry for entry in heavy if entry[-1] - entry[0] == len(entry) - 1 and always.isdisjoint(entry)]
    return Log(
        lines=lines,
        weights=weights,
        entries=entries,
        templates=templates,
        values=values,
        heavy=heavy,
        times=times,
        active_s=times[-1] - times[0] - sum([times[number + 1] - times[number] for number in silences]),
        silences=silences,
        strange=strange,
        asked=[*asked.sure[_ASKED:], *asked.likely][:_MORE_ASKED],
        always=always,
        repeats=_repeats(lines, whole),
    )


class Thrift(NamedTuple):
    """How to do with less: failures that come again and again, but each time with other parameters."""

    weight: int
    """Up to this weight not all of them are kept."""
    samples: int
    """But so many of those that differ in parameters alone, the first ones and the last."""


GENEROUS: Final = Thrift(log_weights.PLAIN, 0)
"""All that matters is kept, but for repeats."""
THRIFTIER: Final = tuple(
    Thrift(weight, samples)
    for samples in (20, 4, 1)
    for weight in (log_weights.NOTABLE, log_weights.WARNING, log_weights.ERROR)
)


def select(log: Log, thrift: Thrift) -> Selection:
    """Decide what is kept: all that matters, as far as `thrift` allows, and a repeat's first entry."""
    counted = {number for repeat in log.repeats for entry in repeat.again for number in entry}
    shown = {number for repeat in log.repeats for number in repeat.first}
    heavy = set(chain.from_iterable(log.heavy)) - counted
    heavy -= _thinned(log, thrift, counted | shown | log.always)
    kept = (heavy | log.always) - counted
    gone = kept | counted
    left = []
    for template in log.templates:
        numbers = [number for number in template.lines if number not in gone]
        if len(numbers) <= RARE:
            kept.update(numbers)
        else:
            left.append((template, numbers))
    return Selection(kept, log.repeats, left)


def _strange(
    lines: Lines, templates: Sequence[Template], values: Sequence[dict[int, list[Sequence[str]]]]
) -> dict[int, float]:
    """Return the lines with an unusual value; what hangs on an entry, as a stack trace does, is not looked at."""
    strange = log_counters.unlike(lines, templates, values)
    for template, slots in zip(templates, values, strict=True):
        if lines.kinds[template.lines[0]].is_head:
            for at, much in log_values.unlike(chain.from_iterable(slots.values())).items():
                number = template.lines[at]
                strange[number] = max(much, strange.get(number, 0.0))
    return strange


def _name(lines: Lines, entry: list[int]) -> tuple[str, ...]:
    """Return what entries have in common that are the same: all but parameters; never another place in the code.

    Entries of a single line are not the same where a parameter differs: that is what templates are for.
    """
    if len(entry) == 1:
        return (lines.bares[entry[0]],)
    return tuple(
        [_said(lines.bares[number], lines.masks[number], lines.kinds[number].is_trace) for number in entry]
    )


def _said(bare: str, mask: str, is_trace: bool) -> str:
    if _PLACE.search(bare):
        return _ADDRESS.sub("", bare)
    # In what an exception says, a short number may be the error's own: a status, an errno.
    return VARIABLE.sub(_long_ones, bare) if is_trace else mask


def _long_ones(match: re.Match[str]) -> str:
    return match[0] if len(match[0]) <= _CODE_CHARS else PARAMETER


def _repeats(lines: Lines, entries: Sequence[list[int]]) -> list[Repeat]:
    """Return the entries that come again."""
    alike: dict[tuple[str, ...], list[list[int]]] = {}
    for entry in entries:
        alike.setdefault(_name(lines, entry), []).append(entry)
    repeats = []
    for first, *again in alike.values():
        if again:
            said = {tuple([lines.bares[number] for number in entry]) for entry in (first, *again)}
            repeats.append(Repeat(first, again, len(said) > 1))
    return repeats


def _thinned(log: Log, thrift: Thrift, spared: set[int]) -> set[int]:
    """Return the lines between the first and the last of a failure that is a single line and repeated often."""
    if not thrift.weight:
        return set()
    alike: dict[str, list[int]] = {}
    for entry in log.heavy:
        number = entry[0]
        if len(entry) == 1 and number not in spared and log.weights[number] <= thrift.weight:
            alike.setdefault(log.lines.masks[number], []).append(number)
    thinned: set[int] = set()
    last = thrift.samples // 4
    for numbers in alike.values():
        if len(numbers) > thrift.samples + RARE:
            thinned.update(numbers[thrift.samples - last : len(numbers) - last])
    return thinned
