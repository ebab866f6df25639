"""Hunks with less context around their changes, and with headers whose line numbers stay right."""

from typing import Final, NamedTuple

from headroom.compressors import diff_lines
from headroom.compressors.diff_lines import Hunk

ALL: Final = 1_000_000
"""More lines of context than any hunk has."""
_SHORT_GAP: Final = 2
"""So few unchanged lines in between stay: a header of a new hunk costs as much."""


class Trimmed(NamedTuple):
    """A hunk, written."""

    lines: list[str]
    omitted: int
    """How many lines of context were left out."""


def trim(lines: list[str], hunk: Hunk, context: int, asked: frozenset[int] = frozenset()) -> Trimmed:
    """Return a hunk with at most `context` unchanged lines around what changed; a cut-off hunk as it is.

    Args:
        lines: of the whole diff.
        asked: numbers of unchanged lines that stay as if they had changed.
    """
    body = lines[hunk.at + 1 : hunk.end]
    as_it_is = Trimmed(lines[hunk.at : hunk.end], 0)
    if not hunk.is_whole or context >= ALL:
        return as_it_is
    parts = _parts(body, hunk.width, context, [at - hunk.at - 1 for at in asked if hunk.at < at < hunk.end])
    kept = sum(end - start for start, end in parts)
    if not parts or kept == len(body):
        return as_it_is
    firsts = [start if count else start + 1 for start, count in zip(hunk.starts, hunk.counts, strict=True)]
    out: list[str] = []
    at = 0
    for start, end in parts:
        _advance(firsts, _counts(body[at:start], hunk.width))
        counts = _counts(body[start:end], hunk.width)
        starts = tuple(first if count else first - 1 for first, count in zip(firsts, counts, strict=True))
        out.append(diff_lines.hunk_header(starts, tuple(counts), "" if at else hunk.heading))
        out += body[start:end]
        _advance(firsts, counts)
        at = end
    return Trimmed(out, len(body) - kept)


def _advance(firsts: list[int], counts: list[int]) -> None:
    for side, count in enumerate(counts):
        firsts[side] += count


def _parts(body: list[str], width: int, context: int, asked: list[int]) -> list[tuple[int, int]]:
    """Return the stretches of a hunk's lines that stay: from, to."""
    if width == 1:
        changed = [at for at, line in enumerate(body) if line[:1] in ("+", "-")]
    else:
        changed = [at for at, line in enumerate(body) if diff_lines.is_changed(line, width)]
    if asked:
        changed = sorted({*changed, *asked})
    parts: list[tuple[int, int]] = []
    start = end = -1
    for at in changed:
        if start >= 0 and at - context - end <= _SHORT_GAP:
            end = at + 1 + context
            continue
        if start >= 0:
            parts.append((start, _past_note(body, end)))
        start, end = max(0, at - context), at + 1 + context
    if start >= 0:
        parts.append((start, _past_note(body, min(end, len(body)))))
    return parts


def _past_note(body: list[str], end: int) -> int:
    """Return the end of a stretch with the note that belongs to its last line: "\\ No newline at end of file"."""
    return end + 1 if end < len(body) and body[end].startswith("\\ ") else end


def _counts(body: list[str], width: int) -> list[int]:
    """Return how many of these lines stand in each old file and, last, in the new one."""
    real = [line for line in body if not line.startswith("\\ ")]
    if width == 1:
        signs = [line[:1] for line in real]
        return [len(real) - signs.count("+"), len(real) - signs.count("-")]
    counts = [0] * (width + 1)
    for line in real:
        _advance(counts, diff_lines.sides(line[:width].ljust(width)))
    return counts
