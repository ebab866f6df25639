"""The managed part of a memory file: between two marker lines, and nothing outside. Pure functions over bytes.

    <!-- headroom:learn:begin -->
    - Run the tests with `make test`.
    <!-- headroom:learn:end -->

The name in the markers says whose section it is; a file may have one of each name and label. A marker counts only
where it is a line of its own. Text outside the section keeps every byte: line ends of any kind, a byte order mark,
bytes that are no UTF-8, a last line without its end.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

OWNERS: Final = ("learn", "memory")
"""The names that there are."""
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(rb" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})(.*)", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Unsafe(ValueError):
    """A file that is not touched; the message says why, and what to do."""


class _Markers(NamedTuple):
    """How a name's markers are found."""

    any: bytes
    """Stands in each."""
    begin: re.Pattern[bytes]
    end: re.Pattern[bytes]


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

    name: str
    """Whose it is: the word in its markers."""
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

    name: str
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


@lru_cache(maxsize=8)
def _markers(name: str) -> _Markers:
    each = f"headroom:{name}:".encode()
    return _Markers(
        each,
        re.compile(rb"<!-- " + each + rb"begin(?: ([!-~]+))? -->[ \t]*"),
        re.compile(rb"<!-- " + each + rb"end -->[ \t]*"),
    )


def sections(content: bytes, name: str) -> list[Section]:
    """Return the managed parts of a file that have a name.

    Raises Unsafe when the file is no UTF-8 text, or its markers do not stand as we set them.
    """
    if content.startswith(_OTHER_BOMS) or b"\0" in content:
        raise Unsafe("it is UTF-16, or no text: save it as UTF-8")
    markers, whose = _markers(name), f"headroom {name}"
    found: list[Section] = []
    opened: Line | None = None
    label, inner = "", list[bytes]()
    for line in lines(content) if markers.any in content else ():
        begin, end = markers.begin.fullmatch(line.text), markers.end.fullmatch(line.text)
        if (begin or end) and line.is_code:
            raise Unsafe(f"line {line.number} has a marker of {whose} in a code block: take it out there")
        if begin:
            if opened:
                raise Unsafe(f"line {opened.number} begins a section of {whose}, and so does {line.number}")
            opened, label, inner = line, unquote((begin[1] or b"").decode(), errors="surrogateescape"), []
        elif end:
            if not opened:
                raise Unsafe(f"line {line.number} ends a section of {whose} that nothing begins")
            stop = line.start + len(line.text) + len(line.end)
            found.append(Section(name, label, opened.start, stop, tuple(inner)))
            opened = None
        elif opened:
            inner.append(line.text)
    if opened:
        raise Unsafe(f"line {opened.number} begins a section of {whose} that nothing ends")
    twice = next((one for one, times in Counter(each.label for each in found).items() if times > 1), None)
    if twice is not None:
        about = f" about {twice}" if twice else ""
        raise Unsafe(f"it has two sections of {whose}{about}: take one out")
    return found


def find(content: bytes, name: str, label: str = "") -> Section | None:
    """Return the section with a name and a label, if there is one. Raises Unsafe."""
    return next((section for section in sections(content, name) if section.label == label), None)


def text_of(content: bytes, name: str, label: str = "") -> bytes | None:
    """Return a section with its markers; None where there is none. Raises Unsafe."""
    found = find(content, name, label)
    return None if found is None else content[found.start : found.stop]


def put(content: bytes, inner: Sequence[bytes], name: str, label: str = "") -> tuple[bytes, Put]:
    """Put lines into the section, or a new section at the end; return the new content, and what was done.

    Raises Unsafe when the file cannot be changed so that only the section changes.
    """
    there = find(content, name, label)
    if there:
        before = content[there.start : there.stop]
        after = _rendered(inner, name, label, _line_end(before))
        if not before.endswith((b"\n", b"\r")):  # the file's last line had no end
            after = after.rstrip(b"\r\n")
        made = content[: there.start] + after + content[there.stop :]
        return made, Put(name, label, b"", before, after)
    end = _line_end(content)
    glue = _glue(content, end)
    after = _rendered(inner, name, label, end)
    made = content + glue + after
    if find(made, name, label) is None:
        raise Unsafe("a section at its end would not be read as one")
    return made, Put(name, label, glue, None, after)


def take_back(content: bytes, done: Put) -> bytes | None:
    """Return the content as it was before; None when the section is gone, or more of it has been changed
    than blank lines.

    What was changed outside the section stays. Raises Unsafe.
    """
    there = find(content, done.name, done.label)
    if there is None:
        return None
    now = content[there.start : there.stop]
    if not is_same(now, done.after):
        return None
    above, below = content[: there.start], content[there.stop :]
    if done.before is not None:
        # A last line without an end has got one since, from what was put below it.
        end = b"" if done.before.endswith((b"\n", b"\r")) or not below else now[len(now.rstrip(b"\r\n")) :]
        return above + done.before + end + below
    glue = done.glue.replace(_line_end(done.after), _line_end(now))  # line ends may have been changed throughout
    if glue and above.endswith(glue):
        above = above[: -len(glue)]
        is_joined = below and above and not above.endswith((b"\n", b"\r"))
        return above + (_line_end(glue) if is_joined else b"") + below
    return above + below


def is_same(one: bytes, other: bytes) -> bool:
    """Tell whether two sections differ in nothing but blank lines and the ends of lines."""
    return _gist(one) == _gist(other)


def _gist(section: bytes) -> list[bytes]:
    """Return what counts of a section: programs that tidy up files move blank lines and line ends about."""
    return [line.text.rstrip() for line in lines(section) if line.text.strip()]


def _rendered(inner: Sequence[bytes], name: str, label: str, end: bytes) -> bytes:
    # What is quoted holds no ">", so no label can end the comment.
    about = f" {quote(label, safe='/~.-_+=,:@', errors='surrogateescape')}" if label else ""
    begin, last = f"<!-- headroom:{name}:begin{about} -->", f"<!-- headroom:{name}:end -->"
    return b"".join(line + end for line in (begin.encode(), *inner, last.encode()))


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
