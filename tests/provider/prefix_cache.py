"""A simulation of the automatic prompt caches: OpenAI's before and since GPT-5.6, and Gemini's implicit one.

Sources: developers.openai.com/api/docs/guides/prompt-caching, ai.google.dev/gemini-api/docs/caching. Hits that the
real services only make likely are certain here. A cache belongs to a model and a routing key.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

LATEST_BREAKPOINTS = 80
MAX_EXPLICIT = 3


class Part(NamedTuple):
    """One rendered item of a prompt: a tool, a message."""

    rendered: str
    tokens: int
    marked: bool = False
    """Whether the request puts an explicit breakpoint behind it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one provider caches."""

    minimum: int = 1024
    """The smallest prefix that is cached, in tokens."""
    step: int = 128
    """Prefixes end at multiples of this; 0: at breakpoints only, and writing them is billed."""
    idle_s: float = 300.0
    """How long an entry lives from its last use."""
    longest_s: float = 3600.0
    """How long it lives at most."""
    implicit: bool = True
    """Whether the newest part bears a breakpoint by itself."""


class Prompt(NamedTuple):
    """A request as the cache sees it."""

    group: str
    """The model and the key that routes to a machine."""
    parts: list[Part]
    rule: Rule


class Found(NamedTuple):
    """What a request finds in the cache, and what it leaves there once its response begins; in tokens."""

    total: int
    read: int
    written: int
    """Billed writes; 0 where writing is free."""
    prompt: Prompt
    keep: tuple[bytes, ...]
    """Prefixes that are used or written now, the last one the latest."""


class Entry(NamedTuple):
    """A cached prefix."""

    born: float
    used: float


class PrefixCache:
    """The machines' caches. Times are those of `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[tuple[str, bytes], Entry] = {}

    def look_up(self, prompt: Prompt) -> Found:
        """Return what a prompt finds as the cache stands now. Changes nothing."""
        total = sum(part.tokens for part in prompt.parts)
        return self._stepped(prompt, total) if prompt.rule.step else self._marked(prompt, total)

    def begin(self, found: Found) -> None:
        """The response to the looked-up request begins: from now on its prefixes can be read."""
        now = self._clock()
        for digest in found.keep:
            name = (found.prompt.group, digest)
            born = self._entries[name].born if self._alive(found.prompt, digest) else now
            self._entries.pop(name, None)
            self._entries[name] = Entry(born, now)

    def _stepped(self, prompt: Prompt, total: int) -> Found:
        rule = prompt.rule
        ends = [(size, digest) for size, digest in stepped(prompt.parts, rule.step) if size >= rule.minimum]
        read = max((size for size, digest in ends if self._alive(prompt, digest)), default=0)
        return Found(total, read, 0, prompt, tuple(digest for _, digest in ends))

    def _marked(self, prompt: Prompt, total: int) -> Found:
        rule = prompt.rule
        ends = list(bounds(prompt.parts))
        latest = [digest for group, digest in self._entries if group == prompt.group][-LATEST_BREAKPOINTS:]
        known = {digest for digest in latest if self._alive(prompt, digest)}
        hit = max((at for at, (_, digest) in enumerate(ends) if digest in known), default=-1)
        marks = [at for at, part in enumerate(prompt.parts) if part.marked][-MAX_EXPLICIT:]
        if rule.implicit and ends:
            marks = sorted({*marks, len(ends) - 1})
        writes = [at for at in marks if at > hit and ends[at][0] >= rule.minimum]
        read = ends[hit][0] if hit >= 0 else 0
        written = ends[writes[-1]][0] - read if writes else 0
        used = [hit] if hit >= 0 else []
        return Found(total, read, written, prompt, tuple(ends[at][1] for at in [*used, *writes]))

    def _alive(self, prompt: Prompt, digest: bytes) -> bool:
        entry = self._entries.get((prompt.group, digest))
        now = self._clock()
        rule = prompt.rule
        return entry is not None and now - entry.used < rule.idle_s and now - entry.born < rule.longest_s


def bounds(parts: list[Part]) -> Iterator[tuple[int, bytes]]:
    """Yield, for each part, the size in tokens and the hash of the prefix that ends with it."""
    digest = hashlib.sha256()
    size = 0
    for part in parts:
        size += part.tokens
        digest.update(part.rendered.encode("utf-8", "surrogatepass") + b"\0")
        yield size, digest.digest()


def stepped(parts: list[Part], step: int) -> Iterator[tuple[int, bytes]]:
    """Yield size and hash of the prefixes whose size is a multiple of `step`; tokens lie evenly over a part."""
    digest = hashlib.sha256()
    size = 0
    for part in parts:
        data = part.rendered.encode("utf-8", "surrogatepass") + b"\0"
        goal = (size // step + 1) * step
        done = 0
        while goal <= size + part.tokens:
            cut = len(data) * (goal - size) // part.tokens
            digest.update(data[done:cut])
            done = cut
            yield goal, digest.copy().digest()
            goal += step
        digest.update(data[done:])
        size += part.tokens
