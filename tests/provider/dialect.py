"""What the provider must know of a dialect, as a row of functions; each dialect's module makes its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.provider.cache import PromptCache
from tests.provider.history import History
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import Fault, Json, Stream, Turn

SSE: Mapping[str, str] = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}


class Caches(NamedTuple):
    """The caches of all providers."""

    blocks: PromptCache
    """By breakpoints, as Anthropic and Bedrock cache; its `count` counts tokens for all."""
    prefixes: PrefixCache
    """By themselves, as OpenAI and Gemini cache."""

    def count(self, text: str) -> int:
        """Return a text's tokens."""
        return self.blocks.count(text)


class Bill(NamedTuple):
    """What a request costs."""

    usage: Callable[[int, int], Json]
    """The dialect's usage object for so many output tokens, the reasoning among them, and reasoning tokens."""
    begin: Callable[[], None] = lambda: None
    """Called when the response begins: its prefixes can be read from then on."""


def _as_it_is(body: Json, _history: History) -> Json:
    return body


def _forget(_body: Json, _whole: Json, _history: History) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Dialect:
    """One provider's wire format, from the provider's side."""

    name: str
    misshapen: Callable[[Json], str]
    """Why the API cannot read a request; empty when it can."""
    problem: Callable[[Json], str]
    """Why it refuses one that it can read."""
    bill: Callable[[Caches, Json], Bill]
    whole: Callable[[Turn, Json, Json, str], Json]
    """(turn, request, usage, seed for ids) -> the answer as one JSON object."""
    events: Callable[[Json, Json, Stream], list[Json]]
    """(whole answer, request, stream) -> the events of its stream."""
    chunks: Callable[[Sequence[Json]], list[bytes]]
    """The events' bytes, one chunk each."""
    error_body: Callable[[Fault, str], bytes]
    """(fault, request id) -> the body of an error answer."""
    error_headers: Callable[[Fault], dict[str, str]]
    headers: Callable[[str], dict[str, str]]
    """Headers of every answer, by request id."""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of answers that are no errors."""
    stream_headers: Mapping[str, str] = field(default_factory=lambda: SSE)
    expand: Callable[[Json, History], Json] = _as_it_is
    """Puts what the provider remembers before the request. Raises Refused."""
    remember: Callable[[Json, Json, History], None] = _forget
    """(expanded request, whole answer, history)."""
