"""Cuts prose into the parts that selection works on: sentences, list items, code blocks, tables, headings.

Reads markdown, plain text with blank lines between paragraphs, man pages and the help texts of commands.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from headroom.compressors import prose_words

_FENCE: Final = re.compile(r"\s{0,12}+(`{3,}+|~{3,}+)")
_HEADING: Final = re.compile(r"#{1,6}+\s+\S")
_UNDERLINE: Final = re.compile(r"(?:={3,}+|-{3,}+|~{3,}+)\s*+$")
_CAPITALS: Final = re.compile(r"[A-Z][A-Z0-9 ,/&()'-]{2,60}+$")
_ITEM: Final = re.compile(r"\s*+(?:[-*+•◦·]\s+|\(?\d{1,3}[.)]\s+|[a-z][.)]\s+)")
_OPTION: Final = re.compile(r"\s*+-{1,2}+[A-Za-z?#]")
_TABLE: Final = re.compile(r"\s*+\||[^|\n]*+(?<=\s)\|\s|-{3,}+[-| :+]*+$")
_KEY: Final = re.compile(r"[a-z ]{3,24}: \S")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|resp|Dr|Mr|Mrs|Ms|St|No|Fig|Sec|Eq|al|ca|z\.B|bzw|usw|Nr|p|pp|ex|par ex"
    r"|Inc|Ltd|Co|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\b[A-Z])\.$"
)
_END: Final = re.compile(
    r"[.!?…][\"'”’)\]*_`]{0,3}+\s++(?=[\"'“‘(\[*_`¿¡<]{0,3}+[^\W_a-zß-öø-ÿ])|[。！？](?=[^」』）])"
)
"""Where a sentence ends: at its mark, before what does not begin in lower case."""
_MOST_DEPTH: Final = 12
_LONGEST_BLOCK: Final = 12
"""Code blocks and tables of more lines are cut into parts of about so many."""
_FULL_LINE_CHARS: Final = 45
"""Lines of a wrapped paragraph are at least this long, but for the last."""
_LONGEST_SENTENCE: Final = 1200
"""A longer one is cut at a blank: nobody wrote it as a sentence."""

KINDS: Final = ("sentences", "list items", "lines", "table rows", "headings")


class Part(NamedTuple):
    """A sentence, or another thing that is kept or left out as a whole."""

    text: str
    kind: str
    """One of KINDS."""
    size: int
    """How many of its kind it is: a code block counts its lines."""
    paragraph: int
    """Number of the paragraph (or block) that it belongs to."""
    section: int
    """Number of the heading that it stands under; 0 before the first."""
    is_first: bool
    """Whether it begins its paragraph."""
    fence: str = ""
    """The line that opens the code block that this is a part of, if it is one in a fence."""
    owner: int = -1
    """Number of the part that this one hangs on: its heading, term, item or introduction; -1 for none."""


class _Cutter:
    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._paragraph = 0
        self._section = 0
        self._heading = -1
        self._above: list[tuple[int, int]] = []

    def add(self, texts: list[str], kind: str, fence: str = "") -> None:
        """Append the parts of one paragraph."""
        first = len(self.parts)
        if kind == "headings":
            self._section += 1
            self._heading, self._above = first, []
        owner = self._owner(texts[0], fence) if texts and kind != "headings" else -1
        for number, text in enumerate(texts):
            kind = "sentences" if kind == "list items" and number else kind
            count = text.count("\n") + 1 if kind in ("lines", "table rows") else 1
            part = Part(text, kind, count, self._paragraph, self._section, number == 0, fence, owner)
            self.parts.append(part)
            if number == 0 and kind in ("list items", "lines"):
                owner = first
        self._paragraph += 1

    def _owner(self, text: str, fence: str) -> int:
        """Return what a paragraph hangs on: an introduction that ends in a colon, a term or item above it."""
        indent = _indent(text)
        before = self.parts[-1] if self.parts else None
        while self._above and self._above[-1][0] >= indent and not fence:
            self._above.pop()
        owner = self._above[-1][1] if self._above else self._heading
        if not fence:
            self._above = [*self._above[-_MOST_DEPTH:], (indent, len(self.parts))]
        if (
            before is not None
            and before.text.endswith(":")
            and before.kind in ("sentences", "list items", "lines")
        ):
            return len(self.parts) - 1
        return owner


def cut(text: str) -> list[Part]:
    """Return the parts of a text, in order; joined they hold all of it but blank lines and line breaks."""
    cutter = _Cutter()
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        end, kind, fence = _block(lines, at)
        block = [item.rstrip() for item in lines[at:end]]
        if fence:
            closed = len(block) > 1 and block[-1].strip().startswith(fence)
            inner = block[1 : -1 if closed else None]
            cutter.add(_chunks(inner) or [""], kind, fence=block[0].strip())
        elif kind in ("lines", "table rows"):
            cutter.add(_chunks(block), kind)
        elif kind == "headings":
            cutter.add(["\n".join(block)], kind)
        elif kind == "sentences" and not _is_wrapped(block):
            cutter.add(_chunks(block), "lines")
        else:
            indent = line[: len(line) - len(line.lstrip())]
            cutter.add(sentences(" ".join(item.strip() for item in block), indent), kind)
        at = end
    return cutter.parts


def sentences(text: str, indent: str = "") -> list[str]:
    """Return the sentences of a paragraph; the first keeps the paragraph's indent."""
    # A hyphen that only broke a word at the end of a line (U+2010) goes with the line's end.
    text = " ".join(text.split()).replace("\u2010 ", "")
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        mark = match.end()
        if text[match.start()] == "." and _ABBREVIATION.search(
            text, max(start, match.start() - 12), match.start() + 1
        ):
            continue
        found.append(text[start:mark].strip())
        start = mark
    found.append(text[start:].strip())
    short = [piece for sentence in found if sentence for piece in _short(sentence)]
    if short:
        short[0] = indent + short[0]
    return short


