import pytest

from tests.provider.openai_chat_checks import EMPTY, misshapen, problem
from tests.provider.script import Json

USER: Json = {"role": "user", "content": "hi"}
ORPHAN = (
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
)
FUNCTION: Json = {"type": "function", "function": {"name": "sh"}}
UNANSWERED = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
    "The following tool_call_ids did not have response messages: "
)


def call(*names: str) -> Json:
    calls = [{"id": name, "type": "function", "function": {"name": "sh", "arguments": "{}"}} for name in names]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def tool(name: str) -> Json:
    return {"role": "tool", "tool_call_id": name, "content": "done"}


def ask(*messages: object, **more: object) -> Json:
    return {"model": "m", "messages": list(messages), **more}


@pytest.mark.parametrize(
    "request_",
    [
        ask(USER),
        ask(
            {"role": "developer", "content": [{"type": "text", "text": "s"}]},
            USER,
            {"role": "assistant", "content": "a"},
        ),
        ask(USER, call("a", "b"), tool("b"), tool("a"), USER),
        ask({"role": "assistant", "content": None, "refusal": "no"}, USER),
        ask(
            USER,
            tools=[FUNCTION, {"type": "custom", "custom": {"name": "x"}}],
        ),
        ask(USER, stream=True, stream_options={"include_usage": True}, future={"x": 1}),
        ask({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}),
    ],
)
def test_a_good_request_passes(request_: Json) -> None:
    assert misshapen(request_) == ""
    assert problem(request_) == ""


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"messages": [USER]}, "Missing required parameter: 'model'."),
        ({"model": "m"}, "Missing required parameter: 'messages'."),
        ({"model": 1, "messages": []}, "Invalid type for 'model': expected a string."),
        (ask(5), "Invalid type for 'messages[0]': expected an object."),
        (ask({"content": "a"}), "Missing required parameter: 'messages[0].role'."),
        (
            ask({"role": "user", "content": 5}),
            "Invalid type for 'messages[0].content': expected one of a string or array of objects.",
        ),
        (
            ask({"role": "user", "content": [{"type": "text"}]}),
            "Missing required parameter: 'messages[0].content[0].text'.",
        ),
        (
            ask({"role": "assistant", "tool_calls": [{"id": "a", "type": "function"}]}),
            "Missing required parameter: 'messages[0].tool_calls[0].function'.",
        ),
        (
            ask({"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "a"}}]}),
            "Missing required parameter: 'messages[0].tool_calls[0].id'.",
        ),
        (
            ask({"role": "assistant", "tool_calls": [{"id": "a", "type": "function", "function": {"name": "a"}}]}),
            "Missing required parameter: 'messages[0].tool_calls[0].function.arguments'.",
        ),
        (ask(USER, tools={}), "Invalid type for 'tools': expected an array of objects."),
    ],
)
def test_what_cannot_be_read_is_named(request_: Json, message: str) -> None:
    assert misshapen(request_) == message


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (ask(), f"Invalid 'messages': {EMPTY}"),
        (ask(USER, tools=[]), f"Invalid 'tools': {EMPTY}"),
        (ask(USER, tools=[{"name": "sh"}]), "Missing required parameter: 'tools[0].type'."),
        (ask(USER, tools=[{"type": "function"}]), "Missing required parameter: 'tools[0].function'."),
        (
            ask(USER, tools=[{"type": "function", "function": {}}]),
            "Missing required parameter: 'tools[0].function.name'.",
        ),
        (
            ask({"role": "assistant", "tool_calls": []}),
            f"Invalid 'messages[0].tool_calls': {EMPTY}",
        ),
        (ask({"role": "tool", "content": "a"}), "Missing required parameter: 'messages[0].tool_call_id'."),
        (ask(tool("a")), ORPHAN),
        (ask(USER, call("a"), tool("b")), ORPHAN),
        (ask(USER, call("a"), tool("a"), tool("a")), ORPHAN),
        (ask(USER, call("a"), tool("a"), USER, tool("a")), ORPHAN),
        (ask(USER, call("a", "b"), tool("a")), UNANSWERED + "b"),
        (ask(USER, call("a"), USER, tool("a")), UNANSWERED + "a"),
        (
            ask(USER, stream_options={}),
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        ),
    ],
)
def test_a_bad_request_is_refused_in_the_api_s_words(request_: Json, message: str) -> None:
    assert problem(request_) == message


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ({"role": "robot", "content": "a"}, "Invalid value: 'robot'."),
        ({"role": "user", "content": None}, "Invalid value for 'content'"),
        ({"role": "user", "content": [{"type": "input_text"}]}, "Invalid value: 'input_text'."),
        (call("x" * 65), "Invalid 'messages[0].tool_calls[0].id': string too long."),
    ],
)
def test_values_that_are_not_taken(message: Json, begins: str) -> None:
    assert problem(ask(message)).startswith(begins)
