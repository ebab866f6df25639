"""What a request holds, whichever provider's dialect it is in: texts, tool calls, their results, and the tools.

One reader for all of them: items are told apart by their own shape, so a script need not know the dialect.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A text of a message."""

    role: str
    """user, assistant or system."""
    text: str


class Called(NamedTuple):
    """A tool call in the request's history."""

    id: str
    name: str
    input: Any
    """The arguments' object; of a free-form tool, the text."""


class Result(NamedTuple):
    """What a tool call gave."""

    id: str
    """Of the call; the tool's name where the dialect has no ids."""
    text: str


class View(NamedTuple):
    """A request, read."""

    texts: tuple[Said, ...]
    calls: tuple[Called, ...]
    results: tuple[Result, ...]
    tools: tuple[str, ...]
    """Names of the tools that are offered."""


Found = Said | Called | Result
_ROLES = {"model": "assistant", "developer": "system"}
_TEXTS = frozenset({None, "text", "input_text", "output_text"})
_CALLS = frozenset({"function_call", "custom_tool_call", "local_shell_call"})


def view(request: dict[str, Any]) -> View:
    """Return what a parsed request of any dialect holds; not the system prompt that stands beside the messages."""
    found = list(_found(request))
    return View(
        tuple(item for item in found if isinstance(item, Said)),
        tuple(item for item in found if isinstance(item, Called)),
        tuple(item for item in found if isinstance(item, Result)),
        tuple(_tools(request)),
    )


def plain(content: Any) -> str:
    """Return the text of a result's content, whatever form it has."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        values = list(content.values())
        return values[0] if len(values) == 1 and isinstance(values[0], str) else json.dumps(content)
    return "".join(_part_text(part) for part in content or ())


def _part_text(part: Any) -> str:
    if not isinstance(part, dict):
        return str(part)
    return json.dumps(part["json"]) if "json" in part else str(part.get("text", ""))


def _items(request: dict[str, Any]) -> list[Any]:
    listed = request.get("messages") or request.get("input") or request.get("contents") or []
    return [{"role": "user", "content": listed}] if isinstance(listed, str) else list(listed)


def _found(request: dict[str, Any]) -> Iterator[Found]:
    for item in _items(request):
        if not isinstance(item, dict):
            continue
        kind = str(item.get("type", ""))
        if kind in _CALLS:
            arguments = item.get("arguments", item.get("input", item.get("action")))
            yield Called(item.get("call_id", ""), item.get("name", kind), _arguments(arguments, kind))
        elif kind.endswith("_output"):
            yield Result(item.get("call_id", ""), plain(item.get("output")))
        elif item.get("role") == "tool":
            yield Result(item.get("tool_call_id") or item.get("tool_name", ""), plain(item.get("content")))
        elif "role" in item or "parts" in item:
            yield from _message(item)


def _message(item: dict[str, Any]) -> Iterator[Found]:
    role = item.get("role", "user")
    role = _ROLES.get(role, role)
    content = item.get("content", item.get("parts"))
    if isinstance(content, str):
        yield Said(role, content)
    else:
        for part in content or ():
            if isinstance(part, dict):
                yield from _part(role, part)
    for call in item.get("tool_calls") or ():
        body = call.get("function") or call.get("custom") or {}
        yield Called(
            call.get("id", ""), body.get("name", ""), _arguments(body.get("arguments", body.get("input")))
        )


def _part(role: str, part: dict[str, Any]) -> Iterator[Found]:
    kind = part.get("type")
    if kind == "tool_use":
        yield Called(part["id"], part["name"], part.get("input"))
    elif kind == "tool_result":
        yield Result(part["tool_use_id"], plain(part.get("content")))
    elif "toolUse" in part:
        call = part["toolUse"]
        yield Called(call["toolUseId"], call["name"], call.get("input"))
    elif "toolResult" in part:
        yield Result(part["toolResult"]["toolUseId"], plain(part["toolResult"].get("content")))
    elif "functionCall" in part:
        call = part["functionCall"]
        yield Called(call.get("id") or call["name"], call["name"], call.get("args"))
    elif "functionResponse" in part:
        answer = part["functionResponse"]
        yield Result(answer.get("id") or answer["name"], plain(answer.get("response")))
    elif kind in _TEXTS and isinstance(part.get("text"), str) and not part.get("thought"):
        yield Said(role, part["text"])


def _arguments(value: Any, kind: str = "") -> Any:
    if not isinstance(value, str) or kind == "custom_tool_call":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _tools(request: dict[str, Any]) -> Iterator[str]:
    left = list(request.get("tools") or ())
    left += (request.get("toolConfig") or {}).get("tools") or ()
    for item in _items(request):
        if isinstance(item, dict) and item.get("type") == "additional_tools":
            left += item.get("tools") or ()
    while left:
        tool = left.pop(0)
        if not isinstance(tool, dict):
            continue
        inner = tool.get("tools") or tool.get("functionDeclarations") or tool.get("function_declarations")
        if isinstance(inner, list):
            left[:0] = inner
            continue
        body = tool.get("function") or tool.get("custom") or tool.get("toolSpec") or tool
        if isinstance(body, dict) and "cachePoint" not in body:
            yield str(body.get("name") or body.get("type") or "")
