"""Facts as a managed part of a memory file: which ones, in which words. Pure.

<!-- headroom:memory:begin -->

## Known from earlier sessions

- The tests run with `make test`.

<!-- headroom:memory:end -->
"""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Final

from headroom.agent_files.bullets import BULLET, framed, heading, inert, plain
from headroom.memory.facts import Fact

NAME: Final = "memory"
"""Of our sections."""
TITLE: Final = "Known from earlier sessions"


def chosen(facts: Iterable[Fact], limit_tokens: int, count: Callable[[str], int]) -> list[Fact]:
    """Return the facts that fit: those told most often first, then the latest. One that is too long is left out.

    Args:
        limit_tokens: of the section, markers aside.
        count: tokens of a text.
    """
    left = limit_tokens - count(heading(TITLE))
    found = []
    for fact in sorted(facts, key=lambda fact: (-fact.seen, -fact.updated, fact.id)):
        tokens = count(_line(fact) + "\n")
        if tokens <= left:
            found.append(fact)
            left -= tokens
    return found


def unsaid(facts: Iterable[Fact], said: Container[str]) -> list[Fact]:
    """Return the facts that the agent does not read anyway.

    Args:
        said: lines, as headroom.agent_files.reading has them.
    """
    return [fact for fact in facts if plain(_line(fact)) not in said]


def lines(facts: Sequence[Fact], label: str = "") -> list[bytes]:
    """Return what stands between the markers; nothing for no facts."""
    told = framed(heading(TITLE, label), [_line(fact) for fact in facts]) if facts else []
    return [line.encode(errors="replace") for line in told]


def _line(fact: Fact) -> str:
    return BULLET + inert(fact.text)
