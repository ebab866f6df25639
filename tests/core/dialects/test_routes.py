"""The path decides: the dialect, whose path it is, and sometimes the model."""

import pytest

from headroom.dialects import (
    anthropic,
    bedrock_converse,
    dialect_of,
    family_of,
    gemini,
    ollama,
    openai_chat,
    openai_responses,
    route_of,
)
from headroom.dialects.base import Dialect

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
PROJECT = "/v1/projects/p/locations/us-east5"
ARN = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-opus-4-1"

ROUTES: list[tuple[str, Dialect, str, str]] = [
    ("/v1/messages", anthropic, "anthropic", ""),
    ("/gateway/v1/messages", anthropic, "anthropic", ""),
    ("/anthropic/v1/messages", anthropic, "anthropic", ""),
    ("/v1/chat/completions", openai_chat, "openai", ""),
    ("/chat/completions", openai_chat, "openai", ""),
    ("/api/v1/chat/completions", openai_chat, "openai", ""),
    ("/openai/deployments/my-gpt/chat/completions", openai_chat, "openai", "my-gpt"),
    ("/openai/v1/chat/completions", openai_chat, "openai", ""),
    ("/v1beta/openai/chat/completions", openai_chat, "gemini", ""),
    (f"{PROJECT}/endpoints/openapi/chat/completions", openai_chat, "vertex", ""),
    ("/v1/responses", openai_responses, "openai", ""),
    ("/openai/v1/responses", openai_responses, "openai", ""),
    ("/openai/responses", openai_responses, "openai", ""),
    ("/openai/deployments/d/responses", openai_responses, "openai", "d"),
    ("/backend-api/codex/responses", openai_responses, "chatgpt", ""),
    ("/v1beta/models/gemini-3-pro:generateContent", gemini, "gemini", "gemini-3-pro"),
    ("/v1/models/gemini-2.5-flash:streamGenerateContent", gemini, "gemini", "gemini-2.5-flash"),
    ("/v1beta/tunedModels/mine:generateContent", gemini, "gemini", "mine"),
    (f"{PROJECT}/publishers/google/models/gemini-3-pro:streamGenerateContent", gemini, "vertex", "gemini-3-pro"),
    ("/v1beta1/publishers/google/models/g:generateContent", gemini, "vertex", "g"),
    (f"{PROJECT}/endpoints/4711:generateContent", gemini, "vertex", "4711"),
    (f"{PROJECT}/publishers/anthropic/models/claude-opus-4@20250514:rawPredict", anthropic, "vertex",
     "claude-opus-4@20250514"),
    (f"{PROJECT}/publishers/anthropic/models/claude-x:streamRawPredict", anthropic, "vertex", "claude-x"),
    (f"/model/{CLAUDE}/invoke", anthropic, "bedrock", CLAUDE),
    ("/model/us.anthropic.c-3%3A0/invoke-with-response-stream", anthropic, "bedrock", "us.anthropic.c-3:0"),
    (f"/model/{ARN}/invoke", anthropic, "bedrock",
     "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-1"),
    ("/model/amazon.nova-pro-v1:0/converse", bedrock_converse, "bedrock", "amazon.nova-pro-v1:0"),
    (f"/model/{ARN}/converse-stream", bedrock_converse, "bedrock",
     "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-1"),
    ("/api/chat", ollama, "ollama", ""),
]  # fmt: skip


@pytest.mark.parametrize(("path", "dialect", "upstream", "model"), ROUTES)
def test_what_is_read(path: str, dialect: Dialect, upstream: str, model: str) -> None:
    route = route_of("POST", path)
    assert route is not None
    assert (route.dialect.name, route.upstream, route.model) == (dialect.name, upstream, model)
    assert dialect_of("POST", path) is dialect
    assert route_of("GET", path) is None
    assert family_of(path) == upstream


@pytest.mark.parametrize(
    "path",
    [
        "/v1/messages/count_tokens", "/v1/messages/batches", "/v1/messages/", "/xv1/messages", "/v1/completions",
        "/v1/responses/resp_1", "/v1/responses/compact", "/v1/responses/resp_1/cancel", "/v1/embeddings",
        "/v1/chat/completions/chatcmpl-1", "/v1beta/models/gemini:countTokens", "/v1beta/models/g:embedContent",
        "/v1beta/models/g:batchGenerateContent", "/model/amazon.nova-pro-v1:0/invoke", "/model/m/count-tokens",
        "/model/meta.llama3/invoke-with-response-stream", f"{PROJECT}/publishers/google/models/g:predict",
        f"{PROJECT}/publishers/anthropic/models/count-tokens:rawPredict", "/api/generate", "/api/tags", "/", "",
    ],
)  # fmt: skip
def test_what_passes_through(path: str) -> None:
    assert route_of("POST", path) is None


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/v1/messages/batches", "anthropic"), ("/v1/messages/count_tokens", "anthropic"),
        ("/api/oauth/usage", "anthropic"), ("/anthropic/v1/models", "anthropic"),
        ("/v1/embeddings", "openai"), ("/v1/responses/resp_1", "openai"), ("/v1/responses/compact", "openai"),
        ("/v1/audio/speech", "openai"), ("/v1/batches", "openai"), ("/openai/v1/models", "openai"),
        ("/backend-api/codex/models", "chatgpt"), ("/backend-api/wham/usage", "chatgpt"),
        ("/v1beta/models", "gemini"), ("/v1beta/cachedContents", "gemini"),
        ("/v1beta/models/g:countTokens", "gemini"),
        ("/v1/models/g:countTokens", "gemini"), ("/upload/v1beta/files", "gemini"),
        (f"{PROJECT}/publishers/google/models/g:countTokens", "vertex"), (f"{PROJECT}/cachedContents", "vertex"),
        ("/model/amazon.titan/invoke", "bedrock"), ("/model/m/count-tokens", "bedrock"),
        ("/api/tags", "ollama"), ("/api/version", "ollama"),
        ("/v1/models", None), ("/v1/models/gpt-5", None), ("/v1/files", None), ("/", None), ("/health", None),
    ],
)  # fmt: skip
def test_whose_path_it_is(path: str, family: str | None) -> None:
    assert family_of(path) == family
