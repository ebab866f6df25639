"""What Chat Completions refuses with 400, in its wording."""

from collections.abc import Iterator
from typing import Any

from tests.provider.script import Json

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
PART_TYPES = frozenset({"text", "image_url", "input_audio", "file", "refusal"})
MAX_ID_CHARS = 64
EMPTY = "empty array. Expected an array with minimum length 1, but got an empty array instead."


def misshapen(request: Json) -> str:
    """Return why the API cannot read a request; empty when it can."""
    return next(_shape(request), "")


def problem(request: Json) -> str:
    """Return why the API refuses a request that it can read; empty when it is good."""
    return next(_problems(request), "")


def _shape(request: Json) -> Iterator[str]:
    for name, kind, said in (("model", str, "a string"), ("messages", list, "an array")):
        if name not in request:
            yield f"Missing required parameter: '{name}'."
        elif not isinstance(request[name], kind):
            yield f"Invalid type for '{name}': expected {said}."
    for at, message in enumerate(request["messages"]):
        if not isinstance(message, dict):
            yield f"Invalid type for 'messages[{at}]': expected an object."
        if not isinstance(message.get("role"), str):
            yield f"Missing required parameter: 'messages[{at}].role'."
        yield from _content_shape(f"messages[{at}].content", message.get("content"))
        yield from _calls_shape(f"messages[{at}].tool_calls", message.get("tool_calls"))
    tools = request.get("tools")
    if tools is not None and not isinstance(tools, list):
        yield "Invalid type for 'tools': expected an array of objects."


def _content_shape(path: str, content: Any) -> Iterator[str]:
    if content is None or isinstance(content, str):
        return
    if not isinstance(content, list):
        yield f"Invalid type for '{path}': expected one of a string or array of objects."
    for at, part in enumerate(content):
        if not isinstance(part, dict):
            yield f"Invalid type for '{path}[{at}]': expected an object."
        if part.get("type") == "text" and not isinstance(part.get("text"), str):
            yield f"Missing required parameter: '{path}[{at}].text'."


def _calls_shape(path: str, calls: Any) -> Iterator[str]:
    if calls is None:
        return
    if not isinstance(calls, list):
        yield f"Invalid type for '{path}': expected an array of objects."
    for at, call in enumerate(calls):
        if not isinstance(call, dict) or not isinstance(call.get(call.get("type", "function")), dict):
            yield f"Missing required parameter: '{path}[{at}].function'."
        body = call[call.get("type", "function")]
        for name, value in (("id", call.get("id")), ("function.name", body.get("name"))):
            if not isinstance(value, str):
                yield f"Missing required parameter: '{path}[{at}].{name}'."
        if not isinstance(body.get("arguments", body.get("input")), str):
            yield f"Missing required parameter: '{path}[{at}].function.arguments'."


def _problems(request: Json) -> Iterator[str]:
    if not request["messages"]:
        yield f"Invalid 'messages': {EMPTY}"
    yield from _tools(request.get("tools"))
    for at, message in enumerate(request["messages"]):
        yield from _message(f"messages[{at}]", message)
    yield from _pairs(request["messages"])
    if request.get("stream_options") is not None and not request.get("stream"):
        yield "The 'stream_options' parameter is only allowed when 'stream' is enabled."


def _tools(tools: list[Any] | None) -> Iterator[str]:
    if tools == []:
        yield f"Invalid 'tools': {EMPTY}"
    for at, tool in enumerate(tools or ()):
        kind = tool.get("type") if isinstance(tool, dict) else None
        if not isinstance(kind, str):
            yield f"Missing required parameter: 'tools[{at}].type'."
        if not isinstance(tool.get(kind), dict):
            yield f"Missing required parameter: 'tools[{at}].{kind}'."
        if not isinstance(tool[kind].get("name"), str):
            yield f"Missing required parameter: 'tools[{at}].{kind}.name'."


def _message(path: str, message: Json) -> Iterator[str]:
    role = message["role"]
    if role not in ROLES:
        yield f"Invalid value: '{role}'. Supported values are: {', '.join(map(repr, sorted(ROLES)))}."
    calls = message.get("tool_calls")
    if calls == []:
        yield f"Invalid '{path}.tool_calls': {EMPTY}"
    content = message.get("content")
    if content is None and not (role == "assistant" and (calls or message.get("refusal"))):
        yield f"Invalid value for 'content': expected a string, got null. (param: {path}.content)"
    for at, part in enumerate(content if isinstance(content, list) else ()):
        if part.get("type") not in PART_TYPES:
            yield f"Invalid value: '{part.get('type')}'. ('{path}.content[{at}].type')"
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield f"Missing required parameter: '{path}.tool_call_id'."
    for at, call in enumerate(calls or ()):
        if len(call["id"]) > MAX_ID_CHARS:
            yield (
                f"Invalid '{path}.tool_calls[{at}].id': string too long. Expected a string with maximum length "
                f"{MAX_ID_CHARS}, but got a string with length {len(call['id'])} instead."
            )


def _pairs(messages: list[Json]) -> Iterator[str]:
    """Every call is answered by a tool message before any other message comes."""
    waiting: list[str] = []
    follows = False
    for message in messages:
        if message["role"] == "tool":
            if not follows or message["tool_call_id"] not in waiting:
                yield (
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'."
                )
            waiting.remove(message["tool_call_id"])
            continue
        yield from _unanswered(waiting)
        waiting = [call["id"] for call in message.get("tool_calls") or ()]
        follows = bool(waiting)
    yield from _unanswered(waiting)


def _unanswered(waiting: list[str]) -> Iterator[str]:
    if waiting:
        yield (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}"
        )
