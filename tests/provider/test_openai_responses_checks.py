import pytest

from tests.provider.openai_responses_checks import items, kind, misshapen, problem
from tests.provider.script import Json
from tests.provider.signing import seal

USER: Json = {"role": "user", "content": "hi"}
REASONING: Json = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": seal("hm")}
CALL: Json = {"type": "function_call", "call_id": "a", "name": "sh", "arguments": "{}"}
OUTPUT: Json = {"type": "function_call_output", "call_id": "a", "output": "done"}
CUSTOM: Json = {"type": "custom_tool_call", "call_id": "c", "name": "exec", "input": "text(1)"}
CUSTOM_OUTPUT: Json = {
    "type": "custom_tool_call_output",
    "call_id": "c",
    "output": [{"type": "input_text", "text": ""}],
}
LONELY = "Item 'rs_1' of type 'reasoning' was provided without its required following item."
SHELL: Json = {"type": "local_shell_call", "call_id": "s", "action": {"type": "exec", "command": ["ls"]}}
SHELL_OUTPUT: Json = {"type": "local_shell_call_output", "call_id": "s", "output": "done"}


def ask(*listed: object, **more: object) -> Json:
    return {"model": "m", "input": list(listed), **more}


@pytest.mark.parametrize(
    "request_",
    [
        {"model": "m", "input": "hi"},
        ask(USER, tools=[{"type": "function", "name": "sh"}, {"type": "web_search"}]),
        ask(USER, REASONING, CALL, CUSTOM, CUSTOM_OUTPUT, OUTPUT, SHELL, SHELL_OUTPUT),
        ask(USER, REASONING, {"role": "assistant", "content": [{"type": "output_text", "text": "a"}]}, USER),
        ask({"type": "additional_tools", "role": "developer", "tools": []}, USER, {"type": "future", "x": 1}),
        ask({"type": "item_reference", "id": "msg_1"}),
        ask(generate=False),
        ask(CALL, generate=False),
    ],
)
def test_a_good_request_passes(request_: Json) -> None:
    assert misshapen(request_) == ""
    assert problem(request_) == ""


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"input": "hi"}, "Missing required parameter: 'model'."),
        (
            {"model": "m", "input": 5},
            "Invalid type for 'input': expected one of a string or array of input items.",
        ),
        (ask(5), "Invalid type for 'input[0]': expected an object."),
        (ask({"content": "a"}), "Missing required parameter: 'input[0].type'."),
        (ask({"type": "function_call", "call_id": "a"}), "Missing required parameter: 'input[0].name'."),
        (ask(USER, {"type": "reasoning"}), "Missing required parameter: 'input[1].summary'."),
        (ask({**OUTPUT, "call_id": 5}), "Invalid type for 'input[0].call_id': expected a string."),
        (
            ask({**OUTPUT, "output": 5}),
            "Invalid type for 'input[0].output': expected one of a string or array of objects.",
        ),
        (ask({**OUTPUT, "output": ["a"]}), "Invalid type for 'input[0].output[0]': expected an object."),
        (
            ask({"role": "user", "content": [{"type": "input_text"}]}),
            "Missing required parameter: 'input[0].content[0].text'.",
        ),
        (ask(USER, tools={}), "Invalid type for 'tools': expected an array of objects."),
    ],
)
def test_what_cannot_be_read_is_named(request_: Json, message: str) -> None:
    assert misshapen(request_) == message


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (ask(), "Missing required parameter: 'input'."),
        (ask(USER, tools=[{"name": "sh"}]), "Missing required parameter: 'tools[0].type'."),
        (ask(USER, tools=[{"type": "custom"}]), "Missing required parameter: 'tools[0].name'."),
        (
            ask({"role": "user", "content": [{"type": "text", "text": "a"}]}),
            "Invalid value: 'text'. ('input[0].content[0].type')",
        ),
        (ask(OUTPUT), "No tool call found for function call output with call_id a."),
        (ask(CUSTOM, {**OUTPUT, "call_id": "c"}), "No tool call found for function call output with call_id c."),
        (ask(CALL, OUTPUT, OUTPUT), "No tool call found for function call output with call_id a."),
        (ask(CUSTOM_OUTPUT), "No tool call found for custom tool call output with call_id c."),
        (ask(USER, CALL), "No tool output found for function call a."),
        (ask(USER, CUSTOM), "No tool output found for custom tool call c."),
        (
            ask(USER, REASONING),
            LONELY,
        ),
        (
            ask(REASONING, USER),
            LONELY,
        ),
        (
            ask({**REASONING, "encrypted_content": REASONING["encrypted_content"] + "x"}, CALL, OUTPUT),
            "The encrypted content gAAAAA"
            + REASONING["encrypted_content"][6:8]
            + "... could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
        ),
    ],
)
def test_a_bad_request_is_refused_in_the_api_s_words(request_: Json, message: str) -> None:
    assert problem(request_) == message


def test_items_and_their_kinds() -> None:
    assert items({"input": "hi"}) == [{"role": "user", "content": "hi"}]
    assert items({}) == []
    assert [kind(item) for item in (USER, CALL, {})] == ["message", "function_call", ""]
