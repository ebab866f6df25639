"""The events of a session log: one class each, to and from plain dicts. No text of a message is in any.

What comes from traffic (names of models and tools) is kept only where it looks like a name, and what is said
of a failure only where it looks like our own words: see `names`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_type_hints

from headroom.ledger import RoundTrip, Saved

SCHEMA = 1
"""Version of the form of all events; each carries it as `v`."""


class Malformed(ValueError):
    """A dict is not the event that it says it is."""


class Start(NamedTuple):
    """Begins a log."""

    t: float
    """Seconds since 1970, as in every event."""
    id: str = ""
    agent: str = ""
    cwd: str = ""
    versions: Mapping[str, Any] = {}
    """Of headroom, python and the platform."""
    policy: Mapping[str, Any] = {}
    """The policy of conversations that begin now."""
    upstream: str = ""
    """Host of the provider; no path, user or key."""
    mode: str = "optimize"
    """optimize, audit (nothing is changed, `saved` is what would have been) or simulate (nothing is sent)."""


class BlockLine(NamedTuple):
    """What was done with one block, in its first request."""

    key: str = ""
    """Names the decision without the text."""
    tool: str = ""
    compressor: str = ""
    """The row that made what was sent; empty when the original was."""
    before: int = 0
    """Tokens, o200k_base; as `after`."""
    after: int = 0
    lossless: bool = True
    new: bool = True
    """Whether the process saw it for the first time."""
    reason: str = ""
    """Why the original was sent; empty when it was not."""
    retrieval: bool = False
    """Whether it is an original that was asked for again."""
    original: str = ""
    """The original's key in the store: where something is left out, and where it is the one asked for again."""


class Request(NamedTuple):
    """One request in a dialect that we read, and how it was answered."""

    t: float
    n: int = 0
    """Counts the session's requests, from 1; the usage event of the same request has the same number."""
    dialect: str = ""
    model: str = ""
    """The model that was asked for."""
    conversation: str = ""
    status: int = 0
    """Of the response; 0 when there was none."""
    stream: bool = False
    bytes_before: int = 0
    bytes_after: int = 0
    tokens_before: int = 0
    """Of the blocks that are listed or replayed, as they came; o200k_base."""
    tokens_after: int = 0
    """Of the same blocks, as they were sent."""
    ms: float = 0.0
    """Time that we added, in milliseconds."""
    ttfb_ms: float = 0.0
    retried: bool = False
    """Whether the original was sent after a changed request was refused; then the blocks went out as they came."""
    replayed: int = 0
    """Blocks sent as earlier requests had sent them, shortened or retrieved: they are not listed again."""
    blocks: tuple[BlockLine, ...] = ()
    mode: str = "optimize"
    """As in Start, for this request; in audit mode the blocks went out as they came."""
    holdout: bool = False
    """Whether its conversation is left alone, for the others to be compared with."""
    upstream: str = ""
    """The provider's name in the settings; empty where there is but one."""
    rounds: int = 0
    """Which extra round it is that answers our retrieval tool, from 1; 0 for the client's own request."""


class UsageLine(NamedTuple):
    """The provider's own figures for a request, in tokens, and what it would have billed beyond them."""

    t: float
    n: int = 0
    model: str = ""
    """The model that answered."""
    input: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    saved: Saved = Saved()
    """In audit mode: what would have been saved."""
    round_trip: RoundTrip = RoundTrip()
    reasoning: int = 0
    """The part of output that is reasoning, where it is told."""
    image: int = 0
    """The part of the input that is images, where it is told."""


class Head(NamedTuple):
    """What stands before the messages: logged with a conversation's first request, and when it has changed."""

    t: float
    n: int = 0
    """The request's number."""
    conversation: str = ""
    tools: str = ""
    """Digest of the tools, as they are sent."""
    system: str = ""
    """Digest of the system prompt, as it is sent."""
    volatile: tuple[str, ...] = ()
    """What in the system prompt looks as if it changed from one conversation to the next: "KIND@TOKENS", the kind
    of text and how many tokens stand before it."""
    tokens: int = 0
    """Of all of it, o200k_base."""


class Guard(NamedTuple):
    """A conversation is left alone from here on: its real usage fell below what it would have had without us."""

    t: float
    conversation: str = ""
    why: str = ""
    """Our own words."""
    lost: int = 0
    """What it cost more, in thousandths of a token at the input price."""


