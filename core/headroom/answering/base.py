"""What a wire format must tell so that calls of our own tool can be answered inside a response."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from headroom.dialects.base import Head
from headroom.frames import Frame, Framing
from headroom.spans import Replacement

TOOL = "headroom_retrieve"

Recall = Callable[[Sequence[str]], Mapping[str, str]]
"""Anchors -> what is to be put back at those that are known."""


class Asked(NamedTuple):
    """A call of our tool."""

    id: str
    arguments: str
    """As JSON text."""


class Joiner(Protocol):
    """Makes one response for the client of the responses of several rounds. Pure; one for each client's request.

    A round is one response of the provider: its frames are fed, or it is taken whole. While none of our calls is
    in it, what the client gets is, byte for byte, what came.
    """

    def feed(self, frame: Frame) -> bytes:
        """Take the next frame of a stream; return what the client gets now."""

    def whole(self, body: bytes) -> None:
        """Take a whole answer that is no stream. Raises ValueError when it cannot be read."""

    def asked(self) -> list[Asked]:
        """Return our calls in the round that has ended."""

    def has_others(self) -> bool:
        """Tell whether the client's own tools were called in the same round: then the client answers first."""

    def proceed(self, body: bytes, answers: Sequence[str]) -> bytes:
        """Return the request of the next round: the body of this one, what the model said, and our results.

        Args:
            body: the request of this round.
            answers: texts, one for each call of `asked`.

        Raises ValueError when what the model said cannot be said again; the round can then be ended.
        """

    def end(self, answers: Sequence[str] = ()) -> bytes:
        """Return what was withheld of the last round's end, or the whole joined answer: usage is added up.

        Args:
            answers: for our calls beside the client's own, for `kept`.
        """

    def kept(self) -> Mapping[str, str]:
        """Return what later requests of the conversation must have put back, by anchor: see `reinsert`.

        An anchor names a place in the client's own history by what the client sends of it again (ids of calls, a
        hash of texts), so that it is found in every later request.
        """


class Answering(Protocol):
    """One wire format's way with tools."""

    def offer(self, body: bytes, head: Head) -> list[Replacement]:
        """Return what adds our tool at the end of a request's tools; nothing where it offers none."""

    def joiner(self, framing: Framing | None) -> Joiner:
        """Return a joiner of streams with this framing, or of whole answers (None)."""

    def reinsert(self, body: bytes, recall: Recall) -> list[Replacement]:
        """Return what puts our calls and results of earlier rounds back into a client's history."""
