"""The notes that stand where lines of a report were left out, and what they count.

[... 132 lines: PASSED 130, SKIPPED 2]
[... 3,290 lines: 298 like test_many[0]: test_many[2] [3] [4]]
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from headroom import tokens
from headroom.compressors.run_choice import Choice, is_message
from headroom.compressors.run_reading import Report

_ALIKE: Final = "like others"
_TOLD: Final = "told in notes"
_DETAILS: Final = "details"
_LABELS: Final = 8
"""So many classes are counted one by one."""
_NAME_CHARS: Final = 300
_WHAT_CHARS: Final = 1000
_LEAST_SAVED_TOKENS: Final = 4
_SHORT_CHARS: Final = 600
"""Shorter runs are counted in tokens: a line of dashes has very few."""
_LAST_PART: Final = re.compile(r"(?:\[[^\[\]]*+\]|\(\d++,\d++\)|(?>(?::\d++)+):?|::[^\s:\[]++)$")
"""What may differ alone in a list of names: parameters, places, the last of a test's names."""


class Account(NamedTuple):
    """What was left out of a report, line by line."""

    report: Report
    choice: Choice
    classes: list[str]
    """What each line is counted as, should it be left out."""
    named_later: set[int]
    """First lines of units that a later note, or a later line, names."""


def account(report: Report, choice: Choice) -> Account:
    """Return the account of a choice."""
    classes = [
        label or (_ALIKE if line.strip() else "blank")
        for label, line in zip(report.labels, report.lines, strict=True)
    ]
    for unit in report.units:
        named = choice.again.get(unit.start)
        what = _DETAILS if named is None else _TOLD if is_message(named) else _ALIKE
        for number in range(unit.start, unit.end):
            is_own = what == _DETAILS and report.kinds[number] in ("noise", "mild")
            classes[number] = classes[number] if is_own else what
    return Account(report, choice, classes, _named_later(report, choice))


def counts(out: Account) -> Counter[str]:
    """Return how many lines were left out of each class."""
    return Counter(out.classes[number] for number, keep in enumerate(out.choice.keep) if not keep)


def listed(found: Counter[str]) -> str:
    """Return counts as text, the smaller ones together."""
    ranked = found.most_common()
    parts = [f"{label} {count:,}" for label, count in ranked[:_LABELS]]
    if len(ranked) > _LABELS:
        parts.append(f"{len(ranked) - _LABELS} other classes {sum(count for _, count in ranked[_LABELS:]):,}")
    return ", ".join(parts)


def write(out: Account) -> list[str]:
    """Return the lines that stay, with a note in the place of each run of others.

    Lines that take no more room than their note stay; the account is corrected.
    """
    lines, keep = out.report.lines, out.choice.keep
    written: list[str] = []
    number = 0
    while number < len(lines):
        start, stays = number, keep[number]
        while number < len(lines) and keep[number] == stays:
            number += 1
        run = lines[start:number]
        if not stays:
            note = _note(out, start, number)
            if _pays(note, "\n".join(run)):
                run = [note]
            else:
                keep[start:number] = [True] * len(run)
        written += run
    return written


def short_names(names: list[str], separator: str = " ") -> str:
    """Return names with what they share with the name before left out: "test_a[1] [2] [3]"."""
    written, stem = [], ""
    for name in names:
        found = _LAST_PART.search(name[-_NAME_CHARS:])
        head = name[: -len(found[0])] if found else ""
        written.append(name[len(head) :] if head and head == stem else name)
        stem = head
    return separator.join(written)


def _note(out: Account, start: int, end: int) -> str:
    common: dict[str, list[str]] = {}
    elsewhere: Counter[str] = Counter()
    for number in range(start, end):
        what = out.choice.again.get(number, "")
        if not what:
            continue
        names = common.setdefault(what, [])
        if number in out.named_later:
            elsewhere[what] += 1
        else:
            names.append(out.report.name(number))
    found = Counter(out.classes[start:end])
    if common:
        del found[_ALIKE], found[_TOLD]
    parts = [listed(found)] if found else []
    for what, names in common.items():
        is_named = f": {short_names([name[:_NAME_CHARS] for name in names])}" if names else " (named below)"
        parts.append(f"{len(names) + elsewhere[what]} {what[:_WHAT_CHARS]}{is_named}")
    return f"[... {end - start:,} line{'s' if end - start > 1 else ''}: {'; '.join(parts)}]"


def _pays(note: str, run: str) -> bool:
    if len(run) > _SHORT_CHARS:
        return len(note) < len(run)
    return tokens.count(note) + _LEAST_SAVED_TOKENS < tokens.count(run)


def _named_later(report: Report, choice: Choice) -> set[int]:
    """Return the units left out whose name comes again further down: pytest gives a test's name three times."""
    seen: set[str] = set()
    later: set[int] = set()
    for unit in reversed(report.units):
        name = report.name(unit.start)
        if unit.start in choice.again and name in seen:
            later.add(unit.start)
        _, is_node, test = name.partition("::")
        if is_node:
            seen |= {name, test.replace("::", ".")}
    return later
