import pytest

from tests.provider.script import Json
from tests.provider.shape import misshapen

USER = {"role": "user", "content": "hi"}


def one(block: object) -> Json:
    return {"model": "m", "messages": [{"role": "user", "content": [block]}]}


@pytest.mark.parametrize(
    "request_",
    [
        {"model": "m", "messages": []},
        {"model": "m", "messages": [USER], "system": "s", "tools": None, "future": [1]},
        {"model": "m", "messages": [USER], "system": [{"type": "text", "text": "s"}], "tools": [{"name": "a"}]},
        one({"type": "future_block", "text": 5}),
        one({"type": "tool_result", "tool_use_id": "t", "content": None}),
        one({"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": ""}]}),
    ],
)
def test_what_the_api_can_read_passes(request_: Json) -> None:
    assert misshapen(request_) == ""


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"messages": []}, "model: Field required"),
        ({"model": 5, "messages": []}, "model: Input should be a valid string"),
        ({"model": "m"}, "messages: Field required"),
        ({"model": "m", "messages": {}}, "messages: Input should be a valid list"),
        ({"model": "m", "messages": [5]}, "messages.0: Input should be an object"),
        ({"model": "m", "messages": [{"role": "user"}]}, "messages.0.content: Field required"),
        (
            {"model": "m", "messages": [{"role": 1, "content": ""}]},
            "messages.0.role: Input should be a valid string",
        ),
        (
            {"model": "m", "messages": [{"role": "user", "content": 5}]},
            "messages.0.content: Input should be a valid list",
        ),
        ({"model": "m", "messages": [], "tools": 5}, "tools: Input should be a valid list"),
        ({"model": "m", "messages": [], "tools": [5]}, "tools.0: Input should be an object"),
        ({"model": "m", "messages": [], "system": [{}]}, "system.0.type: Field required"),
        ({"model": "m", "messages": [], "cache_control": 1}, "cache_control: Input should be an object"),
        (one(5), "messages.0.content.0: Input should be an object"),
        (one({"type": "text"}), "messages.0.content.0.text.text: Field required"),
        (one({"type": "tool_use", "id": "a"}), "messages.0.content.0.tool_use.name: Field required"),
        (
            one({"type": "image", "cache_control": "x"}),
            "messages.0.content.0.cache_control: Input should be an object",
        ),
        (
            one({"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text"}]}),
            "messages.0.content.0.content.0.text.text: Field required",
        ),
    ],
)
def test_what_the_api_cannot_read_is_named(request_: Json, message: str) -> None:
    assert misshapen(request_) == message
