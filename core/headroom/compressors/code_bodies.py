"""What stands in for a part that is left out: valid code that says how many lines, and which.

braces     { /* ... 41 lines (12-52) */ }
indented   ...  # 41 lines (12-52)           after a docstring only the comment
end        ; end # ... 41 lines (12-52)
shell      { :; } # ... 41 lines (12-52)
any        as braces where it has some, else a line with a comment
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from headroom.compressors.code_languages import Language

if TYPE_CHECKING:
    from tree_sitter import Node

_DATA_ROWS: Final = 3
"""So many lines of a long literal are shown."""
_QUOTES: Final = re.compile(rb"[A-Za-z]*+(\"\"\"|'''|\"|')")
_COMMENT_WORDS: Final = re.compile(
    r"(?:/\*+|\*+/|\*+(?!/)|//[/!]*|#+!?|=begin)?[ \t]*+(.*?)[ \t]*+(?:\*+/)?[ \t\r]*+"
)

_TAG: Final = re.compile(r"</?[A-Za-z][^<>\n]{0,80}>")


Kind = Literal["function bodies", "comments", "literals"]


class Elision(NamedTuple):
    """A part of the source and what stands in for it. Rows count from 0, places in bytes."""

    start: int
    end: int
    text: str
    first_row: int
    last_row: int
    """The lines that are left out; code of theirs may still stand behind the elision."""
    kind: Kind

    @property
    def rows(self) -> int:
        """How many lines are left out."""
        return self.last_row - self.first_row + 1

    @property
    def saved(self) -> int:
        """How many bytes fewer it takes."""
        return self.end - self.start - len(self.text.encode())


class Code(NamedTuple):
    """A source with the places of its lines."""

    data: bytes
    starts: tuple[int, ...]
    """Where each line starts, and where one after the last would."""

    def end_of(self, row: int) -> int:
        """Return where a line ends, before its line end and the blanks in front of that."""
        start = self.starts[row]
        return start + len(self.data[start : self.starts[row + 1]].rstrip())

    def indent_of(self, row: int) -> str:
        """Return the blanks that a line begins with."""
        line = self.data[self.starts[row] : self.starts[row + 1]]
        return line[: len(line) - len(line.lstrip(b" \t"))].decode()


def index(data: bytes) -> Code:
    """Return a source with the places of its lines.

    Args:
        data: the source as UTF-8.
    """
    starts = [0, *(match.end() for match in re.finditer(b"\n", data))]
    return Code(data, (*starts, len(data)))


def applied(data: bytes, elisions: Sequence[Elision]) -> bytes:
    """Return a source with its elisions made.

    Args:
        elisions: in order, apart from each other.
    """
    pieces = []
    at = 0
    for elision in elisions:
        pieces += [data[at : elision.start], elision.text.encode()]
        at = elision.end
    return b"".join([*pieces, data[at:]])


def note(first_row: int, last_row: int) -> str:
    """Return how an elision counts its lines: "41 lines (12-52)"."""
    return f"{last_row - first_row + 1} lines ({first_row + 1}-{last_row + 1})"


def body(code: Code, language: Language, node: "Node", doc: "Node | None") -> Elision | None:
    """Return what stands in for a function's body; None when nothing shorter can.

    Args:
        node: the body.
        doc: the string that documents the function, at the body's start, if there is one.
    """
    if language.body == "indented":
        return _indented(code, node, doc)
    if language.body == "end":
        return _to_end(code, node)
    if language.body == "any":
        return _any(code, language, node)
    return _braces(code, node, "{ /*", "*/ }") if language.body == "braces" else _shell(code, node)


def macro(code: Code, node: "Node") -> Elision | None:
    """Return what stands in for a macro's value."""
    first, last = _first_row(code, node), last_row(node)
    end = min(node.end_byte, code.end_of(last))
    said = f"/* ... {note(first, last)} */"
    return _when_rows(Elision(node.start_byte, end, said, first, last, "function bodies"))


def comment(code: Code, language: Language, first_row: int, last: int, is_block: bool) -> Elision | None:
    """Return what stands in for a comment of several lines that have nothing else in them: what it says first."""
    rows = range(first_row, last + 1)
    lines = [code.data[code.starts[row] : code.end_of(row)].decode().strip() for row in rows]
    words = [_TAG.sub("", match[1]) if (match := _COMMENT_WORDS.fullmatch(line)) else "" for line in lines]
    shown = next((number for number, said in enumerate(words) if any(map(str.isalnum, said))), 0)
    if is_block:
        opener = re.match(r"/\*+!?", lines[0])
        if not opener or not lines[-1].endswith("*/"):
            return None
        first = first_row + 1
        text = f"{opener[0]} {words[shown]} ... {note(first, last)} */"
    else:
        first = first_row + 1 if shown == 0 else first_row
        text = f"{lines[shown]} ... {note(first, last)}"
    start = code.starts[first_row] + len(code.indent_of(first_row).encode())
    return Elision(start, code.end_of(last), text, first, last, "comments")


def doc(code: Code, node: "Node") -> Elision | None:
    """Return what stands in for a string that documents a module or class: its first line."""
    cut = _first_line(code, node)
    if cut is None:
        return None
    start, quotes, row = cut
    end = code.end_of(last_row(node))
    if end != node.end_byte:
        return None
    said = note(row + 1, last_row(node))
    return Elision(start, end, f"{quotes}  # ... {said}", row + 1, last_row(node), "comments")


