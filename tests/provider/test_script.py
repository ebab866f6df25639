import pytest

from tests.provider.script import Call, Fault, Stream, Turn, calls_then, codex_exec, parse_script, side_request

CALLS = (Call("Bash", {"command": "ls"}), Call("Bash", {"command": "cat x"}))


def conversation(*results: object) -> dict[str, object]:
    messages: list[object] = [{"role": "user", "content": "go"}]
    for number, result in enumerate(results):
        use = {"type": "tool_use", "id": str(number), "name": "Bash", "input": {}}
        answer = {"type": "tool_result", "tool_use_id": str(number), "content": result}
        messages += [{"role": "assistant", "content": [use]}, {"role": "user", "content": [answer]}]
    return {"messages": messages}


def test_calls_are_made_one_by_one_and_the_last_result_is_quoted() -> None:
    script = calls_then(CALLS, lambda result: f"it ends in {result[-3:]}")
    assert script(conversation(), 0) == Turn(calls=CALLS[:1])
    assert script(conversation("one"), 9) == Turn(calls=CALLS[1:])
    assert script(
        conversation("one", [{"type": "text", "text": "two"}, {"type": "text", "text": "2"}]), 0
    ) == Turn("it ends in wo2")
    assert calls_then((), str)(conversation(), 0) == Turn("")


def test_a_request_without_tools_is_a_side_request() -> None:
    assert side_request({}) and side_request({"tools": []})
    assert not side_request({"tools": [{"name": "Bash"}]})


def test_a_script_is_read_from_json() -> None:
    parsed = parse_script(
        [
            {
                "text": "hi",
                "calls": [{"name": "Bash", "input": {"a": 1}}],
                "others": [{"type": "x"}],
                "stream": {
                    "split": [1, 5],
                    "stalls": {"-1": 2.5},
                    "insert": {"0": [{"type": "y"}]},
                    "leave_out": ["ping"],
                },
            },
            {"text": "bye", "stream": {"split": 7}},
            {"fault": {"status": 502, "body": "<html>"}},
        ]
    )
    assert parsed == [
        Turn(
            text="hi",
            calls=(Call("Bash", {"a": 1}),),
            others=({"type": "x"},),
            stream=Stream(split=(1, 5), stalls={-1: 2.5}, insert={0: [{"type": "y"}]}, leave_out=("ping",)),
        ),
        Turn("bye", stream=Stream(split=7)),
        Fault(502, body=b"<html>"),
    ]


def test_an_unknown_field_in_a_script_is_an_error() -> None:
    with pytest.raises(TypeError, match="txet"):
        parse_script([{"txet": "hi"}])


def test_calls_are_counted_in_any_dialect() -> None:
    script = calls_then(CALLS, lambda result: f"got {result}")
    call = {"type": "function_call", "call_id": "1", "name": "Bash", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "1", "output": "one"}
    assert script({"input": [call, output]}, 0) == Turn(calls=CALLS[1:])
    assert script({"input": [call, output, call, output]}, 0) == Turn("got one")


def test_codex_runs_a_command_by_its_javascript() -> None:
    call = codex_exec('echo "a"')
    assert (call.name, '{cmd: "echo \\"a\\""}' in str(call.input)) == ("exec", True)
