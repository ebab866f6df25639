"""Cuts what several commands wrote one after the other where the kind of its lines changes.

A run of lines of one kind is a part; what stands between runs is one too. Only for a text that no row takes as a
whole: the parts put together are the text, and each part is read, or not, for what it is.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from headroom.compressors import screen
from headroom.compressors.segments import Segment

_LEAST_LINES: Final = 8
"""A shorter run is not worth being cut out."""
_MOST_GAP: Final = 2
"""So many lines of no kind may stand between two lines of a run."""
_MOST_RUNS: Final = 50
"""In a text with more runs, kinds take turns: that is no sequence of outputs."""
_LINE_CHARS: Final = 400
"""The beginning of a line tells its kind."""

_TOTAL: Final = re.compile(r"total \d[\d.]*[KMGTPE]?\Z")
_DATE: Final = r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d "
_STAMP: Final = rf"[\[(]?(?:{_DATE}|\d\d:\d\d:\d\d[ ,.\]])"
_PATH: Final = r"(?![+-])(?>(?:/|\.{1,2}/)?)(?>(?:[\w.@+~-]++/)+)[\w.@+~-]*+"
_COMPLAINT: Final = r"\d++:|\s?[\w-]{0,40}(?i:error|warning|note|exception)\b"
"""What compilers write behind path and line; their messages are no hits of a search."""
_KINDS: Final = (
    ("entries", re.compile(r"[-bcdlps][-rwxsStT]{9}[.+@]?\s{1,8}\d|total \d[\d.]*[KMGTPE]?\Z")),
    ("commits", re.compile(r"[*|/\\ ]{0,20}(?=[a-f]{0,39}\d)(?=\d{0,39}[a-f])[0-9a-f]{7,40}+ \S")),
    ("stamps", re.compile(_STAMP)),
    ("states", re.compile(r"(?!  )[ MADRCUT?!]{2} \S")),
    ("sizes", re.compile(r"\d[\d.]{0,15}+[KMGTPB]?\t[^\t\s]++\Z")),
    ("counts", re.compile(rf"{_PATH}:\d{{1,9}}\Z")),
    ("paths", re.compile(rf"{_PATH}\Z")),
    ("hits", re.compile(rf"[^\s:+-][^:\n]{{0,300}}?([:-])\d{{1,9}}+\1(?!{_COMPLAINT})")),
)
_HEADING: Final = re.compile(r"(?:-{3,}|={3,}|\#{2,}|\*{3,}|>{3,}|\+{3,})(?: |\Z)|(?:==|--|##) \S")
"""What a script writes between two outputs."""


def runs_of_kind(text: str) -> list[Segment]:
    """Cut at both ends of each run of lines of one kind. A text without runs is one part."""
    lines = re.findall(r"[^\n]*+\n|[^\n]++", text)
    found = list(_runs(lines))
    if not found or len(found) > _MOST_RUNS:
        return [Segment(text)]
    cuts = sorted({0, len(lines), *(cut for run in found for cut in run)})
    return [Segment("".join(lines[start:end])) for start, end in pairwise(cuts)]


def _runs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each run begins, and where it ends."""
    start = last = count = 0
    kind = ""
    for at, line in enumerate(lines):
        shown = _shown(line)
        here = next((name for name, pattern in _KINDS if pattern.match(shown)), "")
        goes_on = here in ("", kind) and at - last <= _MOST_GAP + bool(here) and not _HEADING.match(shown)
        if kind and (not goes_on or _begins_listing(lines, at, shown)):
            if count >= _LEAST_LINES:
                yield start, last + 1
            kind = ""
        if here and not kind:
            start, count, kind = at, 0, here
        if here:
            last = at
            count += 1
    if kind and count >= _LEAST_LINES:
        yield start, last + 1


def _begins_listing(lines: list[str], at: int, shown: str) -> bool:
    """Whether ls -l begins anew: a total that does not stand below a folder's name, as ls -R has it."""
    return _TOTAL.match(shown) is not None and not (at and _shown(lines[at - 1]).endswith(":"))


def _shown(line: str) -> str:
    begin = line[:_LINE_CHARS].rstrip("\r\n")
    return screen.without_styles(begin) if "\x1b" in begin else begin
