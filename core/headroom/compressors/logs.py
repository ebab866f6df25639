"""Logs: what went wrong stays word for word, what repeats becomes a template with a count.

Lossless: colours gone, times carried over from line to line, equal lines counted. Lossy: an omission line, then
every line that matters as it is, in order; and in the place of the first of the others the line that stands for
them. What room the budget leaves is filled with what stands around failures, and a spread over forms and time:

    [headroom: 1,985 of 2,000 lines omitted (INFO 1,980, DEBUG 5; ...); all of it: PATH]
    1,980x <2024-01-15T10:00:01Z..10:59:58Z, 310 of them 10:31:02..10:31:09> INFO GET /<1..50> in <3..250>ms
    [nothing for 17m27s]
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from headroom import markers, tokens
from headroom.compressors import (
    log_carry,
    log_fill,
    log_lines,
    log_selection,
    log_templates,
    log_times,
    protected,
    screen,
    terminal_repeats,
)
from headroom.compressors.log_selection import Log, Repeat, Selection
from headroom.compressors.log_templates import Template
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 4096
_MOST_CHARS: Final = 32_000_000
"""No provider takes a longer request. Time is linear (0.2 s a megabyte), but so is memory (20 bytes a byte)."""
_FULL: Final = 0.97
"""So much of the budget is aimed at, for the length of what stands for others is an estimate."""
_COUNTED_CHARS: Final = 8192
"""Of so much of a log it is counted how many characters a token has."""
_MARKER_TOKENS: Final = 60
_WORTH: Final = 0.8
"""A lossy form that is a larger share of the text is not worth what it leaves out."""
_EXAMPLE_CHARS: Final = 80
_LEVELS: Final = ("FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "5xx", "4xx", "3xx", "2xx", "1xx")
_LEGEND: Final = "Nx: N lines of that form"


def looks_like(text: str) -> bool:
    """Whether the text begins like a log: with times or levels at the head of most lines."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS])
    try:
        return log_lines.is_log(log_lines.read(sample))
    except PassThrough:
        return False


def compress(text: str, context: Context) -> Compressed:
    """Return a log without what repeats: about context.budget_tokens long, or longer if more went wrong.

    Raises PassThrough for what is not a log, or when too little would be gained.
    """
    if len(text) > _MOST_CHARS:
        raise PassThrough(f"longer than {_MOST_CHARS:,} characters")
    protected.refuse(text)
    shown = screen.shown(text)
    if context.budget_tokens is None:
        if not screen.is_only_styled(text):
            raise PassThrough("a screen would show only a part")
        result = _lossless(shown)
        limit = len(text) - 1
    else:
        result = _lossy(shown, context, context.budget_tokens)
        limit = int(len(text) * _WORTH)
    if len(result.text) > limit:
        raise PassThrough("too little repeats")
    return result


def _lossless(shown: str) -> Compressed:
    """Return a log with what lines have in common said once. Some lines tell whether it is a log at all."""
    _refuse_others(log_lines.read(log_lines.sample(shown)))
    total = shown.count("\n") + (not shown.endswith("\n"))
    result = log_carry.carried(screen.counted(shown) if terminal_repeats.has_runs(shown) else shown, total)
    return Compressed(result, lossless=True, kept=total)


def _lossy(shown: str, context: Context, budget_tokens: int) -> Compressed:
    """Be only as thrifty with repeated failures as the budget demands, and fill what it leaves."""
    lines = log_lines.read(shown)
    _refuse_others(lines)
    log = log_selection.read(lines, context.query, budget_tokens)
    chars = int(max(budget_tokens - _MARKER_TOKENS, 1) * _FULL * _chars_per_token(shown))
    selection = log_selection.select(log, log_selection.GENEROUS)
    for thrift in log_selection.THRIFTIER:
        if selection.chars(lines.texts) <= chars:
            break
        selection = log_selection.select(log, thrift)
    selection = log_fill.filled(log, selection, chars)
    gone = [number for _, numbers in selection.left for number in numbers]
    gone += [number for repeat in selection.repeats for entry in repeat.again for number in entry]
    if not gone:
        raise PassThrough("too little repeats")
    counts = Counter(lines.levels[number] or "other" for number in gone)
    omitted = {level: counts[level] for level in (*_LEVELS, "other") if counts[level]}
    detail = ", ".join(f"{level} {count:,}" for level, count in omitted.items()) + f"; {_LEGEND}"
    marker = markers.omission(len(gone), len(lines.texts), "lines", detail, context.original)
    body = "\n".join(_written(log, selection))
    protected.refuse(body)
    return Compressed(f"{marker}\n{body}", False, len(selection.kept), omitted)


