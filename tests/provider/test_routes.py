import pytest

from tests.provider.routes import find, takes_socket

VERTEX = "/v1/projects/p/locations/us-east5/publishers"


@pytest.mark.parametrize(
    ("target", "dialect", "model"),
    [
        ("/v1/messages?beta=true", "anthropic", None),
        ("/chat/completions", "openai_chat", None),
        ("/v1/chat/completions", "openai_chat", None),
        ("/openai/v1/chat/completions", "openai_chat", None),
        ("/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21", "openai_chat", "my gpt"),
        ("/responses", "openai_responses", None),
        ("/v1/responses", "openai_responses", None),
        ("/openai/responses?api-version=preview", "openai_responses", None),
        ("/openai/v1/responses", "openai_responses", None),
        ("/backend-api/codex/responses", "openai_responses", None),
        ("/v1beta/models/gemini-3-pro:generateContent?key=k", "gemini", "gemini-3-pro"),
        ("/v1beta/models/gemini-3-pro:streamGenerateContent?key=k&alt=sse", "gemini", "gemini-3-pro"),
        ("/v1/models/gemini-3-pro:streamGenerateContent", "gemini", "gemini-3-pro"),
        (f"{VERTEX}/google/models/gemini-3-pro:generateContent", "gemini", "gemini-3-pro"),
        ("/v1beta1/publishers/google/models/gemini-3-pro:streamGenerateContent?alt=sse", "gemini", "gemini-3-pro"),
        (f"{VERTEX}/anthropic/models/claude-opus-5@2026:rawPredict", "vertex_anthropic", "claude-opus-5@2026"),
        (f"{VERTEX}/anthropic/models/claude-opus-5:streamRawPredict", "vertex_anthropic", "claude-opus-5"),
        ("/model/anthropic.claude-v1%3A0/invoke", "bedrock_invoke", "anthropic.claude-v1:0"),
        ("/model/m/invoke-with-response-stream", "bedrock_invoke", "m"),
        ("/model/m/converse", "bedrock_converse", "m"),
        ("/model/m/converse-stream", "bedrock_converse", "m"),
        ("/api/chat", "ollama", None),
    ],
)
def test_a_path_tells_the_dialect_and_the_model(target: str, dialect: str, model: str | None) -> None:
    found = find(target)
    assert found is not None
    assert (found[0].dialect.name, found[1].get("model")) == (dialect, model)


@pytest.mark.parametrize(
    "target", ["/", "/v1/messages/count_tokens", "/v1/models", "/v1/responses/resp_1", "/v1/files"]
)
def test_other_paths_belong_to_none(target: str) -> None:
    assert find(target) is None


def test_the_query_tells_how_gemini_streams() -> None:
    target = "/v1beta/models/m:streamGenerateContent"
    listed, sse = find(target), find(target + "?alt=sse")
    assert listed is not None
    assert sse is not None
    assert listed[0].dialect.chunks([{}, {}]) == [b"[{}\r\n", b",{}]"]
    assert sse[0].dialect.chunks([{}]) == [b"data: {}\r\n\r\n"]


def test_responses_take_a_websocket() -> None:
    assert takes_socket("/v1/responses")
    assert not takes_socket("/v1/chat/completions")
    assert not takes_socket("/")
