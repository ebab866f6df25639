"""A log whose dates stand once, where they change: each line keeps its clock time."""

import re
from typing import Final

LEGEND: Final = "[a line without a date is of the same day as the line above it]"

_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SPEAKER: Final = r"((?:[\w.-]{1,64}+\s{0,64}+\|\s)?+)"
_BEFORE: Final = rf"({_SPEAKER}(?:\S{{1,64}}+ \S{{1,64}}+ \S{{1,64}}+ (?=\[\d))?+\[?+)"
_DATE: Final = rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]|{_MONTH} [ \d]\d |\d\d/{_MONTH}/\d{{4}}:"
_DATED: Final = re.compile(rf"{_BEFORE}({_DATE})(?=\d\d:\d\d)")
_UNDATED: Final = re.compile(rf"{_BEFORE}(?=\d\d:\d\d)")


def once(text: str) -> str:
    """Return a log with each date only where it differs from the one before, below a line that says so.

    Where the logs of several programs are mixed, each has its own way to write a date, which it is shown once.
    The text comes back as it is when it has lines that already begin with a clock time.
    """
    out = [LEGEND]
    current: dict[str, str] = {}
    day = ""
    for line in text.split("\n"):
        match = _DATED.match(line)
        if match:
            short = match[1] + line[match.end() :]
            again = _UNDATED.match(short)
            is_readable = again is not None and again.end() == match.end(1)
            is_same = match[3] == current.get(match[2]) and match[3][:-1] == day
            out.append(short if is_same and is_readable else line)
            current[match[2]] = match[3]
            day = match[3][:-1]
        elif _UNDATED.match(line):
            return text
        else:
            out.append(line)
    return "\n".join(out)
