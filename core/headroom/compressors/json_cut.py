"""JSON that came cut: what is whole in it row by row, and the text around that as it is.

    [@1,
      {
        "id": 149,
        "name": "order-0…10196 tokens truncated…,
        "note": null
      },@2]
    @1: 149 objects
    ...

Agents cut the middle out of what is long, `head -c` and `tail` one end. No word of theirs is looked for, but one:
where objects follow each other whole, there are rows, wherever they stand, and what is not whole is text.
"""

import json
import re
from bisect import bisect_left
from itertools import islice
from typing import Final, NamedTuple

from headroom.compressors import json_parts, json_values
from headroom.compressors.json_parts import Document, Part
from headroom.compressors.json_values import Value
from headroom.types import PassThrough

UNIT: Final = "objects left whole in cut JSON"
"""What the rows of all tables are: what was cut off is not counted, and nobody here knows how much it was."""

_ROW: Final = re.compile(r'\{[ \t\r\n]*+"')
_BETWEEN: Final = re.compile(r"[ \t\r\n]*+(,?)[ \t\r\n]*+(?=\{)")
_SIBLINGS: Final = re.compile(r'\}(?:[ \t\r\n]*+,[ \t\r\n]*+|[ \t]*+\r?\n[ \t\r\n]*+)\{[ \t\r\n]*+"')
_MEMBER: Final = re.compile(r'"[ \t]*+:|[}\],]')
_BEGINNINGS: Final = ("", "[", "}", "]", ",")
"""What a text above rows ends with, blanks aside; where none does, a program said it, and some JSON besides."""
_GOES_ON: Final = ("}", "]", ",")
"""What follows where an array goes on, or ends, that did not begin in the text."""
_ABOVE_CHARS: Final = 200
"""So many are looked at for that."""
MARK: Final = re.compile(r"…\d[\d,]{0,15}+ (?:tokens|chars|characters|bytes) truncated…")
"""The one mark that may stand in a string: two rows, cut in strings, are one whole object then, but no row."""
_MOST_MARKS: Final = 4
"""Where it stands more often, it is said by the data."""

_LEAST_ROWS: Final = 3
"""Fewer rows are as short in the text."""
_LEAST_SHARE: Final = 0.5
"""The rows make up so much of the text, at least."""
_MOST_TABLES: Final = 8
_PIECE_CHARS: Final = 400
"""Where there are more pieces than tables may be, and each is so long, lines of a log come between."""
_MOST_RUNS: Final = 400
"""Of objects that follow each other, one alone among them. In a text with more there are no rows."""
_MOST_FAILURES: Final = 400
_MOST_SPENT: Final = 8
"""So many times the length of the text may be read in vain: once for each object around all rows."""
_WORTH: Final = 0.9
"""A table must be at most this share as long as its rows were."""
_OVERHEAD_CHARS: Final = 24


class Run(NamedTuple):
    """Objects that follow each other in a text."""

    start: int
    end: int
    rows: list[Value]
    is_lines: bool
    """Whether there are line ends between them, else commas."""


def looks_like(sample: str) -> bool:
    """Whether the beginning of a text looks like the middle of a JSON array, or of JSON Lines."""
    following = _SIBLINGS.search(sample)
    return following is not None and _MEMBER.search(sample, 0, following.start() + 1) is not None


def is_marked(text: str) -> bool:
    """Whether a text says of itself, in a line, that something was cut out just there."""
    return "truncated…" in text and bool(_marks(text))


def read(text: str) -> Document:
    """Return a text that is not whole JSON as the tables of its rows, and what is around them.

    Raises PassThrough where nothing was cut, or too little of it is whole.
    """
    found, is_cut = _runs(text)
    runs = [run for run in found if len(run.rows) >= _LEAST_ROWS]
    if not runs:
        raise PassThrough("no rows are whole in it")
    above = {text[max(0, run.start - _ABOVE_CHARS) : run.start].rstrip()[-1:] for run in runs}
    if above.isdisjoint(_BEGINNINGS) or not (is_cut or _is_open(text, above)):
        raise PassThrough("it is more than JSON")
    if sum(run.end - run.start >= _PIECE_CHARS for run in runs) > _MOST_TABLES:
        raise PassThrough("it is in too many pieces")
    longest = sorted(runs, key=lambda run: run.start - run.end)[:_MOST_TABLES]
    json_values.refuse_deep([row for run in longest for row in run.rows])
    tables = [(run, part) for run in sorted(longest) for part in [_part(run)] if part]
    if sum(run.end - run.start for run, _ in tables) < _LEAST_SHARE * len(text):
        raise PassThrough("too little of it is rows")
    around, first = _around(text, [run for run, _ in tables])
    return Document([part for _, part in tables], around, UNIT, first=first, is_whole=False)


