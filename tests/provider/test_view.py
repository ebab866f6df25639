import pytest

from tests.provider.script import Json
from tests.provider.view import Called, Result, Said, plain, view

USER = {"role": "user", "content": "go"}
ARGUMENTS = {"command": "ls"}

REQUESTS: dict[str, Json] = {
    "anthropic": {
        "tools": [{"name": "sh"}],
        "messages": [
            USER,
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"},
                                              {"type": "tool_use", "id": "1", "name": "sh", "input": ARGUMENTS}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1",
                                          "content": [{"type": "text", "text": "a"}, {"type": "image"}]}]},
        ],
    },
    "openai_chat": {
        "tools": [{"type": "function", "function": {"name": "sh"}}],
        "messages": [
            USER,
            {"role": "assistant", "content": None, "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "sh", "arguments": '{"command": "ls"}'}}]},
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "a"}]},
        ],
    },
    "openai_responses": {
        "input": [
            {"type": "additional_tools", "role": "developer",
             "tools": [{"type": "namespace", "name": "functions", "tools": [{"type": "function", "name": "sh"}]}]},
            {"role": "user", "content": [{"type": "input_text", "text": "go"}]},
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
            {"type": "function_call", "call_id": "1", "name": "sh", "arguments": '{"command": "ls"}'},
            {"type": "function_call_output", "call_id": "1", "output": [{"type": "input_text", "text": "a"}]},
        ],
    },
    "gemini": {
        "tools": [{"functionDeclarations": [{"name": "sh"}]}],
        "contents": [
            {"parts": [{"text": "go"}]},
            {"role": "model", "parts": [{"text": "hm", "thought": True},
                                        {"functionCall": {"id": "1", "name": "sh", "args": ARGUMENTS}}]},
            {"parts": [{"functionResponse": {"id": "1", "name": "sh", "response": {"output": "a"}}}]},
        ],
    },
    "bedrock_converse": {
        "toolConfig": {"tools": [{"toolSpec": {"name": "sh"}}, {"cachePoint": {"type": "default"}}]},
        "messages": [
            {"role": "user", "content": [{"text": "go"}, {"cachePoint": {"type": "default"}}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "1", "name": "sh", "input": ARGUMENTS}}]},
            {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"text": "a"}]}}]},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("dialect", REQUESTS)
def test_every_dialect_reads_the_same(dialect: str) -> None:
    seen = view(REQUESTS[dialect])
    assert seen.texts == (Said("user", "go"),)
    assert seen.calls == (Called("1", "sh", ARGUMENTS),)
    assert seen.results == (Result("1", "a"),)
    assert seen.tools == ("sh",)


def test_ollama_has_no_ids() -> None:
    call = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"function": {"name": "sh", "arguments": ARGUMENTS}}],
    }
    seen = view({"messages": [USER, call, {"role": "tool", "tool_name": "sh", "content": "a"}]})
    assert (seen.calls, seen.results) == ((Called("", "sh", ARGUMENTS),), (Result("sh", "a"),))


def test_a_free_form_call_keeps_its_text_and_broken_arguments_theirs() -> None:
    items = [
        {"type": "custom_tool_call", "call_id": "1", "name": "exec", "input": "[1]"},
        {"type": "function_call", "call_id": "2", "name": "sh", "arguments": "{"},
        {"type": "local_shell_call", "call_id": "3", "action": ARGUMENTS},
    ]
    names = [("1", "exec", "[1]"), ("2", "sh", "{"), ("3", "local_shell_call", ARGUMENTS)]
    assert view({"input": items}).calls == tuple(Called(*found) for found in names)


def test_roles_have_one_name_and_a_string_input_is_the_user_s() -> None:
    assert view({"input": "hi"}).texts == (Said("user", "hi"),)
    items = [{"role": "developer", "content": "d"}, {"role": "assistant", "content": "a"}, 5, {"type": "future"}]
    assert [said.role for said in view({"input": items}).texts] == ["system", "assistant"]
    assert view({}).tools == ()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a", "a"),
        (None, ""),
        ({"output": "a"}, "a"),
        ({"a": 1, "b": "c"}, '{"a": 1, "b": "c"}'),
        ([{"text": "a"}, {"json": {"b": 1}}, {"image": {}}, "c"], 'a{"b": 1}c'),
    ],
)
def test_a_result_is_read_in_every_form(content: object, text: str) -> None:
    assert plain(content) == text
