"""What Converse refuses with 400, in its wording; what it hands on to Claude is checked as Anthropic does."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.provider import checks
from tests.provider.script import Json

MAX_CACHE_POINTS = 4
HANDED_ON = "The model returned the following errors: "


def misshapen(request: Json) -> str:
    """Return why the API cannot read a request; empty when it can."""
    return next(_shape(request), "")


def problem(request: Json) -> str:
    """Return why the API refuses a request that it can read; empty when it is good."""
    return next(_problems(request), "")


def as_anthropic(request: Json) -> Json:
    """Return a request as the Messages API has it: a cachePoint is a cache_control of the block before it."""
    tools = [_tool(tool) for tool in (request.get("toolConfig") or {}).get("tools") or ()]
    return {
        "model": request.get("modelId", ""),
        "max_tokens": 1,
        "tools": _marked(tools),
        "system": _marked([_block(block) for block in request.get("system") or ()]),
        "messages": [
            {"role": message["role"], "content": _marked([_block(block) for block in message["content"]])}
            for message in request["messages"]
        ],
    }


def _marked(blocks: list[Json]) -> list[Json]:
    made: list[Json] = []
    for block in blocks:
        point = block.get("cachePoint")
        if point is None:
            made.append(block)
        elif made:
            made[-1] = {**made[-1], "cache_control": {"type": "ephemeral", "ttl": point.get("ttl", "5m")}}
    return made


def _tool(tool: Json) -> Json:
    spec = tool.get("toolSpec")
    if spec is None:
        return tool
    schema = (spec.get("inputSchema") or {}).get("json")
    return {"name": spec.get("name"), "description": spec.get("description", ""), "input_schema": schema}


def _block(block: Json) -> Json:
    if "text" in block:
        return {"type": "text", "text": block["text"]}
    if "toolUse" in block:
        use = block["toolUse"]
        return {"type": "tool_use", "id": use["toolUseId"], "name": use["name"], "input": use.get("input")}
    if "toolResult" in block:
        result = block["toolResult"]
        content = [_block(part) for part in result.get("content") or ()]
        return {"type": "tool_result", "tool_use_id": result["toolUseId"], "content": content}
    if "reasoningText" in block.get("reasoningContent", {}):
        text = block["reasoningContent"]["reasoningText"]
        return {"type": "thinking", "thinking": text.get("text", ""), "signature": text.get("signature", "")}
    if "image" in block:
        return {"type": "image", "source": block["image"]}
    return block


def _shape(request: Json) -> Iterator[str]:
    messages = request.get("messages")
    if not isinstance(messages, list):
        yield "Value at 'messages' failed to satisfy constraint: Member must not be null"
    for at, message in enumerate(messages or ()):
        if not isinstance(message, dict) or not isinstance(message.get("content"), list):
            yield f"Malformed input request: #/messages/{at}/content: expected type: JSONArray"
        for number, block in enumerate(message["content"]):
            yield from _block_shape(f"#/messages/{at}/content/{number}", block)
        if message.get("role") not in {"user", "assistant"}:
            yield f"Value at 'messages.{at + 1}.member.role' failed to satisfy constraint: [user, assistant]"


def _block_shape(path: str, block: Any) -> Iterator[str]:
    if not isinstance(block, dict) or len(block) != 1:
        yield f"Malformed input request: {path}: a content block holds exactly one member"
    for name, fields in (("toolUse", ("toolUseId", "name")), ("toolResult", ("toolUseId", "content"))):
        inner = block.get(name, {})
        for field in fields if name in block else ():
            if not isinstance(inner, dict) or field not in inner:
                yield f"Malformed input request: {path}/{name}: required key [{field}] not found"
    if not isinstance(block.get("text", ""), str):
        yield f"Malformed input request: {path}/text: expected type: String"
    if "toolResult" in block and not isinstance(block["toolResult"]["content"], list):
        yield f"Malformed input request: {path}/toolResult/content: expected type: JSONArray"


def _problems(request: Json) -> Iterator[str]:
    messages = request["messages"]
    if not messages or messages[0]["role"] != "user":
        yield (
            "A conversation must start with a user message. "
            "Try again with a conversation that starts with a user message."
        )
    if any(first["role"] == second["role"] for first, second in pairwise(messages)):
        yield (
            "A conversation must alternate between user and assistant roles. Make sure the conversation "
            "alternates between user and assistant roles and try again."
        )
    blocks = [(at, n, block) for at, message in enumerate(messages) for n, block in enumerate(message["content"])]
    for at, number, block in blocks:
        if "text" in block and not block["text"].strip():
            yield (
                f"The text field in the ContentBlock object at messages.{at}.content.{number} is blank. "
                "Add text to the text field, and try again."
            )
    if any({"toolUse", "toolResult"} & block.keys() for _, _, block in blocks) and not request.get("toolConfig"):
        yield "The toolConfig field must be defined when using toolUse and toolResult content blocks."
    yield from _pairs(messages)
    anthropic = as_anthropic(request)
    found = checks.problem(anthropic)
    if found:
        yield HANDED_ON + found


def _ids(message: Json, name: str) -> list[str]:
    return [block[name]["toolUseId"] for block in message["content"] if name in block]


def _pairs(messages: list[Json]) -> Iterator[str]:
    for at, (asked, answered) in enumerate(pairwise([{"content": []}, *messages, {"content": []}])):
        calls, results = _ids(asked, "toolUse"), _ids(answered, "toolResult")
        missing = [name for name in calls if name not in results]
        if missing:
            ids = ", ".join(missing)
            yield f"Expected toolResult blocks at messages.{at}.content for the following Ids: {ids}"
        if len(results) > len(calls):
            yield (
                f"The number of toolResult blocks at messages.{at}.content exceeds the number of toolUse blocks "
                "of previous turn."
            )
