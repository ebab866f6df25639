"""Long prose: whole sentences, chosen by the query, by what they say and by what is new in them.

    [headroom: 310 of 420 sentences, items and lines omitted (sentences 250, list items 60); all of it: PATH]
    # Title
    The first sentence. [… in the place of each gap, how many were there]

Always a lossy form. Wrapped lines of a paragraph are joined; code blocks, tables and lists keep their lines.
"""

import re
from typing import Final

from headroom import markers
from headroom.compressors import prose_selection, prose_words, protected, screen
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 6000
_NUMBERED: Final = re.compile(r"\s*+\d++[\t→│|]|[^\s:]++:\d++:")
_DATED: Final = re.compile(r"\[?\d{4}-\d\d-\d\d[T ]\d\d|\[?\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d")
_DATA: Final = re.compile(r"\s*+(?:\{|\[\s*+[\[{\"])")
_KEY: Final = re.compile(r"\"[\w.-]{1,60}\":\s?\S")
_MOST_KEYS: Final = 8
_USAGE: Final = re.compile(r"^(?:usage|synopsis|aufruf|utilisation|uso)\b", re.IGNORECASE | re.MULTILINE)
_OPTION: Final = re.compile(r"^\s{1,12}-{1,2}[A-Za-z?][^\n]*", re.MULTILINE)
_MIN_OPTIONS: Final = 6
_MAN: Final = re.compile(r"^NAME\n\s+\S+.*\s[-—–]\s", re.MULTILINE)
_MOST_SHAPED: Final = 0.3
_WORTH: Final = 0.9


def looks_like(text: str) -> bool:
    """Whether the text begins as sentences in a natural language, a man page or a command's help text does."""
    if screen.is_controlled(text[:_SAMPLE_CHARS]):
        return False
    sample = text[:_SAMPLE_CHARS]
    lines = [line for line in sample.split("\n") if line.strip()]
    shaped = sum(bool(_NUMBERED.match(line) or _DATED.match(line)) for line in lines)
    if _DATA.match(sample) or len(_KEY.findall(sample)) > _MOST_KEYS:
        return False
    if not lines or shaped > _MOST_SHAPED * len(lines):
        return False
    return is_manual(sample) or prose_words.is_language(sample)


def is_manual(text: str) -> bool:
    """Whether a text is a man page, or what a command prints for --help."""
    head = text[:_SAMPLE_CHARS]
    if _MAN.search(head):
        return True
    options = _OPTION.findall(head)
    return len(options) >= _MIN_OPTIONS and _USAGE.search(head[:1500]) is not None


def compress(text: str, context: Context) -> Compressed:
    """Return the sentences of a text that matter, about context.budget_tokens long, or longer if more must stay.

    Raises PassThrough for what is not prose all through, when too little can go, and when the lossless form is
    asked for: there is none.
    """
    if context.budget_tokens is None:
        raise PassThrough("prose has only a lossy form")
    protected.refuse(text)
    shown = screen.shown(text).replace("\r\n", "\n")
    if not is_prose(shown):
        raise PassThrough("not prose")
    fitted = prose_selection.fit(shown, context.query, context.budget_tokens)
    if not fitted.omitted or len(fitted.text) > _WORTH * len(text):
        raise PassThrough("too little can be left out")
    protected.refuse(fitted.text)
    omitted = sum(fitted.omitted.values())
    detail = f"{fitted.said}; where, the notes in brackets say"
    note = markers.omission(omitted, fitted.total, "sentences, items and lines", detail, context.original)
    return Compressed(f"{note}\n{fitted.text}", False, fitted.total - omitted, fitted.omitted)


def is_prose(text: str) -> bool:
    """Whether a text is prose at its beginning, and in most of three other places."""
    if not looks_like(text):
        return False
    if len(text) <= 2 * _SAMPLE_CHARS:
        return True
    starts = [len(text) * share // 100 for share in (35, 65, 90)]
    samples = (text[start : start + _SAMPLE_CHARS] for start in starts)
    votes = [prose_words.is_language(sample) or len(_OPTION.findall(sample)) >= _MIN_OPTIONS for sample in samples]
    return sum(votes) >= 2


PROSE: Final = Compressor(
    "prose",
    looks_like,
    compress,
    commands=("man", "info", "tldr", "pdftotext", "pandoc", "lynx -dump", "w3m -dump", "html2text", "antiword"),
    tools=("WebFetch", "WebSearch", "*search*", "*fetch*", "*browse*"),
)
