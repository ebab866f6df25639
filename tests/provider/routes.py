"""Which path belongs to which dialect: a table of patterns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from tests.provider import bedrock_converse, gemini, ollama
from tests.provider.anthropic import ANTHROPIC
from tests.provider.bedrock_converse import BEDROCK_CONVERSE
from tests.provider.claude_elsewhere import BEDROCK_INVOKE, VERTEX_ANTHROPIC, on_bedrock, on_vertex
from tests.provider.dialect import Dialect
from tests.provider.gemini import GEMINI, GEMINI_LISTED
from tests.provider.ollama import OLLAMA
from tests.provider.openai_chat import OPENAI_CHAT
from tests.provider.openai_responses import OPENAI_RESPONSES
from tests.provider.script import Json

Prepare = Callable[[Json, Mapping[str, str]], Json]


def _asked(body: Json) -> bool:
    return bool(body.get("stream"))


def _as_it_is(body: Json, _found: Mapping[str, str]) -> Json:
    return body


def _deployment(body: Json, found: Mapping[str, str]) -> Json:
    return {**body, "model": found["model"]}


@dataclass(frozen=True, slots=True)
class Route:
    """A POST path of a provider's."""

    pattern: str
    """Of the whole path and query."""
    dialect: Dialect
    streams: Callable[[Json], bool] = _asked
    """Whether a request is to be answered by a stream."""
    prepare: Prepare = _as_it_is
    """Puts what the path says (its named groups) into the body. Raises Refused."""
    socket: bool = False
    """Whether the path also takes a WebSocket."""


_QUERY = r"(?:\?.*)?"
_SSE_QUERY = r"\?(?:.*&)?alt=sse(?:&.*)?"
_MODEL = r"(?P<model>[^/?]+)"
_PROJECT = r"/v1(?:beta1)?(?:/projects/[^/?]+/locations/[^/?]+)?/publishers"
_GEMINI = rf"(?:/v1(?:alpha|beta)?|{_PROJECT}/google)/models/(?P<model>[^/?:]+)"
_CLAUDE = rf"{_PROJECT}/anthropic/models/(?P<model>[^/?:]+)"


def _always(_body: Json) -> bool:
    return True


def _never(_body: Json) -> bool:
    return False


ROUTES: tuple[Route, ...] = (
    Route("/v1/messages" + _QUERY, ANTHROPIC),
    Route("(?:/v1|/openai/v1)?/chat/completions" + _QUERY, OPENAI_CHAT),
    Route(rf"/openai/deployments/{_MODEL}/chat/completions" + _QUERY, OPENAI_CHAT, prepare=_deployment),
    Route("(?:/v1|/openai|/openai/v1|/backend-api/codex)?/responses" + _QUERY, OPENAI_RESPONSES, socket=True),
    Route(f"{_GEMINI}:generateContent{_QUERY}", GEMINI, _never, gemini.prepared),
    Route(f"{_GEMINI}:streamGenerateContent{_SSE_QUERY}", GEMINI, _always, gemini.prepared),
    Route(f"{_GEMINI}:streamGenerateContent{_QUERY}", GEMINI_LISTED, _always, gemini.prepared),
    Route(f"{_CLAUDE}:rawPredict{_QUERY}", VERTEX_ANTHROPIC, prepare=on_vertex),
    Route(f"{_CLAUDE}:streamRawPredict{_QUERY}", VERTEX_ANTHROPIC, prepare=on_vertex),
    Route(f"/model/{_MODEL}/invoke", BEDROCK_INVOKE, _never, on_bedrock),
    Route(f"/model/{_MODEL}/invoke-with-response-stream", BEDROCK_INVOKE, _always, on_bedrock),
    Route(f"/model/{_MODEL}/converse", BEDROCK_CONVERSE, _never, bedrock_converse.prepared),
    Route(f"/model/{_MODEL}/converse-stream", BEDROCK_CONVERSE, _always, bedrock_converse.prepared),
    Route("/api/chat", OLLAMA, ollama.streams),
)
"""The first that fits a target holds."""


def takes_socket(target: str) -> bool:
    """Tell whether a WebSocket may be opened at a target."""
    found = find(target)
    return found is not None and found[0].socket


def find(target: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route of a request's target, and what the target names; None for any other path."""
    for route in ROUTES:
        found = re.fullmatch(route.pattern, target)
        if found:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
    return None
