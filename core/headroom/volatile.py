"""The parts of a system prompt that change from one request to the next: each throws away the cache behind it.

Precise before complete. What has a shape of its own (a UUID, a date with its weekday) is found where it stands;
what could be anything (a date, a number) only behind words that say it is today's, or this request's. What an
example shows is none: a line that says "e.g." is left out, as is anything in backticks.

Linear in the text: every pattern has a bounded length, and is tried once at each place.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple


class Volatile(NamedTuple):
    """A part of a text that is another one next time."""

    start: int
    """Offset in characters."""
    end: int
    kind: str
    """One of LABELS."""
    label: str
    """What it is, in words, without its value."""


LABELS: Final = {
    "date": "a date or time",
    "epoch": "seconds since 1970",
    "uuid": "a UUID",
    "id": "a request's or session's id",
    "nonce": "a random value",
    "folder": "the working folder",
    "listing": "a folder's listing",
    "git": "the state of a git repository",
    "tokens": "a count of tokens left or used",
    "pid": "a process id",
    "temp": "a temporary path",
}

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_WEEKDAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_CLOCK: Final = (
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?:[ \u202f]?(?:[AaPp]\.[Mm]\.|[AaPp][Mm]\b))?"
    r"(?: ?(?:Z\b|UTC\b|GMT\b|[A-Z]{3,4}\b|[+-]\d{2}:?\d{2}\b)){0,2}"
)
_ISO_DAY: Final = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_DAY: Final = (
    rf"(?:{_ISO_DAY}|(?:{_WEEKDAY},? )?(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?:19|20)\d\d)|\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d"
    r"|(?:19|20)\d\d/\d{1,2}/\d{1,2})"
)
_DAY_AND_CLOCK: Final = rf"{_DAY}(?:(?:T|,? (?:at )?){_CLOCK})?"
_OF_NOW: Final = (
    r"(?:\btoday(?:['’]?s)?(?:[ _-]?(?:date|day))?|\bcurrent[ _-]?(?:local[ _-]?|utc[ _-]?|system[ _-]?)?"
    r"(?:date|time|day|datetime|timestamp)(?:[ _-]?(?:and|/|&)?[ _-]?time)?(?:[ _-]?utc)?"
    r"|\b(?:the|local|system|utc) (?:date|time)|\b(?:date|it) (?:and time )?(?:is )?(?:now|today)"
    r"|\bnow|\btimestamp|\bas of today|\b(?:request|server|generated|started|session)[ _-]?(?:at|on"
    r"|time|date|start)"
    r"|^[ \t]*(?:[-*#] ?)?\**(?:date|time|datetime|date and time))"
)
_TO_VALUE: Final = (
    r"(?:[\"'*_)]{0,3}(?: \([^()\n]{1,30}\))? ?(?:[:=>]|is|was|are|,)?[ \t\"'*`>]{0,4}(?:now |today |a |on )?)"
)
_ID_OF: Final = (
    r"\b(?:x[ _-])?(?:request|req|session|trace|correlation|span|run|conversation|thread|turn|message|invocation"
    r"|transaction|execution|job|task|chat|client|instance|user[ _-]?session)[ _-]?(?:id|uuid|identifier)\b"
)
_NONCE_OF: Final = (
    r"\b(?:nonce|random[ _-]?(?:seed|value|token|string)|cache[ _-]?bust(?:er|ing)?|csrf[ _-]?token)\b"
)
_FOLDER_OF: Final = (
    r"(?:\b(?:primary |current |present )?working (?:directory|dir|folder)\b|\bcurrent (?:directory|folder)\b"
    r"|<cwd|\bcwd\b|\bworkspace root(?: folder)?\b|\bworking in the (?:directory|folder))"
)


class _Rule(NamedTuple):
    kind: str
    pattern: re.Pattern[str]
    """Its group `v` is the part."""
    bare: bool
    """Whether nothing but its shape says so: then not in code, quotes, or beside words such as "version"."""


def _rule(kind: str, pattern: str, *, bare: bool = False, cased: bool = False) -> _Rule:
    return _Rule(kind, re.compile(pattern, re.MULTILINE | (0 if cased else re.IGNORECASE)), bare)


_HEX: Final = r"[0-9a-f]"
_RULES: Final = (
    _rule("date", rf"{_OF_NOW}{_TO_VALUE}(?P<v>{_DAY_AND_CLOCK}|(?:{_WEEKDAY},? )?{_CLOCK})"),
    _rule("date", rf"(?<![\w.-])(?P<v>{_ISO_DAY}[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{{1,9}})?)?"
          r"(?:Z|[+-]\d\d:?\d\d| UTC| GMT)?)(?![\w-])", bare=True),
    _rule("date", rf"\b(?P<v>{_WEEKDAY},? (?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:(?:19|20)\d\d(?: {_CLOCK})?"
          rf"|{_CLOCK} (?:19|20)\d\d)|\d{{1,2}} {_MONTH},? (?:19|20)\d\d"
          rf"(?:,? {_CLOCK})?))", bare=True, cased=True),
    _rule("epoch", r"\b(?:timestamp|epoch|unix(?:[ _-]?time)?|now|current[ _-]?time|ts)(?:[ _-]?(?:ms|s"
          r"|millis|seconds))?"
          rf"(?: \([^()\n]{{1,20}}\))?{_TO_VALUE}(?P<v>1\d{{9}}(?:\d{{3}}|\.\d{{1,9}})?)(?![\w-])"),
    _rule("id", rf"{_ID_OF}{_TO_VALUE}(?P<v>(?=[\w.:-]{{0,60}}\d)[\w.:-]{{7,80}}\w)"),
    _rule("id", r"(?<![\w/.-])(?P<v>(?:req|sess|session|trace|conv|thread|run|msg|resp|turn)[_-]"
          r"(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{10,64})(?![\w-])", bare=True, cased=True),
    _rule("uuid", rf"(?<![\w/-])(?P<v>{_HEX}{{8}}-{_HEX}{{4}}-[1-8]{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}})"
          r"(?![\w-])", bare=True),
    _rule("nonce", rf"{_NONCE_OF}{_TO_VALUE}(?P<v>(?=[\w+/=-]{{0,60}}\d)[\w+/=-]{{6,128}})"),
    _rule("nonce", rf"(?<![\w/:.@-])(?P<v>(?={_HEX}{{0,31}}\d)(?={_HEX}{{0,31}}[a-f]){_HEX}{{32}})(?![\w-])",
          bare=True),
    _rule("folder", rf"{_FOLDER_OF}(?: is)?[ \t]?[:=>][ \t\"'`]{{0,3}}(?P<v>(?:~"
          rf"|[A-Za-z]:)?[\\/](?:[^\s<>\"'`,;]{{0,400}}[\w/\\])?)"),
    _rule("git", r"^[ \t]*(?:[-*] )?(?:current|git) branch: ?(?P<v>[^\s(]{1,200})[ \t]*$"),
    _rule("tokens", r"(?P<v>\b\d[\d,._]{0,12}(?:%|k)?(?: ?/ ?\d[\d,._]{0,12}k?)?)(?: of)?(?: the| your)?"
          r" ?(?:context|tokens?)(?: window)?(?: (?:is|are))? (?:left|remaining|used|until)\b"),
    _rule("tokens", r"\b(?:context|tokens?)(?: window| budget| usage)? ?(?:left|remaining|used|usage|consumed)"
          r" ?(?::|=|is|are) ?(?P<v>\d[\d,._]{0,12}(?:%|k\b)?(?: ?/ ?\d[\d,._]{0,12}k?)?"
          r"(?:; ?\d[\d,._]{0,12} (?:left|remaining))?)"),
    _rule("pid", r"\b(?:pid|process id)(?: ?[:=]| is)? ?(?P<v>[1-9]\d{1,6})(?![\w%-]|\.\d)"),
    _rule("temp", r"(?<![\w/.])(?P<v>(?:(?:/private)?/(?:var/)?tmp|/var/folders/\w\w/\w{1,40}/T"
          r"|/run/user/\d{1,9})/"
          r"(?:tmp[._-]?|[\w-]{0,40}[._-])?(?=[A-Za-z]{0,20}\d)(?=\d{0,20}[A-Za-z])[A-Za-z0-9_]{6,64}"
          r"(?:/(?:[^\s<>\"'`,;)]{0,200}[\w/])?)?)", bare=True, cased=True),
)  # fmt: skip

_HEADINGS: Final = (
    (
        "git",
        re.compile(r"[ \t]*(?:git )?status(?: \([^()]{1,40}\))?:[ \t]*", re.IGNORECASE),
        re.compile(r"[ MADRCUT?!]{2} \S.*|\(clean\)|## \S.*|nothing to commit.*"),
    ),
    (
        "git",
        re.compile(r"[ \t]*(?:recent|last \d{1,3}|latest) commits(?: \([^()]{1,40}\))?:[ \t]*", re.IGNORECASE),
        re.compile(r"(?:[*|] )?[0-9a-f]{7,40} \S.*"),
    ),
    (
        "listing",
        re.compile(
            r".{0,80}\b(?:(?:folder structure|directory (?:structure|listing|tree)|files|contents"
            r"|file tree)\b.{0,30}"
            r"\b(?:current|working|workspace|cwd)\b.{0,80}|(?:current|working|workspace|cwd)\b.{0,30}"
            r"\b(?:structure|listing|tree|files|contents)\b.{0,80}):?[ \t]*|[ \t]*<(?:directory"
            r"|file)[ _]?(?:listing|tree)>",
            re.IGNORECASE,
        ),
        re.compile(
            r"[ \t]*[│├└─┬ |`+\\-]{0,40}(?:[\w.@~-]{1,120}/?(?:\.\.\.)?|"
            r"(?:[\w.@~-]{0,80}/){1,30}[\w.@~-]{0,120})[ \t]*"
            r"|[dl-][rwxst-]{9}[ .@+].{1,300}|total \d{1,9}"
        ),
    ),
)
"""Kind, a heading, and what the lines below it look like; they end with the first that does not."""

_EXAMPLE: Final = re.compile(
    r"\b(?:e\.g\.|eg\b|examples?\b|for instance|such as|i\.e\.|sample|placeholder|formatted as|format:|schema)",
    re.IGNORECASE,
)
_HISTORIC: Final = re.compile(
    r"\b(?:version|v\d|released?|since|until|before|after|by|cut-?off|copyright|deprecated|changelog"
    r"|updated|published"
    r"|commit|sha|md5|digest|checksum|hash|revision|tag|image|begins|ends|deadline|saves|saved|born)\b",
    re.IGNORECASE,
)
_CONDITIONAL: Final = re.compile(
    r"\b(?:when|if|once|below|under|above|over|exceeds?|reach(?:es)?|at (?:most|least)|less|fewer|more"
    r"|per|up to|limit"
    r"|should|must|never|always|about|around)\b",
    re.IGNORECASE,
)
_WELL_KNOWN: Final = ("00000000-", "123e4567-e89b", "550e8400-e29b", "12345678-1234", "11111111-1111")
_QUOTES: Final = "`'\"“‘"
_FENCE: Final = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_BESIDE: Final = 120
"""How many characters before and behind a part are read as what is said of it."""
_SPARE_LINES: Final = 4


def find(text: str) -> list[Volatile]:
    """Return the volatile parts of a system prompt, in order; none overlaps another."""
    fences = [match.start() for match in _FENCE.finditer(text)]
    found = [*_values(text, fences), *_blocks(text)]
    found.sort(key=lambda part: (part.start, -part.end))
    kept: list[Volatile] = []
    for part in found:
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
        elif part.end > kept[-1].end and part.start == kept[-1].start:
            kept[-1] = part
    return kept


def _values(text: str, fences: list[int]) -> Iterator[Volatile]:
    for kind, pattern, bare in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span("v")
            said = _beside(text, start, end)
            if _EXAMPLE.search(said) or (kind == "tokens" and _CONDITIONAL.search(said)):
                continue
            if text[start - 1 : start] == "`":
                continue
            in_code = bisect_right(fences, start) % 2 == 1
            if bare and (in_code or text[max(0, start - 1) : start] in tuple(_QUOTES) or _HISTORIC.search(said)):
                continue
            if kind == "uuid" and text[start:end].lower().startswith(_WELL_KNOWN):
                continue
            yield Volatile(start, end, kind, LABELS[kind])


def _beside(text: str, start: int, end: int) -> str:
    """Return what stands in the same line, not too far away, without the part itself."""
    begin = max(text.rfind("\n", max(0, start - _BESIDE), start) + 1, start - _BESIDE, 0)
    stop = text.find("\n", end, end + _BESIDE)
    return text[begin:start] + " " + text[end : stop if stop >= 0 else end + _BESIDE]


def _blocks(text: str) -> Iterator[Volatile]:
    """Yield what stands below a heading that says it is the state of a folder or repository."""
    at = 0
    lines: list[tuple[int, str]] = []
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    number = 0
    while number < len(lines):
        line = lines[number][1]
        number += 1
        if len(line) > 400:
            continue
        for kind, heading, entry in _HEADINGS:
            if heading.fullmatch(line):
                first, last = _entries(lines, number, entry, 1 if kind == "git" else 2)
                if last > first:
                    (start, _), (end, closing) = lines[first], lines[last - 1]
                    yield Volatile(start, end + len(closing), kind, LABELS[kind])
                    number = last
                break


def _entries(lines: list[tuple[int, str]], at: int, entry: re.Pattern[str], least: int) -> tuple[int, int]:
    """Return the first and the one past the last of the lines below a heading that are entries."""
    first = at
    while first < min(at + _SPARE_LINES, len(lines)) and not _is_entry(lines[first][1], entry):
        if lines[first][1].strip() and not lines[first][1].rstrip().endswith((":", "```")):
            return at, at
        first += 1
    last = first
    while last < len(lines) and _is_entry(lines[last][1], entry):
        last += 1
    return (first, last) if last - first >= least else (at, at)


def _is_entry(line: str, entry: re.Pattern[str]) -> bool:
    return bool(line.strip()) and len(line) <= 400 and entry.fullmatch(line) is not None
