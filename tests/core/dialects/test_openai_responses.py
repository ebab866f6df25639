"""Where tool results stand in a Responses request, Codex's among them, and its usage."""

import json
from typing import Any

import pytest

from headroom.compressors import sources
from headroom.dialects import openai_responses
from headroom.types import Usage

Item = dict[str, Any]
USER: Item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "why?"}]}
PROGRAM = {"caller": {"type": "program", "caller_id": "p"}}
DIRECT = {"caller": {"type": "direct"}}


def call(kind: str = "function_call", **more: Any) -> Item:
    return {"type": kind, "call_id": "c", "name": "sh", **more}


def output(value: Any, kind: str = "function_call_output", **more: Any) -> Item:
    return {"type": kind, "call_id": "c", "output": value, **more}


def text(said: str, kind: str = "input_text") -> Item:
    return {"type": kind, "text": said}


SCRIPT = "const r = await tools.exec_command({cmd: 'cat big.json'}); text(r.output ?? r);"
ACTION = {"type": "exec", "command": ["bash", "-lc", "ls"]}
CASES: dict[str, tuple[list[Item], list[tuple[str, str, str, str]]]] = {
    "a function": ([USER, call(arguments='{"cmd": "ls"}'), output("out")], [("out", "sh", '{"cmd": "ls"}', "")]),
    "a list": (
        [call(arguments="{}"), output([text("a"), {"type": "input_image", "image_url": "data:,"}, text("b")])],
        [("a", "sh", "{}", ""), ("b", "sh", "{}", "")],
    ),
    "codex's script": (
        [
            call("custom_tool_call", name="exec", input=SCRIPT),
            output(
                [text("Script completed\nWall time 0.1 seconds\nOutput:\n"), text("[1]")],
                "custom_tool_call_output",
            ),
        ],
        [
            ("Script completed\nWall time 0.1 seconds\nOutput:\n", "exec", '{"command": "cat big.json"}', ""),
            ("[1]", "exec", '{"command": "cat big.json"}', ""),
        ],
    ),
    "another custom tool": (
        [call("custom_tool_call", input="a b"), output("o", "custom_tool_call_output")],
        [("o", "sh", "a b", "")],
    ),
    "a local shell": (
        [{"type": "local_shell_call", "call_id": "c", "action": ACTION}, output("o", "local_shell_call_output")],
        [("o", "local_shell", json.dumps(ACTION), "")],
    ),
    "a shell": (
        [
            {"type": "shell_call", "call_id": "c", "action": {"commands": ["ls", "cat a.py"]}},
            output([{"stdout": "out", "stderr": "err", "outcome": {"type": "timeout"}}, 7], "shell_call_output"),
        ],
        [
            ("out", "shell", '{"command": "ls\\ncat a.py"}', ""),
            ("err", "shell", '{"command": "ls\\ncat a.py"}', ""),
        ],
    ),
    "a patch": (
        [
            {"type": "apply_patch_call", "call_id": "c", "operation": {"type": "update_file", "path": "a.py"}},
            output("ok", "apply_patch_call_output", status="completed"),
        ],
        [("ok", "apply_patch", '{"type": "update_file", "path": "a.py"}', "")],
    ),
    "called by a program": (
        [call(arguments="{}", **PROGRAM), output("o")],
        [("o", "sh", "{}", "read by a program")],
    ),
    "answered to a program": (
        [call(arguments="{}"), output("o", **PROGRAM)],
        [("o", "sh", "{}", "read by a program")],
    ),
    "called by the model": ([call(arguments="{}", **DIRECT), output("o", **DIRECT)], [("o", "sh", "{}", "")]),
    "a call that is not there": ([output("o", name="sh"), output("p")], [("o", "sh", "", ""), ("p", "", "", "")]),
    "opaque": (
        [
            {"type": "reasoning", "encrypted_content": "x", "summary": [text("no")]},
            {"type": "item_reference", "id": "i"},
            {"type": "compaction", "encrypted_content": "x"},
            {"type": "mcp_call", "output": "no"},
            {"type": "web_search_call"},
            {"type": "program_output", "result": "no", "call_id": "c"},
            {"type": "tool_search_output", "tools": []},
            {"type": "code_interpreter_call", "outputs": [text("no")]},
            output({"type": "computer_screenshot", "image_url": "data:,"}, "computer_call_output"),
            output("no", "new_call_output"),
            {"type": 7, "output": "no"},
            {"output": "no"},
        ],
        [],
    ),
    "no text": ([output(None), output(7), output([7, text("x", "new")]), output({"a": "b"})], []),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("socket", [False, True])
def test_blocks(case: str, socket: bool) -> None:
    items, expected = CASES[case]
    frame = {"type": "response.create", "model": "m"} if socket else {"model": "m", "stream": True}
    body = json.dumps({**frame, "input": items}).encode()
    blocks = openai_responses.read(body).walk.blocks
    assert [(b.text, b.tool, b.tool_input, b.untouchable) for b in blocks] == expected
    assert all(json.loads(body[b.start : b.end]) == b.text and b.role == "tool" for b in blocks)


def test_repeated_keys_make_a_result_untouchable() -> None:
    body = b'{"input":[{"type":"function_call_output","output":"a","output":"b"}]}'
    assert [b.untouchable for b in openai_responses.read(body).walk.blocks] == ["duplicate key"]


def test_a_printed_source_file_is_seen_to_be_one() -> None:
    script = "text(await tools.exec_command({cmd: 'sed -n 1,200p src/main.rs'}))"
    items = [
        call("custom_tool_call", name="exec", input=script),
        output("fn main() {}", "custom_tool_call_output"),
    ]
    (block,) = openai_responses.read(json.dumps({"input": items}).encode()).walk.blocks
    assert sources.content(block.tool, block.tool_input) == "source"


def test_a_string_is_what_the_user_says() -> None:
    reading = openai_responses.read(b'{"input":"why?","model":"m"}')
    assert (reading.walk.query, reading.walk.opening, reading.head.model) == ("why?", "why?", "m")
    assert not reading.walk.blocks
    (message,) = openai_responses.outline(b'{"input":"why?"}')
    assert (message.role, message.parts[0].text) == ("user", "why?")


def test_codex_keeps_its_tools_among_the_items() -> None:
    names = [{"type": "namespace", "name": "functions", "tools": [{"type": "custom", "name": "exec"}]}]
    items = [
        {"type": "additional_tools", "role": "developer", "tools": names},
        {"type": "message", "role": "developer", "content": [text("You are Codex.")]},
        USER,
    ]
    body = json.dumps({"input": items, "tools": [], "prompt_cache_key": "k"}).encode()
    reading = openai_responses.read(body)
    assert (reading.head.tool_names, reading.head.tools) == ({"functions", "exec"}, None)
    assert [json.loads(body[span]) for span in reading.head.system] == ["You are Codex."]
    assert [message.role for message in openai_responses.outline(body)] == ["system", "system", "user"]


def test_the_outline_names_all_kinds() -> None:
    items = [
        USER,
        {"type": "reasoning", "summary": []},
        call(arguments="{}"),
        output("o"),
        {"type": "item_reference"},
    ]
    body = json.dumps({"input": items}).encode()
    parts = [
        (part.kind, part.id, part.name) for message in openai_responses.outline(body) for part in message.parts
    ]
    assert parts == [
        ("text", "", ""),
        ("thinking", "", ""),
        ("call", "c", "sh"),
        ("result", "c", ""),
        ("other", "", ""),
    ]


USAGE: list[tuple[dict[str, Any], Usage]] = [
    (
        {
            "type": "response.completed",
            "response": {
                "model": "gpt-x",
                "usage": {
                    "input_tokens": 1000,
                    "output_tokens": 50,
                    "input_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 100},
                    "output_tokens_details": {"reasoning_tokens": 20},
                },
            },
        },
        Usage(input=300, cache_write=100, cache_read=600, output=50, model="gpt-x", reasoning=20),
    ),
    ({"model": "m", "usage": {"input_tokens": 5, "output_tokens": 1}}, Usage(input=5, output=1, model="m")),
    ({"type": "response.created", "response": {"model": "m", "usage": None}}, Usage(model="m")),
    ({"response": 7, "usage": []}, Usage()),
]


@pytest.mark.parametrize(("event", "expected"), USAGE)
def test_usage(event: dict[str, Any], expected: Usage) -> None:
    assert openai_responses.usage(event, Usage()) == expected
