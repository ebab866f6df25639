"""Reads the output of grep and its kin: whose line each line is, so that a hit is never laid to a wrong file.

    path:12:text    a hit            path-12-text    context     --     a gap between groups
    path:text       without numbers  path-text

rg --heading has the path on a line of its own, and `12:text` below it; of a single file there is `12:text` alone.
"""

import re
from collections import Counter
from typing import Final, Literal, NamedTuple

from headroom.types import PassThrough

Form = Literal["numbered", "plain", "heading", "one file"]

ONE_FILE: Final = "(the file that was searched)"
"""Stands for the path where grep -n was given a single file, whose name it does not print."""
HIT: Final = ":"
"""The separator behind the path (and the number) of a hit; other separators are context's."""

_NUMBERED: Final = re.compile(r"((?>(?:[A-Za-z]:(?=[\\/]))?)[^\s:][^\n]*?):(\d{1,9}+):")
_PLAIN: Final = re.compile(
    r"((?>(?:[A-Za-z]:(?=[\\/]))?)(?>(?:[^\s:/\\]++(?>(?: [^\s:/\\]++){0,8})[/\\])*)"
    r"[^\s:/\\]++(?>(?: [^\s:/\\]++){0,8})):(?!:)"
)
_CONTEXT: Final = re.compile(r"([-=])(\d{1,9}+)\1")
_BELOW: Final = re.compile(r"(\d{1,9}+)([:=-])")
_PATH: Final = re.compile(r"(?>(?:[A-Za-z]:[\\/])?)[^\s:\"'<>|{}][^:\"<>|\n\t]*+")
_FILE_NAME: Final = re.compile(r"[^/\\]*\.[A-Za-z][\w+~-]{0,15}|(?=[^\n]*[A-Za-z])[\w.-]+")
_STAMP: Final = re.compile(r"\d{4}[/-]\d\d[/-]\d\d(?:[T ]\d\d)?\Z|\d++\Z")
_HITS_SHARE: Final = 0.6
"""So many of the lines must be read, or the text is not taken for a search's output."""
_MIN_HITS: Final = 3
_MIN_ONE_FILE: Final = 20
_COUNTS_SHARE: Final = 0.8
"""Where so many of the texts are numbers, they are counts of hits."""
_LONGEST_PATH: Final = 1024


class Line(NamedTuple):
    """One line of a search's output."""

    path: str
    """The file it is from; empty for what is no line of a file: gaps, messages, totals."""
    rest: str
    """What follows the path: `:12:text`; for a line without a path all of it."""
    is_hit: bool
    text: str
    """The file's own line, byte by byte."""
    number: str
    """The line's number; empty when not given."""


class Found(NamedTuple):
    """A search's output as read."""

    form: Form
    lines: list[Line]


def read(text: str) -> Found:
    """Read a search's output; joined with line ends, path and rest of each line are the text again.

    Raises PassThrough for what is not the output of a search, or not surely so.
    """
    raw = text.removesuffix("\n").split("\n")
    heading = _headed(raw)
    if heading:
        return Found("heading", heading)
    lines = _numbered(raw)
    if _is_enough(lines):
        return Found("numbered", lines)
    lines = _plain(raw)
    counts = sum(1 for line in lines if line.is_hit and line.text.isdecimal())
    if _is_enough(lines) and counts < _COUNTS_SHARE * len(lines):
        return Found("plain", lines)
    lines = _one_file(raw)
    if lines:
        return Found("one file", lines)
    raise PassThrough("most lines do not begin with a path")


def is_path(path: str) -> bool:
    """Whether a text looks like a file's path: with a folder or a name that a file would have."""
    if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path) or _STAMP.match(path):
        return False
    return bool(_FILE_NAME.fullmatch(path.replace("\\", "/").rpartition("/")[2]))


def _is_sure(path: str) -> bool:
    """Whether a path has a folder, or an extension and no blanks."""
    return "/" in path or "\\" in path or ("." in path[1:] and " " not in path)


def _is_enough(lines: list[Line]) -> bool:
    hits = sum(line.is_hit for line in lines)
    with_path = sum(1 for line in lines if line.path)
    return hits >= _MIN_HITS and with_path >= _HITS_SHARE * sum(1 for line in lines if line.rest != "--")


