"""Where a prompt cache was lost, what it cost, and what is to blame: from session logs, or from captured requests.

What is lost, and for which cause, is told by `session_index.turns`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Final, NamedTuple

from headroom import spans, volatile
from headroom.dialects import anthropic, gemini, openai_chat, openai_responses
from headroom.dialects.base import Dialect
from headroom.pricing import Row, price
from headroom.session_index.turns import (
    ADVICE,
    MODEL,
    NEW,
    PAUSE,
    SHORT,
    SHORTER,
    SYSTEM,
    TOOLS,
    UNASKED,
    UNEXPLAINED,
    Completed,
    Turns,
    missed,
    rate_of_a_miss,
)
from headroom.session_log.events import Event, Head, Request, Start, UsageLine

__all__ = [
    "ADVICE",
    "MODEL",
    "PAUSE",
    "SHORTER",
    "SYSTEM",
    "TOOLS",
    "UNEXPLAINED",
    "Caching",
    "Captured",
    "Difference",
    "Finding",
    "Loss",
    "caching",
    "captured",
    "difference",
]

_NO_LOSS: Final = (NEW, SHORT, UNASKED)
"""Causes for which nothing was there that could be lost."""


@dataclass(slots=True)
class Loss:
    """What was not read from a cache although it had been put there, for one cause."""

    times: int = 0
    tokens: int = 0
    pico: int = 0
    """What it cost more, in picodollars, as far as prices are known."""


@dataclass(slots=True)
class Caching:
    """How an agent's prompts were cached."""

    agent: str
    requests: int = 0
    conversations: set[str] = field(default_factory=set)
    read: int = 0
    prompt: int = 0
    """All input tokens."""
    unpriced: int = 0
    """Lost tokens of models whose prices are not known."""
    losses: dict[str, Loss] = field(default_factory=dict)
    volatile: dict[str, int] = field(default_factory=dict)
    """Kinds of what changes in system prompts, with the fewest tokens that stood before one."""

    @property
    def hit_rate(self) -> float:
        """The share of the prompts' tokens that was read from the cache."""
        return self.read / self.prompt if self.prompt else 0.0


def caching(sessions: Iterable[Iterable[Event]], prices: Sequence[Row] = ()) -> list[Caching]:
    """Return how prompts were cached, by agent, the one with the most tokens first.

    Args:
        sessions: the events of each session, in order.
        prices: the user's rows.
    """
    agents: dict[str, Caching] = {}
    for events in sessions:
        agent, turns = "", Turns()
        for event in events:
            if isinstance(event, Start):
                agent = event.agent
            told = agents.setdefault(agent, Caching(agent))
            if isinstance(event, Head):
                turns.head(event)
                _add_volatile(told, event)
            elif isinstance(event, Request):
                turns.request(event)
            elif isinstance(event, UsageLine) and (completed := turns.usage(event)):
                _add(told, completed, event, prices)
    return sorted((told for told in agents.values() if told.requests), key=lambda told: -told.prompt)


def _add_volatile(told: Caching, head: Head) -> None:
    for said in head.volatile:
        kind, _, tokens = said.partition("@")
        if kind in volatile.LABELS and tokens.isdecimal():
            told.volatile[kind] = min(int(tokens), told.volatile.get(kind, int(tokens)))


def _add(told: Caching, completed: Completed, usage: UsageLine, prices: Sequence[Row]) -> None:
    turn = completed.turn
    told.requests += 1
    told.conversations.add(completed.conversation)
    told.read += turn.read
    told.prompt += turn.prompt
    found = missed(completed.before, turn)
    if found is None or found.cause in _NO_LOSS:
        return
    loss = told.losses.setdefault(found.cause, Loss())
    loss.times += 1
    loss.tokens += found.tokens
    rates = price(turn.model, turn.prompt, prices, datetime.fromtimestamp(usage.t, UTC).date())
    if rates is None:
        told.unpriced += found.tokens
    else:
        loss.pico += found.tokens * (
            rate_of_a_miss(rates, usage.cache_write, usage.cache_write_1h) - rates.cache_read
        )


