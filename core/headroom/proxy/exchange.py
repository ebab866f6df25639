"""What is known of one request when its response has ended."""

from dataclasses import dataclass

from headroom.continuations import Said
from headroom.dialects.base import Dialect
from headroom.plans import Outcome
from headroom.policy import MODES
from headroom.proxy.streams import Tee
from headroom.types import Change


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
    mode: str = MODES[0]
    """One of MODES; in all but the first nothing was changed."""
    upstream: str = ""
    """The provider's name."""
    rounds: int = 0
    """How many rounds came before it that answered calls of our tool: 0 for a request of the client's own."""
    asked_at: float = 0.0
    """When the request went on, in seconds of a clock that does not jump."""
    answered_at: float = 0.0
    """When its response began."""
    said: Said | None = None
    """What the response says that a later request may build on, where its dialect has that."""

    def changes(self) -> list[Change]:
        """Return what was done with the request's blocks: nothing where the original was sent in the end."""
        return [] if self.was_retried else self.outcome.changes()

    @property
    def holdout(self) -> bool:
        """Whether its conversation is left alone, to compare others with it."""
        return self.outcome.held_out
