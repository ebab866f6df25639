import pytest

from tests.provider.bedrock_converse_checks import HANDED_ON, as_anthropic, misshapen, problem
from tests.provider.script import Json
from tests.provider.signing import sign

TEXT: Json = {"text": "hi"}
POINT: Json = {"cachePoint": {"type": "default"}}
TOOLS: Json = {"tools": [{"toolSpec": {"name": "sh", "inputSchema": {"json": {"type": "object"}}}}, POINT]}


def use(name: str) -> Json:
    return {"toolUse": {"toolUseId": name, "name": "sh", "input": {}}}


def result(name: str) -> Json:
    return {"toolResult": {"toolUseId": name, "content": [TEXT, {"json": {"a": 1}}]}}


def thinking(signature: str) -> Json:
    return {"reasoningContent": {"reasoningText": {"text": "hm", "signature": signature}}}


def ask(*contents: list[Json], **more: object) -> Json:
    messages = [{"role": ("user", "assistant")[at % 2], "content": blocks} for at, blocks in enumerate(contents)]
    return {"modelId": "m", "messages": messages, **more}


@pytest.mark.parametrize(
    "request_",
    [
        ask([TEXT, POINT], system=[TEXT, POINT]),
        ask(
            [TEXT], [thinking(sign("hm")), use("a"), use("b")], [result("b"), result("a"), TEXT], toolConfig=TOOLS
        ),
        ask([{"image": {"format": "png", "source": {"bytes": ""}}}, {"document": {}}]),
    ],
)
def test_a_good_request_passes(request_: Json) -> None:
    assert misshapen(request_) == ""
    assert problem(request_) == ""


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        ({}, "Value at 'messages' failed"),
        ({"messages": [5]}, "#/messages/0/content: expected type: JSONArray"),
        ({"messages": [{"role": "tool", "content": []}]}, "Value at 'messages.1.member.role' failed"),
        (ask([{"text": "a", "image": {}}]), "#/messages/0/content/0: a content block holds exactly one member"),
        (ask([{"text": 5}]), "#/messages/0/content/0/text: expected type: String"),
        (ask([{"toolUse": {"name": "sh"}}]), "#/messages/0/content/0/toolUse: required key [toolUseId]"),
        (
            ask([{"toolResult": {"toolUseId": "a", "content": "b"}}]),
            "toolResult/content: expected type: JSONArray",
        ),
    ],
)
def test_what_cannot_be_read_is_named(request_: Json, part: str) -> None:
    assert part in misshapen(request_)


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (ask(), "A conversation must start with a user message."),
        (
            {"messages": [{"role": "user", "content": [TEXT]}] * 2},
            "A conversation must alternate between user and assistant roles.",
        ),
        (ask([{"text": " "}]), "The text field in the ContentBlock object at messages.0.content.0 is blank."),
        (ask([TEXT], [use("a")], [result("a")]), "The toolConfig field must be defined"),
        (
            ask([TEXT], [use("a"), use("b")], [result("a")], toolConfig=TOOLS),
            "Expected toolResult blocks at messages.2.content for the following Ids: b",
        ),
        (ask([TEXT], [use("a")], toolConfig=TOOLS), "Expected toolResult blocks at messages.2.content"),
        (
            ask([result("a")], toolConfig=TOOLS),
            "The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks",
        ),
        (ask([TEXT], [thinking("x"), TEXT], [TEXT]), f"{HANDED_ON}messages.1.content.0: Invalid `signature`"),
        (ask([TEXT, POINT] * 5), f"{HANDED_ON}A maximum of 4 blocks with cache_control may be provided."),
    ],
)
def test_a_bad_request_is_refused_in_the_api_s_words(request_: Json, part: str) -> None:
    assert misshapen(request_) == ""
    assert problem(request_).startswith(part)


def test_a_cache_point_marks_the_block_before_it() -> None:
    made = as_anthropic(ask([POINT, TEXT, POINT], system=[TEXT], toolConfig=TOOLS))
    mark = {"type": "ephemeral", "ttl": "5m"}
    assert made["messages"][0]["content"] == [{"type": "text", "text": "hi", "cache_control": mark}]
    assert made["tools"][0]["cache_control"] == mark
    assert made["system"] == [{"type": "text", "text": "hi"}]
