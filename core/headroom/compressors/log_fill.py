"""What else of a log is shown where there is room: what stands around failures, a spread over forms and time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from headroom.compressors import log_selection, log_times
from headroom.compressors.log_selection import NOTE_CHARS, Log, Selection
from headroom.compressors.log_templates import Template
from headroom.compressors.log_weights import PLAIN

_NEAR: Final = (1, 2, 3)
"""How many lines away from a failure its context reaches."""
_MOST_SHARE: Final = 0.25
"""No single line takes a larger share of what room there is."""
_RARE_SHARE: Final = 0.45
"""Lines of rare forms, and those that stand for others, take so much of the budget each."""
_FEW_FORMS: Final = 4
"""Fewer forms are not counted together: what each is says more, in little more room."""
_SAMPLE: Final = 200
"""Of so many lines the usual length is taken."""
_ROUNDS: Final = 2
"""How often lines are spread over what room there is: their length is an estimate."""
_MISSES: Final = 50
"""After so many lines that did not fit, none is looked for any more."""


def filled(log: Log, selection: Selection, chars: int) -> Selection:
    """Return a selection with as much more in it as there is room for.

    Args:
        log: what to choose from.
        selection: what must be there.
        chars: how long the whole may be.
    """
    selection = _without_excess(log, selection, int(chars * _RARE_SHARE))
    texts = log.lines.texts
    room = _Room(log, selection, chars)
    room.take(_wanted(log, selection))
    failures = [entry[0] for entry in log.heavy if room.is_left(entry[0])]
    room.take(_spread(failures, room.chars // 2, texts))
    for _ in range(_ROUNDS):
        others = [entry[0] for entry in log.entries if room.is_left(entry[0])]
        room.take(_spread(others, room.chars, texts))
    return _with_more(log, selection, room.taken)


class _Room:
    """What room is left, and what was put into it."""

    def __init__(self, log: Log, selection: Selection, chars: int) -> None:
        self._texts = log.lines.texts
        self._left = set(chain.from_iterable(numbers for _, numbers in selection.left))
        self._most = _MOST_SHARE * chars
        self.chars = chars - selection.chars(self._texts)
        self.taken: set[int] = set()

    def is_left(self, number: int) -> bool:
        """Whether a line is left to its template so far."""
        return number in self._left and number not in self.taken

    def take(self, numbers: Iterable[int]) -> None:
        """Take lines in this order, as far as there is room for them."""
        misses = 0
        for number in numbers:
            if not self.is_left(number):
                continue
            cost = len(self._texts[number]) + 1
            if cost <= min(self.chars, self._most):
                self.taken.add(number)
                self.chars -= cost
            else:
                misses += 1
                if misses > _MISSES:
                    break


def _wanted(log: Log, selection: Selection) -> Iterator[int]:
    """Yield what to add, by how much it tells; the same line may come twice."""
    first = _first_failures(log, selection)
    yield from log.asked
    yield from _around(log, first, _NEAR[:1])
    yield from log.strange
    for _, numbers in selection.left:
        yield from _edges_of_burst(log, numbers)
    yield from _around(log, first, _NEAR[1:])
    for _, numbers in selection.left:
        yield from (numbers[0], numbers[-1], numbers[len(numbers) // 2])


def _first_failures(log: Log, selection: Selection) -> list[list[int]]:
    """Return the first entry of each form that matters; those that stand there in one place only come first."""
    seen: dict[str, list[int]] = {}
    for entry in log.heavy:
        if entry[0] in selection.kept:
            seen.setdefault(log.lines.masks[entry[0]], entry)
    return sorted(seen.values(), key=lambda entry: (-log.weights[entry[0]], entry[0]))


def _around(log: Log, entries: list[list[int]], steps: tuple[int, ...]) -> Iterator[int]:
    total = len(log.lines.texts)
    for entry in entries:
        for step in steps:
            if entry[0] >= step:
                yield entry[0] - step
            if entry[-1] + step < total:
                yield entry[-1] + step


def _edges_of_burst(log: Log, numbers: list[int]) -> Iterator[int]:
    burst = log_times.burst([log.times[number] for number in numbers], log.active_s)
    if burst:
        yield numbers[burst.first]
        yield numbers[burst.last]


def _spread(numbers: Sequence[int], chars: int, texts: Sequence[str]) -> list[int]:
    """Return as many lines as there is room for, at equal distances."""
    if not numbers or chars <= 0:
        return []
    some = numbers[:: max(1, len(numbers) // _SAMPLE)]
    usual = sum([len(texts[number]) + 1 for number in some]) / len(some)
    count = min(len(numbers), int(chars / usual))
    return [numbers[(2 * at + 1) * len(numbers) // (2 * count)] for at in range(count)]


def _without_excess(log: Log, selection: Selection, chars: int) -> Selection:
    """Count lines of different, uneventful forms together where there are more forms than fit."""
    others: dict[str, list[int]] = {}
    for number in _excess_rare(log, selection, chars):
        others.setdefault(log.lines.levels[number], []).append(number)
    left = []
    texts = log.lines.texts
    room = chars
    small: dict[str, list[tuple[Template, list[int]]]] = {}
    for template, numbers in sorted(selection.left, key=lambda part: -len(part[1])):
        room -= NOTE_CHARS + len(texts[numbers[0]])
        if room < 0 and log.weights[numbers[0]] == PLAIN:
            small.setdefault(template.level, []).append((template, numbers))
        else:
            left.append((template, numbers))
    for level, parts in small.items():
        if len(parts) < _FEW_FORMS:
            left += parts
        else:
            others.setdefault(level, []).extend(chain.from_iterable(numbers for _, numbers in parts))
    for level, numbers in others.items():
        left.append((Template(level, [], numbers), sorted(numbers)))
    kept = selection.kept.difference(*others.values())
    return Selection(kept, selection.repeats, sorted(left, key=lambda part: part[1][0]))


def _excess_rare(log: Log, selection: Selection, chars: int) -> list[int]:
    """Return lines that are kept for being rare alone, where these are too many; some of them may stay."""
    rare = sorted(
        number
        for template in log.templates
        if len(template.lines) <= log_selection.RARE
        for number in template.lines
        if number in selection.kept and number not in log.always and log.weights[number] == PLAIN
    )
    if sum([len(log.lines.texts[number]) for number in rare]) <= chars:
        return []
    spared = set(_spread(rare, chars, log.lines.texts))
    return [number for number in rare if number not in spared]


def _with_more(log: Log, selection: Selection, more: set[int]) -> Selection:
    """Return a selection in which more lines are kept."""
    kept = selection.kept | more
    left = []
    for template, numbers in selection.left:
        still = [number for number in numbers if number not in more]
        if len(still) <= log_selection.RARE:
            kept.update(still)
        else:
            left.append((template, still))
    return Selection(kept, selection.repeats, left)
