"""Makes events from what the engine speaks: names, numbers and hashes of it, never a text."""

import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Protocol
from urllib.parse import urlsplit

from headroom.ledger import RoundTrip, Saved
from headroom.policy import Policy
from headroom.session_log import events, names
from headroom.types import Change, Usage


def start_event(
    session_id: str,
    agent: str,
    cwd: str,
    version: str,
    policy: Policy,
    upstream: str,
    t: float,
    mode: str = "optimize",
) -> dict[str, object]:
    """Return the event that begins a session.

    Args:
        version: headroom's own.
        upstream: the provider's base URL; only its host is kept.
        mode: optimize, audit or simulate.
    """
    return events.to_dict(
        events.Start(
            t=t,
            id=session_id,
            agent=names.label(agent),
            cwd=cwd.encode(errors="replace").decode(),
            versions={"headroom": version, "python": platform.python_version(), "platform": platform.platform()},
            policy=asdict(policy),
            upstream=_host(upstream),
            mode=names.label(mode),
        )
    )


def _host(url: str) -> str:
    try:
        return names.label(urlsplit(url).hostname or "")
    except ValueError:
        return "(hidden)"


class _Dialect(Protocol):
    name: str


class _Head(Protocol):
    model: str
    stream: bool


class _Reading(Protocol):
    @property
    def head(self) -> _Head: ...
    @property
    def conversation(self) -> str: ...


class _Outcome(Protocol):
    @property
    def body(self) -> bytes: ...
    @property
    def reading(self) -> _Reading | None: ...


class Exchange(Protocol):
    """What a request event is made of: the proxy's record of one request and its response."""

    @property
    def dialect(self) -> _Dialect:
        """The request's wire format."""

    @property
    def outcome(self) -> _Outcome:
        """What went out."""

    @property
    def holdout(self) -> bool:
        """Whether the conversation is left alone, to compare others with it."""

    bytes_before: int
    ms: float
    ttfb_ms: float
    status: int
    was_retried: bool
    mode: str
    upstream: str
    """The provider's name in the settings."""
    rounds: int
    """Which extra round of ours it is."""


def request_event(
    n: int, exchange: Exchange, changes: Iterable[Change], t: float | None = None
) -> dict[str, object]:
    """Return the event of one request.

    Args:
        n: its number in the session, from 1.
        changes: what was done with its blocks. Those new in it are listed; the others were in earlier events
            and are counted, or a log would grow with the square of the conversation.
        t: when it happened; now when None.
    """
    reading = exchange.outcome.reading
    lines = []
    replayed = before = after = 0
    for change in changes:
        before += change.decision.tokens_before
        after += change.decision.tokens_after
        if change.new:
            lines.append(_block_line(change))
        else:
            replayed += 1
    return events.to_dict(
        events.Request(
            t=time.time() if t is None else t,
            n=n,
            dialect=exchange.dialect.name,
            model=names.label(reading.head.model) if reading else "",
            conversation=names.digest(reading.conversation) if reading else "",
            status=exchange.status,
            stream=reading.head.stream if reading else False,
            bytes_before=exchange.bytes_before,
            bytes_after=exchange.bytes_before if exchange.was_retried else len(exchange.outcome.body),
            tokens_before=before,
            tokens_after=after,
            ms=round(exchange.ms, 3),
            ttfb_ms=round(exchange.ttfb_ms, 1),
            retried=exchange.was_retried,
            replayed=replayed,
            blocks=tuple(lines),
            mode=names.label(exchange.mode),
            holdout=exchange.holdout,
            upstream=names.label(exchange.upstream),
            rounds=exchange.rounds,
        )
    )


def _block_line(change: Change) -> events.BlockLine:
    decision = change.decision
    return events.BlockLine(
        key=names.digest(change.key),
        tool=names.label(change.tool),
        compressor=decision.compressor,
        before=decision.tokens_before,
        after=decision.tokens_after,
        lossless=decision.lossless,
        new=change.new,
        reason=names.words(decision.reason),
        retrieval=change.retrieval,
        original=names.digest(change.asked or decision.original),
    )


def usage_event(n: int, usage: Usage, saved: Saved, trip: RoundTrip, t: float | None = None) -> dict[str, object]:
    """Return the event of the provider's figures for request `n`."""
    return events.to_dict(
        events.UsageLine(
            t=time.time() if t is None else t,
            n=n,
            model=names.label(usage.model),
            input=usage.input,
            cache_write=usage.cache_write,
            cache_write_1h=usage.cache_write_1h,
            cache_read=usage.cache_read,
            output=usage.output,
            saved=saved,
            round_trip=trip,
            reasoning=usage.reasoning,
            image=usage.image,
        )
    )


def head_event(
    n: int,
    conversation: str,
    *,
    tools: str,
    system: str,
    volatile: Sequence[tuple[str, int]],
    tokens: int,
    t: float | None = None,
) -> dict[str, object]:
    """Return the event of what stands before a conversation's messages.

    Args:
        n: the request's number.
        tools: digest of the tools in hex, as `system` of the system prompt.
        volatile: of each text that may change from one conversation to the next: its kind, the tokens before it.
        tokens: of all of it, o200k_base.
        t: when it happened; now when None.
    """
    return events.to_dict(
        events.Head(
            t=time.time() if t is None else t,
            n=n,
            conversation=names.digest(conversation),
            tools=names.digest(tools),
            system=names.digest(system),
            volatile=tuple(f"{names.label(kind)}@{before}" for kind, before in volatile[:_MAX_VOLATILE]),
            tokens=tokens,
        )
    )


_MAX_VOLATILE = 32


def guard_event(conversation: str, why: str, lost: int, t: float | None = None) -> dict[str, object]:
    """Return the event of a conversation that is left alone from here on.

    Args:
        why: our own words.
        lost: what it cost more than it would have, in thousandths of a token at the input price.
        t: when it happened; now when None.
    """
    t = time.time() if t is None else t
    return events.to_dict(events.Guard(t, names.digest(conversation), names.words(why), lost))


def retrieve_event(key: str, *, query: bool, hit: bool, tokens: int, t: float | None = None) -> dict[str, object]:
    """Return the event of an original asked for: whether with a query, whether it was there, what was given."""
    t = time.time() if t is None else t
    return events.to_dict(events.Retrieve(t, names.digest(key), query, hit, tokens))


def error_event(where: str, what: str, t: float | None = None) -> dict[str, object]:
    """Return the event of a failure: where (a name of ours or a tool), and what (a class name, our own words)."""
    t = time.time() if t is None else t
    return events.to_dict(events.Error(t, names.label(where), names.words(what)))


def end_event(exit_code: int | None, duration_s: float, reason: str, t: float | None = None) -> dict[str, object]:
    """Return the event that ends a session; no exit code when the agent did not live to give one."""
    t = time.time() if t is None else t
    return events.to_dict(events.End(t, exit_code, round(duration_s, 3), names.words(reason)))
