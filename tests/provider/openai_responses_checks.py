"""What the Responses API refuses with 400, in its wording."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.provider.script import Json
from tests.provider.signing import unseal

OUTPUTS: Mapping[str, tuple[str, str]] = {
    "function_call_output": ("function_call", "function call"),
    "custom_tool_call_output": ("custom_tool_call", "custom tool call"),
    "local_shell_call_output": ("local_shell_call", "local shell call"),
}
"""The call that each output answers, and how the API speaks of it."""
CALLS = dict(OUTPUTS.values())
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "function_call": ("call_id", "name", "arguments"),
    "custom_tool_call": ("call_id", "name", "input"),
    "function_call_output": ("call_id", "output"),
    "custom_tool_call_output": ("call_id", "output"),
    "local_shell_call_output": ("output",),
    "reasoning": ("summary",),
}
"""Fields that must be there, by an item's type; of types not named here nothing is asked."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "input_text": ("text",),
    "output_text": ("text",),
    "input_image": (),
    "input_file": (),
    "refusal": ("refusal",),
    "summary_text": ("text",),
    "encrypted_content": (),
}


def misshapen(request: Json) -> str:
    """Return why the API cannot read a request; empty when it can."""
    return next(_shape(request), "")


def problem(request: Json) -> str:
    """Return why the API refuses a request that it can read; empty when it is good."""
    return next(_problems(request), "")


def items(request: Json) -> list[Json]:
    """Return a request's input as a list of items."""
    given = request.get("input") or []
    return [{"role": "user", "content": given}] if isinstance(given, str) else list(given)


def kind(item: Json) -> str:
    """Return an item's type; one that only has a role is a message."""
    return str(item.get("type") or ("message" if "role" in item else ""))


def _shape(request: Json) -> Iterator[str]:
    if not isinstance(request.get("model"), str):
        yield "Missing required parameter: 'model'."
    given = request.get("input")
    if given is not None and not isinstance(given, str | list):
        yield "Invalid type for 'input': expected one of a string or array of input items."
    for at, item in enumerate(items(request)):
        if not isinstance(item, dict):
            yield f"Invalid type for 'input[{at}]': expected an object."
        if not kind(item):
            yield f"Missing required parameter: 'input[{at}].type'."
        for name in REQUIRED.get(kind(item), ()):
            if name not in item:
                yield f"Missing required parameter: 'input[{at}].{name}'."
        if not isinstance(item.get("call_id"), str | None):
            yield f"Invalid type for 'input[{at}].call_id': expected a string."
        for name in ("content", "output"):
            yield from _parts(f"input[{at}].{name}", item.get(name))
    tools = request.get("tools")
    if tools is not None and not isinstance(tools, list):
        yield "Invalid type for 'tools': expected an array of objects."


def _parts(path: str, content: Any) -> Iterator[str]:
    if content is None or isinstance(content, str):
        return
    if not isinstance(content, list):
        yield f"Invalid type for '{path}': expected one of a string or array of objects."
    for at, part in enumerate(content):
        if not isinstance(part, dict):
            yield f"Invalid type for '{path}[{at}]': expected an object."
        for name in PARTS.get(str(part.get("type")), ()):
            if not isinstance(part.get(name), str):
                yield f"Missing required parameter: '{path}[{at}].{name}'."


def _problems(request: Json) -> Iterator[str]:
    listed = items(request)
    if not listed and not request.get("prompt") and request.get("generate") is not False:
        yield "Missing required parameter: 'input'."
    for at, tool in enumerate(request.get("tools") or ()):
        if not isinstance(tool, dict) or not isinstance(tool.get("type"), str):
            yield f"Missing required parameter: 'tools[{at}].type'."
        if tool["type"] in {"function", "custom", "namespace"} and not tool.get("name"):
            yield f"Missing required parameter: 'tools[{at}].name'."
    for at, item in enumerate(listed):
        for number, part in enumerate(_listed(item.get("content"))):
            if part.get("type") not in PARTS:
                yield f"Invalid value: '{part.get('type')}'. ('input[{at}].content[{number}].type')"
    yield from _reasoning(listed)
    yield from _pairs(listed, generates=request.get("generate") is not False)


def _listed(content: Any) -> list[Json]:
    return content if isinstance(content, list) else []


def _reasoning(listed: list[Json]) -> Iterator[str]:
    for at, item in enumerate(listed):
        if kind(item) != "reasoning":
            continue
        sealed = item.get("encrypted_content")
        if sealed is not None and unseal(sealed) is None:
            yield (
                f"The encrypted content {str(sealed)[:8]}... could not be verified. "
                "Reason: Encrypted content could not be decrypted or parsed."
            )
        follower = listed[at + 1] if at + 1 < len(listed) else {}
        ours = kind(follower) in {*CALLS, "reasoning"} or follower.get("role") == "assistant"
        if not ours:
            yield f"Item '{item.get('id')}' of type 'reasoning' was provided without its required following item."


def _pairs(listed: list[Json], generates: bool) -> Iterator[str]:
    waiting: dict[str, str] = {}
    for item in listed:
        name = str(item.get("call_id") or item.get("id") or "")
        if kind(item) in CALLS:
            waiting[name] = kind(item)
        elif kind(item) in OUTPUTS:
            call, words = OUTPUTS[kind(item)]
            if waiting.pop(name, None) != call:
                yield f"No tool call found for {words} output with call_id {name}."
    if generates and waiting:
        name, call = next(iter(waiting.items()))
        yield f"No tool output found for {CALLS[call]} {name}."