def _numbered(raw: list[str]) -> list[Line]:
    """Read `path:12:text`, and context between hits of the same file."""
    lines: list[Line] = []
    path = start = ""
    good: dict[str, bool] = {}
    for line in raw:
        if start and line.startswith(start):
            number, colon, text = line[len(start) :].partition(":")
            if colon and number.isdecimal() and number.isascii():
                lines.append(Line(path, line[len(path) :], True, text, number))
                continue
        match = _NUMBERED.match(line)
        if match:
            found = match[1]
            if found not in good:
                good[found] = is_path(found)
            if good[found]:
                path, start = found, found + ":"
                lines.append(Line(path, line[len(path) :], True, line[match.end() :], match[2]))
                continue
        lines.append(Line("", line, False, line, ""))
    return _with_context(lines, numbered=True)


def _plain(raw: list[str]) -> list[Line]:
    """Read `path:text`: a path counts only if it looks like one and has a folder or an extension."""
    matches = [_PLAIN.match(line) for line in raw]
    counts = Counter(match[1] for match in matches if match)
    good = {path for path in counts if is_path(path) and _is_sure(path)}
    lines = []
    for line, match in zip(raw, matches, strict=True):
        if match and match[1] in good:
            lines.append(Line(match[1], line[len(match[1]) :], True, line[match.end() :], ""))
        else:
            lines.append(Line("", line, False, line, ""))
    return _with_context(lines, numbered=False)


def _with_context(lines: list[Line], numbered: bool) -> list[Line]:
    """Give lines without a path to the file of the hit before or after them, where they begin with its path."""
    if all(line.path for line in lines):
        return lines
    following: list[str] = [""] * len(lines)
    path = ""
    for at in range(len(lines) - 1, -1, -1):
        path = "" if lines[at].rest == "--" else lines[at].path or path
        following[at] = path
    path = ""
    for at, line in enumerate(lines):
        if line.path:
            path = line.path
        elif line.rest != "--":
            read = [_context(line.rest, known, numbered) for known in (path, following[at]) if known]
            found = [context for context in read if context]
            if found:
                # Where both would do, the longer path is the one that the line was written with.
                lines[at] = max(found, key=lambda one: len(one.path))
                path = lines[at].path
    return lines


def _context(line: str, path: str, numbered: bool) -> Line | None:
    if not line.startswith(path):
        return None
    rest = line[len(path) :]
    if not numbered:
        return Line(path, rest, False, rest[1:], "") if rest[:1] == "-" else None
    match = _CONTEXT.match(rest)
    return Line(path, rest, False, rest[match.end() :], match[2]) if match else None


def _one_file(raw: list[str]) -> list[Line]:
    """Read `12:text` with numbers that only grow; empty when it is not that."""
    lines: list[Line] = []
    last = 0
    for line in raw:
        match = _BELOW.match(line)
        if match and int(match[1]) > last:
            last = int(match[1])
            lines.append(Line(ONE_FILE, line, match[2] == HIT, line[match.end() :], match[1]))
        elif line == "--":
            lines.append(Line("", line, False, line, ""))
        else:
            return []
    return lines if len(lines) >= _MIN_ONE_FILE else []


def _headed(raw: list[str]) -> list[Line]:
    """Read rg --heading: groups that begin with a path, a blank line between them; empty when it is not that."""
    lines: list[Line] = []
    path = ""
    for at, line in enumerate(raw):
        if not line:
            if at == 0 or not raw[at - 1] or at == len(raw) - 1:
                return []
            path = ""
            lines.append(Line("", "", False, "", ""))
            continue
        match = _BELOW.match(line)
        if path and match:
            lines.append(Line(path, line, match[2] == HIT, line[match.end() :], match[1]))
        elif path and line == "--":
            lines.append(Line("", line, False, line, ""))
        elif (at == 0 or not raw[at - 1]) and not match and is_path(line):
            path = line
            lines.append(Line(path, "", False, "", ""))
        else:
            return []
    return lines if sum(line.is_hit for line in lines) >= _MIN_HITS else []
