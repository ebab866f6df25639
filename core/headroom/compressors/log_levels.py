"""What a line of a log is: an entry's beginning or not, of what level, part of a stack trace."""

import re
from typing import Final, NamedTuple

_LEVELS: Final = {
    **dict.fromkeys(("TRACE", "FINEST", "FINER", "VERBOSE", "TRC", "V", "10"), "TRACE"),
    **dict.fromkeys(("DEBUG", "FINE", "DBG", "D", "20"), "DEBUG"),
    **dict.fromkeys(("INFO", "INFORMATION", "NOTICE", "NOTE", "LOG", "INF", "I", "30"), "INFO"),
    **dict.fromkeys(("WARN", "WARNING", "WRN", "W", "40"), "WARN"),
    **dict.fromkeys(("ERROR", "ERR", "SEVERE", "E", "50"), "ERROR"),
    **dict.fromkeys(("FATAL", "CRITICAL", "CRIT", "PANIC", "EMERG", "ALERT"), "FATAL"),
    **dict.fromkeys(("FTL", "PNC", "F", "A", "60"), "FATAL"),
}
"""What programs call them, or (bunyan, pino) number them."""
_SEVERITIES: Final = ("FATAL", "FATAL", "FATAL", "ERROR", "WARN", "INFO", "INFO", "DEBUG")
"""Syslog's, from 0."""
WORD: Final = "(?:" + "|".join(sorted((word for word in _LEVELS if len(word) > 2), reverse=True)) + ")"
"""A regular expression of the names of levels."""

_INDENTED: Final = re.compile(
    r'\s++(?:at\s|File "|\.{3} \d|\^|raise |goroutine )|\s?(?:Caused by:|Traceback \()|\t|\s{4}[^\s\d]'
)
_LEVEL: Final = re.compile(
    r"\b(?:level|lvl|severity|levelname|loglevel|log\.level)[\"']?[=:]\s?[\"']?(\w++)"
    rf"|[\[(<|](?>(?:\w++:)?)\s{{0,4}}+((?i:{WORD}))\s{{0,4}}+[\])>|]"
    rf"|(?<![\w-])({WORD})(?![\w.-])"
    r"|\A\s++\d++\s++\d++ ([VDIWEF]) |\"s\":\s?\"([DIWEF])\""  # Android, MongoDB
)
_LEVEL_CHARS: Final = 100
"""How far into a line its level is looked for."""
_JSON_LEVEL_CHARS: Final = 400
_STATUS: Final = re.compile(r'" ([1-5])\d\d(?: |\Z)')
_PRIORITY: Final = re.compile(r"<(\d{1,3})>")
_TRACE: Final = re.compile(
    r"\s*+(?>(?:[|+]\s++)?)(?:at\s\S|Traceback \(|Exception Group Traceback|File \"[^\"]++\", line \d|Caused by: "
    r"|Suppressed: |During handling of the above|The above exception was|goroutine \d++ |panic: |fatal error: "
    r"|created by \S++ in goroutine|\[signal SIG|thread '[^']*+' [^\n]*panicked|stack backtrace:|\d++: 0x"
    r"|from [^\s:]++:\d++:in |[^\s:]++\.rb:\d++:in |\[cause\]: |#\d++ [^\s(]++\(\d++\): |Stack trace:"
    r"|Exception in thread "
    r"|Unhandled |[\w.$]++(?:(?<=Error)|(?<=Exception))(?::|\Z))|\s{2,}+\d++: [\w<]"
)
_VERDICT: Final = re.compile(
    r"^(?>\[\w++\] |)(?:Tests run: \d|-{3,}+ (?:PASS|FAIL): |(?:ok|FAIL)[ \t]++\S++[ \t]++[\d.]++s$|test result: "
    r"|={3,}+ .*\b(?:passed|failed)\b|\S++ (?:PASSED|FAILED)(?>(?: ++\[ *+\d++%\])?)$"
    r"|Tests:[ \t]++\d|[ \t]*+[✓✔✕✗]\s|Ran \d++ tests? in )"
)


class Kind(NamedTuple):
    """What a line is, as far as its words tell; lines that differ only in their parameters share it."""

    is_head: bool
    """Whether an entry begins here; other lines belong to the entry above them."""
    level: str
    varies: bool
    """Whether the level is a number in the line, as a web server's status is."""
    is_trace: bool
    """Whether it looks like part of a stack trace or of a crash's report."""
    is_prose: bool
    """Whether it neither begins an entry nor hangs on one, indented or as part of a stack trace."""
    is_verdict: bool
    """Whether it is a verdict line of a test run."""


def kind(speaker: str, level: str, between: str, stamp: str, rest: str) -> Kind:
    """Return what a line is.

    Args:
        speaker: who speaks, in front of the line.
        level: the level in front of the time.
        between: what else stands in front of the time.
        stamp: the time; empty when there is none.
        rest: what follows it, or all of the line but the speaker and the level.
    """
    said = between + rest if not stamp else rest
    if not level and not stamp:
        is_trace = bool(_TRACE.match(said))
        is_prose = not is_trace and said[:1] not in ("", " ", "\t", "}")
        return Kind(False, "", False, is_trace, is_prose, bool(_VERDICT.match(speaker + said)))
    varies = (stamp[:1] == "[" and "/" in stamp) or "<" in speaker
    found = "" if varies else _level(level, between, said)
    is_table = stamp and rest[:1] == "\t" and not found
    is_head = not is_table and (varies or bool(found) or not _INDENTED.match(rest))
    text = f"{speaker}{level}{between}{stamp}{rest}"
    is_prose = not is_head and text[len(speaker) :][:1] not in ("", " ", "\t", "}")
    start = 1 if stamp else 0
    return Kind(is_head, found, varies, bool(_TRACE.match(said, start)), is_prose, bool(_VERDICT.match(text)))


def of_line(parts: tuple[str, str, str, str, str], kind: Kind) -> str:
    """Return the level of a line whose kind says that it varies; its parts are as `kind` takes them."""
    speaker, level, between, stamp, rest = parts
    status = _STATUS.search(rest) if "/" in stamp else None
    if status:
        return status[1] + "xx"
    found = _level(level, between, rest)
    priority = _PRIORITY.search(speaker)
    return found or (_SEVERITIES[int(priority[1]) & 7] if priority else "")


def _level(level: str, between: str, rest: str) -> str:
    if level[1:2] in ("", ","):
        first = _LEVELS.get(level[:1], "")
        if first:
            return first
    is_json = "{" in between
    front = level + (between if is_json else "")
    chars = _JSON_LEVEL_CHARS if is_json else _LEVEL_CHARS
    for part in (front, rest) if front else (rest,):
        found = _LEVEL.search(part, 0, chars)
        if found:
            return _LEVELS.get(next(name for name in found.groups() if name).upper(), "")
    return ""
