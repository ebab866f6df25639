"""The context budget, over random conversations in every dialect: what goes out is valid, what the user and the
system said is all there, what left is in the store word for word, and the prefix moves at a new cut only."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers
from headroom.budget import Budget, Limits
from headroom.dialects import anthropic, bedrock_converse, gemini, openai_chat, openai_responses
from tests.provider import checks
from tests.provider.signing import sign

ROOM = 1600
KEEP = 3


class Tool(NamedTuple):
    name: str
    said: dict[str, Any]
    result: str


class Step(NamedTuple):
    """What the model says in one go; without tools, the user speaks next."""

    text: str
    thought: bool
    tools: tuple[Tool, ...]


class Fake:
    """Notes and a store, in memory."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str, int], str] = {}
        self.originals: dict[str, str] = {}
        self.said: list[str] = []

    def keep(self, kind: str, conversation: str, number: int, text: str) -> str:
        return self.texts.setdefault((kind, conversation, number), text)

    def recall(self, kind: str, conversation: str, number: int) -> str | None:
        return self.texts.get((kind, conversation, number))

    def put(self, text: str) -> str:
        path = f"/store/{len(self.originals):012x}.txt"
        self.originals[path] = text
        return path

    def budget(self, **limits: Any) -> Budget:
        chosen = Limits(**{"keep_turns": KEEP, "rules": (f"m={ROOM}",), **limits})
        return Budget(self, self.put, lambda text: len(text) // 4, chosen, self.said.append)


def _anthropic(system: str, steps: list[Step]) -> dict[str, Any]:
    messages: list[Any] = [{"role": "user", "content": [{"type": "text", "text": "User 0."}]}]
    for n, step in enumerate(steps):
        parts: list[Any] = []
        if step.thought:
            parts.append({"type": "thinking", "thinking": f"Hm {n}", "signature": sign(f"Hm {n}")})
        parts += [{"type": "text", "text": step.text}] if step.text else []
        parts += [
            {"type": "tool_use", "id": f"t{n}_{i}", "name": tool.name, "input": tool.said}
            for i, tool in enumerate(step.tools)
        ]
        messages.append({"role": "assistant", "content": parts})
        results: list[Any] = [
            {"type": "tool_result", "tool_use_id": f"t{n}_{i}", "content": tool.result}
            for i, tool in enumerate(step.tools)
        ]
        messages.append({"role": "user", "content": results or f"User {n + 1}."})
    return {"model": "m", "max_tokens": 64, "system": system, "messages": messages}


def _chat(system: str, steps: list[Step]) -> dict[str, Any]:
    messages: list[Any] = [{"role": "system", "content": system}, {"role": "user", "content": "User 0."}]
    for n, step in enumerate(steps):
        said: dict[str, Any] = {"role": "assistant", "content": step.text or None}
        if step.tools:
            said["tool_calls"] = [
                {
                    "id": f"t{n}_{i}",
                    "type": "function",
                    "function": {"name": tool.name, "arguments": json.dumps(tool.said)},
                }
                for i, tool in enumerate(step.tools)
            ]
        messages.append(said)
        messages += [
            {"role": "tool", "tool_call_id": f"t{n}_{i}", "content": tool.result}
            for i, tool in enumerate(step.tools)
        ] or [{"role": "user", "content": f"User {n + 1}."}]
    return {"model": "m", "max_completion_tokens": 64, "messages": messages}


def _responses(system: str, steps: list[Step]) -> dict[str, Any]:
    items: list[Any] = [{"role": "developer", "content": system}, {"role": "user", "content": "User 0."}]
    for n, step in enumerate(steps):
        if step.thought:
            items.append({"type": "reasoning", "id": f"rs_{n}", "summary": [], "encrypted_content": f"x{n}"})
        if step.text:
            content = [{"type": "output_text", "text": step.text}]
            items.append({"type": "message", "role": "assistant", "content": content})
        items += [
            {
                "type": "function_call",
                "call_id": f"t{n}_{i}",
                "name": tool.name,
                "arguments": json.dumps(tool.said),
            }
            for i, tool in enumerate(step.tools)
        ]
        items += [
            {"type": "function_call_output", "call_id": f"t{n}_{i}", "output": tool.result}
            for i, tool in enumerate(step.tools)
        ] or [{"role": "user", "content": f"User {n + 1}."}]
    return {"model": "m", "max_output_tokens": 64, "input": items}


def _gemini(system: str, steps: list[Step]) -> dict[str, Any]:
    contents: list[Any] = [{"role": "user", "parts": [{"text": "User 0."}]}]
    for n, step in enumerate(steps):
        parts: list[Any] = [{"text": step.text}] if step.text else []
        parts += [{"functionCall": {"name": tool.name, "args": tool.said}} for tool in step.tools]
        contents.append({"role": "model", "parts": parts})
        results: list[Any] = [
            {"functionResponse": {"name": tool.name, "response": {"output": tool.result}}} for tool in step.tools
        ]
        contents.append({"role": "user", "parts": results or [{"text": f"User {n + 1}."}]})
    return {
        "systemInstruction": {"parts": [{"text": system}]},
        "generationConfig": {"maxOutputTokens": 64},
        "contents": contents,
    }


def _converse(system: str, steps: list[Step]) -> dict[str, Any]:
    messages: list[Any] = [{"role": "user", "content": [{"text": "User 0."}]}]
    for n, step in enumerate(steps):
        parts: list[Any] = [{"text": step.text}] if step.text else []
        parts += [
            {"toolUse": {"toolUseId": f"t{n}_{i}", "name": tool.name, "input": tool.said}}
            for i, tool in enumerate(step.tools)
        ]
        messages.append({"role": "assistant", "content": parts})
        results: list[Any] = [
            {"toolResult": {"toolUseId": f"t{n}_{i}", "content": [{"text": tool.result}]}}
            for i, tool in enumerate(step.tools)
        ]
        messages.append({"role": "user", "content": results or [{"text": f"User {n + 1}."}]})
    return {"system": [{"text": system}], "inferenceConfig": {"maxTokens": 64}, "messages": messages}


DIALECTS: dict[str, tuple[Any, Callable[[str, list[Step]], dict[str, Any]]]] = {
    "anthropic": (anthropic, _anthropic),
    "openai_chat": (openai_chat, _chat),
    "openai_responses": (openai_responses, _responses),
    "gemini": (gemini, _gemini),
    "bedrock_converse": (bedrock_converse, _converse),
}


@st.composite
def conversations(draw: st.DrawFn) -> list[Step]:
    steps = []
    for n in range(draw(st.integers(1, 22))):
        tools = tuple(
            Tool(
                draw(st.sampled_from(["Bash", "Read"])),
                {"file_path": f"/srv/{draw(st.integers(0, 2))}.py", "why": f"run {n}.{i}."},
                f"line {n}.{i}.\n" + draw(st.sampled_from(["", 'two"\n', "é 漢\n", "error: x\n"])) * size,
            )
            for i, size in enumerate(draw(st.lists(st.sampled_from([0, 10, 60, 200]), max_size=3)))
        )
        text = draw(st.sampled_from(["", "I look."])) if tools else "Done so far."
        steps.append(Step(text, draw(st.booleans()), tools))
    return steps


def requests(dialect: str, steps: list[Step]) -> Iterator[bytes]:
    """The requests that lead through a conversation: one after each of the user's messages."""
    for end in range(1, len(steps) + 1):
        yield json.dumps(DIALECTS[dialect][1]("You are an agent.", steps[:end]), ensure_ascii=False).encode()


def sent(fake: Fake, dialect: str, bodies: list[bytes], **limits: Any) -> list[bytes]:
    held = fake.budget(**limits)
    return [held.fit(body, DIALECTS[dialect][0], "m", lambda: "c1") for body in bodies]


def texts(request: Any) -> list[str]:
    """All texts of the user's and the system's, in order."""
    return re.findall(r"User \d+\.|You are an agent\.", json.dumps(request))


def ids(request: Any, call: str, result: str) -> tuple[list[str], list[str]]:
    shown = json.dumps(request)
    return re.findall(call, shown), re.findall(result, shown)


CALLS = {
    "anthropic": (r'"id": "(t\w+)"', r'"tool_use_id": "(t\w+)"'),
    "openai_chat": (r'"id": "(t\w+)"', r'"tool_call_id": "(t\w+)"'),
    "openai_responses": (r'"function_call", "call_id": "(t\w+)"', r'"function_call_output", "call_id": "(t\w+)"'),
    "gemini": (r'"functionCall": \{"name": "(\w+)"', r'"functionResponse": \{"name": "(\w+)"'),
    "bedrock_converse": (r'"toolUse": \{"toolUseId": "(t\w+)"', r'"toolResult": \{"toolUseId": "(t\w+)"'),
}


def problem(dialect: str, request: Any) -> str:
    """What the provider would refuse."""
    calls, results = ids(request, *CALLS[dialect])
    return f"calls {calls}, results {results}" if calls != results else RULES[dialect](request)


def _chat_rules(request: Any) -> str:
    for message in request["messages"]:
        if message["role"] == "assistant" and not message["content"] and not message.get("tool_calls"):
            return "an empty message"
        if message.get("tool_calls") == []:
            return "empty tool_calls"
    return ""


def _responses_rules(request: Any) -> str:
    for before, after in itertools.pairwise(request["input"]):
        if before.get("type") == "reasoning" and after.get("type") not in ("message", "function_call"):
            return "reasoning that led to nothing"
    return ""


def _gemini_rules(request: Any) -> str:
    for before, after in itertools.pairwise(request["contents"]):
        if before["role"] == after["role"] and "functionResponse" not in before["parts"][-1]:
            return f"two of {before['role']} in a row"
    return "" if all(content["parts"] for content in request["contents"]) else "an empty content"


def _converse_rules(request: Any) -> str:
    for before, after in itertools.pairwise(request["messages"]):
        if before["role"] == after["role"]:
            return f"two of {before['role']} in a row"
    return "" if all(message["content"] for message in request["messages"]) else "an empty message"


RULES: dict[str, Callable[[Any], str]] = {
    "anthropic": checks.problem,
    "openai_chat": _chat_rules,
    "openai_responses": _responses_rules,
    "gemini": _gemini_rules,
    "bedrock_converse": _converse_rules,
}


@pytest.mark.parametrize("strategy", ["rolling", "intelligent"])
@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=12, deadline=None)
@given(conversations())
def test_what_goes_out(dialect: str, strategy: str, steps: list[Step]) -> None:
    fake = Fake()
    bodies = list(requests(dialect, steps))
    out = sent(fake, dialect, bodies, strategy=strategy)
    for number, (body, result) in enumerate(zip(bodies, out, strict=True), 1):
        request = json.loads(result)
        assert problem(dialect, request) == ""
        assert texts(request) == texts(json.loads(body))
        found = markers.find(result.decode().replace("\\n", "\n"))
        assert len(found) <= 1
        if not found:
            assert result is body
            continue
        stored = fake.originals[found[0].original]
        shown = result.decode()
        gone = [
            (n, i, tool)
            for n, step in enumerate(steps[:number])
            for i, tool in enumerate(step.tools)
            if f"run {n}.{i}." not in shown
        ]
        assert found[0].omitted == len(gone)
        for n, i, tool in gone:
            assert f"line {n}.{i}." not in shown
            assert f"run {n}.{i}." in stored
            assert tool.result in stored or json.dumps(tool.result, ensure_ascii=False) in stored
            assert n < number - KEEP


