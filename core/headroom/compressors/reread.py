"""A result that stands above already, or nearly: a line that points back, and what changed in full.

    [headroom: the same 812 lines as the result of Read {"file_path":"/srv/shop/app.py"} above]

    [headroom: 805 of 812 lines stand in the result of Bash {"command":"make"} above; the rest is here]
    [lines 1-57 as above]
    <lines 58 to 64 as they are>
    [lines 65-812 as lines 63-810 above]

Nothing is left out: the earlier result is in the context, in full. A line's number is the file's own where the
result numbers its lines, and counts the result's lines otherwise.
"""

import difflib
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from headroom import markers
from headroom.compressors import segments
from headroom.types import Compressed, Earlier, PassThrough

_NUMBERED: Final = re.compile(r" *(\d{1,9})(?:→|\t)(.*)", re.DOTALL)
_CONTEXT_LINES: Final = 3
_RUN_LINES: Final = 2 * _CONTEXT_LINES + 4
"""A shorter run of equal lines is not worth being pointed at."""
_WORTH: Final = 0.6
"""A form of a larger share of the text says too little by pointing back."""
_EXACT_CELLS: Final = 250_000
_MOST_CELLS: Final = 4_000_000
"""Where more pairs of lines could be compared, what is between the equal ends counts as changed."""
_NOTE: Final = "[lines "


class _Lines(NamedTuple):
    """A text's lines, and the number of the first."""

    shown: list[str]
    said: list[str]
    """The lines without the numbers that stand in front of them."""
    first: int


def body(text: str) -> tuple[str, str]:
    """Return a text without the agent's notes and line ends at its end, and these."""
    pieces = list(segments.around_wrappers(text))
    end = len(pieces)
    while end and (pieces[end - 1].verbatim or pieces[end - 1].text.isspace()):
        end -= 1
    said = "".join(piece.text for piece in pieces[:end]).rstrip("\n")
    return said, text[len(said) :]


def compress(text: str, earlier: Earlier, changes: bool) -> Compressed:
    """Return a pointer to an earlier result, with what changed since in full.

    Args:
        earlier: stands in full in what is sent, before this text.
        changes: whether a form with changed lines will do; else only the same text gets a form.

    Raises PassThrough when too little of the text stands there.
    """
    ours, notes = body(text)
    theirs, _ = body(earlier.text())
    if not ours:
        raise PassThrough("blank")
    if ours == theirs:
        return Compressed(markers.same_as(ours.count("\n") + 1, earlier.label) + notes, lossless=True)
    if not changes:
        raise PassThrough("not the same")
    new, old = _numbered(ours), _numbered(theirs)
    if (new.shown is new.said) != (old.shown is old.said):
        raise PassThrough("only one of the two numbers its lines")
    if any(line.startswith((_NOTE, "[headroom:")) for line in new.shown):
        raise PassThrough("holds a line that reads like one of ours")
    form, same = _changed(new, old)
    result = "\n".join([markers.partly_as(same, len(new.shown), earlier.label), *form]) + notes
    if len(result) > len(text) * _WORTH:
        raise PassThrough("too little stands above")
    return Compressed(result, lossless=True, kept=len(new.shown) - same)


def _numbered(text: str) -> _Lines:
    """Read a text's lines; with the numbers in front taken off where every line has the next one."""
    lines = text.split("\n")
    matches = [_NUMBERED.fullmatch(line) for line in lines]
    numbers = [int(match[1]) for match in matches if match]
    if len(numbers) == len(lines) and all(b == a + 1 for a, b in pairwise(numbers)):
        return _Lines(lines, [match[2] for match in matches if match], numbers[0])
    return _Lines(lines, lines, 1)


def _changed(new: _Lines, old: _Lines) -> tuple[list[str], int]:
    """Return the lines that changed, notes in the place of the others, and how many these are."""
    form: list[str] = []
    at = same = 0
    for start, there, size in _runs(old.said, new.said):
        head = _CONTEXT_LINES if start else 0
        tail = _CONTEXT_LINES if start + size < len(new.shown) else 0
        first, last = start + head, start + size - tail - 1
        if last - first + 1 < _RUN_LINES - 2 * _CONTEXT_LINES:
            continue
        form += new.shown[at:first]
        where = f"{first + new.first}-{last + new.first}"
        above = there + head + old.first
        is_moved = above != first + new.first
        form.append(f"{_NOTE}{where} as {f'lines {above}-{above + last - first} ' if is_moved else ''}above]")
        same += last - first + 1
        at = last + 1
    return form + new.shown[at:], same


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield runs of equal lines as (where in new, where in old, length), in order, without overlap."""
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n] != new[n]), least)
    tail = next((n for n in range(least - head) if old[-1 - n] != new[-1 - n]), least - head)
    if head:
        yield 0, 0, head
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(a) * len(b) <= _MOST_CELLS:
        matcher = difflib.SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > _EXACT_CELLS)
        for start, there, size in matcher.get_matching_blocks():
            if size >= _RUN_LINES:
                yield head + there, head + start, size
    if tail:
        yield len(new) - tail, len(old) - tail, tail
