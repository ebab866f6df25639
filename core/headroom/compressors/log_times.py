"""The times of a log's lines, in seconds: where it falls silent, and where much happens at once."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

_CLOCK: Final = re.compile(r"(?<!\d)\d\d?:\d\d")
_YMD: Final = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)")
_DMY: Final = re.compile(r"(\d\d)[ /-]([A-Z][a-z]{2})[ /-](\d{4})")
_MD: Final = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d)")
_MONTH_DAY: Final = re.compile(r"(?<!\d)(\d\d)-?(\d\d) ")
_EPOCH: Final = re.compile(r"\d{1,19}+(?>(?:\.\d{1,9}+)?)")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_LEAP_YEAR: Final = 2000
"""The year of dates without one."""

_DAY_S: Final = 86_400.0
_LEAST_GAP_S: Final = 5.0
_MOST_GAP_S: Final = 400 * _DAY_S
"""What is further apart has different kinds of dates: with and without a year."""
_SILENCE: Final = 15
"""So many times the mean distance of lines without a line is a silence; by chance it is one in three million."""
_MOST_GAPS: Final = 3
_BURST_LINES: Final = 10
_BURST: Final = 6
"""A burst is so many times as dense as the log as a whole."""


class Burst(NamedTuple):
    """Many lines of a template in a short time: the places, in the template's lines, of the first and the last."""

    first: int
    last: int


def seconds(stamps: Sequence[str]) -> list[float]:
    """Return the time of each line, in seconds since some day; a line without one has that of the line above."""
    if all(stamps) and (fast := _of_one_form(stamps)):
        return fast
    minutes: dict[str, float] = {}
    ends: dict[tuple[int, str], int] = {}
    times: list[float] = []
    now = 0.0
    for stamp in stamps:
        if stamp:
            # Stamps of one form have their minutes in one place; many lines share what stands up to there.
            form = (len(stamp), stamp[:1])
            end = ends.get(form, 0)
            if stamp[end - 3 : end - 2] != ":" or stamp[end : end + 1] != ":":
                clock = _CLOCK.search(stamp)
                end = ends[form] = clock.end() if clock else len(stamp)
            minute = minutes.get(stamp[:end])
            if minute is None:
                minute = minutes[stamp[:end]] = _minute(stamp[:end], stamp, now)
            second = stamp[end + 1 : end + 3]
            now = minute + int(second) if second.isdecimal() else minute
        times.append(now)
    if times and stamps[0] == "":
        begin = next((time for time, stamp in zip(times, stamps, strict=True) if stamp), 0.0)
        times = [time or begin for time in times]
    return times


def _of_one_form(stamps: Sequence[str]) -> list[float]:
    """Return what `seconds` does for stamps that all have their clock in one place; nothing for others."""
    clock = _CLOCK.search(stamps[0])
    if clock is None:
        return []
    end = clock.end()
    try:
        whole = [int(stamp[end + 1 : end + 3]) for stamp in stamps]
    except ValueError:
        return []
    if {stamp[end - 3 : end - 2] + stamp[end : end + 1] for stamp in stamps} != {"::"}:
        return []
    fronts = [stamp[:end] for stamp in stamps]
    minutes = {front: _minute(front, front, 0.0) for front in dict.fromkeys(fronts)}
    return [minutes[front] + second for front, second in zip(fronts, whole, strict=True)]


