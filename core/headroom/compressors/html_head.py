"""What a page holds besides readable text: scripts, styles, drawings; and what its head says of it."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

_CLASSES: Final = {
    "script": "scripts",
    "style": "styles",
    "svg": "drawings",
    "template": "templates",
    "annotation": "formula sources",
    "head": "",
}
"""Elements that are left out with all that is in them, and what their text is counted as."""
_LINE_NUMBERS: Final = frozenset({"linenos", "linenodiv", "lineno", "gutter", "line-numbers-rows"})
_LONGEST: Final = 1000


class Head:
    """Takes the elements that are not content. Each method tells whether it took what came."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        """title, description, url, redirects to."""
        self.gone: Counter[str] = Counter()
        """Characters left out, by class."""
        self.states: list[str] = []
        """JSON that stands in scripts: what a page without text is made from."""
        self._within = ""
        self._depth = 0
        self._class = ""
        self._kept: list[str] | None = None
        self._is_state = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """An element begins."""
        if not self._within:
            name = _CLASSES.get(tag)
            if name is None and attributes.get("class", "") in _LINE_NUMBERS:
                name = "line numbers"
            if name is None:
                if tag in ("meta", "link", "base"):
                    self._note(tag, attributes)
                    return True
                return False
            self._within, self._depth = tag, 1
            self._begin(tag, name, attributes)
        elif tag == self._within:
            self._depth += 1
        elif self._within == "head":
            self._begin(tag, _CLASSES.get(tag, ""), attributes)
            self._note(tag, attributes)
        return True

    def end(self, tag: str) -> bool:
        """An element ends."""
        if not self._within:
            return tag in ("meta", "link", "base")
        if tag != self._within:
            if self._within == "head":
                self._finish(tag)
            return True
        self._depth -= 1
        if self._depth == 0:
            self._finish(tag)
            self._within = ""
        return True

    def data(self, data: str) -> bool:
        """Text."""
        if not self._within:
            return False
        if self._class:
            self.gone[self._class] += len(data)
        if self._kept is not None:
            self._kept.append(data)
        return True

    def _begin(self, tag: str, name: str, attributes: Mapping[str, str]) -> None:
        self._class = name
        self._is_state = tag == "script" and (
            "json" in attributes.get("type", "") or attributes.get("id", "").startswith("__")
        )
        self._kept = [] if tag == "title" or self._is_state else None

    def _finish(self, tag: str) -> None:
        if self._kept is not None:
            text = "".join(self._kept).strip()
            if tag == "title" and text:
                self.says.setdefault("title", " ".join(text.split()))
            elif self._is_state and text[:1] in ("{", "["):
                self.states.append(text)
        self._kept, self._class = None, ""

    def _note(self, tag: str, attributes: Mapping[str, str]) -> None:
        content = " ".join(attributes.get("content", "").split())[:_LONGEST]
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        address = attributes.get("href", "")[:_LONGEST]
        if tag == "link" and attributes.get("rel", "").lower() == "canonical" and address:
            self.says["url"] = address
        elif tag == "base" and address:
            self.says["links are relative to"] = address
        elif tag == "meta" and content:
            if name in ("description", "og:description"):
                self.says.setdefault("description", content)
            elif name == "og:url":
                self.says.setdefault("url", content)
            elif attributes.get("http-equiv", "").lower() == "refresh" and "url" in content.lower():
                self.says["redirects to"] = content
