"""Links of a web page as markdown: each address once, and without the site's own origin.

While a page is read, a link is a placeholder: OPEN text MIDDLE number CLOSE. Which links are shown with their
address is known only when it is known which parts of the page stay.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

OPEN, MIDDLE, CLOSE = "\x02", "\x03", "\x04"
"""Characters that no page may hold."""
RESERVED: Final = re.compile("[\x02-\x05]")

_LINK: Final = re.compile(f"{OPEN}([^{OPEN}{MIDDLE}{CLOSE}]*+){MIDDLE}(\\d++){CLOSE}")
_IMAGE: Final = re.compile(r"!\[([^\]]*+)\]")
_URL: Final = re.compile(r"https?://[^\s\"'\\<>|;&)]++")
_MIN_SHARED: Final = 3
"""From so many links on, an origin is named once for all of them."""
_LONGEST: Final = 2000
"""A longer address (a data: URL, mostly) is not shown."""


def placeholder(text: str, number: int) -> str:
    """Return what stands for a link until its address is written."""
    return f"{OPEN}{text}{MIDDLE}{number}{CLOSE}"


def is_shown(address: str) -> bool:
    """Whether an address leads anywhere: out of this page, and not into a script."""
    return bool(address) and not address.startswith(("#", "javascript:", "data:")) and len(address) <= _LONGEST


def page_address(tool_input: str, declared: str) -> str:
    """Return where a page came from: the one URL in the tool call, or what the page itself declares."""
    asked = dict.fromkeys(_URL.findall(tool_input))
    return next(iter(asked)) if len(asked) == 1 else declared


def write(texts: Sequence[str], addresses: Sequence[str], page: str) -> tuple[list[str], str]:
    """Write the placeholders in texts as `[text](address)`; the second time an address comes, the text alone.

    Args:
        texts: what stays of the page, in order.
        addresses: by placeholder number.
        page: where the page came from; may be empty.

    Returns the texts, and the origin that links beginning with "/" are on; empty where no address was cut.
    """
    used = [int(match[2]) for text in texts for match in _LINK.finditer(text)]
    origin = _shared_origin([addresses[number] for number in used], page)
    seen: set[str] = set()

    def written(match: re.Match[str]) -> str:
        text, address = match[1].strip(), addresses[int(match[2])]
        if address in seen:
            return text
        seen.add(address)
        if origin and address.startswith(origin + "/"):
            address = address[len(origin) :]
        if text == address or not text:
            return f"<{address}>"
        address = address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        text = _IMAGE.sub(r"image: \1", text).replace("[", "(").replace("]", ")")
        return f"[{text}]({address})"

    return [_LINK.sub(written, text) if OPEN in text else text for text in texts], origin


def plain(text: str) -> str:
    """Return a text with its links as their text alone."""
    return _LINK.sub(r"\1", text) if OPEN in text else text


def _shared_origin(addresses: Sequence[str], page: str) -> str:
    """Return the origin that may be left out of addresses, so that what begins with "/" is still unambiguous."""
    counts = Counter(filter(None, map(_origin, addresses)))
    if not counts:
        return ""
    if own := _origin(page):
        return own if counts[own] >= _MIN_SHARED else ""
    if any(address.startswith("/") for address in addresses):
        return ""
    best = min(counts, key=lambda origin: (-counts[origin], origin))
    return best if counts[best] >= _MIN_SHARED else ""


def _origin(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
