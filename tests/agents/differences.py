"""What two runs of the same agent differ in, apart from the names that it makes anew in each."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tests.provider.records import Request

_MADE_ANEW = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUIDs
    r"|\bses_\w+|\b[0-9a-f]{32}\b"  # sessions' names, and hashes of them
    r"|\b20\d\d-\d\d-\d\dT[\d:.]+"  # times of day
    r"|\b1[78]\d{11}\b"  # milliseconds since 1970
    r"|Wall time [\d.]+ seconds"  # how long Codex's tool took
)
_SECONDS_SINCE_1970 = range(1_700_000_000, 4_000_000_000)
_OF_THE_CONNECTION = frozenset({"host", "content-length", "connection", "upgrade", "content-encoding"})


class Difference(NamedTuple):
    """A place where two requests are not the same."""

    path: str
    one: Any
    other: Any


def settled(text: str) -> str:
    """Return a text without what an agent makes anew in each run."""
    return _MADE_ANEW.sub("…", text)


def differences(one: Any, other: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two parsed requests differ. The order of keys is no difference: Codex shuffles some."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{path}[{at}]")
    elif isinstance(one, str) and isinstance(other, str):
        if settled(one) != settled(other):
            yield Difference(path, one, other)
    elif isinstance(one, float) and isinstance(other, float):
        if one != other and not (int(one) in _SECONDS_SINCE_1970 and int(other) in _SECONDS_SINCE_1970):
            yield Difference(path, one, other)
    elif one != other:
        yield Difference(path, one, other)


def headers(request: Request) -> dict[str, str]:
    """Return a request's headers as they stay the same from run to run, and on the way through a proxy."""
    return {
        name.lower(): settled(value)
        for name, value in request.headers
        if name.lower() not in _OF_THE_CONNECTION and not name.lower().startswith("sec-websocket-")
    }


def in_order(requests: Sequence[Request]) -> list[Request]:
    """Return an agent's requests as they pair with those of another run: what it asks beside the conversation
    (a title) goes out together with the first turn, and either may arrive first.
    """
    return sorted(requests, key=lambda request: request.side)


def in_one(pairs: Sequence[Iterator[Difference]]) -> list[Difference]:
    """Return the differences of several requests, each once: a history is sent again and again."""
    found = {(each.one, each.other): each for pair in pairs for each in pair}
    return list(found.values())
