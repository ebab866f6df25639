"""Where tool results stand in a request of Ollama's own format, and its usage."""

import json

from headroom.dialects import ollama
from headroom.types import Usage


def test_results_answer_calls_by_name_and_order() -> None:
    calls = [{"function": {"name": name, "arguments": {"n": n}}} for n, name in enumerate(("f", "g", "f"))]
    messages = [
        {"role": "user", "content": "why?"},
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "tool_name": "g", "content": "g"},
        {"role": "tool", "content": "first f"},
        {"role": "tool", "tool_name": "f", "content": "second f"},
        {"role": "tool", "tool_name": "h", "content": "unasked"},
    ]
    body = json.dumps({"model": "llama", "messages": messages}).encode()
    blocks = ollama.read(body).walk.blocks
    assert [(block.text, block.tool, block.tool_input, block.query) for block in blocks] == [
        ("g", "g", '{"n": 1}', "why?"),
        ("first f", "f", '{"n": 0}', "why?"),
        ("second f", "f", '{"n": 2}', "why?"),
        ("unasked", "h", "", "why?"),
    ]
    assert [part.id for message in ollama.outline(body)[2:] for part in message.parts] == ["#1", "#0", "#2", ""]


def test_usage() -> None:
    usage = ollama.usage({"model": "llama", "message": {}, "done": False}, Usage())
    usage = ollama.usage({"model": "llama", "done": True, "prompt_eval_count": 26, "eval_count": 298}, usage)
    assert usage == Usage(input=26, output=298, model="llama")
