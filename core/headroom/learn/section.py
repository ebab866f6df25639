"""The managed part of a memory file: between two marker lines, and nothing outside. Pure functions over bytes.

A marker counts only where it is a line of its own. Text outside the section keeps every byte: line ends of any
kind, a byte order mark, bytes that are no UTF-8, a last line without its end.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

_NAME = b"headroom:learn:"
_BEGIN = re.compile(rb"<!-- headroom:learn:begin(?: ([!-~]+))? -->[ \t]*")
_END = re.compile(rb"<!-- headroom:learn:end -->[ \t]*")
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(rb" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})(.*)", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Unsafe(ValueError):
    """A file that is not touched; the message says why, and what to do."""


class Line(NamedTuple):
    """One line of a file."""

    text: bytes
    """Without its end, and the first one without a byte order mark."""
    end: bytes
    """Empty for a last line that has none."""
    start: int
    """Offset of its first byte."""
    number: int
    """From 1."""
    is_code: bool
    """Whether it stands in a fenced code block, or begins or ends one."""


class Section(NamedTuple):
    """A managed part."""

    label: str
    """The project that it is about, in a file that is read in all of them; else empty."""
    start: int
    """Offset of the line of its first marker."""
    stop: int
    """Offset behind the line of its second one."""
    lines: tuple[bytes, ...]
    """What stands between the markers, without line ends."""


class Put(NamedTuple):
    """What was done to a file, and what it takes to take it back."""

    label: str
    glue: bytes
    """What was put before the section, to part it from the text above."""
    before: bytes | None
    """The section that stood there, with its markers; None where there was none."""
    after: bytes
    """The section that stands there now."""


def lines(content: bytes) -> Iterator[Line]:
    """Yield a file's lines. Code blocks are told as CommonMark has them, but for those within lists and quotes."""
    fence = b""
    at = len(_BOM) if content.startswith(_BOM) else 0
    number = 0
    while at < len(content):
        found = _LINE.match(content, at)
        if found is None:
            return
        number += 1
        text, end = found[1], found[2]
        bar = _FENCE.fullmatch(text)
        is_code = bool(fence or bar)
        if bar and not fence:
            fence = bar[1]
        elif bar and bar[1][:1] == fence[:1] and len(bar[1]) >= len(fence) and not bar[2].strip():
            fence = b""
        yield Line(text, end, at, number, is_code)
        at = found.end()


def sections(content: bytes) -> list[Section]:
    """Return the managed parts of a file.

    Raises Unsafe when the file is no UTF-8 text, or its markers do not stand as we set them.
    """
    if content.startswith(_OTHER_BOMS) or b"\0" in content:
        raise Unsafe("it is UTF-16, or no text: save it as UTF-8")
    found: list[Section] = []
    opened: Line | None = None
    label, inner = "", list[bytes]()
    for line in lines(content) if _NAME in content else ():
        begin, end = _BEGIN.fullmatch(line.text), _END.fullmatch(line.text)
        if (begin or end) and line.is_code:
            raise Unsafe(f"line {line.number} has a marker of headroom learn in a code block: take it out there")
        if begin:
            if opened:
                raise Unsafe(f"line {opened.number} begins a section of headroom learn, and so does {line.number}")
            opened, label, inner = line, unquote((begin[1] or b"").decode()), []
        elif end:
            if not opened:
                raise Unsafe(f"line {line.number} ends a section of headroom learn that nothing begins")
            stop = line.start + len(line.text) + len(line.end)
            found.append(Section(label, opened.start, stop, tuple(inner)))
            opened = None
        elif opened:
            inner.append(line.text)
    if opened:
        raise Unsafe(f"line {opened.number} begins a section of headroom learn that nothing ends")
    twice = next((name for name, times in Counter(one.label for one in found).items() if times > 1), None)
    if twice is not None:
        about = f" about {twice}" if twice else ""
        raise Unsafe(f"it has two sections of headroom learn{about}: take one out")
    return found


def find(content: bytes, label: str = "") -> Section | None:
    """Return the section with a label, if there is one. Raises Unsafe."""
    return next((section for section in sections(content) if section.label == label), None)


def put(content: bytes, inner: Sequence[bytes], label: str = "") -> tuple[bytes, Put]:
    """Put lines into the section, or a new section at the end; return the new content, and what was done.

    Raises Unsafe when the file cannot be changed so that only the section changes.
    """
    there = find(content, label)
    if there:
        before = content[there.start : there.stop]
        after = _rendered(inner, label, _line_end(before))
        if not before.endswith((b"\n", b"\r")):  # the file's last line had no end
            after = after.rstrip(b"\r\n")
        made = content[: there.start] + after + content[there.stop :]
        return made, Put(label, b"", before, after)
    end = _line_end(content)
    glue = _glue(content, end)
    after = _rendered(inner, label, end)
    made = content + glue + after
    if find(made, label) is None:
        raise Unsafe("a section at its end would not be read as one")
    return made, Put(label, glue, None, after)


def take_back(content: bytes, done: Put) -> bytes | None:
    """Return the content as it was before; None when the section is gone, or more of it has been changed
    than blank lines.

    What was changed outside the section stays. Raises Unsafe.
    """
    there = find(content, done.label)
    if there is None:
        return None
    now = content[there.start : there.stop]
    if _gist(now) != _gist(done.after):
        return None
    above, below = content[: there.start], content[there.stop :]
    if done.before is not None:
        return above + done.before + below
    glue = done.glue.replace(_line_end(done.after), _line_end(now))  # line ends may have been changed throughout
    if glue and above.endswith(glue):
        above = above[: -len(glue)]
        is_joined = below and above and not above.endswith((b"\n", b"\r"))
        return above + (_line_end(glue) if is_joined else b"") + below
    return above + below


def _gist(section: bytes) -> list[bytes]:
    """Return what counts of a section: programs that tidy up files move blank lines and line ends about."""
    return [line.text.rstrip() for line in lines(section) if line.text.strip()]


def _rendered(inner: Sequence[bytes], label: str, end: bytes) -> bytes:
    # What is quoted holds no ">", so no label can end the comment.
    name = b" " + quote(label, safe="/~.-_+=,:@").encode() if label else b""
    begin, last = b"<!-- headroom:learn:begin" + name + b" -->", b"<!-- headroom:learn:end -->"
    return b"".join(line + end for line in (begin, *inner, last))


def _line_end(content: bytes) -> bytes:
    """Return how the first line ends; with a line feed where none does."""
    found = _LINE.match(content)
    return (found[2] if found else b"") or b"\n"


def _glue(content: bytes, end: bytes) -> bytes:
    """Return what parts a section from the text above it: a blank line. Raises Unsafe in an open code block."""
    last = None
    opened = 0
    for line in lines(content + b"\n."):
        opened = (opened or line.number) if line.is_code else 0
        if line.start < len(content):
            last = line
    if opened:
        raise Unsafe(f"line {opened} opens a code block that is never closed: close it first")
    if last is None:
        return b""
    if not content.endswith((b"\n", b"\r")):
        return end * 2
    return end if last.text.strip() else b""
