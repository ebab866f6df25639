"""What the provider has seen and sent: every request and every response body, raw."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.provider.coding import decode

Outcome = Literal["open", "done", "dropped", "client gone"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in, and how it was answered."""

    number: int
    method: str
    target: str
    """Path and query as they stood in the request line."""
    headers: tuple[tuple[str, str], ...]
    """In the order and spelling of the wire."""
    body: bytes
    """As received: a content coding is still on it."""
    time: float
    """When it had arrived, by the provider's clock."""
    dialect: str = ""
    """Of a request for an answer; empty for other paths."""
    parsed: Any = None
    """The decoded body as JSON; None when it is none, or was not looked at."""
    side: bool = False
    """Whether it was answered beside the script."""
    status: int = 0
    """Of the answer; 0 while there is none."""
    problem: str = ""
    """Why it was refused."""
    usage: Mapping[str, Any] | None = None
    """What it was billed."""
    outcome: Outcome = "open"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def decoded(self) -> bytes:
        """The body without its content coding (gzip, deflate, br, zstd)."""
        return decode(self.body, self.header("content-encoding"))

    def header(self, name: str) -> str:
        """Return a header's value, all of them joined by ", " when it stands there several times."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


class Log:
    """The last `keep` requests (None keeps all) and what was sent in answer to each."""

    def __init__(self, keep: int | None) -> None:
        self._keep = keep
        self._requests: dict[int, Request] = {}
        self._sent: dict[int, bytearray] = {}
        self.count = 0

    @property
    def requests(self) -> list[Request]:
        """The kept requests, in the order of their arrival."""
        return list(self._requests.values())

    @property
    def responses(self) -> list[bytes]:
        """The bytes of the response bodies so far, one for each kept request."""
        return [bytes(body) for body in list(self._sent.values())]

    def add(self, request: Request) -> None:
        """Keep a request, and let go of the oldest beyond the limit."""
        self._requests[request.number] = request
        self._sent[request.number] = bytearray()
        while self._keep is not None and len(self._requests) > self._keep:
            oldest = next(iter(self._requests))
            del self._requests[oldest], self._sent[oldest]

    def note(self, number: int, **changes: Any) -> None:
        """Complete a kept request's record."""
        if number in self._requests:
            self._requests[number] = replace(self._requests[number], **changes)

    def sent(self, number: int, data: bytes) -> None:
        """Add to a request's response body."""
        if number in self._sent:
            self._sent[number] += data
