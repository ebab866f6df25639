"""A report read line by line: what each line is, and which lines belong to one failure or warning."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from headroom.compressors import failure, run_rows
from headroom.compressors.run_build_tools import BUILD_TOOLS, PREFIXED
from headroom.compressors.run_rows import Kind, Row, Tool
from headroom.compressors.run_test_tools import TEST_TOOLS

TOOLS: Final = (*TEST_TOOLS, *BUILD_TOOLS)

_HEAD_CHARS: Final = 600
"""What a line is shows in its first characters."""
_SAMPLE_CHARS: Final = 65_536
_SLICES: Final = 8
_SLICE_CHARS: Final = 4096
_PREFIX: Final = re.compile(PREFIXED)
_PREFIXES: Final = re.compile("^" + PREFIXED, re.MULTILINE)
_LOGGED: Final = re.compile(
    r"\W{0,2}+(?:time=\W?|ts=\W?)?\d{2,4}[-:/].{0,100}?\b(INFO|DEBUG|TRACE|info|debug|trace)\b"
)
"""What a program under test logs, of no weight."""
_GROWTH: Final = {"failure": ("other",), "warning": ("other",), "item": ("other", "noise")}
"""What lines may belong to a unit."""
_TICKS: Final = ("✓", "√", "✔", "titles")
_PLACE_BELOW: Final = re.compile(r"\s*+--> (\S{1,300}:\d++:\d++)$")
_RULE_BELOW: Final = re.compile(r"(?:^|  )\[([a-z][\w-]++)\]\s*+$")
_RULE_CHARS: Final = 60
_TITLE: Final = "titles"
_BLANK: Final = "blank"
_GO_STARTS: Final = ("RUN", "CONT", "NAME")
_OUTPUT: Final = "output"


class Unit(NamedTuple):
    """A failure or a warning: the line that names it, and what belongs to it."""

    kind: Kind
    start: int
    end: int
    """The number of the line behind its last one."""


class Report(NamedTuple):
    """The lines of a report; the lists go by line number."""

    lines: list[str]
    kinds: list[Kind]
    labels: list[str]
    """The class that a line of noise is counted in, in the line's own word."""
    rows: list[Row | None]
    units: list[Unit]

    def name(self, number: int) -> str:
        """Return what a line is about, in its own words: a test, a place, which may stand in the line below."""
        below = _PLACE_BELOW.match(self.lines[number + 1][:_HEAD_CHARS]) if number + 1 < len(self.lines) else None
        if below:
            return below[1]
        found = self._groups(number)
        name = next((text for key, text in found.items() if key.startswith("name") and text), "")
        return name.strip() or self.lines[number].strip()

    def rule(self, number: int) -> str:
        """Return the rule that a finding breaks; empty when it names none. mypy's may stand in the line below."""
        found = self._groups(number)
        if "rule" in found and not found["rule"] and number + 1 < len(self.lines):
            below = _RULE_BELOW.search(self.lines[number + 1][-_RULE_CHARS:])
            return below[1] if below else ""
        return found.get("rule") or ""

    def message_end(self, unit: Unit) -> int:
        """Return the number of the line behind a unit's message: the line below may end it, or give its place."""
        if unit.end - unit.start > 1:
            below = self.lines[unit.start + 1]
            if _PLACE_BELOW.match(below[:_HEAD_CHARS]) or _RULE_BELOW.search(below[-_RULE_CHARS:]):
                return unit.start + 2
        return unit.start + 1

    def _groups(self, number: int) -> dict[str, str | None]:
        row = self.rows[number]
        found = run_rows.pattern(row).match(_head(self.lines[number])) if row else None
        return found.groupdict() if found else {}


