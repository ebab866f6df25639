"""The lines of a log: where their time stands, what level they are, which of them begin an entry."""

import re
from typing import Final, NamedTuple

from headroom.compressors import log_levels, log_masks
from headroom.compressors.log_levels import Kind
from headroom.compressors.log_masks import STAMP

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK: Final = r"\d\d:\d\d:\d\d(?>(?:[.,]\d{1,9}+)?)"
_ZONE: Final = r"(?>(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?)"
_TIMES: Final = (
    rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?>(?::\d\d(?>(?:[.,]\d{{1,9}}+)?))?){_ZONE}",
    rf"(?>(?:{_DAY} )?){_MONTH} [ \d]\d {_CLOCK}(?>(?: \d{{4}})?){_ZONE}",  # syslog, Apache's error log
    rf"\d\d[ /-]{_MONTH}[ /-]\d{{4}}[ :]{_CLOCK}{_ZONE}",  # access logs, Redis
    rf"\d\d-\d\d {_CLOCK}",  # Android
    rf"(?<=[IWEF])\d{{4}} {_CLOCK}",  # Kubernetes
    r"\d{1,2}:\d\d[AP]M(?= (?:TRC|DBG|INF|WRN|ERR|FTL|PNC) )",  # zerolog's console
    _CLOCK + r"(?>(?: [AP]M)?)",
    r"(?<=\[) {0,8}+\d{1,9}+\.\d{6}(?=\])",  # the kernel: seconds since it started
)
_WORD: Final = log_levels.WORD
_JSON_TIME: Final = (
    r"\"(?:time|ts|timestamp|@timestamp|asctime|datetime|date|\$date)\": ?"
    r"(?:\"\d[^\"\n]{7,40}+\"|\d{9,19}+(?>(?:\.\d++)?))"
)
_HEAD: Final = re.compile(
    r"^((?>(?:[\w.-]{1,64}+[ \t]{0,64}+\|[ \t]|\[(?:pod|container)/[^\]\n]{1,200}+\][ \t])?)"  # who speaks
    r"(?>(?:<\d{1,3}>(?>(?:\d )?)|\d{1,9}:[A-Z] )?))"  # syslog's priority, Redis
    rf"(?>((?:[\[(<]?+{_WORD}(?>(?:[ \t]{{0,4}}+[\])>])?):?+|\[(?i:{_WORD})\]|level=\"?\w++\"?+)(?=[\s\[:])"
    rf"|{_WORD}:(?=[\w.]++:)"
    rf"|[IWEF](?=\d{{4}} {_CLOCK} ++\d++ [^\s\]]++\])|[DIWEFA], (?=\[\d))?)"  # Kubernetes, Ruby
    r"([ \t:]*+"
    rf"(?>(?:\S{{1,64}}+ \S{{1,64}}+ \S{{1,64}}+ (?=\[\d\d/{_MONTH}/))?)"  # an access log's host and users
    rf"(?:\{{(?:(?!{_JSON_TIME})[^\n]){{0,2000}}(?={_JSON_TIME}))?)"  # a JSON object
    rf"(?>((?:(?:time|ts|timestamp|t)=\"?+\d[^\"\s]{{1,64}}+\"?+|\[?+(?:{'|'.join(_TIMES)})\]?+)"
    rf"(?=[\[\]]|[:)>]?+\s)(?![ \t]*+$)|{_JSON_TIME}(?=[,}}]))?)"
    r"(.*)$",
    re.MULTILINE,
)
_HEADS_SHARE: Final = 0.6
"""So many of the lines that are not indented must begin as a log's do."""
_HEADS_SHARE_OF_ALL: Final = 0.2
_MIN_HEADS: Final = 5
_SAMPLE_LINES: Final = 500


class Lines(NamedTuple):
    """The lines of a log, as columns of equal length."""

    texts: list[str]
    bares: list[str]
    """The lines with a mark in the place of their time."""
    masks: list[str]
    """And with marks for numbers and ids too."""
    stamps: list[str]
    """Their times, as they are written; empty where there is none."""
    speakers: list[str]
    """Which of several programs whose logs are mixed says it; empty when there is one."""
    kinds: list[Kind]
    """What each line is; lines of equal mask mostly share it."""
    levels: list[str]
    """TRACE, DEBUG, INFO, WARN, ERROR, FATAL, or 2xx and so on for a web server's status; empty when not known."""


def read(text: str) -> Lines:
    """Return the lines of a log, without the empty one behind a last line end.

    Raises PassThrough for control characters that stand for something else here.
    """
    log_masks.refuse(text)
    text = text.removesuffix("\n")
    texts = text.split("\n")
    parts = _HEAD.findall(text)
    bares = [_bare(*part) for part in parts]
    masks = log_masks.masked(bares)
    known: dict[str, Kind] = {}
    kinds: list[Kind] = []
    for mask, part in zip(masks, parts, strict=True):
        kind = known.get(mask)
        if kind is None:
            kind = known[mask] = log_levels.kind(*part)
        kinds.append(kind)
    levels = [
        log_levels.of_line(part, kind) if kind.varies else kind.level
        for part, kind in zip(parts, kinds, strict=True)
    ]
    return Lines(texts, bares, masks, [part[3] for part in parts], [part[0] for part in parts], kinds, levels)


def is_log(lines: Lines) -> bool:
    """Whether most lines, other than blank and indented ones, begin as those of a log."""
    heads = sum([kind.is_head for kind in lines.kinds])
    others = sum([kind.is_prose for kind in lines.kinds])
    enough = heads >= _HEADS_SHARE * (heads + others) and heads >= _HEADS_SHARE_OF_ALL * len(lines.texts)
    return enough and heads >= _MIN_HEADS


def sample(text: str) -> str:
    """Return some lines of a text, from everywhere in it."""
    lines = text.split("\n")
    return "\n".join(lines[:: max(1, len(lines) // _SAMPLE_LINES)])


def _bare(speaker: str, level: str, between: str, stamp: str, rest: str) -> str:
    said = f"{speaker}{level}{between}{STAMP}{rest}" if stamp else f"{speaker}{level}{between}{rest}"
    # Between the members of a JSON object there is not always a blank to tell words apart by.
    return said.replace(',"', ', "') if between[-1:] in ("{", ",") or rest[:2] == ',"' else said
