"""The lines of a log: where their time stands, what level they are, which of them belong together."""

import re
from typing import Final, NamedTuple

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK: Final = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9}+)?+"
_ZONE: Final = r"(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?+"
_TIMES: Final = (
    rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}}+)?+)?+{_ZONE}",
    rf"(?:{_DAY} )?+{_MONTH} [ \d]\d {_CLOCK}(?: \d{{4}})?+{_ZONE}",  # syslog, Apache's error log
    rf"\d\d[ /-]{_MONTH}[ /-]\d{{4}}[ :]{_CLOCK}{_ZONE}",  # access logs, Redis
    rf"\d\d-\d\d {_CLOCK}",  # Android
    rf"[IWEF]\d{{4}} {_CLOCK}(?=\s++\d++ [^\s\]]++\])",  # Kubernetes
    _CLOCK + r"(?: [AP]M)?+",
    r"(?<=\[)\s{0,8}+\d{1,9}+\.\d{6}(?=\])",  # the kernel: seconds since it started
)
_LEVELS: Final = {
    **dict.fromkeys(("TRACE", "FINEST", "FINER", "VERBOSE"), "TRACE"),
    **dict.fromkeys(("DEBUG", "FINE"), "DEBUG"),
    **dict.fromkeys(("INFO", "INFORMATION", "NOTICE", "LOG", "I"), "INFO"),
    **dict.fromkeys(("WARN", "WARNING", "W"), "WARN"),
    **dict.fromkeys(("ERROR", "ERR", "SEVERE", "E"), "ERROR"),
    **dict.fromkeys(("FATAL", "CRITICAL", "CRIT", "PANIC", "EMERG", "ALERT", "F"), "FATAL"),
}
_WORD: Final = "(?:" + "|".join(sorted((word for word in _LEVELS if len(word) > 1), reverse=True)) + ")"

_HEAD: Final = re.compile(
    # Who speaks: docker compose, kubectl, syslog's priority, Redis.
    r"(?P<speaker>(?:[\w.-]{1,64}+\s{0,64}+\|\s|\[(?:pod|container)/[^\]\n]{1,200}+\]\s)?+"
    r"(?:<\d{1,3}>(?:\d )?+|\d{1,9}:[A-Z] )?+)"
    rf"(?P<level>(?:[\[(<]?+{_WORD}(?:\s{{0,4}}+[\])>])?+:?+|\[(?i:{_WORD})\]|level=\"?\w++\"?+)(?=[\s\[:])"
    rf"|{_WORD}:(?=[\w.]++:))?+[ \t:]*+"
    rf"(?:\S{{1,64}}+ \S{{1,64}}+ \S{{1,64}}+ (?=\[\d\d/{_MONTH}/))?+"  # an access log's host and users
    rf"(?P<stamp>(?:(?:time|ts|timestamp|t)=\"?+\d[^\"\s]{{1,64}}+\"?+|\[?+(?:{'|'.join(_TIMES)})\]?+)"
    r"(?=[\[\]]|[:)>]?+\s)(?!\s*+\Z))?+"
)
_INDENTED: Final = re.compile(
    r'\s++(?:at\s|File "|\.{3} \d|\^|raise |goroutine )|\s?(?:Caused by:|Traceback \()|\t|\s{4}[^\s\d]'
)
_LEVEL: Final = re.compile(
    rf"\b(?:level|lvl|severity)[\"']?[=:]\s?[\"']?(\w++)|[\[(<|](?:\w++:)?+\s{{0,4}}+((?i:{_WORD}))\s{{0,4}}+[\])>|]"
    rf"|(?<![\w-])({_WORD})(?![\w.-])"
)
_LEVEL_CHARS: Final = 100
"""How far into a line its level is looked for."""
_STATUS: Final = re.compile(r'" ([1-5])\d\d(?: |\Z)')
_TRACE: Final = re.compile(
    r"\s++at\s\S|Traceback \(|\s++File \"[^\"]++\", line \d|Caused by: |goroutine \d++ \[|panic: |fatal error: "
    r"|thread '[^']*+' [^\n]*panicked|stack backtrace:|\s++\d++: 0x|\s{2,}+\d++: [\w<]"
    r"|Exception in thread |Unhandled |[\w.$]++(?:(?<=Error)|(?<=Exception))(?::|\Z)"
)
_VERDICT: Final = re.compile(
    r"^(?:\[\w++\] )?+(?:Tests run: \d|-{3,}+ (?:PASS|FAIL): |(?:ok|FAIL)[ \t]++\S++[ \t]++[\d.]++s$|test result: "
    r"|={3,}+ .*\b(?:passed|failed)\b|\S++ (?:PASSED|FAILED)(?: ++\[ *+\d++%\])?+$"
    r"|Tests:[ \t]++\d|[ \t]*+[✓✔✕✗]\s|Ran \d++ tests? in )",
    re.MULTILINE,
)

