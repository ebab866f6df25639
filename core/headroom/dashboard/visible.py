"""Texts in which nothing hides: for a page that shows what programs wrote, and the names of folders."""

import re
from typing import Final

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_NAMES: Final = {0x00: "NUL", 0x07: "BEL", 0x08: "BS", 0x0C: "FF", 0x0D: "CR", 0x1B: "ESC", 0x7F: "DEL"}


def visible(text: str) -> str:
    """Return a text in which nothing hides: control and direction characters are shown by name or number."""
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    return _INVISIBLE.sub(_named, text)


def _named(match: re.Match[str]) -> str:
    number = ord(match[0])
    end = "\n" if match[0] == "\r" else ""  # a progress bar's next state
    return f"\u2039{_NAMES.get(number, f'{number:04X}')}\u203a{end}"