def silences(times: Sequence[float]) -> list[int]:
    """Return the numbers of the lines after which the log is silent for unusually long, longest first."""
    if len(times) < 2 * _SILENCE:
        return []
    apart = [after - before for before, after in pairwise(times)]
    usual = sorted(apart)[: -max(1, len(apart) // 200)]
    least = max(_LEAST_GAP_S, _SILENCE * sum(usual) / len(usual))
    gaps = [number for number, gap in enumerate(apart) if least <= gap <= _MOST_GAP_S]
    if not gaps:
        return []
    # Where programs write their times in different ways or zones, the clock goes back again: that is no silence.
    latest = list(accumulate(times, max))
    earliest = list(accumulate(reversed(times), min))[::-1]
    gaps = [number for number in gaps if earliest[number + 1] - latest[number] >= least]
    return sorted(gaps, key=lambda number: -apart[number])[:_MOST_GAPS]


def burst(times: Sequence[float], whole_s: float) -> Burst | None:
    """Return where lines of a template come in a burst: a quarter of them or more, in a small part of the time.

    Args:
        times: of the template's lines, in order.
        whole_s: how long the whole log is, in seconds.
    """
    size = max(_BURST_LINES, len(times) // 4)
    if len(times) < size or whole_s <= 0:
        return None
    widths = [last - first for first, last in zip(times, times[size - 1 :], strict=False)]
    width = min(widths)
    if width < 0 or width * _BURST * len(times) > size * whole_s:
        return None
    first = widths.index(width)
    last = first + size - 1
    # It goes on for as long as the next lines are as close.
    most = max(2 * width / size, 1.0)
    while first and 0 <= times[first] - times[first - 1] <= most:
        first -= 1
    while last + 1 < len(times) and 0 <= times[last + 1] - times[last] <= most:
        last += 1
    is_all = (times[last] - times[first]) * _BURST > whole_s
    return None if is_all else Burst(first, last)


def ends(times: Sequence[float]) -> tuple[int, int]:
    """Return the places of the earliest and the latest of several times, which are in the order of their lines.

    Where the clock starts again at midnight, or times are of different kinds, those are the first and the last.
    """
    low, high = min(times), max(times)
    by_clock = high < _DAY_S and times[-1] < times[0]
    if by_clock or high - low > _MOST_GAP_S:
        return 0, len(times) - 1
    return times.index(low), len(times) - 1 - times[::-1].index(high)


def span(start: str, end: str) -> str:
    """Return the time from one stamp to another, without saying twice what both have in common."""
    if start == end:
        return start
    clock = _CLOCK.search(end)
    if clock and start[: clock.start()] == end[: clock.start()]:
        end = end[clock.start() :]
    return f"<{start}..{end}>"


def lasting(duration_s: float) -> str:
    """Return a duration in words: "17m27s"."""
    whole = round(duration_s)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


def _minute(front: str, stamp: str, now: float) -> float:
    """Return the time that a stamp shows, up to the minute; all of it where it is no clock time.

    Args:
        front: the stamp up to the minute; all of it where it is no clock time.
        now: the time of the line above, for a stamp that cannot be read.
    """
    clock = _CLOCK.search(front)
    if clock is None:
        number = _EPOCH.search(stamp)
        value = float(number[0]) if number else now
        # Milliseconds, microseconds and nanoseconds since 1970.
        return value / next((unit for unit in (1e9, 1e6, 1e3) if value / unit > 1e8), 1)
    hour, _, minute = clock[0].partition(":")
    time = int(hour) * 3600 + int(minute) * 60
    if "PM" in stamp and int(hour) < 12:
        time += 43_200
    return _day(front[: clock.start()]) * _DAY_S + time


def _day(before: str) -> int:
    try:
        if found := _YMD.search(before):
            return date(int(found[1]), int(found[2]), int(found[3])).toordinal() - _EPOCH_DAY
        if found := _DMY.search(before):
            return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])).toordinal() - _EPOCH_DAY
        if found := _MD.search(before):
            return date(_LEAP_YEAR, _MONTHS.index(found[1]) + 1, int(found[2])).toordinal() - _EPOCH_DAY
        if found := _MONTH_DAY.search(before):
            return date(_LEAP_YEAR, int(found[1]), int(found[2])).toordinal() - _EPOCH_DAY
    except ValueError:
        return 0
    return 0


def without_date(stamp: str, said: str) -> str:
    """Return a time without what stands before its clock, where another stamp says the same."""
    clock = _CLOCK.search(stamp)
    return stamp[clock.start() :] if clock and said.startswith(stamp[: clock.start()]) else stamp
