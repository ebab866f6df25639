"""How a rule is worded: one line, short, and nothing in it that a tool has said.

What a transcript holds is not trusted: a rule is read by a model as an instruction. So a rule is our own sentence;
what is put into it are commands and paths that the model itself used, quoted as code, and nothing that could end
the quotation, begin a comment or hide.
"""

import re
import shlex
import unicodedata
from collections.abc import Iterable
from typing import Final

from headroom.masking import mask

MAX_RULE: Final = 160
"""Characters of a rule."""
MAX_VALUE: Final = 70
"""Characters of a quoted value."""

_MOST_WORDS: Final = 4
"""Of a file's name: what is in a hostile checkout must not become an instruction."""

_FORBIDDEN: Final = re.compile(r"`|<!--|-->|\[headroom:|</?(?:system|memory|headroom)[\w:-]{0,40}>", re.IGNORECASE)
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_BARE: Final = re.compile(r"[\w@%+=:,./~^*?\[\]{}#!$-]+")


class NotQuotable(ValueError):
    """A value has no place in a rule."""


def quoted(value: str) -> str:
    """Return a value as code, masked. Raises NotQuotable where it is long, has lines or could pose as text."""
    masked = mask(value.strip())
    if not 0 < len(masked) <= MAX_VALUE or _FORBIDDEN.search(masked) or not is_visible(masked):
        raise NotQuotable(f"{len(value)} characters")
    return f"`{masked}`"


def quoted_path(value: str) -> str:
    """Return a path as code. Raises NotQuotable as `quoted` does, and where a name in it reads like a sentence."""
    if any(len(name.split()) > _MOST_WORDS for name in re.split(r"[/\\]", value)):
        raise NotQuotable("a sentence")
    return quoted(value)


def is_visible(text: str) -> bool:
    """Whether all of a text can be seen: no control character, no line break, nothing that turns its direction."""
    return (
        not any(unicodedata.category(char) in _HIDDEN for char in text)
        if not text.isascii()
        else text.isprintable()
    )


def has_marker(text: str) -> bool:
    """Whether a text holds what could pose as a marker, a comment or a quotation."""
    return bool(_FORBIDDEN.search(text))


def sentence(text: str) -> str:
    """Return a rule. Raises NotQuotable where it is longer than MAX_RULE."""
    if len(text) > MAX_RULE:
        raise NotQuotable(f"{len(text)} characters")
    return text


def command(words: Iterable[str]) -> str:
    """Return words as a shell line; only what a shell needs is quoted in it."""
    said: list[str] = []
    before = ""
    for word in words:
        # What an option takes is a pattern for the program, not for the shell: `find -name '*.py'`.
        is_pattern = before.startswith("-") and "*" in word
        said.append(word if _BARE.fullmatch(word) and not is_pattern else shlex.quote(word))
        before = word
    return " ".join(said)
