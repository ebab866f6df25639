"""What of a line varies: times, numbers and ids give way to marks, so that lines of one form become equal."""

import re
from collections.abc import Sequence
from typing import Final

from headroom.types import PassThrough

STAMP: Final = "\x02"
"""Stands for a line's time."""
PARAMETER: Final = "\x00"
"""Stands for a number or an id within a word."""
ANY_WORD: Final = "\x01"
"""Stands for a word that is not the same in all lines of a template."""

_HEX: Final = "[0-9a-fA-F]"
# It begins with a set of characters, for Python finds those far faster than alternatives.
VARIABLE: Final = re.compile(
    rf"{_HEX}(?:(?<![0-9A-Za-z].)(?:(?<=0)x(?=[a-fA-F]{{0,64}}+\d){_HEX}{{6,64}}+"
    rf"|{_HEX}{{7}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
    rf"|(?:(?<=\d)(?=\d{{0,64}}+[a-fA-F])|(?<=\D)(?=[a-fA-F]{{0,64}}+\d)){_HEX}{{5,63}}+)"
    r"(?![0-9A-Za-z])|(?<=\d)\d*+(?>(?:[.:]\d++)*))"
)
"""What a PARAMETER stands for."""
_CHUNK_LINES: Final = 20_000
"""So many lines are split into words at a time: a bound on memory, not on the result."""


def refuse(text: str) -> None:
    """Raise PassThrough when a text holds a control character that is used as a mark here."""
    if PARAMETER in text or ANY_WORD in text or STAMP in text:
        raise PassThrough("holds control characters")


def masked(bares: Sequence[str]) -> list[str]:
    """Return lines with a mark for each number and id; equal results are the same object."""
    known: dict[str, str] = {}
    masks: list[str] = []
    for start in range(0, len(bares), _CHUNK_LINES):
        lines = [bare.split(" ") for bare in bares[start : start + _CHUNK_LINES]]
        # Each different word is looked at once, all of them in one go: most words of a log come again and again.
        words = [word for word in set().union(*lines) if not word.isalpha()]
        looked_at = VARIABLE.sub(PARAMETER, "\n".join(words)).split("\n") if words else []
        marked = dict(zip(words, looked_at, strict=True)).get
        masks += [known.setdefault(mask, mask) for mask in [" ".join(map(marked, line, line)) for line in lines]]
    return masks
