"""Requests as clients of each dialect send them: turns to be strung together, and what stands beside them."""

import json
from typing import Any

from headroom.dialects import anthropic, bedrock_converse, gemini, ollama, openai_chat, openai_responses
from headroom.dialects.base import Dialect

Message = dict[str, Any]
Turn = list[Message]

OUTPUT = 'é "quoted" \\ back\tslash \U0001f469\u200d\U0001f680 \ud83d line\n'
"""What a tool said; json.dumps escapes it all, half a surrogate pair too."""
CACHED = {"cache_control": {"type": "ephemeral"}}
SCRIPT = "const r = await tools.exec_command({cmd: 'cat src/app.py'}); text(r.output ?? r);"

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect
    for dialect in (anthropic, openai_chat, openai_responses, gemini, bedrock_converse, ollama)
}


def anthropic_turns(n: int) -> dict[str, Turn]:
    """Messages of the Anthropic format."""

    def use(call_id: str, **more: Any) -> Message:
        call = {
            "type": "tool_use",
            "id": call_id,
            "name": "Bash",
            "input": {"command": f"ls {n}", "n": 1.0},
            **more,
        }
        thought = {"type": "thinking", "thinking": "hm", "signature": "c2ln"}
        return {"role": "assistant", "content": [thought, {"type": "text", "text": "so"}, call]}

    def result(call_id: str, content: Any, *beside: Any, **more: Any) -> Message:
        block = {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}
        return {"role": "user", "content": [block, *beside]}

    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}
    page = {"type": "search_result", "source": "https://a.example", "title": "A",
            "content": [{"type": "text", "text": "found"}], "citations": {"enabled": True}}  # fmt: skip
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "d"}, **CACHED}
    server = {"type": "server_tool_use", "id": f"srv{n}", "name": "web_search", "input": {"query": "q"}}
    hit = {"type": "web_search_result", "url": "https://a.example", "title": "A", "encrypted_content": "xx"}
    hits = {"type": "web_search_tool_result", "tool_use_id": f"srv{n}", "content": [hit]}
    mcp = {"type": "mcp_tool_result", "tool_use_id": f"m{n}", "content": [{"type": "text", "text": "no"}]}
    return {
        "said": [{"role": "user", "content": f"question {n}"}],
        "parts said": [{"role": "user", "content": [{"type": "text", "text": f"part {n}"}, image, document]}],
        "string": [use(f"t{n}"), result(f"t{n}", OUTPUT + str(n))],
        "list": [use(f"l{n}"), result(f"l{n}", [{"type": "text", "text": OUTPUT}, image, page, {"type": "new"}])],
        "cached": [use(f"c{n}"), result(f"c{n}", "x", {"type": "text", "text": "and?"}, **CACHED)],
        "by program": [use(f"p{n}", caller={"type": "code_execution_20250825", "tool_id": "srv"}),
                       result(f"p{n}", "for the program")],
        "server": [{"role": "assistant", "content": [server, hits, mcp]}, {"role": "system", "content": "mid"}],
    }  # fmt: skip


def chat_turns(n: int) -> dict[str, Turn]:
    """Messages of the Chat Completions format."""

    def use(call_id: str, kind: str = "function") -> Message:
        said = {"name": "shell", "arguments": json.dumps({"command": f"ls {n}"})}
        said = said if kind == "function" else {"name": "grep", "input": f"needle {n}"}
        return {"role": "assistant", "content": None, "tool_calls": [{"id": call_id, "type": kind, kind: said}]}

    def result(call_id: str, content: Any) -> Message:
        return {"role": "tool", "tool_call_id": call_id, "content": content}

    old = {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": '{"path": "a.log"}'}}
    part = {"type": "text", "text": OUTPUT}
    return {
        "said": [{"role": "user", "content": f"question {n}"}],
        "system": [
            {"role": "system" if n % 2 else "developer", "content": [{"type": "text", "text": f"rule {n}"}]}
        ],
        "string": [use(f"t{n}"), result(f"t{n}", OUTPUT + str(n))],
        "parallel": [
            {**use(f"a{n}"), "tool_calls": use(f"a{n}")["tool_calls"] + use(f"b{n}", "custom")["tool_calls"]},
            result(f"b{n}", "second"),
            result(f"a{n}", [part, part]),
        ],
        "old": [old, {"role": "function", "name": "f", "content": OUTPUT}],
        "cached": [use(f"c{n}"), result(f"c{n}", [{**part, **CACHED}])],
        "image": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}],
    }


