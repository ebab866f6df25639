"""Logs: what went wrong stays word for word, what repeats becomes a template with a count.

Lossless: colours and progress removed, dates once, equal lines counted. Lossy: an omission line, then every
line that matters as it is, in order; and in the place of the first of the others the line that stands for them:

    [headroom: 1,985 of 2,000 lines omitted (INFO 1,980, DEBUG 5; ...); all of it: PATH]
    1,980x <2024-01-15T10:00:01Z..10:59:58Z> INFO GET /api/users/<1..5000> 200 in <3..250>ms
"""

from collections import Counter
from typing import Final

from headroom import markers
from headroom.compressors import (
    log_dates,
    log_lines,
    log_selection,
    log_templates,
    protected,
    screen,
)
from headroom.compressors.log_lines import Line
from headroom.compressors.log_selection import Log, Repeat, Selection
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 4096
_CHARS_PER_TOKEN: Final = 2.4
"""In o200k_base, logs have 2.1 to 2.9 characters a token."""
_WORTH: Final = 0.8
"""A lossy form that is a larger share of the text is not worth what it leaves out."""
_LEVELS: Final = ("FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "5xx", "4xx", "3xx", "2xx", "1xx")
_LEGEND: Final = "Nx: N lines of that form"


def looks_like(text: str) -> bool:
    """Whether the text begins like a log: with times or levels at the head of most lines."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    return log_lines.is_log(log_lines.read(sample))


def compress(text: str, context: Context) -> Compressed:
    """Return a log without what repeats: about context.budget_tokens long, or longer if more went wrong.

    Raises PassThrough for what is not a log, or when too little would be gained.
    """
    protected.refuse(text)
    shown = screen.shown(text)
    lines = log_lines.read(shown)
    if not log_lines.is_log(lines):
        raise PassThrough("most lines do not begin as those of a log")
    if log_lines.has_verdicts(shown):
        raise PassThrough("output of a test run")
    if context.budget_tokens is None:
        if not screen.is_only_styled(text):
            raise PassThrough("a screen would show only a part")
        result = _lossless(shown, len(lines))
        limit = len(text) - 1
    else:
        result = _lossy(lines, context, context.budget_tokens)
        limit = int(len(text) * _WORTH)
    if len(result.text) > limit:
        raise PassThrough("too little repeats")
    protected.refuse(result.text.partition("\n")[2])
    return result


def _lossless(shown: str, lines: int) -> Compressed:
    counted = screen.counted(shown)
    return Compressed(min(counted, log_dates.once(counted), key=len), lossless=True, kept=lines)


def _lossy(lines: list[Line], context: Context, budget_tokens: int) -> Compressed:
    """Be only as thrifty with repeated failures as the budget demands."""
    log = log_selection.read(lines, context.query)
    selection = log_selection.select(log, log_selection.GENEROUS)
    for thrift in log_selection.THRIFTIER:
        if selection.chars(lines) <= budget_tokens * _CHARS_PER_TOKEN:
            break
        selection = log_selection.select(log, thrift)
    gone = [number for _, numbers in selection.left for number in numbers]
    gone += [number for repeat in selection.repeats for entry in repeat.again for number in entry]
    if not gone:
        raise PassThrough("too little repeats")
    counts = Counter(lines[number].level or "other" for number in gone)
    omitted = {level: counts[level] for level in (*_LEVELS, "other") if counts[level]}
    detail = ", ".join(f"{level} {count:,}" for level, count in omitted.items()) + f"; {_LEGEND}"
    marker = markers.omission(len(gone), len(lines), "lines", detail, context.original)
    return Compressed("\n".join([marker, *_written(log, selection)]), False, len(selection.kept), omitted)


def _written(log: Log, selection: Selection) -> list[str]:
    """Return the selection's lines, each in the place of the first line that it stands for."""
    written = {number: log.lines[number].text for number in selection.kept}
    for template, numbers in selection.left:
        line = log_templates.render(template, log.lines, log.bare, numbers)
        written[numbers[0]] = f"{len(numbers):,}x {line}"
    for repeat in selection.repeats:
        written[repeat.first[-1]] += "\n" + _repeat_note(log, repeat)
    return [written[number] for number in sorted(written)]


def _repeat_note(log: Log, repeat: Repeat) -> str:
    size = len(repeat.first)
    what = "the line" if size == 1 else f"the {size} lines"
    like = ", with other values" if repeat.is_like else ""
    time = log_templates.span(log.lines[repeat.again[0][0]], log.lines[repeat.again[-1][0]])
    return f"[{what} above {len(repeat.again):,}x more{like}{time and ', ' + time}]"


LOGS: Final = Compressor("logs", looks_like, compress)