def spoken(text: str, tools: tuple[Tool, ...] = TOOLS) -> tuple[Tool, ...]:
    """Return the tools, of some, that have spoken in a text; a long text is looked at here and there."""
    if len(text) > _SAMPLE_CHARS:
        middle = len(text) // (_SLICES + 2)
        starts = (middle * slice_ for slice_ in range(1, _SLICES + 2))
        # From the line that begins there.
        slices = [text[start : start + _SLICE_CHARS].partition("\n")[2] for start in starts]
        text = "\n".join([text[: _SAMPLE_CHARS // 4], *slices, text[-_SAMPLE_CHARS // 4 :].partition("\n")[2]])
    text = _without_prefixes(text)
    return tuple(tool for tool in tools if run_rows.hints(tool).search(text))


def said(text: str, tools: tuple[Tool, ...]) -> Iterator[str]:
    """Return the lines, of a short text, that some tools must have said."""
    return (found[0] for found in run_rows.signs(tools).finditer(_without_prefixes(text)))


def _without_prefixes(text: str) -> str:
    return text + "\n" + _PREFIXES.sub("", text) if "\n#" in text else text


def read(text: str, tools: tuple[Tool, ...]) -> Report:
    """Read a report by the tables of the tools that have spoken in it."""
    lines = text.split("\n")
    table = run_rows.table(tools)
    kinds: list[Kind] = []
    labels: list[str] = []
    rows: list[Row | None] = []
    inside = [False] * len(lines)
    block, quiet = False, ""
    failures = failure.Search(lines).failures()
    for number, line in enumerate(lines):
        head = _head(line)
        found = table.find(head, block)
        inside[number] = block and found < 0
        if found >= 0 and table.guarded[found] and number in failures:
            found = -1
        row = table.rows[found] if found >= 0 else None
        label = _label(row, head) if row else quiet
        logged = None if row or block or number in failures else _LOGGED.match(head)
        if logged:
            label = logged[1]
        kinds.append(row.kind if row else "mild" if label else "other")
        labels.append(label)
        rows.append(row)
        if row and row.then:
            block, quiet = row.then in ("block", "quiet"), label if row.then == "quiet" else ""
    report = Report(lines, kinds, labels, rows, [])
    if "RUN" in labels:
        _find_output(report, inside, failures)
    _find_units(report, inside)
    _find_titles(report)
    return report


def indent(line: str) -> int:
    """Return how many blanks a line begins with."""
    return len(line) - len(line.lstrip())


def _head(line: str) -> str:
    head = line[:_HEAD_CHARS].rstrip("\r")
    return head[found.end() :] if head.startswith("#") and (found := _PREFIX.match(head)) else head


def _label(row: Row, head: str) -> str:
    if "(?P<label>" in row.pattern:
        found = run_rows.pattern(row).match(head)
        if found and found["label"]:
            return found["label"].strip(" :")
    return row.label


def _find_output(report: Report, inside: list[bool], failures: set[int]) -> None:
    """Find what Go's tests print, below `=== RUN` and its like: of little weight where a test passes.

    Where it stays, so does the line that says whose it is.
    """
    passed = {report.name(number) for number, label in enumerate(report.labels) if label == "PASS"}
    start = -1
    for number, row in enumerate(report.rows):
        if row:
            start = number if report.labels[number] in _GO_STARTS else -1
        elif (
            start >= 0 and report.kinds[number] == "other" and not inside[number] and report.lines[number].strip()
        ):
            if report.name(start) in passed and number not in failures:
                report.kinds[number], report.labels[number] = "mild", _OUTPUT
                if report.kinds[start] == "noise":
                    report.kinds[start] = "mild"
            else:
                report.kinds[start] = "other"


def _find_units(report: Report, inside: list[bool]) -> None:
    """Join a failure or a warning with the unknown lines below it, blank ones at the end left out."""
    kinds, count = report.kinds, len(report.lines)
    number = 0
    while number < count:
        start, kind = number, kinds[number]
        number += 1
        if kind not in _GROWTH:
            continue
        while (
            number < count and kinds[number] in _GROWTH[kind] and (inside[number] or report.lines[number].strip())
        ):
            number += 1
        end = number
        while not report.lines[end - 1].strip():
            end -= 1
        report.units.append(Unit(kind, start, end))


def _find_titles(report: Report) -> None:
    """Find titles above lines of noise that are indented more, and blank lines in between: they are noise, too.

    A line of noise that a line of something else is indented under is kept: it says whose output that is.
    """
    lines, kinds, labels = report.lines, report.kinds, report.labels
    owned = {number for unit in report.units for number in range(unit.start, unit.end)}
    failures = failure.Search(lines).failures() if "✓" in labels or "✔" in labels or "√" in labels else set()
    below, below_indent, below_label = "other", 0, ""
    for number in range(len(lines) - 1, -1, -1):
        line, kind = lines[number], kinds[number]
        if not line.strip():
            if kind == "other" and below == "noise" and number not in owned:
                kinds[number], labels[number] = "noise", _BLANK
            continue
        deep = indent(line)
        is_free = kind == "other" and number not in owned and number not in failures
        if is_free and below_label in _TICKS and below == "noise" and deep < below_indent:
            kinds[number], labels[number] = kind, _ = "noise", _TITLE
        elif kind == "noise" and below == "other" and deep < below_indent and number + 1 not in owned:
            kinds[number] = kind = "other"
        below, below_indent, below_label = kind, deep, labels[number]