def responses_turns(n: int) -> dict[str, Turn]:
    """Items of the Responses format."""
    call = {"type": "function_call", "call_id": f"f{n}", "name": "shell",
            "arguments": json.dumps({"command": ["bash", "-lc", f"ls {n}"]})}  # fmt: skip
    script = {"type": "custom_tool_call", "call_id": f"c{n}", "name": "exec", "input": SCRIPT}
    texts = [{"type": "input_text", "text": "Script completed\n"}, {"type": "input_text", "text": OUTPUT}]
    image = {"type": "input_image", "image_url": "data:,"}
    tools = [{"type": "namespace", "name": "functions", "tools": [{"type": "custom", "name": "exec"}]}]
    by_program = {"type": "program", "caller_id": "p"}
    return {
        "said": [{"role": "user", "content": f"question {n}"}],
        "message": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": f"q {n}"}]}],
        "developer": [{"type": "message", "role": "developer", "content": f"rule {n}"}],
        "tools": [{"type": "additional_tools", "role": "developer", "tools": tools}],
        "function": [call, {"type": "function_call_output", "call_id": f"f{n}", "output": OUTPUT + str(n)}],
        "custom": [script, {"type": "custom_tool_call_output", "call_id": f"c{n}", "output": [*texts, image]}],
        "by program": [
            {**call, "call_id": f"p{n}", "caller": by_program},
            {"type": "function_call_output", "call_id": f"p{n}", "output": "for it", "caller": by_program},
        ],
        "local shell": [
            {"type": "local_shell_call", "call_id": f"s{n}", "action": {"type": "exec", "command": ["ls", "-l"]}},
            {"type": "local_shell_call_output", "id": f"s{n}", "output": "total 0"},
        ],
        "shell": [
            {"type": "shell_call", "call_id": f"h{n}", "action": {"commands": ["ls", "pwd"]}},
            {"type": "shell_call_output", "call_id": f"h{n}", "max_output_length": 100, "output": [
                {"stdout": OUTPUT, "stderr": "warning", "outcome": {"type": "exit", "exit_code": 0}}]},
        ],
        "opaque": [
            {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "gAAA"},
            {"type": "item_reference", "id": "msg_1"},
            {"type": "mcp_call", "id": "m", "name": "x", "arguments": "{}", "output": "no"},
            {"type": "computer_call_output", "call_id": "k", "output": {"type": "computer_screenshot"}},
        ],
    }  # fmt: skip


def gemini_turns(n: int) -> dict[str, Turn]:
    """Contents of the Gemini format."""

    def use(**more: Any) -> Message:
        return {
            "functionCall": {"name": "shell", "args": {"command": f"ls {n}", **more}},
            "thoughtSignature": "c2ln",
        }

    def result(response: Any, **more: Any) -> Message:
        return {"functionResponse": {"name": "shell", "response": response, **more}}

    rows = [{"id": 1.0, "name": OUTPUT}, {"id": 12345678901234567890, "name": "b"}]
    return {
        "said": [{"role": "user", "parts": [{"text": f"question {n}"}]}],
        "string": [{"role": "model", "parts": [use()]}, {"role": "user", "parts": [result({"output": OUTPUT})]}],
        "parallel": [
            {"role": "model", "parts": [{"text": "hm", "thought": True}, use(), use(second=True)]},
            {"role": "user", "parts": [result({"result": "one"}), result({"stdout": "two", "stderr": "three"})]},
        ],
        "structure": [
            {"role": "model", "parts": [use()]},
            {"role": "function", "parts": [result({"rows": rows})]},
        ],
        "snake": [
            {"role": "model", "parts": [{"function_call": {"id": f"i{n}", "name": "f", "args": {}}}]},
            {
                "role": "user",
                "parts": [{"function_response": {"id": f"i{n}", "name": "f", "response": {"a": "b"}}}],
            },
        ],
        "image": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "iVBO"}}]}],
    }


def converse_turns(n: int) -> dict[str, Turn]:
    """Messages of the Converse format."""

    def use(call_id: str) -> Message:
        call = {"toolUse": {"toolUseId": call_id, "name": "shell", "input": {"command": f"ls {n}"}}}
        thought = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}}}
        return {"role": "assistant", "content": [thought, {"text": "so"}, call]}

    def result(call_id: str, *content: Any, **more: Any) -> Message:
        return {"toolResult": {"toolUseId": call_id, "content": list(content), **more}}

    def said(*content: Any) -> Message:
        return {"role": "user", "content": list(content)}

    image = {"image": {"format": "png", "source": {"bytes": "iVBO"}}}
    rows = {"json": {"rows": [{"id": 1.0, "name": OUTPUT}]}}
    return {
        "said": [{"role": "user", "content": [{"text": f"question {n}"}]}],
        "text": [use(f"t{n}"), said(result(f"t{n}", {"text": OUTPUT}, image, status="success"))],
        "json": [use(f"j{n}"), said(result(f"j{n}", rows, {"text": "and"}), {"text": "so?"})],
        "cached": [use(f"c{n}"), said(result(f"c{n}", {"text": "x"}), {"cachePoint": {"type": "default"}})],
    }


