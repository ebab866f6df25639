"""Which lines of a report stay: noise goes first, and failures become thrifty only as the budget demands.

Whatever goes is counted where it stood; a failure or a warning that goes is named there as well.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from headroom import words
from headroom.compressors import failure, relevance, run_odd
from headroom.compressors.run_reading import Report, Unit

_NUMBER: Final = re.compile(r"0x[0-9a-f]++|\d++")
_QUOTED: Final = re.compile(r"'[^'\n]{0,200}+'|\"[^\"\n]{0,200}+\"|`[^`\n]{0,200}+`|‘[^’\n]{0,200}+’")
_TELLING: Final = re.compile(
    r"(?:E|>|\s{0,40}+> \d++ \|)\s|\s*+(?:-->|left:|right:|(?i:expected|received|actual|got|want|assert))"
    r"|\s*+(?:at )?[\w./@$<>() -]*?[\w-]\.\w{1,5}:\d|\s*+File \"|[-+] "
)
"""Lines of a failure that say what was wrong, and where."""
_SECONDS: Final = re.compile(r"(\d{1,9}(?>(?:\.\d{1,9})?)) ?(ms|s|sec)\b\)?\s*+$")

_MANY: Final = 20
"""With fewer lines of a class none of them stands out."""
_RARE: Final = 2
_NEVER_RARE: Final = ("", "blank", "titles", "progress", "rules")
_SLOW_SECONDS: Final = 1.0
_SLOW_TIMES: Final = 10
_SLOWEST: Final = 3
_QUERY_HITS: Final = 5
_QUERY_LINES: Final = 2000
_COMMON_SHARE: Final = 0.3
_QUERY_CHARS: Final = 3
_FIRST: Final = 2
"""So many of a kind are shown before the rest is counted."""
_LONG: Final = 20
"""A longer failure may be shortened."""
_TOP, _BOTTOM = 4, 6
_CORE_LINES: Final = 8
_GAP: Final = 3
"""Fewer lines than that are not worth a note."""
_TEXT_CHARS: Final = 2000
_RULER: Final = re.compile(r"[_=-]{2,}+")
_WORD: Final = re.compile(r"[^\W\d_]++|[✕×✗✘]")
_NO_STATUS: Final = re.compile(r"\[gw\d++\]|\d[\d.]*+ ?m?s\b")
"""The worker and the time that stand with a status."""
LIKE: Final = "like "
_RUN: Final = 6
"""So many unknown lines that differ in numbers only are counted, save the first and the last."""


class Thrift(NamedTuple):
    """How much may go besides the noise."""

    mild: bool = False
    """Lines that are of some interest, such as skipped tests."""
    alike: bool = False
    """Failures, warnings and runs of unknown lines that differ from an earlier one in numbers only."""
    middles: bool = False
    """The middle of a long failure, where it does not speak of what went wrong."""
    rules: bool = False
    """Of findings that break the same rule all but their message, and those that say the same, save numbers;
    and all but the core of failures of the same kind."""
    wordings: bool = False
    """Findings that break the same rule as an earlier one, whatever they say."""


THRIFTS: Final = (
    *(Thrift(), Thrift(True, True), Thrift(True, True, True)),
    *(Thrift(True, True, True, True), Thrift(True, True, True, True, True)),
)


class Choice(NamedTuple):
    """What stays of a report."""

    keep: list[bool]
    """By line."""
    again: dict[int, str]
    """Units that are named only: from their first line to "like NAME", a rule, a status, or what they say."""


def always(report: Report, query: str) -> set[int]:
    """Return the lines of noise that stay all the same: odd ones, slow ones, and those that answer the query."""
    loose = [n for n, kind in enumerate(report.kinds) if kind in ("noise", "mild") and report.labels[n] != "blank"]
    stay = {loose[hit] for hit in _answers(query, [report.lines[n] for n in loose])}
    by_label: dict[str, list[int]] = {}
    for number in loose:
        by_label.setdefault(report.labels[number], []).append(number)
    for label, numbers in by_label.items():
        if len(numbers) >= _MANY:
            stay.update(_slow(report, numbers))
            if label not in _NEVER_RARE:
                stay.update(numbers[n] for n in run_odd.odd([report.lines[n] for n in numbers]))
        elif len(numbers) <= _RARE and len(loose) >= _MANY and label not in _NEVER_RARE:
            stay.update(numbers)
    return stay


def choose(report: Report, thrift: Thrift, stay: Iterable[int]) -> Choice:
    """Return what stays when one is as thrifty as that; `stay` stays in any case."""
    keep = [kind not in ("noise", "mild") for kind in report.kinds]
    again: dict[int, str] = {}
    if thrift.mild:
        seen: Counter[str] = Counter()
        for number, kind in enumerate(report.kinds):
            if kind == "mild":
                # What is logged differs in kind; what a row describes is all of one kind.
                what = report.labels[number] if report.rows[number] else _form(report.lines[number])
                seen[what] += 1
                keep[number] = seen[what] <= _FIRST
    else:
        keep = [kind != "noise" for kind in report.kinds]
    if thrift.alike:
        _leave_alike(report, thrift, keep, again)
        _leave_runs(report, keep)
    if thrift.middles:
        _leave_middles(report, thrift, keep, again)
    _leave_blanks(report, keep)
    for number in stay:
        keep[number] = True
    return Choice(keep, again)


def spread(report: Report, choice: Choice) -> list[int]:
    """Return lines that stand for those of their class that were left out, where these are many."""
    by_label: dict[str, list[int]] = {}
    for number, label in enumerate(report.labels):
        if report.kinds[number] in ("noise", "mild") and label not in _NEVER_RARE and not choice.keep[number]:
            by_label.setdefault(label, []).append(number)
    return [numbers[n] for numbers in by_label.values() for n in run_odd.samples(len(numbers))]


def restorable(report: Report, choice: Choice, query: str) -> list[Unit]:
    """Return units that were left out and are worth bringing back: answers first, then a spread over the rules.

    What is like another, save its numbers, is not worth it unless it answers the query.
    """
    gone = [unit for unit in report.units if unit.start in choice.again]
    texts = [" ".join(report.lines[unit.start : unit.end])[:_TEXT_CHARS] for unit in gone[:_QUERY_LINES]]
    asked = set(relevance.hits(query, texts, _QUERY_HITS))
    turns: Counter[str] = Counter()
    order = []
    for number, unit in enumerate(gone):
        common = choice.again[unit.start]
        turns[common] += 1
        if number in asked or is_message(common) or common == report.rule(gone[number].start):
            order.append((number not in asked, turns[common], number))
    return [gone[number] for *_, number in sorted(order)]


def _answers(query: str, lines: list[str]) -> list[int]:
    """Return which lines answer a query. Words that are in many lines do not count, so most need no close look."""
    sample = "\n".join(lines[:: len(lines) // _QUERY_LINES + 1]).lower().split("\n")
    asked = dict.fromkeys(word for word in words.split(query) if len(word) >= _QUERY_CHARS)
    telling = [word for word in asked if sum(word in line for line in sample) <= _COMMON_SHARE * len(sample)]
    if not telling:
        return []
    some = re.compile("|".join(map(re.escape, telling)))
    return relevance.hits(
        " ".join(telling), [line if some.search(line.lower()) else "" for line in lines], _QUERY_HITS
    )


def _slow(report: Report, numbers: list[int]) -> list[int]:
    """Return the lines whose time, at their end, is far beyond what is usual among them."""
    times = []
    for number in numbers:
        found = _SECONDS.search(report.lines[number][-40:])
        if found:
            times.append((float(found[1]) / (1000 if found[2] == "ms" else 1), number))
    times.sort()
    usual = times[len(times) // 2][0] if times else 0.0
    return [n for seconds, n in times[-_SLOWEST:] if seconds > max(_SLOW_SECONDS, _SLOW_TIMES * usual)]


def _leave_alike(report: Report, thrift: Thrift, keep: list[bool], again: dict[int, str]) -> None:
    firsts: dict[str, int] = {}
    counts: Counter[str] = Counter()
    said: set[str] = set()
    for unit in report.units:
        shape, rule = _shape(report, unit), report.rule(unit.start)
        message = unit._replace(end=report.message_end(unit))
        wording = _shape(report, message)
        counts[shape] += 1
        first = firsts.setdefault(shape, unit.start)
        if counts[shape] > (1 if rule and thrift.rules else _FIRST):
            again[unit.start] = _status(report, unit) or f"{LIKE}{report.name(first)[:_TEXT_CHARS]}"
        elif rule:
            counts[rule] += 1
            if thrift.rules and counts[rule] > _FIRST:
                again[unit.start] = rule if wording in said or thrift.wordings else _message(report, message)
        said.add(wording)
        if unit.start in again:
            keep[unit.start : unit.end] = [False] * (unit.end - unit.start)


def _shape(report: Report, unit: Unit) -> str:
    """Return a unit without its name and its numbers."""
    head = _RULER.sub("--", report.lines[unit.start].replace(report.name(unit.start), ""))
    text = "\n".join([unit.kind, head, *report.lines[unit.start + 1 : unit.end]])
    return _NUMBER.sub("0", text.replace(report.name(unit.start), ""))


def _message(report: Report, message: Unit) -> str:
    """Return what a finding says, without its place."""
    before, _, after = " ".join(report.lines[message.start : message.end]).partition(report.name(message.start))
    return " ".join(f"{before} {after.lstrip(': ')}".split()).removesuffix(" -->")


def is_message(what: str) -> bool:
    """Whether what a unit is named by is its own message: not another unit, a rule or a status."""
    return " " in what and not what.startswith(LIKE)


def _status(report: Report, unit: Unit) -> str:
    """Return the one word that a line has besides a test's name: FAILED; empty where it says more.

    Tests of which no more is said need not fail alike.
    """
    if unit.end - unit.start > 1 or report.name(unit.start) == report.lines[unit.start].strip():
        return ""
    said = _WORD.findall(_NO_STATUS.sub("", report.lines[unit.start].replace(report.name(unit.start), "")))
    return said[0] if len(said) == 1 else ""


def _form(text: str) -> str:
    """Return a text without its numbers and quoted parts."""
    return _QUOTED.sub("''", _NUMBER.sub("0", text))


def _leave_runs(report: Report, keep: list[bool]) -> None:
    owned = {number for unit in report.units for number in range(unit.start, unit.end)}
    failures = failure.Search(report.lines).failures()
    run: list[int] = []
    last = ""
    for number, line in enumerate([*report.lines, ""]):
        free = number < len(keep) and report.kinds[number] == "other" and number not in owned and line.strip()
        shape = _form(line) if free else ""
        if shape and shape == last:
            run.append(number)
            continue
        if len(run) >= _RUN:
            for gone in run[_FIRST:-1]:
                keep[gone] = gone in failures
        run, last = [number] if shape else [], shape


def _leave_middles(report: Report, thrift: Thrift, keep: list[bool], again: dict[int, str]) -> None:
    counts: Counter[str] = Counter()
    for unit in report.units:
        size = unit.end - unit.start
        if unit.start in again or size <= _CORE_LINES or unit.kind == "item":
            continue
        lines = report.lines[unit.start : unit.end]
        telling = _telling(lines)
        kind = _form("\n".join(lines[n] for n in telling[:2]))
        counts[kind] += 1
        if thrift.rules and counts[kind] > _FIRST:
            stay = {0, *telling[: _CORE_LINES // 2], *telling[-_CORE_LINES // 4 :]}
        elif size > _LONG:
            stay = {*range(_TOP), *telling, *range(size - _BOTTOM, size)}
        else:
            continue
        last = -1
        for number in sorted(stay):
            if number - last > _GAP:
                keep[unit.start + last + 1 : unit.start + number] = [False] * (number - last - 1)
            last = number


def _leave_blanks(report: Report, keep: list[bool]) -> None:
    """Leave out blank lines between others that are left out."""
    gone, blanks = False, []
    for number, line in enumerate(report.lines):
        if keep[number] and not line.strip():
            blanks.append(number)
            continue
        if not keep[number] and gone:
            for blank in blanks:
                keep[blank] = False
        gone, blanks = not keep[number], []


def _telling(lines: list[str]) -> list[int]:
    """Return which lines of a failure say what was wrong; of those that differ in numbers only the first few."""
    failures = failure.Search(lines).failures()
    seen: Counter[str] = Counter()
    telling = []
    for number, line in enumerate(lines):
        if number and (number in failures or _TELLING.match(line[:200])):
            shape = _NUMBER.sub("0", line)
            seen[shape] += 1
            if seen[shape] <= _FIRST:
                telling.append(number)
    return telling
