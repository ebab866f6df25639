"""Which path speaks which dialect, and whose path it is. All of it is two tables, read from the top."""

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from headroom.dialects import anthropic, bedrock_converse, gemini, ollama, openai_chat, openai_responses
from headroom.dialects.base import Dialect


class Route(NamedTuple):
    """A path whose requests are read."""

    dialect: Dialect
    upstream: str
    """The name of who answers it by default: anthropic, openai, chatgpt, gemini, vertex, bedrock, ollama."""
    model: str = ""
    """The model, where the path names it."""


_MAX_CHARS: Final = 2048
"""A longer path is nobody's."""
_GENERATES: Final = r":(?:generateContent|streamGenerateContent)"
_PREDICTS: Final = r":(?:rawPredict|streamRawPredict)"
_ROUTES: Final[tuple[tuple[re.Pattern[str], Dialect, str], ...]] = tuple(
    (re.compile(rf"(?:.*)/{pattern}", re.DOTALL), dialect, upstream)
    for pattern, dialect, upstream in (
        (r"v1/messages", anthropic, "anthropic"),
        (r"backend-api/(?:[^/]+/)*responses", openai_responses, "chatgpt"),
        (r"openai/deployments/(?P<model>[^/]+)/chat/completions", openai_chat, "openai"),
        (r"openai/deployments/(?P<model>[^/]+)/responses", openai_responses, "openai"),
        (r"projects/[^/]+/locations/[^/]+/endpoints/[^/]+/chat/completions", openai_chat, "vertex"),
        (r"v1beta/openai/chat/completions", openai_chat, "gemini"),
        (r"chat/completions", openai_chat, "openai"),
        (r"responses", openai_responses, "openai"),
        (rf"publishers/google/models/(?P<model>[^/:]+){_GENERATES}", gemini, "vertex"),
        (rf"projects/[^/]+/locations/[^/]+/endpoints/(?P<model>[^/:]+){_GENERATES}", gemini, "vertex"),
        # Vertex counts tokens as if by a model of that name.
        (rf"publishers/anthropic/models/(?!count-tokens:)(?P<model>[^/:]+){_PREDICTS}", anthropic, "vertex"),
        (rf"v1(?:alpha|beta)?/(?:models|tunedModels)/(?P<model>[^/:]+){_GENERATES}", gemini, "gemini"),
        (r"model/(?P<model>[^/].*)/invoke(?:-with-response-stream)?", anthropic, "bedrock"),
        (r"model/(?P<model>[^/].*)/converse(?:-stream)?", bedrock_converse, "bedrock"),
        (r"api/chat", ollama, "ollama"),
    )
)

_FAMILIES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(rf"/(?:{pattern})(?:[/:]|$)"), upstream)
    for pattern, upstream in (
        (r"backend-api", "chatgpt"),
        (r"model/.+/(?:invoke|converse|count-tokens)[\w-]*|model|guardrail|async-invoke", "bedrock"),
        (r"projects/[^/]+/locations|publishers", "vertex"),
        (r"v1/messages|v1/complete|anthropic", "anthropic"),
        (r"api/(?:oauth|claude_code|claude_cli|event_logging|hello)", "anthropic"),
        (r"v1beta|v1alpha|v1internal", "gemini"),
        (r"(?:models|tunedModels)/[^/:]+:\w+", "gemini"),
        (
            r"api/(?:chat|tags|generate|show|pull|push|ps|version|embed|embeddings|create|copy|delete|blobs)",
            "ollama",
        ),
        (r"openai", "openai"),
        (r"chat/completions|completions|embeddings|responses|conversations|moderations|realtime", "openai"),
        (r"audio|images|videos|assistants|threads|vector_stores|fine_tuning|evals|batches|uploads", "openai"),
    )
)


def route_of(method: str, path: str) -> Route | None:
    """Return how a request is read; None for one that passes through untouched.

    A WebSocket that will carry requests is asked for by GET, but is a POST here.

    Args:
        path: without the query. A prefix before it, as gateways have, is allowed.
    """
    if method != "POST" or len(path) > _MAX_CHARS:
        return None
    found = ((pattern.fullmatch(path), dialect, upstream) for pattern, dialect, upstream in _ROUTES)
    match, dialect, upstream = next((row for row in found if row[0]), (None, anthropic, ""))
    if match is None:
        return None
    model = unquote(match.groupdict().get("model") or "")
    if dialect is anthropic and upstream == "bedrock" and "anthropic" not in model:
        return None  # InvokeModel takes each maker's own format; a profile's ARN need not tell whose it is
    return Route(dialect, upstream, model)


def family_of(path: str) -> str | None:
    """Return the name of who a path belongs to, as far as it tells; None where several have such a path."""
    path = path[:_MAX_CHARS]
    return next((upstream for pattern, upstream in _FAMILIES if pattern.search(path)), None)
