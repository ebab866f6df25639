"""Reads the forms of tests and builds back: the lossless one to the text, the lossy one line by line."""

import re

from headroom import markers

_RESULT = re.compile(r"[^\s:\[]++::.* (?:PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|RERUN)(?: \(.*\))?$")
_LAST_PART = re.compile(r"(?:\[[^\[\]]*+\]|\(\d++,\d++\)|(?>(?::\d++)+):?|::[^\s:\[]++)$")
_JOINED = re.compile(r"(.*?)«(.*)»(.*)")
_NOTE = re.compile(r"\[\.\.\. ([\d,]+) lines?: (.*)\]")


def decode(form: str) -> str:
    """Return the report that a lossless form stands for."""
    if not form.startswith("[headroom: "):
        return form
    header, _, body = form.partition("\n")
    lines = body.split("\n")
    if "has the path of the last one" in header:
        lines = _with_paths(lines)
    if "« »" in header:
        lines = [line for joined in lines for line in _apart(joined)]
    shares = re.search(r"N\*100//(\d+) for the Nth, is left out \(column (\d+)\)", header)
    if shares:
        lines = _with_shares(lines, int(shares[1]), int(shares[2]))
    return "\n".join(lines)


def gaps(form: str, lines: list[str]) -> list[tuple[str, list[str]]]:
    """Return what each note of a lossy form says, and the lines of the original that it stands for.

    Raises AssertionError where the form is not the original with some lines left out.
    """
    marker, *rest = form.split("\n")
    omitted = markers.parse(marker)
    assert omitted is not None
    at, found = 0, []
    for line in rest:
        note = _NOTE.fullmatch(line)
        if note and (at == len(lines) or line != lines[at]):
            size = int(note[1].replace(",", ""))
            found.append((note[2], lines[at : at + size]))
            at += size
        else:
            assert line == lines[at]
            at += 1
    assert at == len(lines)
    return found


def _with_paths(lines: list[str]) -> list[str]:
    full, last = [], ""
    for bare in lines:
        line = bare
        if re.match(r":\d|\(\d", line):
            line = last + line
        elif place := re.match(r"([^\s:()«»][^\s:()]*+)(?::\d|\(\d)", line):
            last = place[1]
        full.append(line)
    return full


def _apart(line: str) -> list[str]:
    joined = _JOINED.fullmatch(line)
    if not joined:
        return [line]
    names = joined[2].split("; " if "; " in joined[2] else " ")
    full: list[str] = []
    for name in names:
        full.append(_cut(full[-1]) + name if name[0] in "[(:" else name)
    return [joined[1] + name + joined[3] for name in full]


def _cut(name: str) -> str:
    part = _LAST_PART.search(name[-300:])
    assert part
    return name[: -len(part[0])]


def _with_shares(lines: list[str], total: int, column: int) -> list[str]:
    full, number = [], 0
    for line in lines:
        share = ""
        if _RESULT.fullmatch(line):
            number += 1
            share = f" [{number * 100 // total:3d}%]".rjust(column - len(line))
        full.append(line + share)
    return full
