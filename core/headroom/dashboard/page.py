"""The page itself: one document without a foreign byte; the browser knows its script and style by hash."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

PAGE: Final = "dashboard"
"""The page's path below a secret one; what it asks for stands below that."""

SCRIPTS: Final = ("elements.js", "overview.js", "conversation.js", "page.js")
"""The parts of its script, which share their names; the last one begins."""

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
"""Of every answer; the page's own has a policy of its own, which lets its script run."""


class Page(NamedTuple):
    """The document, and the headers it is sent with."""

    html: bytes
    headers: Mapping[str, str]


@cache
def load() -> Page:
    """Put the page together from its files."""
    folder = resources.files(__package__)
    style, frame, *parts = ((folder / name).read_text("utf-8") for name in ("page.css", "page.html", *SCRIPTS))
    script = f'"use strict";\n(() => {{\n{"".join(parts)}}})();'
    html = frame.replace("/*STYLE*/", style).replace("/*SCRIPT*/", script)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    return Page(html.encode(), {**HEADERS, "Content-Security-Policy": policy})


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
