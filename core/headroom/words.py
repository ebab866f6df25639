"""The words of a text, as search counts them: identifiers whole, and their parts."""

import re
from typing import Final

_WORD: Final = re.compile(r"\w+")
_SEAMS: Final = re.compile(
    r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)"
)


def split(text: str) -> list[str]:
    """Return the words of a text in lower case: identifiers whole, and their parts (snake, camel, digits)."""
    words = []
    for word in _WORD.findall(text):
        parts = [part.lower() for part in _SEAMS.split(word) if part]
        if len(parts) > 1:
            words.append(word.lower())
        words += parts
    return words