def literal(code: Code, language: Language, node: "Node") -> Elision | None:
    """Return what stands in for the rest of a long literal: its first entries and its end stay."""
    first, last = node.start_point.row + _DATA_ROWS, last_row(node) - 1
    for part in node.children:
        top, bottom = part.start_point.row, part.end_point.row
        if top < first <= bottom:
            first = top if top > node.start_point.row else bottom + 1
        if top <= last < bottom:
            last = top - 1
    if first >= last:
        return None
    opened, closed = ("", "") if "string" in node.type else language.comment
    said = f"{code.indent_of(first)}{opened}... {note(first, last)}{closed}"
    return Elision(code.starts[first], code.end_of(last), said, first, last, "literals")


def last_row(node: "Node") -> int:
    """Return the last line of which a node has something."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row


def _braces(code: Code, node: "Node", opened: str, closed: str) -> Elision | None:
    first, last = _first_row(code, node), last_row(node)
    said = f"{opened} ... {note(first, last)} {closed}"
    return _when_rows(Elision(node.start_byte, node.end_byte, said, first, last, "function bodies"))


def _first_row(code: Code, node: "Node") -> int:
    """Return the first line of which something is left out besides an opening bracket."""
    row = node.start_point.row
    is_bracket = code.data[node.start_byte : code.end_of(row)] in (b"{", b"(")
    return row + 1 if is_bracket else row


def _shell(code: Code, node: "Node") -> Elision | None:
    first, last = node.start_point.row + 1, last_row(node)
    if code.data[node.end_byte : code.end_of(last)].strip():
        return None
    said = f"{{ :; }} # ... {note(first, last)}"
    return _when_rows(Elision(node.start_byte, node.end_byte, said, first, last, "function bodies"))


def _any(code: Code, language: Language, node: "Node") -> Elision | None:
    opened, closed = language.comment
    first, last = node.start_point.row, last_row(node)
    if code.data.startswith(b"{", node.start_byte) and code.data.endswith(b"}", 0, node.end_byte):
        if closed:
            return _braces(code, node, f"{{ {opened.rstrip()}", f"{closed.lstrip()} }}")
        first, last = first + 1, last - 1
    elif code.data[code.starts[first] : node.start_byte].strip() or node.end_byte < code.end_of(last):
        return None
    if first >= last:
        return None
    said = f"{code.indent_of(first)}{opened}... {note(first, last)}{closed}"
    return Elision(code.starts[first], code.end_of(last), said, first, last, "function bodies")


def _indented(code: Code, node: "Node", doc: "Node | None") -> Elision | None:
    last = last_row(node)
    end = code.end_of(last)
    if doc is not None:
        cut = _first_line(code, doc)
        if cut:
            start, quotes, row = cut
        else:
            row = last_row(doc)
            start, quotes = doc.end_byte, ""
            if code.end_of(row) != start:
                return None
        return _when_rows(
            Elision(start, end, f"{quotes}  # ... {note(row + 1, last)}", row + 1, last, "function bodies")
        )
    before = _before(node)
    if before is None or before.end_point.row >= node.start_point.row:
        return None
    header = before.end_point.row
    start, first = code.end_of(header), header + 1
    said = f"...  # {note(first, last)}"
    joined = code.data[start - 1 : start] == b":" and b"#" not in code.data[code.starts[header] : start]
    if joined:
        return _when_rows(Elision(start, end, f" {said}", first, last, "function bodies"))
    indented = code.indent_of(node.start_point.row) + said
    return _when_rows(Elision(code.starts[first], end, indented, first, last, "function bodies"))


def _before(node: "Node") -> "Node | None":
    """Return what stands in front of a body in its function, comments aside."""
    before = node.prev_sibling
    while before is not None and before.type == "comment":
        before = before.prev_sibling
    return before


def _to_end(code: Code, node: "Node") -> Elision | None:
    before = _before(node)
    function = node.parent
    if function is None or before is None or not code.data.endswith(b"end", 0, function.end_byte):
        return None
    header, last = last_row(before), last_row(function)
    if code.data[function.end_byte : code.end_of(last)].strip() or header + 1 >= last:
        return None
    if code.end_of(header) == before.end_byte:
        said = f"; end # ... {note(header + 1, last)}"
        return Elision(before.end_byte, function.end_byte, said, header + 1, last, "function bodies")
    first = header + 1
    said = f"{code.indent_of(node.start_point.row)}# ... {note(first, last - 1)}"
    return Elision(code.starts[first], code.end_of(last - 1), said, first, last - 1, "function bodies")


def _first_line(code: Code, node: "Node") -> tuple[int, str, int] | None:
    """Return where the first line of a string with words ends, what closes the string there, and its row.

    None when the string has nothing after it.
    """
    row, last = node.start_point.row, last_row(node)
    opening = _QUOTES.match(code.data, node.start_byte)
    if opening is None or row == last:
        return None
    start = opening.end()
    end = code.end_of(row)
    if not any(map(str.isalnum, code.data[start:end].decode())):
        row += 1
        start, end = code.starts[row], code.end_of(row)
    if row >= last:
        return None
    space = " " if code.data[end - 1 : end] in (b"\\", b'"', b"'") else ""
    return end, space + opening[1].decode(), row


def _when_rows(elision: Elision) -> Elision | None:
    return elision if elision.first_row <= elision.last_row else None
