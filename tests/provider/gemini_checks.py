"""What generateContent refuses with 400, in its wording."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.provider.script import Json
from tests.provider.signing import sign, verify

SNAKES: Mapping[str, str] = {
    "system_instruction": "systemInstruction",
    "generation_config": "generationConfig",
    "tool_config": "toolConfig",
    "safety_settings": "safetySettings",
    "cached_content": "cachedContent",
    "function_call": "functionCall",
    "function_response": "functionResponse",
    "thought_signature": "thoughtSignature",
    "inline_data": "inlineData",
    "file_data": "fileData",
}
"""The API takes both spellings."""
DATA = frozenset(
    {"text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"}
)
_STANDARD = str.maketrans("-_", "+/")
"""Bytes in JSON come in either alphabet of base64."""
PART_FIELDS = DATA | {"thought", "thoughtSignature", "videoMetadata", "mediaResolution", "partMetadata"}
SKIPPED = frozenset({"skip_thought_signature_validator", "context_engineering_is_the_way_to_go"})
"""Signatures that the API documents for calls which are not its own."""


def in_camel_case(request: Json) -> Json:
    """Return a request with its fields and those of its parts in the spelling of the API's JSON."""
    made = {SNAKES.get(name, name): value for name, value in request.items()}
    contents = made.get("contents")
    if isinstance(contents, list):
        made["contents"] = [_content(content) for content in contents]
    return made


def signature(call: Json) -> str:
    """Return the signature of a functionCall."""
    return sign(json.dumps([call.get("name"), call.get("args")], sort_keys=True))


def misshapen(request: Json) -> str:
    """Return why the API cannot read a request; empty when it can."""
    return next(_shape(request), "")


def problem(request: Json) -> str:
    """Return why the API refuses a request that it can read; empty when it is good."""
    return next(_problems(request), "")


def _content(content: Any) -> Any:
    if not isinstance(content, dict) or not isinstance(content.get("parts"), list):
        return content
    parts = [
        {SNAKES.get(name, name): value for name, value in part.items()} if isinstance(part, dict) else part
        for part in content["parts"]
    ]
    return {**content, "parts": parts}


def _shape(request: Json) -> Iterator[str]:
    contents = request.get("contents", [])
    if not isinstance(contents, list):
        yield "Invalid value at 'contents'"
    for at, content in enumerate(contents):
        if not isinstance(content, dict) or not isinstance(content.get("parts", []), list):
            yield f"Invalid value at 'contents[{at}]'"
        for number, part in enumerate(content.get("parts", ())):
            yield from _part_shape(f"contents[{at}].parts[{number}]", part)


def _part_shape(path: str, part: Any) -> Iterator[str]:
    if not isinstance(part, dict):
        yield f"Invalid value at '{path}'"
    for name in part:
        if name not in PART_FIELDS:
            yield f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': Cannot find field."
    if not isinstance(part.get("text", ""), str):
        yield f"Invalid value at '{path}.text' (TYPE_STRING)"
    for field, inner in (("functionCall", "args"), ("functionResponse", "response")):
        value = part.get(field, {})
        if not isinstance(value, dict) or not isinstance(value.get(inner), dict | None):
            yield f"Invalid value at '{path}.{field}.{inner}' (type.googleapis.com/google.protobuf.Struct)"


def _problems(request: Json) -> Iterator[str]:
    contents = request.get("contents") or []
    if not contents:
        yield "* GenerateContentRequest.contents: contents is not specified\n"
    for at, content in enumerate(contents):
        if content.get("role", "user") not in {"user", "model", "function"}:
            yield "Please use a valid role: user, model."
        if not content.get("parts"):
            yield f"* GenerateContentRequest.contents[{at}].parts: contents.parts must not be empty.\n"
        for number, part in enumerate(content["parts"]):
            if not DATA & part.keys():
                yield (
                    f"* GenerateContentRequest.contents[{at}].parts[{number}].data: "
                    "required oneof field 'data' must have one initialized field\n"
                )
    yield from _signatures(request, contents)
    yield from _pairs(contents)


def _of(content: Json, field: str) -> list[Json]:
    return [part for part in content["parts"] if field in part]


def _signatures(request: Json, contents: list[Json]) -> Iterator[str]:
    asked = [at for at, content in enumerate(contents) if content.get("role") != "model" and _of(content, "text")]
    current = asked[-1] if asked else 0
    strict = "gemini-3" in str(request.get("model", ""))
    for at, content in enumerate(contents):
        calls = _of(content, "functionCall")
        name = calls[0]["functionCall"].get("name") if calls else ""
        for part in calls:
            given = part.get("thoughtSignature")
            if given is not None and given not in SKIPPED and not _genuine(part["functionCall"], given):
                yield "Corrupted thought signature."
        if strict and at > current and calls and "thoughtSignature" not in calls[0]:
            yield (
                "Function call is missing a thought_signature in functionCall parts. This is required for tools "
                "to work correctly, and missing thought_signature may lead to degraded model performance. "
                f"Additional data, function call `default_api:{name}` , position {at + 1}. "
                "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
            )


def _genuine(call: Json, given: Any) -> bool:
    text = json.dumps([call.get("name"), call.get("args")], sort_keys=True)
    return isinstance(given, str) and verify(text, given.translate(_STANDARD))


def _pairs(contents: list[Json]) -> Iterator[str]:
    calls: list[Json] = []
    for content in contents:
        answers = _of(content, "functionResponse")
        if answers and not calls:
            yield "Please ensure that function response turn comes immediately after a function call turn."
        if len(answers) != len(calls):
            yield (
                "Please ensure that the number of function response parts is equal to the number of function call "
                "parts of the function call turn."
            )
        calls = _of(content, "functionCall")
    if calls:
        yield (
            "Please ensure that the number of function response parts is equal to the number of function call "
            "parts of the function call turn."
        )
