"""A simulation of prompt caching by prefix, as Anthropic documents it (build-with-claude/prompt-caching).

A request is rendered to blocks in the order tools, system, messages. An entry is the hash of everything up to a
breakpoint; entries are written at breakpoints only, and looked for at most 20 positions back from each, the
breakpoint being the first.
"""

import fnmatch
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from tests.provider.script import Json

LOOKBACK_POSITIONS = 20
LIFETIMES_S: Mapping[str, float] = {"5m": 300.0, "1h": 3600.0}
IMAGE_TOKENS = 1500

MINIMUMS: Mapping[str, int] = {
    "*opus-5*": 512,
    "*fable-5*": 512,
    "*mythos-5*": 512,
    "*opus-4-7*": 2048,
    "*opus-4-6*": 4096,
    "*opus-4-5*": 4096,
    "*haiku-4-5*": 4096,
    "*3-5-haiku*": 2048,
    "*3-haiku*": 2048,
    "*": 1024,
}
"""The smallest prefix that is cached, in tokens, by model; the first pattern that fits holds."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "tools": (),
    "system": ("speed",),
    "messages": ("tool_choice", "thinking"),
}
"""Parameters whose change throws away the level's prefixes and those behind it."""


def estimate(text: str) -> int:
    """Return a cheap, deterministic count of a text's tokens."""
    return len(text.encode("utf-8", "surrogatepass")) // 4 + 1


class Piece(NamedTuple):
    """One rendered block."""

    level: str
    rendered: str
    """What is hashed: the decoded content, without cache_control."""
    tokens: int
    ttl: str
    """Lifetime asked for by the block's cache_control; empty when it is no breakpoint."""
    markable: bool
    """Whether an automatic breakpoint may stand here."""


class Entry(NamedTuple):
    """A cached prefix."""

    ttl: str
    expires: float


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a request finds in the cache, and what it will put there once its response begins."""

    usage: Json
    """The API's usage object, with 0 output tokens."""
    written: Mapping[bytes, str] = field(default_factory=dict)
    """Lifetimes by prefix hash."""
    refreshed: tuple[bytes, ...] = ()


class PromptCache:
    """The provider's cache. Times are those of `clock`, in seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        count: Callable[[str], int] = estimate,
        minimums: Mapping[str, int] = MINIMUMS,
    ) -> None:
        self.count = count
        self._clock = clock
        self._minimums = minimums
        self._entries: dict[bytes, Entry] = {}

    def look_up(self, request: Json) -> Lookup:
        """Return the usage of a request as the cache stands now. Changes nothing."""
        pieces = render(request, self.count)
        digests = prefix_hashes(request, pieces)
        totals = list(accumulate(piece.tokens for piece in pieces))
        marks = [at for at, piece in enumerate(pieces) if piece.ttl]
        hit = self._longest_hit(marks, digests)
        minimum = next(size for glob, size in self._minimums.items() if fnmatch.fnmatch(request["model"], glob))
        writes = [at for at in marks if at > hit and totals[at] >= minimum]
        billed = dict.fromkeys(LIFETIMES_S, 0)
        reached = totals[hit] if hit >= 0 else 0
        read = reached
        for at in writes:
            billed[pieces[at].ttl] += totals[at] - reached
            reached = totals[at]
        return Lookup(
            usage=_usage((totals[-1] if totals else 0) - reached, billed, read),
            written={digests[at]: pieces[at].ttl for at in writes},
            refreshed=tuple(digests[at] for at in {*marks, hit} if 0 <= at <= hit and self._alive(digests[at])),
        )

    def begin(self, lookup: Lookup) -> None:
        """The response to the looked-up request begins: from now on its prefixes can be read."""
        now = self._clock()
        for digest in lookup.refreshed:
            ttl = self._entries[digest].ttl
            self._entries[digest] = Entry(ttl, now + LIFETIMES_S[ttl])
        for digest, ttl in lookup.written.items():
            self._entries[digest] = Entry(ttl, now + LIFETIMES_S[ttl])

    def _alive(self, digest: bytes) -> bool:
        entry = self._entries.get(digest)
        return entry is not None and self._clock() < entry.expires

    def _longest_hit(self, marks: list[int], digests: list[bytes]) -> int:
        for mark in reversed(marks):
            for at in range(mark, max(-1, mark - LOOKBACK_POSITIONS), -1):
                if self._alive(digests[at]):
                    return at
        return -1


def render(request: Json, count: Callable[[str], int] = estimate) -> list[Piece]:
    """Render a request's tools, system and messages to blocks. A string is one text block."""
    pieces = [_piece("tools", "", tool, count) for tool in request.get("tools") or ()]
    pieces += [_piece("system", "", block, count) for block in _blocks(request.get("system") or ())]
    for message in request["messages"]:
        pieces += [_piece("messages", message["role"], block, count) for block in _blocks(message["content"])]
    automatic = request.get("cache_control")
    last = next((at for at in reversed(range(len(pieces))) if pieces[at].markable), None)
    if automatic and last is not None and not pieces[last].ttl:
        pieces[last] = pieces[last]._replace(ttl=_lifetime(automatic))
    return pieces