_HEADS_SHARE: Final = 0.6
"""So many of the lines that are not indented must begin as a log's do."""
_HEADS_SHARE_OF_ALL: Final = 0.2
_MIN_HEADS: Final = 5


class Line(NamedTuple):
    """One line of a log."""

    text: str
    is_head: bool
    """Whether an entry begins here; other lines belong to the entry above them."""
    stamp: tuple[int, int]
    """Where its time stands; an empty span when it has none."""
    level: str
    """TRACE, DEBUG, INFO, WARN, ERROR, FATAL, or 2xx and so on for a web server's status; empty when not known."""
    speaker: str
    """Which of several programs whose logs are mixed says it; empty when there is one."""


def read(text: str) -> list[Line]:
    """Return the lines of a log, without the empty one behind a last line end."""
    return list(map(_read_line, text.removesuffix("\n").split("\n")))


def is_log(lines: list[Line]) -> bool:
    """Whether most lines, other than blank and indented ones, begin as those of a log."""
    heads = sum(line.is_head for line in lines)
    others = sum(
        not line.is_head and line.text[len(line.speaker) :][:1] not in ("", " ", "\t", "}") for line in lines
    )
    enough = heads >= _HEADS_SHARE * (heads + others) and heads >= _HEADS_SHARE_OF_ALL * len(lines)
    return enough and heads >= _MIN_HEADS


def has_verdicts(text: str) -> bool:
    """Whether a text holds the verdict lines of a test run: such output is no log, however its lines begin."""
    return _VERDICT.search(text) is not None


def is_trace(line: Line) -> bool:
    """Whether a line looks like part of a stack trace or of a crash's report."""
    return _TRACE.match(line.text, line.stamp[1] + 1 if line.stamp[1] else len(line.speaker)) is not None


def _read_line(text: str) -> Line:
    head = _HEAD.match(text)
    if head is None:
        return Line(text, False, (0, 0), "", "")
    first, stamp, speaker = head["level"], head["stamp"], head["speaker"]
    if first is None and stamp is None:
        return Line(text, False, (0, 0), "", speaker)
    end = head.end()
    span = head.span("stamp") if stamp else (head.start("level"), head.start("level"))
    level = _level(text, head.start("level") if first else end, stamp or "")
    is_table = stamp and text[end : end + 1] == "\t" and not level
    is_head = not is_table and (bool(level) or not _INDENTED.match(text, end))
    return Line(text, is_head, span, level, speaker)


def _level(text: str, start: int, stamp: str) -> str:
    if stamp[:1] == "[" and "/" in stamp:
        status = _STATUS.search(text, start)
        if status:
            return status[1] + "xx"
    if stamp[:1] in _LEVELS and stamp[1:2].isdigit():
        return _LEVELS[stamp[0]]
    found = _LEVEL.search(text, start, start + _LEVEL_CHARS)
    return _LEVELS.get((found[1] or found[2] or found[3]).upper(), "") if found else ""