def ollama_turns(n: int) -> dict[str, Turn]:
    """Messages of Ollama's format."""
    use = {"function": {"name": "shell", "arguments": {"command": f"ls {n}"}}}
    other = {"function": {"name": "read", "arguments": {"path": "a.log"}}}
    return {
        "said": [{"role": "user", "content": f"question {n}"}],
        "string": [{"role": "assistant", "content": "", "tool_calls": [use]},
                   {"role": "tool", "tool_name": "shell", "content": OUTPUT}],
        "parallel": [{"role": "assistant", "content": "", "tool_calls": [use, other, use]},
                     {"role": "tool", "tool_name": "read", "content": "data"},
                     {"role": "tool", "content": "first"}, {"role": "tool", "content": "last"}],
    }  # fmt: skip


TURNS = {
    "anthropic": anthropic_turns,
    "openai_chat": chat_turns,
    "openai_responses": responses_turns,
    "gemini": gemini_turns,
    "bedrock_converse": converse_turns,
    "ollama": ollama_turns,
}
MESSAGES = {"openai_responses": "input", "gemini": "contents"}
"""The key of the messages, where it is another than messages."""

_SCHEMA = {"type": "object", "properties": {}}
_FUNCTION = {"type": "function", "function": {"name": "shell", "parameters": _SCHEMA}}
BESIDE: dict[str, dict[str, Any]] = {
    "anthropic": {
        "model": "claude-x", "stream": True, "metadata": {"user_id": "u"},
        "system": [{"type": "text", "text": "You are.", **CACHED}],
        "tools": [{"name": "Bash", "input_schema": _SCHEMA}],
        "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}, "max_tokens": 1,
    },
    "openai_chat": {
        "model": "gpt-x", "stream": True, "user": "u", "prompt_cache_key": "k", "tools": [_FUNCTION],
        "temperature": 0.10, "stream_options": {"include_usage": True},
    },
    "openai_responses": {
        "type": "response.create", "model": "gpt-x", "instructions": "You are.", "prompt_cache_key": "k",
        "tools": [{"type": "function", "name": "shell"},
                  {"type": "namespace", "name": "n", "tools": [{"name": "m"}]}],
        "store": False, "previous_response_id": "resp_1", "include": ["reasoning.encrypted_content"],
    },
    "gemini": {
        "systemInstruction": {"parts": [{"text": "You are."}]}, "cachedContent": "cachedContents/c",
        "tools": [{"googleSearch": {}}, {"functionDeclarations": [{"name": "shell", "parameters": _SCHEMA}]}],
        "generationConfig": {"temperature": 1.0},
    },
    "bedrock_converse": {
        "system": [{"text": "You are."}, {"cachePoint": {"type": "default"}}],
        "toolConfig": {"tools": [{"toolSpec": {"name": "shell", "inputSchema": {"json": _SCHEMA}}},
                                 {"cachePoint": {"type": "default"}}]},
        "requestMetadata": {"session": "s"}, "inferenceConfig": {"maxTokens": 1},
    },
    "ollama": {"model": "llama", "stream": False, "tools": [_FUNCTION], "options": {"num_ctx": 4096}},
}  # fmt: skip


def messages_of(dialect: str, kinds: list[str]) -> list[Message]:
    """Return a conversation of turns of these kinds."""
    return [message for n, kind in enumerate(kinds) for message in TURNS[dialect](n)[kind]]


def body_of(dialect: str, messages: list[Message], behind: int = 2) -> bytes:
    """Return a request with the last `behind` of the keys beside the messages behind them."""
    beside = list(BESIDE[dialect].items())
    cut = len(beside) - behind
    key = MESSAGES.get(dialect, "messages")
    return json.dumps(dict([*beside[:cut], (key, messages), *beside[cut:]])).encode()


def seeds(dialect: str) -> list[bytes]:
    """Return whole requests that hold every kind of turn."""
    kinds = list(TURNS[dialect](0))
    return [body_of(dialect, messages_of(dialect, kinds), behind) for behind in (0, 3)]