class Retrieve(NamedTuple):
    """An original was asked for with `headroom retrieve`."""

    t: float
    hash: str = ""
    query: bool = False
    """Whether there was one; what it was is nobody's business."""
    hit: bool = False
    tokens: int = 0
    """Of what was given back."""


class Error(NamedTuple):
    """Something of ours failed, and the original went through."""

    t: float
    where: str = ""
    what: str = ""
    """The exception's class and our own words; never its text, which may quote a message."""


class End(NamedTuple):
    """Ends a log, when there was time for it."""

    t: float
    exit_code: int | None = None
    duration_s: float = 0.0
    reason: str = ""


Event = Start | Request | UsageLine | Head | Guard | Retrieve | Error | End

EVENTS: Mapping[str, type[Event]] = {
    "session": Start,
    "request": Request,
    "usage": UsageLine,
    "head": Head,
    "guard": Guard,
    "retrieve": Retrieve,
    "error": Error,
    "end": End,
}
"""Event classes by their `type`. To add one, add a class and a row."""

_TYPES: Mapping[type[Event], str] = {cls: name for name, cls in EVENTS.items()}


def to_dict(event: Event) -> dict[str, Any]:
    """Return an event as a plain dict, with its type and the schema's version."""
    return {"v": SCHEMA, "type": _TYPES[type(event)]} | _plain(event)


def _plain(value: Any) -> dict[str, Any]:
    return {row.name: _plain_value(getattr(value, row.name)) for row in _SHAPES[type(value)]}


def _plain_value(value: Any) -> Any:
    if type(value) in _SHAPES:
        return _plain(value)
    return [_plain_value(item) for item in value] if type(value) is tuple else value


def from_dict(raw: object) -> Event | None:
    """Return the event, or None for one of a type unknown here (of a newer version); unknown fields are ignored.

    Raises Malformed when it is none: no type, no time, or a field of the wrong kind.
    """
    kind = raw.get("type") if isinstance(raw, dict) else None
    if not isinstance(kind, str) or not isinstance(raw, dict) or not 0 <= _number(raw.get("t")) < _END_OF_TIME:
        raise Malformed("no type, or no time")
    cls = EVENTS.get(kind)
    event: Event | None = _read(cls, raw) if cls else None
    return event


_END_OF_TIME = 253_402_300_800.0
"""The year 10000: no date can name it."""


def _read(cls: Any, raw: Any) -> Any:
    if type(raw) is not dict:
        raise Malformed(cls.__name__)
    values = []
    for name, default, kind, other in _SHAPES[cls]:
        value = raw.get(name, default)
        values.append(value if type(value) is kind else value if value is default else other(value))
    return cls(*values)


def _none(value: Any) -> Any:
    raise Malformed(f"{value!r:.40}")


def _number(value: Any) -> float:
    if type(value) is not int and type(value) is not float:
        raise Malformed("not a number")
    return value


def _blocks(value: Any) -> tuple[BlockLine, ...]:
    if type(value) is not list:
        raise Malformed("blocks")
    return tuple([_read(BlockLine, item) for item in value])


def _names(value: Any) -> tuple[str, ...]:
    if type(value) is not list or not all(type(item) is str for item in value):
        raise Malformed("names")
    return tuple(value)


_KINDS: Mapping[Any, tuple[type, Callable[[Any], Any]]] = {
    str: (str, _none),
    int: (int, _none),
    bool: (bool, _none),
    float: (float, _number),
    int | None: (int, _none),
    Mapping[str, Any]: (dict, _none),
    tuple[BlockLine, ...]: (tuple, _blocks),
    tuple[str, ...]: (tuple, _names),
    Saved: (Saved, lambda value: _read(Saved, value)),
    RoundTrip: (RoundTrip, lambda value: _read(RoundTrip, value)),
}
"""By a field's type: what its value is, as a rule, and what reads any other. Logs have many lines."""


class _Field(NamedTuple):
    name: str
    default: Any
    kind: type
    other: Callable[[Any], Any]


def _shape(cls: Any) -> tuple[_Field, ...]:
    defaults = cls._field_defaults
    return tuple(_Field(name, defaults.get(name), *_KINDS[kind]) for name, kind in get_type_hints(cls).items())


_SHAPES: Mapping[Any, tuple[_Field, ...]] = {
    cls: _shape(cls) for cls in (*EVENTS.values(), BlockLine, Saved, RoundTrip)
}
