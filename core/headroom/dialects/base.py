"""What a dialect tells of a request, and the state from which it can go on reading a longer one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from headroom.types import Block, Usage


class UnknownShape(ValueError):
    """The body is not what the dialect expects; it goes out as it came in."""


class Mark(NamedTuple):
    """How far a walk through the messages has come: all that a later message may depend on."""

    pos: int
    """Offset just past a message."""
    messages: int
    blocks: int
    calls: int
    query: str
    breakpoint: int
    """Offset of the last cache breakpoint so far, or -1."""
    opening: str


class Call(NamedTuple):
    """A tool call: its id, the tool's name, and where its input stands."""

    id: str
    name: str
    input: slice


@dataclass(slots=True)
class Head:
    """What stands beside the messages, as far as it was read."""

    model: str = ""
    stream: bool = False
    client: str = ""
    """What the client says of itself or its session; part of the conversation's name."""
    before_bytes: int = 0
    """Size of what is rendered before the messages: tools and system."""
    caches_all: bool = False
    """Whether the request asks for automatic caching."""
    edits: bytes = b""
    """What the provider is asked to do to the context, as JSON; empty for nothing."""
    keys: frozenset[str] = frozenset()


@dataclass(slots=True)
class Walk:
    """The state of a walk. `blocks` holds what was found since it began or was resumed."""

    head: Head = field(default_factory=Head)
    messages_at: int = 0
    """Offset of the messages array."""
    messages: int = 0
    query: str = ""
    opening: str = ""
    """The conversation's first user text."""
    calls: list[Call] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    skipped_blocks: int = 0
    """Blocks before the mark from which the walk was resumed."""
    breakpoint: int = -1
    """Offset of the last cache breakpoint seen in the messages."""
    newest: tuple[int, int] = (0, 0)
    """Tool results and other blocks in the newest message."""
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as the pipeline sees it."""

    walk: Walk
    head: Head
    conversation: str
    """A name for the conversation: equal for all its requests, also after a restart."""
    end: int
    """Offset just past the messages array."""

    def position(self, offset: int) -> float:
        """Return which share of the rendered prompt (tools, system, messages) stands before an offset."""
        before = self.head.before_bytes
        total = before + self.end - self.walk.messages_at
        return (before + offset - self.walk.messages_at) / total if total else 0.0

    def is_cached(self, offset: int) -> bool:
        """Return whether a cache breakpoint stands behind an offset."""
        return self.head.caches_all or offset < self.walk.breakpoint


class Resume(NamedTuple):
    """An earlier reading whose first messages are, byte for byte, those of the body to be read."""

    reading: Reading
    mark: Mark
    marks: Sequence[Mark]
    """All marks up to and with `mark`."""
    tail: bytes
    """What stood behind the messages."""


class Dialect(Protocol):
    """One provider's wire format. It finds and reads, and never edits."""

    name: str

    def read(self, body: bytes, resume: Resume | None = None) -> Reading:
        """Find the blocks of a request. Raises UnknownShape (or ValueError) for anything unexpected."""

    def usage(self, event: Mapping[str, object], so_far: Usage) -> Usage:
        """Add what one response event, or a whole response, says of usage."""
