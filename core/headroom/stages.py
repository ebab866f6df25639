"""What is done to a request before its tool results are read: each stage makes of a client's history the one that
the provider has seen. A stage that fails leaves the request as it was (law 3).

    reinsert   put back the rounds in which calls of our own tool were answered
    align      tell at the end what changes in a system prompt (opt-in)
    key        name the conversation for OpenAI's caches (opt-in)
    fit        let the oldest tool calls go where the model's window is exceeded (opt-in)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from headroom import aligner, answering, spans
from headroom.budget import Budget
from headroom.dialects.base import Dialect, Head
from headroom.notes import Notes

ROUNDS: Final = "rounds"
"""The kind of note that holds what `reinsert` puts back, by anchor; number 0 says that there is any."""

RESPONSE: Final = "response:"
"""What the anchors of OpenAI's responses begin with, which a request may go on from by their id alone."""
_REFUSED: Final = "refused"


@dataclass(slots=True)
class Request:
    """A request on its way through the stages."""

    body: bytes
    dialect: Dialect
    model: str
    host: str
    """Of the provider; empty when it is not known."""
    head: Head
    """Of the body as it is now."""
    conversation: str
    """Its name, from the body as it came."""


Stage = Callable[[Request], bytes]
"""Returns the body as the next stage gets it. May raise anything."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages that are on, in order, by name."""

    table: Sequence[tuple[str, Stage]]
    notes: Notes

    def run(
        self, body: bytes, dialect: Dialect, model: str, host: str, failed: Callable[[str, Exception], None]
    ) -> tuple[bytes, str]:
        """Return the request as it is read next, and the conversation's name.

        Raises what `dialect.read` raises, and OSError where it is not known whether the provider refused this.

        Args:
            failed: is told which stage failed, and why; the request goes on without it.
        """
        reading = dialect.read(body)
        request = Request(body, dialect, model or reading.head.model, host, reading.head, reading.conversation)
        if self.notes.recall(_REFUSED, reading.conversation, 0) is not None:
            return body, reading.conversation
        for name, stage in self.table:
            try:
                changed = stage(request)
                if changed is not request.body:
                    request.head = dialect.read(changed).head
                    request.body = changed
            except Exception as error:  # noqa: BLE001 - law 3: a failing stage leaves the request as it was
                failed(name, error)
        return request.body, request.conversation

    def give_up(self, conversation: str) -> None:
        """Change a conversation no longer: the provider refused it. Raises OSError when that cannot be kept."""
        self.notes.keep(_REFUSED, conversation, 0, "")


def reinsert(notes: Notes) -> Stage:
    """Return the stage that puts our calls and their results back where they were."""

    def stage(request: Request) -> bytes:
        way = answering.of(request.dialect.name)
        previous = request.head.previous
        name = RESPONSE + previous if previous else request.conversation
        if way is None or notes.recall(ROUNDS, name, 0) is None:
            return request.body

        def recall(anchors: Sequence[str]) -> dict[str, str]:
            return notes.recall_all(ROUNDS, name, anchors)

        return spans.splice(request.body, way.reinsert(request.body, recall))

    return stage


def align(notes: Notes) -> Stage:
    """Return the stage that keeps a system prompt constant, and tells what changes in it at the end."""
    return lambda it: aligner.align(it.body, it.dialect, it.head, notes, it.conversation)


def fit(budget: Budget) -> Stage:
    """Return the stage that lets the oldest tool calls go where the model's window is exceeded."""
    return lambda it: budget.fit(it.body, it.dialect, it.model, lambda: it.conversation)


_CACHE_KEYS: Final = ("openai_chat", "openai_responses")
_OPENAI: Final = ("api.openai.com", ".openai.azure.com")


def key(request: Request) -> bytes:
    """Name the conversation for OpenAI, where the client does not."""
    if request.dialect.name not in _CACHE_KEYS or not request.host.endswith(_OPENAI):
        return request.body
    put = aligner.cache_key(request.body, request.head, request.conversation)
    return spans.splice(request.body, [put]) if put else request.body
