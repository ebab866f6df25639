"""What all of it is for: behind headroom no beginning of a session costs more than without it, what the ledger says
was paid is what the provider bills, and what it says was saved is what the two invoices differ by."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from headroom import guard, ledger, pricing
from headroom.answering.base import TOOL
from headroom.dialects.base import Dialect
from headroom.ledger import RoundTrip
from tests.laws.bills import APIS, Api, Player, Sent, play
from tests.laws.conversations import KINDS
from tests.laws.sessions import SESSIONS, Session
from tests.provider import invoice

STEPS = 30
EVERY = [(session, api) for session in SESSIONS for api in APIS]
LEAST_TOKENS = 5000
"""Below this much of a difference, in input tokens, a deviation says nothing."""


@dataclass
class Facts:
    """What is found out of one session."""

    direct: list[float] = field(default_factory=list)
    """What each request costs without us, in input tokens."""
    ours: list[float] = field(default_factory=list)
    claimed: float = 0.0
    """What we say was saved."""
    unpaid: int = 0
    """The provider's bill less what we say was paid, in picodollars, summed up without signs."""
    moved: list[int] = field(default_factory=list)
    """Requests whose beginning was sent before, and in another form."""
    heads: list[int] = field(default_factory=list)
    """Requests of which more was changed than messages."""
    tools: dict[str, set[bytes]] = field(default_factory=dict)
    """The lists of tools that each conversation was sent with."""


@cache
def facts(session: str, api: str, retrieval: str = "file") -> Facts:
    found = Facts()
    before: dict[str, Sent] = {}
    dialect = APIS[api].dialect
    with TemporaryDirectory() as folder:
        for number, sent in enumerate(
            play(SESSIONS[session], APIS[api], Path(folder), STEPS, retrieval=retrieval)
        ):
            found.direct.append(invoice.weight([sent.direct]))
            found.ours.append(invoice.weight([sent.ours]))
            found.claimed += guard.weight(sent.saved, RoundTrip())
            found.unpaid += abs(paid_by_invoice(sent) - paid_by_ledger(sent))
            if sent.thread in before and not is_monotone(dialect, before[sent.thread], sent):
                found.moved.append(number)
            if not is_frozen(dialect, sent):
                found.heads.append(number)
            assert sent.outcome.reading
            tools = found.tools.setdefault(sent.outcome.reading.conversation, set())
            tools.add(json.dumps(tools_of(sent.outcome.body)).encode())
            before[sent.thread] = sent
    return found


def price_of(sent: Sent) -> pricing.Price:
    found = pricing.price(sent.model, sent.usage.total_input)
    assert found
    return found


def paid_by_ledger(sent: Sent) -> int:
    return ledger.cost(sent.usage, price_of(sent))


def paid_by_invoice(sent: Sent) -> int:
    """The provider's own figures times the price list, exactly."""
    counts, price = invoice.counts(sent.ours), price_of(sent)
    return (
        counts.input * price.input
        + counts.write_5m * price.cache_write_5m
        + counts.write_1h * price.cache_write_1h
        + counts.read * price.cache_read
        + counts.output * price.output
    )


def is_monotone(dialect: Dialect, first: Sent, second: Sent) -> bool:
    """Whether what two requests of a client share was sent in the same bytes."""
    ends = [[message.span.stop for message in dialect.outline(sent.body)] for sent in (first, second)]
    went = [[message.span.stop for message in dialect.outline(sent.outcome.body)] for sent in (first, second)]
    shared = sum(
        a == b and first.body[:a] == second.body[:b] for a, b in zip(*ends, strict=False)
    )  # messages after one that differs are not equal up to their end
    if not shared:
        return True
    return first.outcome.body[: went[0][shared - 1]] == second.outcome.body[: went[1][shared - 1]]


def is_frozen(dialect: Dialect, sent: Sent) -> bool:
    """Whether all but messages went on in the same bytes, and every mark of a cache in its place."""
    came, went = (dialect.outline(body) for body in (sent.body, sent.outcome.body))
    head, tail = slice(0, came[0].span.start), slice(came[-1].span.stop, None)
    return (
        sent.body[head] == sent.outcome.body[: went[0].span.start]
        and sent.body[tail] == sent.outcome.body[went[-1].span.stop :]
        and marks(json.loads(sent.body)) == marks(json.loads(sent.outcome.body))
    )


def tools_of(body: bytes) -> Any:
    asked = json.loads(body)
    return asked.get("tools") or asked["toolConfig"]


def marks(value: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The cache marks of a request, with where they stand."""
    return list(_marks(value, ()))


def _marks(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        if name in ("cache_control", "cachePoint", "prompt_cache_breakpoint"):
            yield (*path, name), inner
        else:
            yield from _marks(inner, (*path, name))