@pytest.mark.parametrize("strategy", ["rolling", "intelligent"])
@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=8, deadline=None)
@given(conversations())
def test_the_prefix_moves_at_a_new_cut_only(dialect: str, strategy: str, steps: list[Step]) -> None:
    fake = Fake()
    out = sent(fake, dialect, list(requests(dialect, steps)), strategy=strategy)
    moved = sum(not after.startswith(before[: before.rindex(b"]")]) for before, after in itertools.pairwise(out))
    assert moved <= len(fake.texts)


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=8, deadline=None)
@given(conversations())
def test_a_restart_a_fork_and_a_repetition_change_nothing(dialect: str, steps: list[Step]) -> None:
    fake = Fake()
    bodies = list(requests(dialect, steps))
    first = sent(fake, dialect, bodies)
    kept = dict(fake.texts)
    assert [fake.budget().fit(body, DIALECTS[dialect][0], "m", lambda: "c1") for body in bodies] == first
    assert sent(fake, dialect, bodies[::-1]) == first[::-1]
    assert fake.texts == kept


LONG = [Step("", True, (Tool("Bash", {"n": n}, f"line {n}.0\n" * 24),)) for n in range(80)]


@pytest.mark.parametrize("strategy", ["rolling", "intelligent"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_over_a_long_session_there_are_few_cuts_and_every_request_fits(dialect: str, strategy: str) -> None:
    fake = Fake()
    out = sent(fake, dialect, list(requests(dialect, LONG)), strategy=strategy)
    assert max(len(body) for body in out) / 4 <= ROOM
    # A cut frees 40 % of the room, but for what the last round to leave frees above that.
    round_tokens = (len(out[3]) - len(out[2])) / 4
    assert len(fake.texts) <= len(LONG) * round_tokens / (0.4 * 0.95 * (ROOM - 64) - round_tokens)
    assert all("User 0." in body.decode() for body in out)


def test_a_request_far_below_the_window_costs_nothing() -> None:
    def fails() -> str:
        raise AssertionError("not asked for")

    body = next(requests("anthropic", LONG))
    assert Fake().budget().fit(body, anthropic, "m", fails) is body