def _is_open(text: str, above: set[str]) -> bool:
    """Whether an array lacks its end, or its beginning.

    Args:
        above: what the texts above rows end with.
    """
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] not in ("[", "{"):
        return not above.isdisjoint(_GOES_ON)
    try:
        _, past = json_values.value_at(text, start)
    except json.JSONDecodeError:
        return True
    return text[past : past + _ABOVE_CHARS].lstrip()[:1] in _GOES_ON


def _part(run: Run) -> Part | None:
    """Return a run as a table, if that is worth it."""
    part = json_parts.part("lines" if run.is_lines else "objects", run.rows)
    lines = part.lines
    size = sum(map(len, lines)) + len(lines) + _OVERHEAD_CHARS
    return part if size <= _WORTH * (run.end - run.start) else None


def _around(text: str, runs: list[Run]) -> tuple[str, int]:
    """Return the text with the names of tables in place of their rows, and the number of the first one.

    The names occur nowhere else in it. Blanks beside them are left out, but for the line ends that part lines.
    """
    ends = [0, *(run.end for run in runs)]
    starts = [*(run.start for run in runs), len(text)]
    pieces = [text[start:end] for start, end in zip(ends, starts, strict=True)]
    first, shift = 1, 10
    while any(f"@{number}" in piece for piece in pieces for number in range(first, first + len(runs))):
        first, shift = shift + 1, shift * 10
    said = [pieces[0].rstrip(), *(piece.strip() for piece in pieces[1:-1]), pieces[-1].strip()]
    around = said[0] + _gap(pieces[0], runs[0].is_lines)
    for number, run, piece, raw in zip(range(first, first + len(runs)), runs, said[1:], pieces[1:], strict=True):
        around += f"@{number}"
        if not piece:
            continue
        around += _gap(raw, run.is_lines) or ("" if piece[0] in ",]}" else " ")
        following = number - first + 1
        around += piece + (_gap(raw[::-1], runs[following].is_lines) if following < len(runs) else "")
    return around, first


def _gap(piece: str, is_lines: bool) -> str:
    """Return what parts a name from the text beside it."""
    return "\n" if is_lines and "\n" in piece and piece.strip() else ""


def _runs(text: str) -> tuple[list[Run], bool]:
    """Return the objects that follow each other, in order, and whether an object is broken.

    What is within an object that is whole is not looked for; within a broken one it is.
    """
    marks = _marks(text)
    runs: list[Run] = []
    at = failures = 0
    spent = 0
    opening = _ROW.search(text)
    while opening and len(runs) < _MOST_RUNS and failures < _MOST_FAILURES and spent <= _MOST_SPENT * len(text):
        run, cost = _run(text, opening.start(), marks)
        at = run.end if run else opening.end() - 1
        failures += cost > 0
        spent += cost
        runs += [run] if run else []
        opening = _ROW.search(text, at)
    return runs, failures > 0 or bool(marks)


def _run(text: str, start: int, marks: list[int]) -> tuple[Run | None, int]:
    """Return the objects that follow each other from `start` on, and how many characters were read in vain."""
    rows: list[Value] = []
    at = end = start
    separators = ""
    while True:
        found, cost = _object(text, at, marks)
        if found is None:
            break
        value, past = found
        rows.append(value)
        end = past
        between = _BETWEEN.match(text, past)
        separator = (between[1] or ("\n" if "\n" in between[0] else "")) if between else ""
        if between is None or not separator or separators not in ("", separator):
            break
        separators, at = separator, between.end()
    return (Run(start, end, rows, separators == "\n") if rows else None), cost


def _object(text: str, at: int, marks: list[int]) -> tuple[tuple[Value, int] | None, int]:
    """Return the whole object at an offset with its end, or how many characters were read in vain.

    Raises PassThrough for one that nothing can be made of.
    """
    try:
        value, past = json_values.value_at(text, at)
    except json.JSONDecodeError as error:
        is_open = error.msg.startswith("Unterminated")
        return None, max(1, (len(text) if is_open else error.pos) - at)
    except PassThrough:
        # Of two rows that a mark has made one, a key may stand there twice.
        end = json_values.end(text, at)
        if end is None or not _is_marked(marks, at, end):
            raise
        return None, end - at
    return (None, past - at) if _is_marked(marks, at, past) else ((value, past), 0)


def _marks(text: str) -> list[int]:
    """Return where marks stand; nowhere, if the data says them."""
    marks = [mark.start() for mark in islice(MARK.finditer(text), _MOST_MARKS + 1)]
    return marks if len(marks) <= _MOST_MARKS else []


def _is_marked(marks: list[int], start: int, end: int) -> bool:
    mark = bisect_left(marks, start)
    return mark < len(marks) and marks[mark] < end
