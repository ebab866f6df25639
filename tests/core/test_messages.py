"""Tool results in Python message lists: found by shape, and replaced in copies."""

import copy
from collections import OrderedDict
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from headroom.messages import CannotChange, find, replace

ANTHROPIC: list[Any] = [
    {"role": "user", "content": "list the orders"},
    {
        "role": "assistant",
        "content": [
            {"type": "text", "text": "Sure."},
            {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "orders"}},
            {"type": "tool_use", "id": "t2", "name": "Grep", "input": {"pattern": "x"}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": "one"},
            {"type": "tool_result", "tool_use_id": "t2", "is_error": True, "content": [
                {"type": "text", "text": "two", "cache_control": {"type": "ephemeral"}},
                {"type": "image", "source": {}},
                {"type": "text", "text": "three"},
            ]},
            {"type": "text", "text": "<system-reminder>not the user</system-reminder>"},
            {"type": "text", "text": "and why?"},
        ],
    },
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "four"}]},
]  # fmt: skip
CHAT: list[Any] = [
    {"role": "system", "content": "You are."},
    {"role": "user", "content": [{"type": "text", "text": "list"}, {"type": "text", "text": "the orders"}]},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "shell", "arguments": '{"command": "orders"}'}},
            {"id": "c2", "type": "custom", "custom": {"name": "apply", "input": "patch"}},
        ],
    },
    {"role": "tool", "tool_call_id": "c1", "content": "one"},
    {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "two"}]},
    {"role": "assistant", "content": None, "function_call": {"name": "old", "arguments": "{}"}},
    {"role": "function", "name": "old", "content": "three"},
]
RESPONSES: list[Any] = [
    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "the orders"}]},
    {"type": "reasoning", "id": "r", "encrypted_content": "secret"},
    {"type": "function_call", "call_id": "f1", "name": "shell", "arguments": '{"command": "orders"}'},
    {"type": "function_call_output", "call_id": "f1", "output": "one"},
    {"type": "custom_tool_call", "call_id": "f2", "name": "apply", "input": "patch"},
    {"type": "custom_tool_call_output", "call_id": "f2", "output": "two"},
    {"type": "local_shell_call", "call_id": "f3", "action": {"type": "exec", "command": ["ls", "-l"]}},
    {"type": "local_shell_call_output", "call_id": "f3", "output": "three"},
    {"type": "function_call_output", "call_id": "f1", "output": [{"type": "input_text", "text": "four"}]},
]
SHELL = '{"command": "orders"}'


def seen(messages: list[Any], **hints: Any) -> list[tuple[Any, ...]]:
    return [
        (p.block.message, p.block.text, p.block.tool, p.block.tool_input, p.block.query, p.block.calls)
        for p in find(messages, **hints).places
    ]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            ANTHROPIC,
            [
                (2, "one", "Bash", SHELL, "list the orders", 2),
                (2, "two", "Grep", '{"pattern": "x"}', "list the orders", 2),
                (2, "three", "Grep", '{"pattern": "x"}', "list the orders", 2),
                (3, "four", "Bash", SHELL, "and why?", 2),
            ],
        ),
        (
            CHAT,
            [
                (3, "one", "shell", SHELL, "the orders", 2),
                (4, "two", "apply", "patch", "the orders", 2),
                (6, "three", "old", "{}", "the orders", 3),
            ],
        ),
        (
            RESPONSES,
            [
                (3, "one", "shell", SHELL, "the orders", 1),
                (5, "two", "apply", "patch", "the orders", 2),
                (7, "three", "local_shell", '{"type": "exec", "command": ["ls", "-l"]}', "the orders", 3),
                (8, "four", "shell", SHELL, "the orders", 3),
            ],
        ),
    ],
)
def test_results_are_found_with_what_stood_before(messages: list[Any], expected: list[tuple[Any, ...]]) -> None:
    assert seen(messages) == expected


def test_lists_may_be_mixed() -> None:
    mixed = seen([*ANTHROPIC, *CHAT, *RESPONSES])
    assert [text for _, text, *_ in mixed] == ["one", "two", "three", "four", *["one", "two", "three"] * 2, "four"]
    assert mixed[4][1:3] == ("one", "shell")


def test_a_query_stands_for_what_the_user_said() -> None:
    assert {query for *_, query, _ in seen(ANTHROPIC, query="refunds")} == {"refunds"}
    assert {query for *_, query, _ in seen(ANTHROPIC, query="")} == {""}


def test_a_result_without_its_call_is_that_of_the_only_tool() -> None:
    orphans = [{"role": "tool", "tool_call_id": "gone", "content": "text"}]
    assert seen(orphans)[0][2] == ""
    assert seen(orphans, only_tool="Read")[0][2] == "Read"
    assert seen(CHAT, only_tool="Read")[0][2] == "shell"


