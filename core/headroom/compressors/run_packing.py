"""The lossless form of a report: what lines have in common is said once.

[headroom: 242 lines in less room (...), nothing left out]
tests/test_cart.py::«test_adds[1] [2] [3]» PASSED
src/a.c:12:3: warning: unused variable
:14:3: warning: unused variable
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from headroom import markers
from headroom.compressors import run_notes, run_reading, run_rows
from headroom.compressors.run_rows import Tool
from headroom.types import Compressed, PassThrough

_OPEN, _CLOSE = "«", "»"
_WITH_BLANKS: Final = "; "
_LEAST_JOINED: Final = 3
_LEAST_DITTO: Final = 3
_LINE_CHARS: Final = 600
_WORTH: Final = 0.95

_RESULT: Final = re.compile(
    r"([^\s:\[]++::(?>(?:[^\s\[]|\[.*\](?= ))+) (?:PASSED|FAILED|ERROR|SKIPPED|XFAIL"
    r"|XPASS|RERUN)(?: \(.*\))?)(?: +\[ *(\d{1,3})%\])?$"
)
"""pytest's line for a test, without and with the share that is done."""
_PLACE: Final = re.compile(r"([^\s:()«»][^\s:()]*+)((?::\d|\(\d).*)$")
_BARE: Final = re.compile(r"(?::\d|\(\d)")

_JOINED: Final = (
    "lines that differ in one place are joined with « », there [2] is the name before with another end"
)
_SHARES: Final = "the share done at the end of a line, N*100//{} for the Nth, is left out (column {})"
_DITTO: Final = "a line that begins with : or ( has the path of the last one before it"


class Cut(NamedTuple):
    """A line around the part in which it differs from its neighbours."""

    head: str
    name: str
    tail: str


def lossless(shown: str, text: str, tools: tuple[Tool, ...]) -> Compressed:
    """Return a report in less room, without anything left out.

    Args:
        shown: the report as a screen shows it.
        text: the report as it came.

    Raises PassThrough when it is not shorter.
    """
    lines = shown.split("\n")
    total = len(lines) - (not lines[-1])
    said = []
    shares = _without_shares(lines)
    if shares:
        lines = shares.lines
        said.append(_SHARES.format(shares.total, shares.column))
    joined = _joined(lines, tools)
    if joined:
        lines = joined
        said.append(_JOINED)
    ditto = _ditto(lines)
    if ditto:
        lines = ditto
        said.append(_DITTO)
    packed = "\n".join([markers.lossless_note(total, "lines", f"a report ({'; '.join(said)})"), *lines])
    result = packed if said and len(packed) < len(shown) * _WORTH else shown
    if len(result) > len(text) * _WORTH:
        raise PassThrough("its lines have too little in common")
    return Compressed(result, lossless=True, kept=total)


class Shares(NamedTuple):
    """A pytest run without the shares at its lines' ends."""

    lines: list[str]
    total: int
    column: int


def _without_shares(lines: list[str]) -> Shares | None:
    """Return the lines without pytest's "[ 12%]", provided that each can be told from its place."""
    found = [_RESULT.match(line) if "::" in line and len(line) < _LINE_CHARS else None for line in lines]
    results = [match for match in found if match]
    total = len(results)
    if total < _LEAST_JOINED or not all(match[2] for match in results):
        return None
    column = Counter(len(match[0]) for match in results).most_common(1)[0][0]
    for number, match in enumerate(results, 1):
        share = f" [{number * 100 // total:3d}%]"
        if match[0] != match[1] + share.rjust(column - len(match[1])):
            return None
    bare = [match[1] if match else line for line, match in zip(lines, found, strict=True)]
    return Shares(bare, total, column)


def _joined(lines: list[str], tools: tuple[Tool, ...]) -> list[str] | None:
    """Return the lines with neighbours that differ in their name only on one line; None where there are none."""
    text = "\n".join(lines)
    if _OPEN in text or _CLOSE in text:
        return None
    report = run_reading.read(text, tools)
    written: list[str] = []
    group: list[Cut] = []
    joins = 0
    for number in range(len(lines) + 1):
        cut = _cut(report, number) if number < len(lines) else None
        if group and (cut is None or (cut.head, cut.tail) != (group[0].head, group[0].tail)):
            joins += len(group) >= _LEAST_JOINED
            written += _join(group)
            group = []
        if cut:
            group.append(cut)
        elif number < len(lines):
            written.append(lines[number])
    return written if joins else None


def _cut(report: run_reading.Report, number: int) -> Cut | None:
    line, row = report.lines[number], report.rows[number]
    if (
        row is None
        or row.kind not in ("noise", "mild")
        or len(line) > _LINE_CHARS
        or "?P<name>" not in row.pattern
    ):
        return None
    found = run_rows.pattern(row).match(line)
    name = found["name"] if found else None
    if (
        not found
        or not name
        or name[0] in "[(:"
        or _WITH_BLANKS in name
        or name[-1] == ";"
        or name.strip() != name
    ):
        return None
    start, end = found.span("name")
    return Cut(line[:start], name, line[end:])


def _join(group: list[Cut]) -> list[str]:
    if len(group) < _LEAST_JOINED:
        return ["".join(cut) for cut in group]
    names = [cut.name for cut in group]
    separator = _WITH_BLANKS if any(" " in name for name in names) else " "
    return [f"{group[0].head}{_OPEN}{run_notes.short_names(names, separator)}{_CLOSE}{group[0].tail}"]


def _ditto(lines: list[str]) -> list[str] | None:
    """Return the lines without a path that is that of the line with a path before; None where too few repeat."""
    if any(_BARE.match(line) for line in lines):
        return None
    written, last, dittos = [], "", 0
    for line in lines:
        found = _PLACE.match(line)
        if found and found[1] == last:
            dittos += 1
            written.append(found[2])
            continue
        last = found[1] if found else last
        written.append(line)
    return written if dittos >= _LEAST_DITTO else None
