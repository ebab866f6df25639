"""A diff with short headers: what follows from other lines is not written again. Nothing is left out.

    diff --git a/src/cart.py b/src/cart.py          diff src/cart.py 83db48f..bf2a1c0 100644
    index 83db48f..bf2a1c0 100644                   @@ +12 @@ def total(cart):
    --- a/src/cart.py
    +++ b/src/cart.py
    @@ -12,7 +12,8 @@ def total(cart):

The old line number of a hunk follows from the new one and the hunks before it, its lengths from its lines.
"""

import re
from typing import Final, NamedTuple

from headroom.compressors import diff_lines
from headroom.compressors.diff_lines import File, Hunk
from headroom.types import PassThrough

LEGEND: Final = (
    "a diff with short headers (diff PATH INDEX MODE; @@ +N @@: N is the hunk's first line in the new file)"
)

_INDEX: Final = re.compile(r"index ([0-9a-f]{4,64}\.\.[0-9a-f]{4,64})((?: [0-7]{6})?)")
_NEW_OR_GONE: Final = re.compile(r"((?:new|deleted) file mode [0-7]{6})")
_SHORT: Final = re.compile(r"diff (?!-)[^\n]*+|@@ \+\d++ @@[^\n]*+")
_BODY: Final = (" ", "+", "-", "\\")


class _Side(NamedTuple):
    start: int
    lines: int

    @property
    def first(self) -> int:
        """The number of the line that it begins with; headers name the one before when there is none."""
        return self.start if self.lines else self.start + 1


def shorten(lines: list[str], files: list[File]) -> list[str]:
    """Return the lines of a diff with short headers.

    Raises PassThrough when a line reads like a short header already.
    """
    out: list[str] = []
    at = 0
    for file in files:
        _refuse_short(lines[at : file.at])
        out += lines[at : file.at]
        header = _header(lines[file.at : file.body], file)
        out += header
        at = file.body
        delta = 0
        for hunk in file.hunks:
            out += lines[at : hunk.at]
            short = _hunk(lines, hunk, delta)
            out.append(lines[hunk.at] if short is None else short)
            out += lines[hunk.at + 1 : hunk.end]
            delta += hunk.counts[-1] - hunk.counts[0]
            at = hunk.end
        out += lines[at : file.end]
        at = file.end
    _refuse_short(lines[at:])
    return out + lines[at:]


def _refuse_short(lines: list[str]) -> None:
    if any(line.startswith(("diff ", "@@ +")) and _SHORT.fullmatch(line) for line in lines):
        raise PassThrough("reads like a diff with short headers already")


def _header(header: list[str], file: File) -> list[str]:
    """Return a file's header as one line where its lines follow from it, else as it is."""
    path = diff_lines.git_path(header[0])
    if not path or path.startswith("-") or path != path.strip() or "\t" in path or " file mode " in path:
        return header
    if not file.hunks:
        return header
    rest = header[1:]
    state = _NEW_OR_GONE.fullmatch(rest[0]) if rest else None
    if state:
        rest = rest[1:]
    index = _INDEX.fullmatch(rest[0]) if rest else None
    old = "/dev/null" if state and state[1].startswith("new") else f"a/{path}"
    new = "/dev/null" if state and state[1].startswith("deleted") else f"b/{path}"
    # Paths with blanks have a tab behind them.
    tail = "\t" if " " in path else ""
    names = [f"--- {old}{tail if old != '/dev/null' else ''}", f"+++ {new}{tail if new != '/dev/null' else ''}"]
    if index is None or rest[1:] != names:
        return header
    said = f" {state[1]}" if state else ""
    return [f"diff {path}{said} {index[1]}{index[2]}"]


def _hunk(lines: list[str], hunk: Hunk, delta: int) -> str | None:
    """Return a hunk's short header; None where the long one does not follow from it and the lines."""
    if hunk.width != 1 or not hunk.is_whole:
        return None
    old, new = (_Side(*side) for side in zip(hunk.starts, hunk.counts, strict=True))
    is_usual = lines[hunk.at] == diff_lines.hunk_header(hunk.starts, hunk.counts, hunk.heading)
    if not is_usual or new.first - old.first != delta:
        return None
    if hunk.end < len(lines) and lines[hunk.end].startswith(_BODY):
        return None
    if not all(line.startswith(_BODY) for line in lines[hunk.at + 1 : hunk.end]):
        return None
    return f"@@ +{hunk.starts[-1]} @@{hunk.heading}"