@pytest.mark.parametrize(
    "odd",
    [
        *(None, 1, "text", b"bytes", [], [[]], (), {}, {"role": 1}, {"role": "user"}, {"content": "x"}),
        *({"role": "user", "content": content} for content in (None, 1, {}, [None, 1, "x", {"type": 1}, []])),
        *({"role": "tool", "content": content} for content in (None, 1, {}, [None, "x", {"type": "text"}])),
        {"role": "user", "content": [{"type": "tool_result", "content": 3}]},
        {"role": "user", "content": [{"type": "tool_result"}, {"type": "server_tool_result", "content": "x"}]},
        {"role": "assistant", "tool_calls": [None, 1, {"function": 3}, {"function": {"name": 4}}]},
        {"role": "assistant", "function_call": "x", "tool_calls": "y"},
        {"type": "function_call_output"},
        {"type": "function_call", "arguments": {"a": object()}},
        {"type": "web_search_call", "output": "x"},
        {"role": "system", "content": [{"type": "text", "text": "x"}]},
        SimpleNamespace(),
        SimpleNamespace(role="user", content=object()),
    ],
)
def test_other_shapes_hold_no_results(odd: object) -> None:
    assert find([odd]).places == []
    assert len(find([odd, *CHAT]).places) == 3


def test_results_of_another_role_are_not_to_be_touched() -> None:
    message = {"role": "assistant", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "x"}]}
    (place,) = find([message]).places
    assert place.block.untouchable == "role 'assistant'"


def test_all_other_text_is_told_apart() -> None:
    assert sorted(find(ANTHROPIC).texts) == sorted(
        [
            *(SHELL, '{"pattern": "x"}', "list the orders", "Sure."),
            *("<system-reminder>not the user</system-reminder>", "and why?"),
        ]
    )
    assert find(ANTHROPIC).inputs == [SHELL, '{"pattern": "x"}']


@pytest.mark.parametrize("messages", [ANTHROPIC, CHAT, RESPONSES])
def test_a_new_text_stands_in_a_copy(messages: list[Any]) -> None:
    before = copy.deepcopy(messages)
    for place in find(messages).places:
        changed = replace(messages[place.block.message], [(place.path, "NEW")])
        found = find([*messages[: place.block.message], changed])
        assert "NEW" in [p.block.text for p in found.places]
        assert repr(changed) == repr(messages[place.block.message]).replace(
            f"'{place.block.text}'", "'NEW'"
        )  # nothing else is other than it was
    assert messages == before


def test_several_texts_of_a_message_are_replaced_at_once() -> None:
    places = find(ANTHROPIC).places
    changed: Any = replace(ANTHROPIC[2], [(p.path, p.block.text.upper()) for p in places[:3]])
    assert [p.block.text for p in find([changed]).places] == ["ONE", "TWO", "THREE"]
    assert changed["content"][3] is ANTHROPIC[2]["content"][3], "what is not changed is not copied"
    assert changed["content"][1]["content"][0]["cache_control"] == {"type": "ephemeral"}


@dataclass(frozen=True)
class ToolMessage:
    content: str
    role: str = "tool"
    tool_call_id: str = "c1"


class Model:
    """An SDK's object, as pydantic makes them."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def model_copy(self, update: dict[str, Any]) -> "Model":
        return Model(**(self.__dict__ | update))

    def model_dump(self) -> dict[str, Any]:
        return self.__dict__


@pytest.mark.parametrize("make", [ToolMessage, lambda content: Model(role="tool", content=content)])
def test_objects_are_copied_by_their_own_means(make: Any) -> None:
    message = make("text")
    (place,) = find([message]).places
    changed: Any = replace(message, [(place.path, "NEW")])
    assert (type(changed), changed.content, changed.role) == (type(message), "NEW", "tool")
    assert message.content == "text"


def test_calls_are_read_off_objects_too() -> None:
    call = Model(id="c1", type="function", function=Model(name="shell", arguments=SHELL))
    message = Model(role="assistant", content=None, tool_calls=[call])
    assert seen([message, CHAT[3]])[0][1:4] == ("one", "shell", SHELL)
    use = Model(type="tool_use", id="t1", name="Bash", input=Model(command="orders"))
    assert seen([Model(role="assistant", content=[use]), ANTHROPIC[3]])[0][1:4] == ("four", "Bash", SHELL)


def test_kinds_of_dicts_and_tuples_stay_what_they_are() -> None:
    message: Any = OrderedDict(role="tool", content=({"type": "text", "text": "a"},))
    (place,) = find([message]).places
    changed: Any = replace(message, [(place.path, "NEW")])
    assert changed == OrderedDict(role="tool", content=({"type": "text", "text": "NEW"},))
    assert (type(changed), type(changed["content"])) == (OrderedDict, tuple)


@pytest.mark.parametrize(
    "message",
    [SimpleNamespace(role="tool", content="text"), MappingProxyType({"role": "tool", "content": "text"})],
)
def test_what_cannot_be_copied_is_not_to_be_touched(message: Any) -> None:
    (place,) = find([message]).places
    assert "cannot be copied" in place.block.untouchable
    with pytest.raises(CannotChange, match="cannot be copied"):
        replace(message, [(place.path, "NEW")])