def prefix_hashes(request: Json, pieces: list[Piece]) -> list[bytes]:
    """Return, for each piece, the hash of the prefix that ends with it. Models do not share prefixes."""
    digest = hashlib.sha256(request["model"].encode()).digest()
    digests: list[bytes] = []
    for level, parameters in LEVELS.items():
        state = json.dumps([level, *(request.get(name) for name in parameters)], sort_keys=True)
        digest = hashlib.sha256(digest + state.encode()).digest()
        for piece in pieces:
            if piece.level == level:
                digest = hashlib.sha256(digest + piece.rendered.encode("utf-8", "surrogatepass")).digest()
                digests.append(digest)
    return digests


def _usage(uncached: int, billed: Mapping[str, int], read: int) -> Json:
    return {
        "input_tokens": uncached,
        "cache_creation_input_tokens": sum(billed.values()),
        "cache_read_input_tokens": read,
        "cache_creation": {f"ephemeral_{ttl}_input_tokens": tokens for ttl, tokens in billed.items()},
        "output_tokens": 0,
        "service_tier": "standard",
    }


def _blocks(content: str | list[Json] | tuple[()]) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _piece(level: str, role: str, block: Json, count: Callable[[str], int]) -> Piece:
    marks = [part["cache_control"] for part in (block, *_inner(block)) if part.get("cache_control")]
    kind = block.get("type", "")
    return Piece(
        level=level,
        rendered=f"{role}\n{json.dumps(_bare(block), ensure_ascii=False)}",
        tokens=sum(_tokens(block, count)),
        ttl=_lifetime(marks[-1]) if marks else "",
        markable=kind not in {"thinking", "redacted_thinking"} and block.get("text") != "",
    )


def _lifetime(control: Json) -> str:
    return "1h" if control.get("ttl") == "1h" else "5m"


def _inner(block: Json) -> list[Json]:
    content = block.get("content")
    return content if block.get("type") == "tool_result" and isinstance(content, list) else []


def _bare(block: Json) -> Json:
    """The block as the model reads it: fields in one order, a tool's input in its own, no cache_control."""
    bare = {name: value for name, value in sorted(block.items()) if name != "cache_control"}
    if _inner(block):
        bare["content"] = [_bare(part) for part in block["content"]]
    return bare


def _tokens(block: Json, count: Callable[[str], int]) -> Iterator[int]:
    kind = block.get("type")
    content = block.get("content")
    if kind in {"text", "thinking"}:
        yield count(block[kind])
    elif kind == "image":
        yield IMAGE_TOKENS
    elif kind == "tool_result" and isinstance(content, str):
        yield count(content)
    elif kind == "tool_result":
        for part in content or ():
            yield from _tokens(part, count)
    else:
        yield count(json.dumps(_bare(block), ensure_ascii=False))
