"""What a dialect tells of a request, and the state from which it can go on reading a longer one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from headroom.types import Block, Change, Usage


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
    open: tuple[int, ...] = ()
    """Numbers of the calls that no result has answered yet, where a dialect pairs them by name or by order."""


class Call(NamedTuple):
    """A tool call: its id, the tool's name, and its input."""

    id: str
    name: str
    input: slice | str
    """Where it stands in the body, as JSON; or the text itself, where the call is not in the body or its input is
    no JSON value there."""
    by_program: bool = False
    """Whether a program of the model's made the call, and reads the result in its place."""


class Before(NamedTuple):
    """What came before a request that only adds to what the provider holds (previous_response_id)."""

    query: str = ""
    opening: str = ""
    calls: tuple[Call, ...] = ()
    """Their inputs are texts."""
    changes: tuple[Change, ...] = ()
    """What was done in it, so that the provider holds it so."""


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
    tools: slice | None = None
    """Where the array of tools stands to which another may be added; None where there is none, or an empty one."""
    tool_names: frozenset[str] = frozenset()
    system: tuple[slice, ...] = ()
    """Where the string literals of the system prompt stand, in order (those beside the messages, or messages that
    are the prompt)."""
    places_breakpoints: bool = False
    """Whether the client says itself what is to be cached."""
    cache_key: str = ""
    """What the client names for the routing of caches (prompt_cache_key)."""
    previous: str = ""
    """The response that the request goes on from (previous_response_id); its history is not in the body."""
    keys: frozenset[str] = frozenset()


@dataclass(slots=True)
class Walk:
    """The state of a walk. `blocks` holds what was found since it began or was resumed."""

    head: Head = field(default_factory=Head)
    """What stands before the messages."""
    whole: Head = field(default_factory=Head)
    """What stands before and behind them."""
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
    marks: list[Mark] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    """As in Mark."""
    leading: int = 0
    """How many messages at the beginning are the system prompt, where a dialect has it there."""
    system: list[slice] = field(default_factory=list)
    """The string literals of these messages."""
    tools: list[tuple[slice, frozenset[str]]] = field(default_factory=list)
    """Arrays of tools that stand among the messages, with the names in them."""
    index: dict[str, Call] = field(default_factory=dict)
    """The calls by their ids; of two with one id, the later."""


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


class Part(NamedTuple):
    """One element of a message: a content block, a call, a result."""

    kind: str
    """text, call, result, thinking, or other."""
    span: slice
    id: str = ""
    """Of a call, or of the call that a result answers."""
    name: str = ""
    """The tool's."""
    text: str = ""
    """Of a text."""


class Message(NamedTuple):
    """One element of the array of messages."""

    span: slice
    role: str
    """user, assistant, system, tool: whose words these are, under one name in all dialects."""
    content: slice | None = None
    """Where its array of parts stands, or the string; None where it has neither."""
    parts: tuple[Part, ...] = ()
    """A string is one text part."""


class Dialect(Protocol):
    """One provider's wire format. It finds and reads, and never edits."""

    name: str
    usage_mark: bytes
    """Events of a response without these bytes say nothing of usage."""
    points_back: bool
    """Whether a result may be told by an earlier one: not where a request may leave its history to the
    provider."""

    def read(self, body: bytes, resume: Resume | None = None, before: Before | None = None) -> Reading:
        """Find the blocks of a request. Raises UnknownShape (or ValueError) for anything unexpected."""

    def outline(self, body: bytes) -> list[Message]:
        """Return the messages with their parts: the structure alone. Raises as `read`."""

    def usage(self, event: Mapping[str, object], so_far: Usage) -> Usage:
        """Add what one response event, or a whole response, says of usage."""
