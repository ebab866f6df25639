"""The form that a request must have before anything else can be said of it: what the API's own parser refuses."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.provider.script import Json

TEXTS: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "thinking": ("thinking", "signature"),
    "tool_use": ("id", "name"),
    "tool_result": ("tool_use_id",),
}
"""Fields that must be texts, by type of block; other types are not looked into."""


def misshapen(request: Json) -> str:
    """Return why the API cannot read the request, in its wording; empty when it can."""
    return next(_request(request), "")


def _request(request: Json) -> Iterator[str]:
    for name in ("model", "messages"):
        if name not in request:
            yield f"{name}: Field required"
    if not isinstance(request["model"], str):
        yield "model: Input should be a valid string"
    if not isinstance(request["messages"], list):
        yield "messages: Input should be a valid list"
    yield from _tools(request.get("tools"))
    if request.get("system") is not None:
        yield from _content("system", request["system"])
    yield from _mark("cache_control", request)
    for number, message in enumerate(request["messages"]):
        path = f"messages.{number}"
        if not isinstance(message, dict):
            yield f"{path}: Input should be an object"
        for name in ("role", "content"):
            if name not in message:
                yield f"{path}.{name}: Field required"
        if not isinstance(message["role"], str):
            yield f"{path}.role: Input should be a valid string"
        yield from _content(f"{path}.content", message["content"])


def _tools(tools: Any) -> Iterator[str]:
    if tools is None:
        return
    if not isinstance(tools, list):
        yield "tools: Input should be a valid list"
    for number, tool in enumerate(tools):
        if not isinstance(tool, dict):
            yield f"tools.{number}: Input should be an object"
        yield from _mark(f"tools.{number}.cache_control", tool)


def _content(path: str, content: Any) -> Iterator[str]:
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        yield f"{path}: Input should be a valid list"
    for number, block in enumerate(content):
        yield from _block(f"{path}.{number}", block)


def _block(path: str, block: Any) -> Iterator[str]:
    if not isinstance(block, dict):
        yield f"{path}: Input should be an object"
    kind = block.get("type")
    if not isinstance(kind, str):
        yield f"{path}.type: Field required"
    for name in TEXTS.get(kind, ()):
        if not isinstance(block.get(name), str):
            yield f"{path}.{kind}.{name}: Field required"
    yield from _mark(f"{path}.cache_control", block)
    if kind == "tool_result" and block.get("content") is not None:
        yield from _content(f"{path}.content", block["content"])


def _mark(path: str, block: Json) -> Iterator[str]:
    if not isinstance(block.get("cache_control"), dict | None):
        yield f"{path}: Input should be an object"
