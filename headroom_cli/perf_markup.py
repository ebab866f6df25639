"""Markup that cannot go wrong: texts are escaped unless they were made here."""

from collections.abc import Mapping
from html import escape
from typing import Final

from headroom_cli.figures import printable


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


_EMPTY: Final = frozenset(("meta", "rect", "line", "circle"))
"""Elements that have no content."""


def tag(name: str, *content: "str | Markup", **attributes: str | float | None) -> Markup:
    """Return an element. Content is escaped unless it is Markup; an attribute that is None is left out.

    A name's underscores become hyphens, and one at its end goes: class_, aria_label.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(printable(str(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Markup(f"<{name}{said}>" if name == "meta" else f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{join(*content)}</{name}>")


def join(*content: "str | Markup") -> Markup:
    """Return contents one after the other."""
    return Markup("".join(part if isinstance(part, Markup) else escape(printable(part)) for part in content))


def fill(frame: str, parts: Mapping[str, Markup]) -> str:
    """Return a frame with each of its <!--NAME--> replaced; one pass, so that nothing in a part is replaced."""
    pieces = frame.split("<!--")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("-->")
        filled += [parts[name], rest]
    return "".join(filled)
