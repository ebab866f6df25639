"""How much each line of a log matters: what must stand in full is never the repeated, uneventful line."""

from typing import Final

from headroom.compressors import failure
from headroom.compressors.log_lines import Lines

PLAIN: Final = 0
"""Nothing says that the line matters."""
NOTABLE: Final = 1
"""It speaks of a failure, but has no level that says so."""
WARNING: Final = 2
ERROR: Final = 3
"""An error, a crash, a stack trace."""

_OF_LEVEL: Final = {"WARN": WARNING, "4xx": WARNING, "ERROR": ERROR, "FATAL": ERROR, "5xx": ERROR}


def weigh(lines: Lines, entries: list[list[int]]) -> list[int]:
    """Return each line's weight: by its level, by what it says, and by the stack trace that it is part of.

    Args:
        lines: the log.
        entries: its lines, as they belong together.
    """
    of_level = _OF_LEVEL.get
    weights = [of_level(level, PLAIN) for level in lines.levels]
    for number in _failures(lines):
        weights[number] = weights[number] or NOTABLE
    kinds = lines.kinds
    for entry in entries:
        if len(entry) == 1 and not kinds[entry[0]].is_trace:
            continue
        least = ERROR if any(kinds[number].is_trace for number in entry) else weights[entry[0]]
        for number in entry:
            weights[number] = max(weights[number], least)
    return weights


def entries(lines: Lines) -> list[list[int]]:
    """Return the numbers of the lines that belong together: one that begins an entry, and what hangs on it."""
    found: list[list[int]] = []
    current: dict[str, list[int]] = {}
    for number, (kind, speaker) in enumerate(zip(lines.kinds, lines.speakers, strict=True)):
        if kind.is_head or speaker not in current:
            current[speaker] = entry = [number]
            found.append(entry)
        else:
            current[speaker].append(number)
    return found


def _failures(lines: Lines) -> list[int]:
    """Return the numbers of the lines that speak of a failure.

    Lines of equal mask say the same but for numbers: first one of each is looked at, without its numbers.
    """
    masks = list(dict.fromkeys(lines.masks))
    search = failure.Search(masks)
    worded = {masks[at] for at in search.words()}
    numbered = {masks[at] for at in search.numbers()}
    by_word = [number for number, mask in enumerate(lines.masks) if mask in worded]
    by_number = [number for number, mask in enumerate(lines.masks) if mask in numbered]
    return [
        *(by_word[at] for at in failure.Search([lines.texts[number] for number in by_word]).failures()),
        *(by_number[at] for at in failure.Search([lines.texts[number] for number in by_number]).failing_numbers()),
    ]
