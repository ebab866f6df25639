"""Facts that a model writes into its answer, between `<memory>` and `</memory>`. Pure, and linear in the text.

    <memory>
    - The tests run with `make test`, not with pytest alone.
    </memory>

The tag begins a line; each line up to the closing tag is a fact. A block that is not closed before the next one or
before fenced code has none; within fenced code it is an example, and nothing is kept.
`<memory scope="user">` keeps facts for all projects; else they are kept for the one at hand.
"""

import re
from typing import Final, NamedTuple

from headroom.memory.facts import MOST_CHARS, PROJECT, USER

MARK: Final = "<memory"
"""A text without it holds no facts."""
_OPEN = re.compile(rf'[ \t]{{0,3}}<memory(?:[ \t]+scope[ \t]*=[ \t]*["\']?({USER}|{PROJECT})["\']?)?[ \t]*>')
_CLOSE: Final = "</memory>"
_FENCE = re.compile(r"[ \t]{0,12}(?:[-*+>] {1,3})?(`{3,}(?=[^`]*$)|~{3,})")
_BULLET = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_MOST_FACTS: Final = 20
"""Of one answer."""
_MOST_BLOCK_CHARS: Final = 8_000


class Told(NamedTuple):
    """A fact as it stands in an answer."""

    text: str
    scope: str
    """USER, or PROJECT."""


def told(text: str) -> list[Told]:
    """Return the facts of an answer, in order, at most 20. A block that is not closed, or too long, has none."""
    found: list[Told] = []
    fence = ""
    block: list[str] | None = None
    scope, size = PROJECT, 0
    for line in text.split("\n") if MARK in text else ():
        fence, is_code = _fenced(line, fence)
        opening = _OPEN.match(line)
        if is_code:
            block = None
        elif opening:
            block, scope, size = [], opening[1] or PROJECT, 0
        if block is None:
            continue
        before, closing, _ = line[opening.end() if opening else 0 :].partition(_CLOSE)
        size += len(before)
        if size <= _MOST_BLOCK_CHARS:
            block.append(before)
        if closing:
            facts = [_BULLET.sub("", each, count=1).strip() for each in block]
            found += [Told(each, scope) for each in facts if each and size <= _MOST_BLOCK_CHARS]
            block = None
    return [each for each in found if len(each.text) <= MOST_CHARS][:_MOST_FACTS]


def _fenced(line: str, fence: str) -> tuple[str, bool]:
    """Return the fence that is open behind a line, and whether the line is code or a fence.

    A fence ends with the same character, at least as often: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
    """
    match = _FENCE.match(line)
    if not fence:
        return (match[1], True) if match else ("", False)
    closes = match and match[1].startswith(fence) and not line[match.end() :].strip()
    return ("" if closes else fence), True
