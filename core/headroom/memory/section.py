"""Facts as a managed part of a memory file: which ones, in which words. Pure.

The part is put in and taken out by headroom.learn.section, under markers of its own:

    <!-- headroom:memory:begin -->
    ## Known from earlier sessions
    - The tests run with `make test`.
    <!-- headroom:memory:end -->
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from headroom.learn import section
from headroom.learn.section import Put, Unsafe
from headroom.memory.facts import Fact

_LEARN, _MEMORY = b"headroom:learn:", b"headroom:memory:"
_ELSE: Final = b"\0"
"""Stands in no file that is changed."""
_FENCE = re.compile(r"[`~]{3,}")
HEADING: Final = "## Known from earlier sessions"


def chosen(facts: Iterable[Fact], limit_tokens: int, count: Callable[[str], int]) -> list[Fact]:
    """Return the facts that fit: those told most often first, then the latest. One that is too long is left out.

    Args:
        limit_tokens: of the section, markers aside.
        count: tokens of a text.
    """
    left = limit_tokens - count(HEADING)
    found = []
    for fact in sorted(facts, key=lambda fact: (-fact.seen, -fact.updated, fact.id)):
        tokens = count(_line(fact) + "\n")
        if tokens <= left:
            found.append(fact)
            left -= tokens
    return found


def lines(facts: Sequence[Fact], label: str = "") -> list[bytes]:
    """Return what stands between the markers; nothing for no facts."""
    where = f" in `{label.replace('`', '')}` (for work there only)" if label else ""
    return [line.encode(errors="replace") for line in (HEADING + where, *map(_line, facts))] if facts else []


def _line(fact: Fact) -> str:
    # No fact may open a comment or a code block that swallows what stands below it.
    text = fact.text.replace("<!--", "<! --")
    return f"- \\{text}" if _FENCE.match(text) else f"- {text}"


def there(content: bytes, label: str = "") -> bytes | None:
    """Return the section with its markers; None where there is none. Raises Unsafe."""
    with _as_ours():
        swapped = _swapped(content)
        found = section.find(swapped, label)
        return None if found is None else swap(swapped[found.start : found.stop])


def put(content: bytes, inner: Sequence[bytes], label: str = "") -> tuple[bytes, Put]:
    """Put lines into the section, or a new one at the end; return the new content, and what was done.

    Raises Unsafe when the file cannot be changed so that only the section changes.
    """
    with _as_ours():
        made, done = section.put(_swapped(content), inner, label)
    return swap(made), _put(done)


def take_back(content: bytes, done: Put) -> bytes | None:
    """Return the content without what was put; None when it was changed since, or is gone. Raises Unsafe."""
    with _as_ours():
        back = section.take_back(_swapped(content), _put(done))
    return None if back is None else swap(back)


def swap(content: bytes) -> bytes:
    """Return a content with the names of both kinds of markers in each other's place."""
    return content.replace(_LEARN, _ELSE).replace(_MEMORY, _LEARN).replace(_ELSE, _MEMORY)


def _swapped(content: bytes) -> bytes:
    if _ELSE in content:
        raise Unsafe("it is UTF-16, or no text: save it as UTF-8")
    return swap(content)


def _put(done: Put) -> Put:
    return done._replace(before=done.before and swap(done.before), after=swap(done.after))


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except Unsafe as error:
        raise Unsafe(str(error).replace("headroom learn", "headroom memory")) from None
