"""A request after rounds have left it: the bytes, the marker, and the text that is stored."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from headroom import budget_cut, markers, spans
from headroom.budget_rounds import rounds
from headroom.dialects import anthropic, bedrock_converse, gemini, ollama, openai_chat, openai_responses

DIALECTS: dict[str, Any] = {
    module.name: module for module in (anthropic, bedrock_converse, gemini, ollama, openai_chat, openai_responses)
}


def cut(dialect: str, body: bytes, gone: Sequence[int] = (0,)) -> bytes:
    messages = DIALECTS[dialect].outline(body)
    every = rounds(messages)
    return spans.splice(body, budget_cut.edits(body, messages, [every[n] for n in gone], dialect, "GONE"))


CASES: dict[str, tuple[str, str, str]] = {
    "a whole round of Anthropic's": (
        "anthropic",
        """
        {"messages": [{"role":"user","content":"Go."},{"role":"assistant","content":
        [{"type":"tool_use","id":"a","name":"f","input":{}}]} , {"role":"user","content":
        [{"type":"tool_result","tool_use_id":"a","content":"x"}]}, {"role":"assistant",
        "content":"Done."}], "n": 1.0}
        """,
        """
        {"messages": [{"role":"user","content":"Go."} , {"role":"user","content":[{"type":"text",
        "text":"GONE"}]}, {"role":"assistant","content":"Done."}], "n": 1.0}
        """,
    ),
    "texts beside calls and results stay": (
        "anthropic",
        """
        {"messages":[{"role":"assistant","content":[ {"type":"text",
        "text":"I look."} ,{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user",
        "content":[{"type":"tool_result","tool_use_id":"a","content":"x"}, {"type":"text",
        "text":"Go on.", "z":1e5}]}]}
        """,
        """
        {"messages":[{"role":"assistant","content":[ {"type":"text","text":"I look."}]},{"role":"user",
        "content":[{"type":"text","text":"GONE"}]},{"role":"user","content":[{"type":"text",
        "text":"Go on.", "z":1e5}]}]}
        """,
    ),
    "a chat's calls leave with their member": (
        "openai_chat",
        """
        {"messages":[{"role":"assistant","content":"I look.", "tool_calls":[{"id":"a",
        "type":"function","function":{"name":"f","arguments":"{}"}}] , "n":1.0},{"role":"tool",
        "tool_call_id":"a","content":"x"},{"role":"user","content":"Go on."}]}
        """,
        """
        {"messages":[{"role":"assistant","content":"I look." , "n":1.0},{"role":"user",
        "content":"GONE"},{"role":"user","content":"Go on."}]}
        """,
    ),
    "a chat's message without a text leaves": (
        "openai_chat",
        """
        {"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function",
        "function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"x"},
        {"role":"user","content":"Go on."}]}
        """,
        """
        {"messages":[{"role":"user","content":"GONE"},{"role":"user","content":"Go on."}]}
        """,
    ),
    "Ollama": (
        "ollama",
        """
        {"messages":[{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f",
        "arguments":{}}}]},{"role":"tool","tool_name":"f","content":"x"},{"role":"user",
        "content":"Go on."}]}
        """,
        """
        {"messages":[{"role":"user","content":"GONE"},{"role":"user","content":"Go on."}]}
        """,
    ),
    "items of a response": (
        "openai_responses",
        """
        {"input":[{"role":"user","content":"Go."},{"type":"reasoning","id":"r"},
        {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},
        {"type":"function_call_output","call_id":"a","output":"x"},{"role":"user","content":"Go on."}]}
        """,
        """
        {"input":[{"role":"user","content":"Go."},{"role":"user","content":[{"type":"input_text",
        "text":"GONE"}]},{"role":"user","content":"Go on."}]}
        """,
    ),
    "roles take turns with Converse": (
        "bedrock_converse",
        """
        {"messages":[{"role":"user","content":[{"text":"Go."}]},{"role":"assistant","content":
        [{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},{"role":"user","content":
        [{"toolResult":{"toolUseId":"a","content":[{"text":"x"}]}}]},{"role":"assistant","content":
        [{"text":"Done."}]}]}
        """,
        """
        {"messages":[{"role":"user","content":[{"text":"Go."},{"text":"GONE"}]},{"role":"assistant",
        "content":[{"text":"Done."}]}]}
        """,
    ),
    "and with Gemini": (
        "gemini",
        """
        {"contents":[{"role":"user","parts":[{"text":"Go."}]},{"role":"model","parts":
        [{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":
        [{"functionResponse":{"name":"f","response":{}}}]},{"role":"model","parts":[{"text":"Done."}]}]}
        """,
        """
        {"contents":[{"role":"user","parts":[{"text":"Go."},{"text":"GONE"}]},{"role":"model","parts":
        [{"text":"Done."}]}]}
        """,
    ),
}
"""Requests in short lines: line breaks and blanks around them are not part of them."""


def joined(lines: str) -> str:
    return "".join(line.strip() for line in lines.splitlines())


@pytest.mark.parametrize("case", CASES)
def test_what_goes_out(case: str) -> None:
    dialect, before, after = CASES[case]
    assert cut(dialect, joined(before).encode()).decode() == joined(after)


def test_neighbours_of_one_role_become_one_where_they_must() -> None:
    def said(n: int, text: str = "") -> list[dict[str, Any]]:
        parts: list[Any] = [{"text": text}] if text else []
        call = {"toolUse": {"toolUseId": f"t{n}", "name": "f", "input": {}}}
        result = {"toolResult": {"toolUseId": f"t{n}", "content": [{"text": "x"}]}}
        return [{"role": "assistant", "content": [*parts, call]}, {"role": "user", "content": [result]}]

    messages = [
        {"role": "user", "content": [{"text": "Go."}]},
        *said(0),
        *said(1, "I look."),
        *said(2, "Again."),
        *said(3),
    ]
    shown = json.loads(cut("bedrock_converse", json.dumps({"messages": messages}).encode(), (0, 1, 2)))["messages"]
    assert [(m["role"], [next(iter(part)) for part in m["content"]]) for m in shown] == [
        ("user", ["text", "text"]),
        ("assistant", ["text", "text", "toolUse"]),
        ("user", ["toolResult"]),
    ]


def test_calls_that_share_a_member_with_what_stays_are_left() -> None:
    body = joined(CASES["a chat's calls leave with their member"][1]).encode()
    messages = openai_chat.outline(body)
    call = next(part for part in messages[0].parts if part.kind == "call")
    parts = (*messages[0].parts, call._replace(kind="other", id="b"))
    messages[0] = messages[0]._replace(parts=parts)
    with pytest.raises(ValueError, match="some stay"):
        budget_cut.edits(body, messages, [rounds(messages)[0]], "openai_chat", "GONE")


def test_the_marker_counts_what_left_and_says_where_it_is() -> None:
    body = json.dumps({"messages": _calls(("Bash", "1"), ("Read", "2"), ("Bash", "3"))}).encode()
    messages = anthropic.outline(body)
    text = budget_cut.marker(rounds(messages), messages, 40, 62_000, "/store/0123456789ab.txt")
    assert text == (
        "<headroom>\n[headroom: 3 of 40 tool calls omitted (the oldest and least needed, 62,000 tokens with their "
        "results: Bash 2, Read 1); all of it: /store/0123456789ab.txt]\n</headroom>"
    )
    (found,) = markers.find(text)
    assert (found.omitted, found.total, found.key) == (3, 40, "0123456789ab")


def _calls(*calls: tuple[str, Any]) -> list[Any]:
    messages: list[Any] = [{"role": "user", "content": "Go."}]
    for n, (name, text) in enumerate(calls):
        messages += [
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": f"t{n}", "name": name, "input": {"n": 1.0}}],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"t{n}", "content": text}]},
        ]
    return messages


def test_what_is_stored_can_be_read() -> None:
    blocks = [{"type": "text", "text": 'one\n"two" é'}, {"type": "text", "text": "short"}]
    body = json.dumps({"messages": _calls(("Bash", "a\nb" * 40), ("Read", blocks), ("Odd", "\ud800\n"))}).encode()
    messages = anthropic.outline(body)
    stored = budget_cut.stored(body, messages, rounds(messages))
    assert stored.startswith("3 tool calls and their results, in order, as they stood in the conversation.\n")
    assert "===== call 1 of 3: Bash\n" in stored
    assert '"input": {"n": 1.0}' in stored
    assert "\n----- text 1\n" + "a\nb" * 40 + "\n" in stored
    assert '\none\n"two" é\n' in stored
    assert '"text": "short"' in stored
    assert '"\\ud800\\n"' in stored
    stored.encode()
