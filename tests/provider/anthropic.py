"""Anthropic's Messages as a dialect; its parts are messages, sse, shape, checks, cache and errors."""

from collections.abc import Sequence
from dataclasses import replace

from tests.provider import checks, sse
from tests.provider.dialect import Bill, Caches, Dialect
from tests.provider.errors import common_headers, error_body, error_headers, ratelimit_headers
from tests.provider.messages import message
from tests.provider.script import Json, Stream, Turn
from tests.provider.shape import misshapen


def bill(caches: Caches, request: Json) -> Bill:
    """Return the price of a request by its breakpoints."""
    found = caches.blocks.look_up(request)

    def usage(output: int, _reasoning: int) -> Json:
        return found.usage | {"output_tokens": output}

    return Bill(usage, lambda: caches.blocks.begin(found))


def whole(turn: Turn, request: Json, usage: Json, seed: str) -> Json:
    """Return a turn as a message."""
    return message(turn, request["model"], usage, seed)


def events(message: Json, _request: Json, stream: Stream) -> list[Json]:
    """Return the events of a message."""
    return sse.events(message, stream)


def chunks(events: Sequence[Json]) -> list[bytes]:
    """Return events as server-sent events."""
    return [sse.encode(event, number) for number, event in enumerate(events)]


ANTHROPIC = Dialect(
    name="anthropic",
    misshapen=misshapen,
    problem=checks.problem,
    bill=bill,
    whole=whole,
    events=events,
    chunks=chunks,
    error_body=error_body,
    error_headers=error_headers,
    headers=common_headers,
    answer_headers=ratelimit_headers(),
)

COUNTING = replace(ANTHROPIC, problem=lambda request: checks.problem(request, counting=True))
"""POST /v1/messages/count_tokens"""
