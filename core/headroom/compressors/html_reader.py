"""Reads HTML as a stream of tags and collects the blocks of readable text, each with the region it lies in.

A stream, not a tree: the parser (lxml's, in C) calls `start`, `end` and `data` here, so that neither a million
open tags nor a missing end costs more than time in proportion to the page, and no text is lost by it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from headroom.compressors import html_links, html_regions
from headroom.compressors.html_head import Head
from headroom.compressors.html_regions import Region
from headroom.compressors.html_tables import BREAK, Block, Table

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "iframe",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "noscript",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ITEM_NUMBER: Final = re.compile(r"-?\d{1,9}", re.ASCII)
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_CODE: Final = frozenset({"code", "tt", "kbd", "samp"})
_MARKS: Final = {"del": "~~", "s": "~~", "strike": "~~", "sup": "^", "sub": "_"}
"""What changes the meaning of a text; emphasis does not."""
_NO_LINKS: Final = frozenset({"", "#", "¶", "§", "🔗", "\uf0c1"})
"""Texts of links that only point at the heading they stand in."""
_LANGUAGE: Final = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|highlight-(?:source-)?|brush: ?)([\w+#-]{1,20})")
_TICKS: Final = re.compile("`{3,}+")
_MOST_DEPTH: Final = 12
"""Regions and lists deeper than this count as the ones around them."""
_MOST_TABLES: Final = 6
"""Tables nested deeper than this are read as plain blocks."""


class _Open(NamedTuple):
    tag: str
    close: Callable[[], None] | None


class Reader:
    """The parser's target. After `close`, `blocks`, `addresses` and `head` hold the page."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.addresses: list[str] = []
        """Where the links lead, by number."""
        self.head = Head()
        self._open: list[_Open] = []
        self._region = Region("", None)
        self._depth = 0
        self._pieces: list[str] = []
        self._link_chars = 0
        self._link: tuple[int, int] | None = None
        self._prefix = ""
        self._kind = "p"
        self._lists: list[int | None] = []
        self._indent = self._quotes = self._pre = 0
        self._language = ""
        self._tables: list[Table] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self.head.start(tag, attributes):
            return
        if self._pre:
            if tag in _BLOCKS and self._pieces and not self._pieces[-1].endswith("\n"):
                self._pieces.append("\n")
            if tag == "br":
                self._pieces.append("\n")
            elif not self._language:
                self._language = _language(attributes)
            self._open.append(_Open(tag, None))
        elif tag in _BLOCKS:
            self._flush()
            self._open.append(_Open(tag, self._start_block(tag, attributes)))
        else:
            self._open.append(_Open(tag, self._start_inline(tag, attributes)))

    def end(self, tag: str) -> None:
        """An element ends."""
        if self.head.end(tag) or not self._open or self._open[-1].tag != tag:
            return
        close = self._open.pop().close
        if tag in _BLOCKS and (not self._pre or tag == "pre"):
            self._flush()
            self._prefix, self._kind = "", "p"
        if close is not None:
            close()

    def data(self, data: str) -> None:
        """Text."""
        if not self.head.data(data):
            self._pieces.append(data)

    def comment(self, data: str) -> None:
        """A comment."""
        self.head.gone["comments"] += len(data)

    def close(self) -> "Reader":
        """The page ends."""
        while self._open:
            self.end(self._open[-1].tag)
            if self._pre and not self._open:
                self._flush()
        self._flush()
        return self

    def _start_block(self, tag: str, attributes: Mapping[str, str]) -> Callable[[], None] | None:
        is_region = self._enter_region(tag, attributes)
        if tag in _HEADINGS:
            self._prefix, self._kind = "#" * int(tag[1]) + " ", "h"
            self._region.has_title |= tag == "h1"
        elif tag in ("li", "option"):
            self._start_item(attributes)
        elif tag in ("form", "iframe"):
            self._note_embedded(tag, attributes)
        elif tag in ("td", "th", "tr") and self._tables:
            if tag == "tr":
                self._tables[-1].row()
            else:
                self._tables[-1].cell(tag, attributes)
        elif leave := self._enter(tag, attributes):
            return self._leaver(leave) if is_region else leave
        return self._leave_region if is_region else None

    def _enter(self, tag: str, attributes: Mapping[str, str]) -> Callable[[], None] | None:
        """Begin what has to be undone at the element's end, and return what undoes it."""
        if tag in _LISTS:
            self._lists.append(_number(attributes.get("start", ""), 1) if tag == "ol" else None)
            return self._leave_list
        if tag == "dd":
            self._indent += 1
            return self._leave_indent
        if tag == "blockquote":
            self._quotes += 1
            return self._leave_quote
        if tag == "pre":
            self._pre, self._kind = 1, "pre"
            self._language = _language(attributes) or self._language
            return self._leave_pre
        if tag == "table" and len(self._tables) < _MOST_TABLES:
            self._tables.append(Table(attributes, self._region))
            return self._leave_table
        self._language = _language(attributes) or self._language
        return None

    def _enter_region(self, tag: str, attributes: Mapping[str, str]) -> bool:
        kind = html_regions.kind(tag, attributes) if attributes or tag in html_regions.TAGS else ""
        if not kind or self._depth >= _MOST_DEPTH:
            return False
        self._region = Region(kind, self._region)
        self._depth += 1
        return True

    def _leaver(self, leave: Callable[[], None]) -> Callable[[], None]:
        def both() -> None:
            leave()
            self._leave_region()

        return both

    def _leave_region(self) -> None:
        if self._region.parent is not None:
            self._region = self._region.parent
            self._depth -= 1

    def _leave_list(self) -> None:
        self._lists.pop()

    def _leave_indent(self) -> None:
        self._indent -= 1

    def _leave_quote(self) -> None:
        self._quotes -= 1

    def _leave_pre(self) -> None:
        self._pre, self._language = 0, ""

    def _leave_table(self) -> None:
        self._target(self._tables.pop().blocks())

    def _start_item(self, attributes: Mapping[str, str]) -> None:
        number = self._lists[-1] if self._lists else None
        self._prefix, self._kind = "- ", "li"
        if number is not None:
            number = _number(attributes.get("value", ""), number)
            self._prefix = f"{number}. "
            self._lists[-1] = number + 1

    def _note_embedded(self, tag: str, attributes: Mapping[str, str]) -> None:
        address = attributes.get("src" if tag == "iframe" else "action", "")
        if html_links.is_shown(address):
            method = attributes.get("method", "").upper()
            self._control(" ".join(filter(None, (f"[{tag}", method, f"{address}]"))))
            self._flush()

    def _control(self, text: str) -> None:
        """Write a part of a form: like a link it is there to act on, not to read."""
        self._pieces.append(text)
        self._link_chars += len(text)

    def _start_inline(self, tag: str, attributes: Mapping[str, str]) -> Callable[[], None] | None:
        if tag == "a":
            return self._start_link(attributes)
        if tag in _CODE:
            return self._marker("`", "`")
        if tag in _MARKS:
            return self._marker(_MARKS[tag], "~~" if _MARKS[tag] == "~~" else "")
        if tag == "br":
            self._pieces.append(BREAK)
        elif tag == "img":
            alt = " ".join(attributes.get("alt", "").split())
            if alt:
                self._pieces.append(f"![{alt}]")
        elif tag == "input" and attributes.get("type", "text") != "hidden":
            said = (attributes.get(name, "") for name in ("type", "name", "value", "placeholder"))
            self._control(" [input " + " ".join(filter(None, said))[:200] + "] ")
        elif tag == "math" and attributes.get("alttext"):
            self._pieces.append(f" ${attributes['alttext']}$ ")
        return None

    def _marker(self, before: str, after: str) -> Callable[[], None]:
        """Put marks around what comes until the element's end; none if nothing comes."""
        pieces, at = self._pieces, len(self._pieces)

        def close() -> None:
            if pieces is not self._pieces or len(pieces) <= at:
                return
            text = "".join(pieces[at:])
            core = text.strip()
            if core and before not in core and (before not in "^_" or len(core) <= 4):
                lead, _, trail = text.partition(core)
                pieces[at:] = [lead, before, core, after, trail]

        return close

    def _start_link(self, attributes: Mapping[str, str]) -> Callable[[], None] | None:
        address = attributes.get("href", "").strip()
        if self._link is not None or not address:
            return None
        self.addresses.append(address)
        self._link = (len(self._pieces), len(self.addresses) - 1)
        label = attributes.get("aria-label") or attributes.get("title") or ""

        def close() -> None:
            self._close_link(label)
            self._link = None

        return close

    def _close_link(self, label: str = "") -> None:
        """Write the part of the link that stands in the current line."""
        if self._link is None:
            return
        at, number = self._link
        text = " ".join("".join(self._pieces[at:]).replace(BREAK, " ").split())
        address = self.addresses[number]
        self._link = (0, number)
        if text in _NO_LINKS and address.startswith("#"):
            del self._pieces[at:]
            return
        text = text or label
        if not text:
            return
        self._link_chars += len(text)
        if not html_links.is_shown(address):
            return
        raw = "".join(self._pieces[at:])
        lead = " " if raw[:1].isspace() else ""
        trail = " " if raw[-1:].isspace() else ""
        self._pieces[at:] = [lead + html_links.placeholder(text, number) + trail]

    def _flush(self) -> None:
        """End the current line: what was collected becomes a block."""
        self._close_link()
        if not self._pieces:
            return
        text = "".join(self._pieces)
        self._pieces = []
        share, self._link_chars = self._link_chars, 0
        if self._pre or self._kind == "pre":
            text = html_links.plain(text).replace(BREAK, "\n").strip("\n")
            if not text.strip():
                return
            chars = len(text)
            fence = max(("```", *(run + "`" for run in _TICKS.findall(text))), key=len)
            text = f"{fence}{self._language}\n{text}\n{fence}"
        else:
            lines = [" ".join(line.split()) for line in text.split(BREAK)]
            text = BREAK.join(lines).strip(BREAK)
            if not text:
                return
            chars = len(html_links.plain(text))
            depth = min(len(self._lists) - (self._kind == "li") + self._indent, _MOST_DEPTH)
            text = "  " * max(depth, 0) + "> " * min(self._quotes, _MOST_DEPTH) + self._prefix + text
        self._region.add(text[:200], chars, min(share, chars))
        self._target([Block(text, self._region, self._kind, min(1.0, share / chars))])
        self._prefix, self._kind = "", "p"

    def _target(self, blocks: list[Block]) -> None:
        (self._tables[-1].target if self._tables else self.blocks).extend(blocks)


def _language(attributes: Mapping[str, str]) -> str:
    match = _LANGUAGE.search(attributes.get("class", "")[:300]) if attributes else None
    return match[1] if match else ""


def _number(value: str, usual: int) -> int:
    """Return the number that an attribute gives to a list's item."""
    return int(value) if _ITEM_NUMBER.fullmatch(value) else usual