class Finding(NamedTuple):
    """A volatile part of a captured request."""

    line: int
    """Of the system prompt, from 1."""
    kind: str
    label: str
    snippet: str
    """The part itself, cut short."""
    tokens_behind: int
    """Of the request, behind it: what a change of it throws away."""


@dataclass(frozen=True, slots=True)
class Captured:
    """A request as it was captured."""

    dialect: str
    model: str
    places_breakpoints: bool
    tokens: int
    """Of the whole prompt: tools, system prompt, messages."""
    findings: tuple[Finding, ...]
    sections: tuple[tuple[str, bytes], ...]
    """What the prompt is made of, in the order in which it is cached: each with its name."""


_SHAPES: Final[tuple[tuple[str, Dialect], ...]] = (
    ("contents", gemini),
    ("input", openai_responses),
    ("max_tokens", anthropic),
    ("messages", openai_chat),
)
"""The first key that a request has tells its dialect."""
_SNIPPET: Final = 60


def captured(body: bytes, count: Callable[[str], int]) -> Captured:
    """Read a captured request.

    Args:
        body: its JSON, as it was sent.
        count: tokens of a text.

    Raises ValueError for what is no request in a dialect known here.
    """
    dialect = _dialect(body)
    head = dialect.read(body).head
    messages = dialect.outline(body)
    inside = [span for span in head.system if any(m.span.start <= span.start < m.span.stop for m in messages)]
    texts = [spans.decode_text(body[span]) for span in head.system]
    tools = body[head.tools] if head.tools else b""
    prompt = [message for message in messages if not any(_holds(message.span, span) for span in inside)]
    sections = (
        ("tools", tools),
        *(
            (f"system prompt, part {number}", text.encode("utf-8", "replace"))
            for number, text in enumerate(texts, 1)
        ),
        *((f"message {n}", body[message.span]) for n, message in enumerate(prompt, 1)),
    )
    behind = sum(count(raw.decode(errors="replace")) for name, raw in sections if name.startswith("message"))
    findings: list[Finding] = []
    line = sum(text.count("\n") + 1 for text in texts)
    for text in reversed(texts):
        line -= text.count("\n") + 1
        for part in reversed(volatile.find(text)):
            snippet = text[part.start : part.end].partition("\n")[0][:_SNIPPET]
            at = line + text.count("\n", 0, part.start) + 1
            findings.append(Finding(at, part.kind, part.label, snippet, behind + count(text[part.end :])))
        behind += count(text)
    total = behind + (count(tools.decode(errors="replace")) if tools else 0)
    return Captured(dialect.name, head.model, head.places_breakpoints, total, tuple(findings[::-1]), sections)


def _holds(outer: slice, inner: slice) -> bool:
    return bool(outer.start <= inner.start < outer.stop)


def _dialect(body: bytes) -> Dialect:
    cursor = spans.Cursor(body)
    keys = set(cursor.members())
    if "messages" in keys and "system" in keys:
        return anthropic
    for key, dialect in _SHAPES:
        if key in keys and not (key == "max_tokens" and _has_prompt_message(body)):
            return dialect
    raise ValueError("no request: it has no messages, input or contents")


def _has_prompt_message(body: bytes) -> bool:
    """Whether the first message is a system prompt, as in OpenAI's format and not in Anthropic's."""
    try:
        first = openai_chat.outline(body)[:1]
    except ValueError:
        return False
    return bool(first) and first[0].role == "system"


class Difference(NamedTuple):
    """Where one request goes on otherwise than another."""

    where: str
    tokens_behind: int
    """Of the second request, from there on."""


def difference(one: Captured, other: Captured, count: Callable[[str], int]) -> Difference | None:
    """Return the first place where the second request differs; None where it begins as the first does."""
    if one.model != other.model:
        return Difference("model", other.tokens)
    behind = [count(raw.decode(errors="replace")) if raw else 0 for _, raw in other.sections]
    for number, (then, now) in enumerate(zip_longest(one.sections, other.sections)):
        if then is None:
            return None
        if now is None:
            return Difference(f"{then[0]} is missing", 0)
        if then != now:
            where = now[0] if then[0] == now[0] else f"{then[0]} against {now[0]}"
            return Difference(where, sum(behind[number:]))
    return None
