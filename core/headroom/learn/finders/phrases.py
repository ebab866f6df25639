"""Many phrases to look for in a text, as patterns, quick where none of them is there.

A pattern is tried only where a text holds the letters that each match of it must have: looking for plain letters
is many times faster than looking for patterns in any case, and most outputs hold none.
"""

import re
from collections.abc import Iterator
from typing import Final

_LEAST: Final = 3
"""Fewer letters would let nearly every text pass."""


_ESCAPED: Final = {"u": 5, "x": 3}
"""How long an escape is behind its backslash, where it is longer than one."""


class Phrases:
    """Patterns, tried in any case and by lines.

    Args:
        patterns: each one that may be found.
    """

    def __init__(self, *patterns: str) -> None:
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)
        hints = [needed(part) for pattern in patterns for part in alternatives(pattern)]
        self.hints = tuple(dict.fromkeys(hints)) if all(hints) else ()
        """Of these letters one is in each text that holds a phrase; empty where that cannot be told."""

    def may_hold(self, lowered: str) -> bool:
        """Whether a text, in small letters, may hold one of the phrases."""
        for hint in self.hints:  # a loop: many times faster here than any() of a generator
            if hint in lowered:
                return True
        return not self.hints

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first phrase in a text."""
        return self._pattern.search(text) if self.may_hold(text.lower()) else None

    def finditer(self, text: str, lowered: str = "") -> Iterator[re.Match[str]]:
        """Yield the phrases in a text; `lowered` spares to make it small again."""
        return self._pattern.finditer(text) if self.may_hold(lowered or text.lower()) else iter(())

    def lines(self, text: str) -> Iterator[str]:
        """Yield the lines of a text that hold a phrase, each up to 1,000 characters around it."""
        end = 0
        for found in self.finditer(text):
            if found.start() < end:
                continue
            start = text.rfind("\n", max(found.start() - 500, 0), found.start()) + 1 or max(found.start() - 500, 0)
            end = text.find("\n", found.end(), found.end() + 500)
            end = end if end >= 0 else min(found.end() + 500, len(text))
            yield text[start:end]


def alternatives(pattern: str) -> list[str]:
    """Return the parts of a pattern between the bars that stand in no group."""
    parts, depth, at, start = [], 0, 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = pattern.index("]", at + 2)
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def needed(pattern: str) -> str:
    """Return the longest run of letters that each match of a pattern without bars holds, in small letters.

    Empty where none of three or more can be told. Groups and classes are skipped.
    """
    runs, depth, at = [""], 0, 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "\\":
            runs = [*runs, ""] if pattern[at].isalnum() else [*runs[:-1], runs[-1] + pattern[at] * (depth == 0)]
            at += _ESCAPED.get(pattern[at], 1)
        elif char == "[":
            at = pattern.index("]", at + 1) + 1
            runs.append("")
        elif char in "()":
            depth += 1 if char == "(" else -1
            runs.append("")
        elif char in "?*{":
            runs = [*runs[:-1], runs[-1][:-1], ""]
            at = pattern.index("}", at) + 1 if char == "{" else at
        elif char in "+.^$":
            runs.append("")
        elif depth == 0:
            runs[-1] += char
    longest = max(runs, key=len).lower()
    return longest if len(longest) >= _LEAST else ""
