"""The few shapes that everything else speaks."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Kind = Literal["tool_result", "tool_schema", "text", "image"]
Content = Literal["output", "data", "source"]
"""What a tool result is: what a program said, what a file of data holds, what a file of source code holds."""


class PassThrough(Exception):
    """A compressor says "not mine" or "not worth it"; its one argument is the reason, for the session log."""


class Block(NamedTuple):
    """Where a text sits in a request, and what stood before it."""

    start: int
    """Offset in bytes of the JSON string's opening quote in the request body."""
    end: int
    """Offset just past the string's closing quote."""
    text: str
    kind: Kind
    role: str
    tool: str
    """Name of the tool whose result this is; empty when not known."""
    tool_input: str
    """The call's input as JSON text; empty when not known."""
    query: str
    """The last user text before the block: all that may be known of what the user wants (law 1)."""
    message: int
    """Index of the message that holds the block."""
    untouchable: str = ""
    """Why the block must go out as it came in; empty when it may be compressed."""
    calls: int = 0
    """How many tool calls stand before it."""
    touched: bool = False
    """Whether a call before it edited the file that the text is, or read a part of it, or its own call does."""
    frame: tuple[bytes, bytes] | None = None
    """Where the span is no string literal but any JSON value, whose own bytes are the text: what stands before and
    behind the string literal that takes its place."""


class Context(NamedTuple):
    """All that a compressor may know. Nothing in it is later than the block (law 1)."""

    query: str = ""
    tool: str = ""
    tool_input: str = ""
    budget_tokens: int | None = None
    """None asks for the lossless form; a number asks for a lossy one of about that size."""
    original: str = ""
    """How to get the original back, as an omission marker shows it: a file's path, or a command."""
    code_mode: bool = False
    """Whether the bodies of functions may be left out of source code."""
    touched: bool = False
    """Whether the conversation has edited the file that the text is, or read a part of it, or reads one now."""
    keep: frozenset[str] = frozenset()
    """Names of fields that were asked for again in outputs like this one: a lossy form shows them."""


class Trace(NamedTuple):
    """What is remembered of a result, for those that come after it."""

    digest: str = ""
    """Of its text, without an agent's notes at its end; empty where the result is too short to be pointed at."""
    subject: str = ""
    """What it is a result of: equal for two reads of a file, and for two runs of a command."""
    label: str = ""
    """The call it answers, as a marker names it."""
    is_file: bool = False
    """Whether it is the text of a file, which may be edited."""


class Earlier(NamedTuple):
    """A tool result that stands in full in what is sent, before the block at hand."""

    key: str
    """The key of its decision."""
    label: str
    """The call it answers, as a marker names it."""
    text: Callable[[], str]
    """The result, as it came."""


class Compressed(NamedTuple):
    """A shorter form of a block's text, with honest accounting."""

    text: str
    lossless: bool
    kept: int = 0
    """Rows, lines or templates that are still there."""
    omitted: Mapping[str, int] = {}
    """What was left out, counted by class; empty for a lossless form."""


class Compressor(NamedTuple):
    """A row of the COMPRESSORS table. Both functions are pure: no clock, store, settings or I/O.

    A row is tried where the command or the tool that made a text is named in it, and then where the text looks
    like its own. Either way `compress` sees for itself whether it can read the text.
    """

    name: str
    looks_like: Callable[[str], bool]
    """Whether a text looks like one of its own: cheap, by the first few KB."""
    compress: Callable[[str, Context], Compressed]
    """Raises PassThrough(reason) when it has nothing shorter to offer."""
    commands: tuple[str, ...] = ()
    """Commands whose output it reads, as their first words: "pytest", "cargo test", "git diff"."""
    tools: tuple[str, ...] = ()
    """Globs of tool names whose results it reads: "Grep"."""
    contents: tuple[Content, ...] = ("output", "data")
    """What it may be given."""


class Decision(NamedTuple):
    """What was decided for a block, once and for ever (law 1)."""

    text: str | None
    """What is sent instead of the original; None sends the original."""
    compressor: str = ""
    """The row that made it; empty when none did."""
    reason: str = ""
    """Why the original is sent; empty when it is not."""
    lossless: bool = True
    tokens_before: int = 0
    tokens_after: int = 0
    original: str = ""
    """The original's key in the store; empty when it need not be there."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The provider's own figures for one response, in tokens. The three input classes do not overlap."""

    input: int = 0
    """Input billed at the full price."""
    cache_write: int = 0
    """Input written to the cache, all lifetimes together."""
    cache_write_1h: int = 0
    """The part of cache_write with the one-hour lifetime, which costs more."""
    cache_read: int = 0
    output: int = 0
    model: str = ""
    """The model that answered, as the provider names it."""
    reasoning: int = 0
    """The part of output that is the model's own reasoning, where it is told."""
    image: int = 0
    """The part of the total input that is images, where it is told."""

    @property
    def total_input(self) -> int:
        """All input tokens of the request, at whatever price."""
        return self.input + self.cache_write + self.cache_read


def original_key(text: str) -> str:
    """Return the key under which the store keeps a text: 12 hex digits of its SHA-256. ValueError for no UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Store(Protocol):
    """Content-addressed originals: a key is the first 12 hex digits of the text's SHA-256."""

    def put(self, text: str) -> str:
        """Keep a text durably and return its key. Raises OSError when it cannot."""

    def get(self, key: str) -> str | None:
        """Return the text, or None when it is gone."""

    def path(self, key: str) -> str:
        """Return the plain file in which an agent finds the original; a function of the key alone."""


class Memo(Protocol):
    """Decisions by key. The first decision for a key wins, in every process and after every restart."""

    def recall(self, keys: list[str]) -> dict[str, Decision]:
        """Return what is already decided."""

    def knows(self, keys: list[str]) -> bool:
        """Tell whether anything is decided for one of the keys, without ever waiting for who is writing.

        Raises OSError when that cannot be told at once.
        """

    def remember(self, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
        """Keep decisions, and return the ones that hold now (an earlier one wins over ours).

        Raises OSError when it cannot.
        """

    def overrule(self, keys: list[str], reason: str) -> None:
        """Turn decisions into "send the original": the provider refused what was sent."""

    def leave_alone(self, conversation: str, reason: str) -> None:
        """Remember that a conversation is not to be changed any more."""

    def left_alone(self, conversation: str) -> str | None:
        """Return why a conversation is not to be changed; None when it may be."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the pipeline did with one block of one request, for the session log and the ledger."""

    key: str
    """The decision's key: names the block without its text."""
    tool: str
    decision: Decision
    position: float
    """The share of the prompt, as rendered (tools, system, messages), that stands before it: 0 to 1."""
    new: bool
    """Whether this process sees the block for the first time."""
    cached: bool = True
    """Whether a cache breakpoint stands at or behind it, so that the provider may cache it."""
    retrieval: bool = False
    """Whether the block is an original that was asked for again."""
    asked: str = ""
    """The key of the original that was asked for, where the call names it."""

    @property
    def saved_tokens(self) -> int:
        """Tokens that were not sent; a block that brings an original back counts against us."""
        if self.retrieval:
            return -self.decision.tokens_after
        return self.decision.tokens_before - self.decision.tokens_after
