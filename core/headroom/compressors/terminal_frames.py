"""Frames: what a progress display, a spinner or a screen drawn anew printed before its last state.

All of this leaves text out; every function says how many lines it left out, and puts a note where they were.
"""

import re
from itertools import groupby, pairwise
from typing import Final

from headroom.compressors import failure

_SPINNER: Final = re.compile(r"[\u25d0-\u25d7\u25dc-\u25df\u2800-\u28ff](?=\s)")
# It begins with a set of characters, for Python finds those far faster than alternatives; what may stand before a
# match is asked behind what is rare.
_BAR: Final = re.compile(
    r"[\u2580-\u2595\u25a0\u2801-\u28ff\u2501\u2578-\u257b[.\-EeDdUuPpRrFfCc](?:(?<=[^\x00-\x7f])"
    r"|(?<=\[)[#=>.*\s-]{4,}+\]|(?<=\.)\.{9} \.{10}|(?<=-)-:--|(?<=\bE)TA\b|(?<=\be)ta \d"
    r"|(?:ownload(?<=\b[Dd].{7})|pload(?<=\b[Uu].{5})|xtract(?<=\b[Ee].{6})|ull(?<=\b[Pp].{3})|ush(?<=\b[Pp].{3})"
    r"|eceiv(?<=\b[Rr].{5})|etch(?<=\b[Ff].{4})|opy(?<=\b[Cc].{3}))\w*+:?+ [^/\n]{0,80}+/ ?\d)"
)
"""What only a progress display has."""
_PERCENT: Final = re.compile(r"(\d{1,3}+(?>(?:\.\d++)?))\s?%")
_VARYING: Final = re.compile(
    r"(?<![A-Za-z]{2})(?<![-_\d.,:])[\d.,:]++|[\s#=>*\u2500-\u257f\u2580-\u25ff\u2800-\u28ff-]++"
    r"|\b(?:[kMGT]i?)?B\b|[smh]\b|[kKMG]\b"
)
"""What differs between two frames of one display: numbers (but for those in names), units, bars, blanks."""
_SAMPLE_CHARS: Final = 8000
_MANY: Final = 5
"""Fewer frames stay."""


def has_frames(text: str) -> bool:
    """Whether a text begins with the frames of a display, each on a line of its own."""
    return len(_BAR.findall(text, 0, _SAMPLE_CHARS)) >= 2 * _MANY


def without_frames(text: str) -> tuple[str, int]:
    """Return a text with only the last frame of each display, and how many lines are gone.

    Displays are runs of lines of progress or of a spinner; a line that speaks of a failure is never a frame.
    """
    lines = text.split("\n")
    kinds = _kinds(lines)
    result: list[str] = []
    gone = 0
    for kind, run in groupby(range(len(lines)), key=kinds.__getitem__):
        numbers = list(run)
        if not kind or len(numbers) < _MANY:
            result += [lines[number] for number in numbers]
            continue
        shapes = {number: _shape(lines[number]) for number in numbers}
        frames: dict[str, list[int]] = {}
        for number, shape in shapes.items():
            frames.setdefault(shape, []).append(number)
        displays = {shape for shape, of in frames.items() if _is_display([lines[number] for number in of])}
        for number, shape in shapes.items():
            if shape not in displays:
                result.append(lines[number])
            elif frames[shape][-1] == number:
                result += [lines[number], f"[the line above is the last of {len(frames[shape]):,} like it]"]
                gone += len(frames[shape]) - 1
    return "\n".join(result), gone


def without_earlier_screens(pages: list[str]) -> tuple[str, int]:
    """Return the last of several screens, above it what the others had that the next did not; and the lines gone.

    A line that differs from one of the next screen in its numbers alone goes too, unless it speaks of a failure.
    """
    kept: list[str] = []
    gone = skipped = 0
    for page, following in pairwise(pages):
        after = following.split("\n")
        exact, like = set(after), set(map(_shape, after))
        lines = [line for line in page.split("\n") if line.strip()]
        failures = failure.Search(lines).failures()
        left = [
            line
            for number, line in enumerate(lines)
            if line not in exact and (number in failures or _shape(line) not in like)
        ]
        gone += len(lines) - len(left)
        skipped += 1
        if left:
            kept += [_screens_note(skipped, bool(left)), *left]
            skipped = 0
    if skipped:
        kept.append(_screens_note(skipped, False))
    return "\n".join([*kept, *(["[the last screen:]"] if kept else []), *pages[-1:]]), gone


def _screens_note(screens: int, has_lines: bool) -> str:
    what = "an earlier screen" if screens == 1 else f"{screens:,} earlier screens"
    rest = "without what the next one shows too" if has_lines else "the next one shows all of it"
    return f"[{what}, {rest}{':' if has_lines else ''}]"


def _shape(line: str) -> str:
    return _VARYING.sub("", line)


def _kinds(lines: list[str]) -> list[str]:
    """Return for each line what display it is a frame of: "progress", "spinner"; empty for none."""
    kinds = [_kind(line[:400]) for line in lines]
    candidates = [number for number, kind in enumerate(kinds) if kind]
    for at in failure.Search(lines[number] for number in candidates).failures():
        kinds[candidates[at]] = ""
    return kinds


def _kind(line: str) -> str:
    if "%" in line or _BAR.search(line):
        return "progress"
    return "spinner" if not line.isascii() and _SPINNER.search(line[:40]) else ""


def _is_display(frames: list[str]) -> bool:
    """Whether lines of one shape are a display, by its bar or a percentage that only grows, and no table."""
    if len(frames) < _MANY:
        return False
    if _BAR.search(frames[0]) or _SPINNER.search(frames[0]):
        return True
    percents = [float(match[1]) if (match := _PERCENT.search(frame)) else -1.0 for frame in frames]
    grows = all(before <= after for before, after in pairwise(percents))
    return grows and percents[0] >= 0 and percents[0] < percents[-1]
