"""The parts of a web page: what surrounds its content (menus, footers, cookie banners), and whether it may go.

A part may go only if two things agree: its markup names it, and it reads like one (mostly links, or short).
When in doubt it stays.
"""

import re
from collections.abc import Mapping
from typing import Final

CONTENT: Final = "content"

_BY_TAG: Final = {
    "main": CONTENT,
    "article": CONTENT,
    "nav": "navigation",
    "footer": "footer",
    "header": "page header",
    "aside": "sidebar",
}
_BY_ROLE: Final = {
    "main": CONTENT,
    "navigation": "navigation",
    "menubar": "navigation",
    "contentinfo": "footer",
    "banner": "page header",
    "complementary": "sidebar",
}
_BY_NAME: Final = {
    **dict.fromkeys(("nav", "navbar", "navigation", "menu", "menubar", "breadcrumb", "breadcrumbs"), "navigation"),
    **dict.fromkeys(("navheader", "navfooter", "toc", "skiplinks", "skip"), "navigation"),
    **dict.fromkeys(("footer",), "footer"),
    **dict.fromkeys(("masthead", "topbar"), "page header"),
    **dict.fromkeys(("sidebar", "sidenav", "share", "social", "newsletter", "promo", "advert", "ads"), "sidebar"),
    **dict.fromkeys(("cookie", "cookies", "consent", "gdpr", "cookiebanner", "onetrust"), "cookie banner"),
}
"""Words of an element's class or id that name a part."""
TAGS: Final = frozenset(_BY_TAG)
"""Elements that are regions by what they are."""
_NAMED_TAGS: Final = frozenset({"div", "section", "ul", "ol", "table", "dialog", "form"})
"""Elements whose class or id is looked at; others (body, html) carry names that speak of the whole page."""
_NAME: Final = re.compile(r"[A-Za-z]+")
_NAMES_CHARS: Final = 300
_COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright|all rights reserved|powered by|privacy|imprint", re.IGNORECASE)

_LINK_SHARES: Final = {"navigation": 0.5, "page header": 0.5, "sidebar": 0.6, "footer": 0.4}
"""A part of a kind may go if at least this share of its text is links."""
_BANNER_CHARS: Final = 1500
"""A longer text is no cookie banner."""
_COPYRIGHT_CHARS: Final = 400
"""A footer without links may go if it is no longer than this and speaks of rights."""


class Region:
    """A part of a page: a kind, the part that it lies in, and what is in it."""

    __slots__ = ("_why", "chars", "has_title", "is_inside_content", "kind", "link_chars", "parent", "said")

    def __init__(self, kind: str, parent: "Region | None") -> None:
        self.kind = kind
        self.parent = parent
        self.is_inside_content = parent is not None and (parent.is_content())
        self.chars = 0
        self.link_chars = 0
        self.has_title = False
        self.said = ""
        self._why: str | None = None

    def add(self, text: str, chars: int, link_chars: int) -> None:
        """Count a block of text that stands in the region, and in all around it."""
        region: Region | None = self
        while region is not None:
            region.chars += chars
            region.link_chars += link_chars
            if len(region.said) < _COPYRIGHT_CHARS:
                region.said += text + " "
            region = region.parent

    def is_content(self) -> bool:
        """Whether the region is, or lies in, a part that the page marks as its content."""
        return self.kind == CONTENT or self.is_inside_content

    def may_go(self) -> bool:
        """Whether the region is boilerplate by its name and by what is in it."""
        if self.kind in ("", CONTENT) or self.has_title:
            return False
        if self.kind == "cookie banner":
            return self.chars <= _BANNER_CHARS
        if self.is_inside_content and self.kind != "navigation":
            return False
        share = self.link_chars / self.chars if self.chars else 1.0
        if share >= _LINK_SHARES[self.kind]:
            return True
        return (
            self.kind == "footer" and self.chars <= _COPYRIGHT_CHARS and _COPYRIGHT.search(self.said) is not None
        )

    def why_gone(self) -> str:
        """Return the kind of the outermost region around (or this one) that may go; empty if none may.

        To be asked when the whole page is read.
        """
        if self._why is None:
            outer = self.parent.why_gone() if self.parent is not None else ""
            self._why = outer or (self.kind if self.may_go() else "")
        return self._why


def kind(tag: str, attributes: Mapping[str, str]) -> str:
    """Return what kind of part an element opens: CONTENT, "navigation", ...; empty for none."""
    role = attributes.get("role", "")
    if found := _BY_ROLE.get(role) or _BY_TAG.get(tag, ""):
        return found
    if tag not in _NAMED_TAGS:
        return ""
    names = f"{attributes.get('id', '')} {attributes.get('class', '')}"[:_NAMES_CHARS]
    if names == " ":
        return ""
    return next((_BY_NAME[name] for name in _NAME.findall(names.lower()) if name in _BY_NAME), "")
