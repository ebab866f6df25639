"""The short forms of a report of tests or of a build: what every row of this family does.

[headroom: 1,985 of 2,050 lines omitted (PASSED 1,980, blank 5; counted in ...); all of it: PATH]
    [... 132 lines: PASSED 130, SKIPPED 2]
"""

from itertools import islice
from typing import Final, NamedTuple

from headroom import markers, tokens
from headroom.compressors import protected, run_choice, run_events, run_notes, run_packing, run_reading, screen
from headroom.compressors.run_reading import Report
from headroom.compressors.run_rows import Tool
from headroom.types import Compressed, Context, PassThrough

_SAMPLE_CHARS: Final = 6144
_TAIL_CHARS: Final = 2048
_LEAST_SAID: Final = 2
"""One line that looks like a tool's is found in many texts."""
_COUNTED_CHARS: Final = 60_000
"""Longer texts are not counted but estimated."""
_CHARS_PER_TOKEN: Final = 3.0
_LEAST_TOKENS: Final = 600
"""So much room there is in any case."""
_WORTH: Final = 0.85
_LEGEND: Final = 'counted in [... N lines] where they stood, "like" but for numbers'
_SILENT: Final = "events without output"
_STRETCH: Final = 1.5
"""What findings say stays while it takes no more than that many times the room."""
_SPREAD: Final = 0.15
"""What the lines that stand for others may take of the room."""
_NOTE_CHARS: Final = 40
_FULL: Final = 0.9
"""A form that fills so much of its budget is full."""


def looks_like(text: str, tools: tuple[Tool, ...]) -> bool:
    """Whether tools have said some lines at a text's beginning or end, outside of a markdown fence."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    if "\n```" in sample:
        return False
    tail = screen.without_styles(text[-_TAIL_CHARS:]).partition("\n")[2] if len(text) > _SAMPLE_CHARS else ""
    said = run_reading.said(f"{sample}\n{tail}", tools)
    return len(list(islice(said, _LEAST_SAID))) == _LEAST_SAID


def compress(text: str, context: Context, tools: tuple[Tool, ...]) -> Compressed:
    """Return a report without what only says that all is well; failures and warnings stay word for word.

    Args:
        tools: one of these must have spoken; the lines of all known tools are read.

    Raises PassThrough for a text in which none of them has spoken, or that has nothing to leave out.
    """
    protected.refuse(text)
    shown = screen.shown(text).replace("\r\n", "\n")
    is_whole = screen.is_only_styled(text)
    events = run_events.read(shown)
    output = events.output if events else shown
    spoken = run_reading.spoken(output)
    if not any(tool in spoken for tool in tools):
        raise PassThrough("no tool of this family has spoken")
    if context.budget_tokens is not None:
        overwritten = 0 if is_whole else len(text) - len(shown)
        report = run_reading.read(output, spoken)
        source = _Source(report, context, events.silent if events else 0, overwritten)
        return _lossy(source, len(text), max(context.budget_tokens, _LEAST_TOKENS))
    if events or not is_whole or "\r" in text:
        raise PassThrough("events have no lossless form here" if events else "a screen would show only a part")
    return run_packing.lossless(shown, text, spoken)


class _Source(NamedTuple):
    """What is to be shortened, and what of it is no line of the report."""

    report: Report
    context: Context
    silent: int
    """Events that print nothing."""
    overwritten: int
    """Characters that a screen does not show."""


def _lossy(source: _Source, chars: int, room_tokens: int) -> Compressed:
    stay = run_choice.always(source.report, source.context.query)
    for thrift in run_choice.THRIFTS:
        choice = run_choice.choose(source.report, thrift, stay)
        result = _written(source, choice)
        size = _tokens(result.text)
        if size <= room_tokens * (_STRETCH if thrift.rules else 1):
            break
    if choice.again and size < room_tokens:
        _fill(source, choice, _FULL * (room_tokens - size) * _CHARS_PER_TOKEN)
        result = _written(source, choice)
    elif _spread(source, choice, min(room_tokens - size, _SPREAD * room_tokens) * _CHARS_PER_TOKEN):
        result = _written(source, choice)
    if not result.omitted:
        raise PassThrough("nothing that may be left out")
    if len(result.text) > _WORTH * chars:
        raise PassThrough("too little to leave out")
    return result


def _fill(source: _Source, choice: run_choice.Choice, room_chars: float) -> None:
    """Bring back what there is room for, of the units that are only named."""
    for unit in run_choice.restorable(source.report, choice, source.context.query):
        room_chars -= sum(map(len, source.report.lines[unit.start : unit.end])) + unit.end - unit.start
        if room_chars < 0:
            break
        choice.keep[unit.start : unit.end] = [True] * (unit.end - unit.start)
        del choice.again[unit.start]


def _spread(source: _Source, choice: run_choice.Choice, room_chars: float) -> bool:
    """Bring back lines that stand for the others of large classes, if there is room for them."""
    lines = source.report.lines
    found = run_choice.spread(source.report, choice)
    if sum(len(lines[number]) + _NOTE_CHARS for number in found) > room_chars:
        return False
    for number in found:
        choice.keep[number] = True
    return bool(found)


def _written(source: _Source, choice: run_choice.Choice) -> Compressed:
    out = run_notes.account(source.report, choice)
    lines = run_notes.write(out)
    found = run_notes.counts(out)
    if source.silent:
        found[_SILENT] = source.silent
    gone = sum(found.values())
    total = len(source.report.lines) - (not source.report.lines[-1]) + source.silent
    detail = f"{run_notes.listed(found)}; {_LEGEND}"
    if source.overwritten:
        detail += f"; {source.overwritten:,} characters overwritten or erased on the screen"
    marker = markers.omission(gone, total, "lines", detail, source.context.original)
    return Compressed("\n".join([marker, *lines]), False, total - gone, dict(found))


def _tokens(text: str) -> float:
    return tokens.count(text) if len(text) <= _COUNTED_CHARS else len(text) / _CHARS_PER_TOKEN
