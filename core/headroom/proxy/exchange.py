"""What is known of one request when its response has ended."""

from dataclasses import dataclass

from headroom.dialects.base import Dialect
from headroom.plans import Outcome
from headroom.proxy.streams import Tee


@dataclass(slots=True)
class Exchange:
    """One request in a dialect that we read, and its response."""

    dialect: Dialect
    bytes_before: int
    outcome: Outcome
    ms: float = 0.0
    """Time that we added before the request went on, in milliseconds."""
    ttfb_ms: float = 0.0
    """From the request's last byte to the response's first, in milliseconds."""
    status: int = 0
    """The response's status; 0 when there was none."""
    was_retried: bool = False
    """Whether the original was sent after a changed request was refused."""
    tee: Tee | None = None
    """What has seen the response; None when there was none."""