def _short(sentence: str) -> list[str]:
    if len(sentence) <= _LONGEST_SENTENCE:
        return [sentence]
    pieces, start = [], 0
    while start < len(sentence):
        end = start + _LONGEST_SENTENCE
        blank = sentence.rfind(" ", start, end) if end < len(sentence) else -1
        end = blank if blank > start else end
        pieces.append(sentence[start:end].strip())
        start = end
    return [piece for piece in pieces if piece]


def _block(lines: list[str], at: int) -> tuple[int, str, str]:
    """Return where the block that begins at a line ends, its kind, and its fence if it has one."""
    line = lines[at]
    if fence := _FENCE.match(line):
        mark = fence[1]
        end = at + 1
        while end < len(lines) and not lines[end].strip().startswith(mark):
            end += 1
        return min(end + 1, len(lines)), "lines", mark
    if _HEADING.match(line) or _CAPITALS.match(line):
        return at + 1, "headings", ""
    if at + 1 < len(lines) and _UNDERLINE.match(lines[at + 1]) and len(line) < 120 and "|" not in line:
        return at + 2, "headings", ""
    if _TABLE.match(line):
        return _end_while(lines, at, lambda text: bool(_TABLE.match(text))), "table rows", ""
    if _ITEM.match(line) or _OPTION.match(line) or _KEY.match(line) or _hangs(lines, at):
        return _end_of_item(lines, at), "list items", ""
    return _end_of_paragraph(lines, at), "sentences", ""


def _hangs(lines: list[str], at: int) -> bool:
    """Whether a line goes on in the deeper one below it, as a term and its text do in a man page."""
    line = lines[at].rstrip()
    if at + 1 >= len(lines) or len(line) < _FULL_LINE_CHARS or line.endswith((".", ":", "!", "?", ";")):
        return False
    return bool(lines[at + 1].strip()) and _indent(lines[at + 1]) > _indent(line)


def _is_wrapped(block: list[str]) -> bool:
    """Whether the lines of a paragraph are one text, broken where the line was full."""
    if len(block) == 1:
        return True
    is_full = all(len(line) >= _FULL_LINE_CHARS for line in block[:-1])
    return is_full and prose_words.is_sentence_like(" ".join(block))


def _end_while(lines: list[str], at: int, holds: Callable[[str], bool]) -> int:
    end = at + 1
    while end < len(lines) and holds(lines[end]):
        end += 1
    return end


def _starts_other(line: str) -> bool:
    return bool(_ITEM.match(line) or _FENCE.match(line) or _HEADING.match(line) or _OPTION.match(line))


def _end_of_item(lines: list[str], at: int) -> int:
    """An item goes on in lines that are indented deeper than it, up to a blank line."""
    indent = len(lines[at]) - len(lines[at].lstrip())
    return _end_while(
        lines,
        at,
        lambda line: bool(line.strip()) and len(line) - len(line.lstrip()) > indent and not _starts_other(line),
    )


def _end_of_paragraph(lines: list[str], at: int) -> int:
    """A paragraph goes on to a blank line, a change of its indent, or what begins another block."""
    indent = len(lines[at]) - len(lines[at].lstrip())

    def goes_on(line: str) -> bool:
        is_same = bool(line.strip()) and len(line) - len(line.lstrip()) == indent
        return is_same and not _starts_other(line) and not _TABLE.match(line)

    return _end_while(lines, at, goes_on)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \t"))


def _chunks(lines: list[str]) -> list[str]:
    """Cut a long block at blank lines, or where there are none at every twelfth line."""
    chunks: list[list[str]] = [[]]
    for line in lines:
        full = len(chunks[-1]) >= _LONGEST_BLOCK
        if chunks[-1] and (full or (not line.strip() and len(chunks[-1]) >= _LONGEST_BLOCK // 2)):
            chunks.append([])
        chunks[-1].append(line)
    return [text for chunk in chunks if (text := "\n".join(chunk).strip("\n"))]
