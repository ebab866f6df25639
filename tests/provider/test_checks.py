import pytest

from tests.provider.checks import problem
from tests.provider.script import Json
from tests.provider.signing import sign

MARK: Json = {"cache_control": {"type": "ephemeral"}}
LONG: Json = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}

ORDER = (
    "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
    "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
)
ORPHAN = (
    "unexpected `tool_use_id` found in `tool_result` blocks: a. "
    "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
)
UNANSWERED = (
    "`tool_use` ids were found without `tool_result` blocks immediately after: b. "
    "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
)
TWICE = "each tool_use must have a single result. Found multiple `tool_result` blocks with id: a"


def text(words: str = "hi", **more: object) -> Json:
    return {"type": "text", "text": words, **more}


def use(name: str) -> Json:
    return {"type": "tool_use", "id": name, "name": "Bash", "input": {}}


def result(name: str, content: object = "", **more: object) -> Json:
    return {"type": "tool_result", "tool_use_id": name, "content": content, **more}


def thinking(words: str, signature: str) -> Json:
    return {"type": "thinking", "thinking": words, "signature": signature}


def request(*turns: tuple[str, object], **more: object) -> Json:
    messages = [{"role": role, "content": content} for role, content in turns]
    return {"model": "m", "max_tokens": 9, "messages": messages, **more}


GOOD: list[Json] = [
    request(("user", "hi")),
    request(("user", "hi"), ("assistant", [use("a"), use("b")]), ("user", [result("b"), result("a"), text()])),
    # Messages of one role in a row are one turn, and system entries stand outside.
    request(
        ("user", "hi"),
        ("system", "a reminder"),
        ("assistant", [text()]),
        ("assistant", [use("a")]),
        ("system", [text()]),
        ("assistant", [use("b")]),
        ("user", [result("a")]),
        ("user", [result("b")]),
    ),
    request(("user", "hi"), ("assistant", [thinking("hm", sign("hm")), text()]), ("user", "go on")),
    request(("user", [{"type": "future_block", "x": 1.0}]), ("assistant", "")),
    request(("user", [text(**LONG), text(**LONG), text(**MARK)]), system=[text(**LONG)]),
    request(("user", "hi"), cache_control={"type": "ephemeral"}),
    request(("user", "hi"), ("assistant", [use("a")]), ("user", [result("a"), text(**MARK)])),
]


@pytest.mark.parametrize("good", GOOD)
def test_a_good_request_passes(good: Json) -> None:
    assert problem(good) == ""


BAD: list[tuple[Json, str]] = [
    (request(), "messages: at least one message is required"),
    (request(("user", "hi"), max_tokens=0), "max_tokens: Input should be greater than or equal to 1"),
    (request(("tool", "hi")), 'messages: Unexpected role "tool". Allowed roles are "user" or "assistant".'),
    (request(("user", [])), "messages.0: user messages must have non-empty content"),
    (
        request(("user", "hi"), ("assistant", ""), ("user", "hi")),
        "messages.1: all messages must have non-empty content except for the optional final assistant message",
    ),
    (request(("user", [text(""), text()])), "messages: text content blocks must be non-empty"),
    (
        request(("user", "hi"), ("assistant", [use("a")]), ("user", [result("a", [text("")])])),
        "messages: text content blocks must be non-empty",
    ),
    (request(("user", "hi"), system=[text("")]), "system: text content blocks must be non-empty"),
    (
        request(("user", [text("", **MARK)])),
        "messages.0.content.0.text: cache_control cannot be set for empty text blocks",
    ),
    (
        request(("user", "hi"), ("assistant", [thinking("hm", sign("hm")) | MARK, text()])),
        "messages.1.content.0.thinking.cache_control: Extra inputs are not permitted",
    ),
    (
        request(("user", [text(**MARK)] * 3), system=[text(**MARK)], tools=[{"name": "Bash", **MARK}]),
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ),
    (
        request(("user", [text(**MARK)] * 4), cache_control={"type": "ephemeral"}),
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ),
    (
        request(("user", [text(), text(**LONG)]), tools=[{"name": "Bash", **MARK}]),
        f"messages.0.content.1.cache_control.ttl: {ORDER}",
    ),
    (
        request(("user", [text(cache_control={"type": "forever"})])),
        "messages.0.content.0.cache_control.type: Input should be 'ephemeral'",
    ),
    (
        request(("user", [text(cache_control={"type": "ephemeral", "ttl": "2h"})])),
        "messages.0.content.0.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    ),
    (
        request(("user", "hi"), ("assistant", [text(), thinking("hm!", sign("hm"))]), ("user", "hi")),
        "messages.1.content.1: Invalid `signature` in `thinking` block",
    ),
    (
        request(("user", [text(), result("a")])),
        f"messages.0.content.1: {ORPHAN}",
    ),
    (
        request(("user", "hi"), ("assistant", [use("a"), use("b")]), ("user", [result("a")])),
        f"messages.1: {UNANSWERED}",
    ),
    (
        request(("user", "hi"), ("assistant", [use("b")])),
        f"messages.1: {UNANSWERED}",
    ),
    (
        request(("user", "hi"), ("assistant", [use("a")]), ("user", [result("a"), result("a")])),
        f"messages.2.content.1: {TWICE}",
    ),
    (
        request(
            ("user", "hi"), ("assistant", [use("a")]), ("user", [result("a")]), ("assistant", [text(), use("a")])
        ),
        "messages.3.content.1: `tool_use` ids must be unique",
    ),
    (
        request(
            ("user", "hi"),
            ("assistant", [use("a")]),
            ("user", [result("a")]),
            ("assistant", "so"),
            ("user", [result("a")]),
        ),
        f"messages.4.content.0: {ORPHAN}",
    ),
]


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_a_bad_request_is_refused_in_the_api_s_words(bad: Json, message: str) -> None:
    assert problem(bad) == message


def test_counting_needs_no_max_tokens() -> None:
    bare = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
    assert problem(bare) == "max_tokens: Field required"
    assert problem(bare, counting=True) == ""