def _refuse_others(lines: log_lines.Lines) -> None:
    if not log_lines.is_log(lines):
        raise PassThrough("most lines do not begin as those of a log")
    if any(kind.is_verdict for kind in lines.kinds):
        raise PassThrough("output of a test run")


def _chars_per_token(text: str) -> float:
    """Return how many characters a token of a log has; in o200k_base, 1.8 to 2.9."""
    parts = 4
    size = _COUNTED_CHARS // parts
    step = max(size, len(text) // parts)
    some = "\n".join([text[start : start + size] for start in range(0, len(text), step)])
    return len(some) / max(1, tokens.count(some))


def _written(log: Log, selection: Selection) -> list[str]:
    """Return the selection's lines, each in the place of the first line that it stands for."""
    written = {number: log.lines.texts[number] for number in selection.kept}
    values = {id(template): slots for template, slots in zip(log.templates, log.values, strict=True)}
    for template, numbers in selection.left:
        line = _stand_in(log, template, values.get(id(template), {}), numbers)
        written[numbers[0]] = f"{len(numbers):,}x {line}"
    for repeat in selection.repeats:
        written[repeat.first[-1]] += "\n" + _repeat_note(log, repeat)
    for number in log.silences:
        silence = log.times[number + 1] - log.times[number]
        written[number] += f"\n[nothing for {log_times.lasting(silence)}]"
    return [written[number] for number in sorted(written)]


def _stand_in(log: Log, template: Template, values: dict[int, list[Sequence[str]]], numbers: list[int]) -> str:
    stamps = log.lines.stamps
    time = _span(log, numbers)
    burst = log_times.burst([log.times[number] for number in numbers], log.active_s)
    if burst and time[-1:] == ">":
        first, last = stamps[numbers[burst.first]], stamps[numbers[burst.last]]
        when = log_times.without_date(log_times.span(first, last).strip("<>"), stamps[numbers[0]])
        time = f"{time[:-1]}, {burst.last - burst.first + 1:,} of them {when}>"
    if template.words:
        return log_templates.render(template, values, numbers, time)
    example = log.lines.texts[numbers[0]]
    if len(example) > _EXAMPLE_CHARS:
        example = example[:_EXAMPLE_CHARS] + "..."
    return f"{time}{time and ' '}<other forms{template.level and ', ' + template.level}, e.g. {example}>"


def _span(log: Log, numbers: list[int]) -> str:
    """Return from when to when lines are: those of several programs do not always stand in the order of time."""
    times = [log.times[number] for number in numbers]
    first, last = log_times.ends(times)
    return log_times.span(log.lines.stamps[numbers[first]], log.lines.stamps[numbers[last]])


def _repeat_note(log: Log, repeat: Repeat) -> str:
    """Return the line that counts an entry's repeats; where these are only alike, with what their heads say."""
    size, heads = len(repeat.first), [entry[0] for entry in repeat.again]
    what = "the line" if size == 1 else f"the {size} lines"
    time = _span(log, heads)
    said = f"{what} above {len(heads):,}x more"
    if not repeat.is_like:
        return f"[{said}{time and ', ' + time}]"
    head = Template("", log.lines.masks[heads[0]].split(" "), heads)
    values = log_templates.parameters(head, log.lines.bares)
    return f"[{said}, with other values: {log_templates.render(head, values, heads, time)}]"


LOGS: Final = Compressor(
    "logs", looks_like, compress, ("journalctl", "kubectl logs", "docker logs", "docker compose logs", "dmesg")
)
