"""Runs of equal lines, and of equal groups of lines, shown once and counted. Lossless: the notes say it all.

downloading...
[the line above, 40 times in all]
"""

from typing import Final

_NOTES: Final = ("[the line above, ", " lines above, ")
_LONG_RUN: Final = 5
"""So many equal lines in a row are counted instead of repeated."""
_LONG_GROUP_RUN: Final = 3
"""So many equal groups of lines are."""
_MOST_LINES: Final = 60
"""Longer groups are not looked for."""
_MIN_SAVED_CHARS: Final = 40
"""A note stands for at least so many characters more than it takes."""
_FEW_LINES: Final = 8


def has_runs(text: str) -> bool:
    """Whether many lines of a text are the same as others of it."""
    if text.count("\n") < _FEW_LINES:
        return False
    lines = text.split("\n")
    return len(set(lines)) <= 0.8 * len(lines)


def counted(text: str) -> str:
    """Return a text with its runs counted; a text that already has such notes as it is."""
    if any(note in text for note in _NOTES):
        return text
    lines = text.split("\n")
    numbers: dict[str, int] = {}
    ids = [numbers.setdefault(line, len(numbers)) for line in lines]
    if len(numbers) == len(lines):
        return text
    next_same, next_pair = _next_same(ids), _next_same(list(zip(ids, [*ids[1:], -1], strict=True)))
    result: list[str] = []
    at = 0
    while at < len(lines):
        size, times = _run(ids, at, next_same[at] - at)
        pays = times > 1 and _pays(lines[at : at + size], times)
        if not pays and next_pair[at] != next_same[at]:
            group, again = _run(ids, at, next_pair[at] - at)
            if again > 1 and _pays(lines[at : at + group], again):
                pays, size, times = True, group, again
        if pays:
            result += [*lines[at : at + size], _note(size, times)]
            at += size * times
        else:
            # A run of one line that stays (blank lines) is not looked at again.
            step = times if size == 1 else 1
            result += lines[at : at + step]
            at += step
    return "\n".join(result)


def _next_same(items: list[int] | list[tuple[int, int]]) -> list[int]:
    """Return for each item where the next equal one stands; far away if none does."""
    seen: dict[int | tuple[int, int], int] = {}
    following = [0] * len(items)
    for at in range(len(items) - 1, -1, -1):
        following[at] = seen.get(items[at], at + _MOST_LINES + 1)
        seen[items[at]] = at
    return following


def _run(ids: list[int], at: int, size: int) -> tuple[int, int]:
    """Return a group's size, and how many times it stands in a row from `at` on."""
    if size > _MOST_LINES or ids[at + size - 1 : at + size] != ids[at + 2 * size - 1 : at + 2 * size]:
        return size, 1
    group = ids[at : at + size]
    times = 1
    while ids[at + times * size : at + (times + 1) * size] == group:
        times += 1
    return size, times


def _pays(group: list[str], times: int) -> bool:
    if not "".join(group).strip() or times < (_LONG_RUN if len(group) == 1 else _LONG_GROUP_RUN):
        return False
    if len(group) == 1:
        return True
    return (sum(map(len, group)) + len(group)) * (times - 1) >= len(_note(len(group), times)) + _MIN_SAVED_CHARS


def _note(size: int, times: int) -> str:
    return (
        f"[the line above, {times} times in all]"
        if size == 1
        else f"[the {size} lines above, {times} times in all]"
    )
