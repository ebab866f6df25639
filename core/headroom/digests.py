"""One name for several texts."""

import hashlib


def digest(*parts: str) -> str:
    """Return the SHA-256 of texts in hex, each told apart from the next by its length in bytes.

    Any text has one, lone surrogates too.
    """
    made = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()
