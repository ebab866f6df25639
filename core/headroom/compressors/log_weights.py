"""How much each line of a log matters: what must stand in full is never the repeated, uneventful line."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Final

from headroom.compressors import log_lines
from headroom.compressors.log_lines import Line

PLAIN: Final = 0
"""Nothing says that the line matters."""
NOTABLE: Final = 1
"""It speaks of a failure, but has no level that says so."""
WARNING: Final = 2
ERROR: Final = 3
"""An error, a crash, a stack trace."""

_OF_LEVEL: Final = {"WARN": WARNING, "4xx": WARNING, "ERROR": ERROR, "FATAL": ERROR, "5xx": ERROR}

_NOTHING: Final = r"(?:0(?![.\d])|0\.0*+(?!\d)|nil\b|null\b|none\b|false\b|no\b|<nil>|\"\"|''|\[\]|\{\})"
_IS_NOTHING: Final = rf"[a-z_]*+[\"']?+ ?[=:] ?[\"']?{_NOTHING}"
_FAILURE: Final = re.compile(rf"(?!{_IS_NOTHING})")
_LATE: Final = re.compile(rf"(?!{_IS_NOTHING}|timeout[a-z_]*+[\"']?+ ?[=:] ?[\"']?\d)")
_INVALID: Final = re.compile(rf"(?!invalidat|{_IS_NOTHING})")
_EXIT: Final = re.compile(
    r"exit(?:ed|ing)?+[^a-z0-9\n]{1,3}+(?:with )?+(?:exit )?+(?:code|status)?+[^a-z0-9\n]{0,3}+-?[1-9]"
)
_STATUS: Final = re.compile(r"(?:status|code)[a-z_]*+[\"']?+ ?[=:]? ?[\"']?[45]\d\d\b(?!\.)")
_REQUEST: Final = re.compile(r"[a-z]++ \S++(?: http/[\d.]++\"?+)?+(?: -| =>| ->|:)? [45]\d\d\b")
_PROTOCOL: Final = re.compile(r"http/[\d.]++\"?+ [45]\d\d\b")
_WORDS: Final = (
    *(
        "error",
        "exception",
        "fail",
        "fatal",
        "panic",
        "critical",
        "abort",
        "killed",
        "crash",
        "segfault",
        "traceback",
    ),
    *(
        "refused",
        "denied",
        "unreachable",
        "unavailable",
        "unauthorized",
        "forbidden",
        "reject",
        "violat",
        "expired",
    ),
    *(
        "cannot",
        "can't",
        "couldn't",
        "corrupt",
        "exhausted",
        "overflow",
        "deadlock",
        "unhealthy",
        "backoff",
        "back-off",
    ),
    *(
        "segmentation fault",
        "out of memory",
        "oomkill",
        "oom-kill",
        "unable to",
        "could not",
        "not found",
        "no such",
    ),
    *("broken pipe", "reset by peer", "timed out"),
)
_METHODS: Final = ("get /", "post /", "put /", "patch /", "delete /", "head /", "options /")
_NEEDLES: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys(_WORDS, _FAILURE),
    **dict.fromkeys(_METHODS, _REQUEST),
    "timeout": _LATE,
    "invalid": _INVALID,
    "exit": _EXIT,
    "status": _STATUS,
    "code": _STATUS,
    "http/": _PROTOCOL,
}
"""What speaks of a failure, in lower case, and what must match where it stands."""
_DENIALS: Final = ("no ", " 0 ", "without ", "=0 ", "zero ", "(0 ", ":0 ", "non-")

_ASKED_WORD: Final = re.compile(r"[a-z0-9][\w./:-]{3,63}+")
_ASKED_WORDS: Final = 48
_ASKED_LINES: Final = 20
_ASKED_SHARE: Final = 0.05
"""A word of the user's that stands in many lines, or a large share of them, does not tell them apart."""


class Search:
    """Finds words in the lines of a log, in any case, in time linear in its length."""

    def __init__(self, lines: list[Line]) -> None:
        lowered = [line.text.lower() for line in lines]
        self._text = "\n".join(lowered)
        self._starts = list(accumulate((len(line) + 1 for line in lowered), initial=0))

    def lines_with(self, needle: str, here: re.Pattern[str], limit: int | None = None) -> list[int]:
        """Return the numbers of the lines where `needle` stands, is not denied, and `here` matches at it."""
        found: list[int] = []
        at = self._text.find(needle)
        while at >= 0 and (limit is None or len(found) <= limit):
            end = at + len(needle)
            if here.match(self._text, at) and not self._text.endswith(_DENIALS, max(0, at - 8), at):
                number = bisect_right(self._starts, at) - 1
                found.append(number)
                end = self._starts[number + 1]
            at = self._text.find(needle, end)
        return found


def weigh(lines: list[Line], search: Search) -> list[int]:
    """Return each line's weight: by its level, by what it says, and by the stack trace that it is part of."""
    weights = [_OF_LEVEL.get(line.level, PLAIN) for line in lines]
    for needle, here in _NEEDLES.items():
        for number in search.lines_with(needle, here):
            weights[number] = max(weights[number], NOTABLE)
    for entry in entries(lines):
        has_trace = any(log_lines.is_trace(lines[number]) for number in entry)
        least = ERROR if has_trace else weights[entry[0]]
        for number in entry:
            weights[number] = max(weights[number], least)
    return weights


def entries(lines: list[Line]) -> Iterator[list[int]]:
    """Yield the numbers of the lines that belong together: one that begins an entry, and what hangs on it."""
    current: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        entry = current.get(line.speaker)
        if entry is None or line.is_head:
            if entry:
                yield entry
            entry = current[line.speaker] = []
        entry.append(number)
    yield from current.values()


def asked_for(lines: list[Line], search: Search, query: str) -> set[int]:
    """Return the numbers of the lines with a word of the user's that stands in only a few of them."""
    limit = min(_ASKED_LINES, max(3, int(_ASKED_SHARE * len(lines))))
    words = dict.fromkeys(word.rstrip(".:/-") for word in _ASKED_WORD.findall(query.lower()))
    found: set[int] = set()
    for word in list(words)[:_ASKED_WORDS]:
        hits = search.lines_with(word, _ANYTHING, limit)
        if len(hits) <= limit:
            found.update(hits)
    return found


_ANYTHING: Final = re.compile("")
