"""Replays a session through the engine, in any API, and lets the provider bill it: without us and with us."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from headroom import ledger, tokens
from headroom.bounds import Places
from headroom.dialects import anthropic, bedrock_converse, gemini, openai_chat, openai_responses
from headroom.dialects.base import Dialect
from headroom.ledger import Saved
from headroom.plans import Outcome
from headroom.types import Usage
from tests.laws.engines import Engine
from tests.laws.sessions import MAIN, Output, Session, Step, output
from tests.provider import bedrock_converse as provider_converse
from tests.provider import gemini as provider_gemini
from tests.provider.anthropic import ANTHROPIC
from tests.provider.bedrock_converse import BEDROCK_CONVERSE
from tests.provider.cache import PromptCache
from tests.provider.clock import Clock
from tests.provider.dialect import Caches
from tests.provider.dialect import Dialect as Provider
from tests.provider.gemini import GEMINI
from tests.provider.gemini_checks import signature
from tests.provider.openai_chat import OPENAI_CHAT
from tests.provider.openai_responses import OPENAI_RESPONSES
from tests.provider.prefix_cache import PrefixCache
from tests.provider.script import Turn
from tests.provider.signing import sign

Json = dict[str, Any]
RULES: Final = " ".join(f"Rule {n}: look before you change anything, and say what you did." for n in range(80))
"""A system prompt that is long enough to be cached."""
TOOLS: Final = tuple(
    dict.fromkeys(output(kind, 0).tool for kind in ("rows", "few rows", "source", "prose", "edited"))
)
SCHEMA: Final = {"type": "object", "properties": {"command": {"type": "string"}}}

count = lru_cache(maxsize=200_000)(tokens.count)
"""Tokens of a text, each counted once."""


class Said(NamedTuple):
    """The user, or the model in words."""

    is_user: bool
    text: str


class Called(NamedTuple):
    """The model calls tools, and gets what they give."""

    number: int
    said: str
    outputs: tuple[Output, ...]

    def ids(self) -> list[str]:
        """Return the names of the calls."""
        return [f"call_{self.number}_{at}" for at in range(len(self.outputs))]


Item = Said | Called


class Asks(NamedTuple):
    """What a request is made of."""

    history: list[Item]
    model: str
    ttl: str
    system: str | None = None
    """The system prompt; None for RULES."""

    def prompt(self) -> str:
        """Return the system prompt."""
        return RULES if self.system is None else self.system


def _messages(asks: Asks) -> list[Json]:
    found: list[Json] = []
    for item in asks.history:
        if isinstance(item, Said):
            block = {"type": "text", "text": item.text}
            found.append({"role": "user" if item.is_user else "assistant", "content": [block]})
            continue
        uses = [
            {"type": "tool_use", "id": name, "name": given.tool, "input": {"command": given.command}}
            for name, given in zip(item.ids(), item.outputs, strict=True)
        ]
        thought = {"type": "thinking", "thinking": item.said, "signature": sign(item.said)}
        results = [
            {"type": "tool_result", "tool_use_id": name, "content": given.text}
            for name, given in zip(item.ids(), item.outputs, strict=True)
        ]
        found += [{"role": "assistant", "content": [thought, *uses]}, {"role": "user", "content": results}]
    return found


def _anthropic(asks: Asks) -> Json:
    """As Claude Code asks: the newest block bears the breakpoint, which so moves with every request."""
    mark = {"type": "ephemeral"} | ({"ttl": "1h"} if asks.ttl == "1h" else {})
    messages = _messages(asks)
    messages[-1]["content"][-1]["cache_control"] = mark
    tools = [{"name": name, "description": "A tool.", "input_schema": SCHEMA} for name in TOOLS]
    return {
        "model": asks.model, "max_tokens": 4096, "stream": True, "tools": tools,
        "system": [{"type": "text", "text": asks.prompt(), "cache_control": mark}],
        "messages": messages, "metadata": {"user_id": "u1"}, "thinking": {"type": "adaptive"},
    }  # fmt: skip


def _converse(asks: Asks) -> Json:
    point = {"cachePoint": {"type": "default"}}
    messages: list[Json] = []
    for message in _messages(asks):
        content = [_converse_block(block) for block in message["content"]]
        messages.append({"role": message["role"], "content": content})
    messages[-1]["content"].append(point)
    specs = [{"toolSpec": {"name": name, "inputSchema": {"json": SCHEMA}}} for name in TOOLS]
    return {"system": [{"text": asks.prompt()}, point], "messages": messages, "toolConfig": {"tools": specs}}


def _converse_block(block: Json) -> Json:
    if block["type"] == "text":
        return {"text": block["text"]}
    if block["type"] == "thinking":
        text = {"text": block["thinking"], "signature": block["signature"]}
        return {"reasoningContent": {"reasoningText": text}}
    if block["type"] == "tool_use":
        return {"toolUse": {"toolUseId": block["id"], "name": block["name"], "input": block["input"]}}
    return {"toolResult": {"toolUseId": block["tool_use_id"], "content": [{"text": block["content"]}]}}


def _chat(asks: Asks) -> Json:
    messages: list[Json] = [{"role": "system", "content": asks.prompt()}]
    for item in asks.history:
        if isinstance(item, Said):
            messages.append({"role": "user" if item.is_user else "assistant", "content": item.text})
            continue
        pairs = list(zip(item.ids(), item.outputs, strict=True))
        calls = [{"id": name, "type": "function", "function": _function(given)} for name, given in pairs]
        messages.append({"role": "assistant", "content": item.said, "tool_calls": calls})
        messages += [{"role": "tool", "tool_call_id": name, "content": given.text} for name, given in pairs]
    tools = [{"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in TOOLS]
    return {
        "model": asks.model, "stream": True, "stream_options": {"include_usage": True}, "tools": tools,
        "messages": messages, "prompt_cache_key": "k1",
    }  # fmt: skip


def _function(given: Output) -> Json:
    return {"name": given.tool, "arguments": json.dumps({"command": given.command})}


def _responses(asks: Asks) -> Json:
    items: list[Json] = []
    for item in asks.history:
        if isinstance(item, Said):
            kind = "input_text" if item.is_user else "output_text"
            role = "user" if item.is_user else "assistant"
            items.append({"type": "message", "role": role, "content": [{"type": kind, "text": item.text}]})
            continue
        pairs = list(zip(item.ids(), item.outputs, strict=True))
        said = [{"type": "output_text", "text": item.said}]
        items.append({"type": "message", "role": "assistant", "content": said})
        items += [{"type": "function_call", "call_id": name, **_function(given)} for name, given in pairs]
        items += [{"type": "function_call_output", "call_id": name, "output": given.text} for name, given in pairs]
    tools = [{"type": "function", "name": name, "parameters": SCHEMA, "strict": False} for name in TOOLS]
    return {
        "model": asks.model, "instructions": asks.prompt(), "input": items, "tools": tools, "store": False,
        "stream": True, "prompt_cache_key": "k1",
    }  # fmt: skip


def _gemini(asks: Asks) -> Json:
    contents: list[Json] = []
    for item in asks.history:
        if isinstance(item, Said):
            contents.append({"role": "user" if item.is_user else "model", "parts": [{"text": item.text}]})
            continue
        calls = [{"name": given.tool, "args": {"command": given.command}} for given in item.outputs]
        parts: list[Json] = [{"functionCall": call} for call in calls]
        parts[0]["thoughtSignature"] = signature(calls[0])
        results = [
            {"functionResponse": {"name": given.tool, "response": {"output": given.text}}}
            for given in item.outputs
        ]
        contents += [{"role": "model", "parts": [{"text": item.said}, *parts]}, {"role": "user", "parts": results}]
    declared = [{"name": name, "description": "A tool.", "parametersJsonSchema": SCHEMA} for name in TOOLS]
    return {
        "systemInstruction": {"parts": [{"text": asks.prompt()}]}, "tools": [{"functionDeclarations": declared}],
        "contents": contents,
    }  # fmt: skip


def _as_it_is(body: Json, _named: Mapping[str, str]) -> Json:
    return body


class Api(NamedTuple):
    """One wire format, with two models that agents use it for."""

    dialect: Dialect
    provider: Provider
    request: Callable[[Asks], Json]
    models: tuple[str, str]
    prepared: Callable[[Json, Mapping[str, str]], Json] = _as_it_is
    """Puts the model that the path names into a request, for the provider."""
    ttl: str = "5m"


_CLAUDES = ("claude-sonnet-4-5", "claude-opus-4-8")
APIS: Final[Mapping[str, Api]] = {
    "anthropic": Api(anthropic, ANTHROPIC, _anthropic, _CLAUDES),
    "anthropic, an hour": Api(anthropic, ANTHROPIC, _anthropic, _CLAUDES, ttl="1h"),
    "chat": Api(openai_chat, OPENAI_CHAT, _chat, ("gpt-5.1", "gpt-5-mini")),
    "responses": Api(openai_responses, OPENAI_RESPONSES, _responses, ("gpt-5.1", "gpt-5-mini")),
    "responses, paid writes": Api(openai_responses, OPENAI_RESPONSES, _responses, ("gpt-5.6", "gpt-5.1")),
    "gemini": Api(gemini, GEMINI, _gemini, ("gemini-3-pro-preview", "gemini-2.5-flash"), provider_gemini.prepared),
    "converse": Api(
        bedrock_converse,
        BEDROCK_CONVERSE,
        _converse,
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-opus-4-8"),
        provider_converse.prepared,
    ),
}


_SMALL_AND_LARGE = ("claude-sonnet-4-5", "claude-opus-4-5")
LARGER: Final[Mapping[str, Api]] = {
    "from 1,024 to 4,096": Api(anthropic, ANTHROPIC, _anthropic, _SMALL_AND_LARGE),
    "from 4,096 to 1,024": Api(anthropic, ANTHROPIC, _anthropic, _SMALL_AND_LARGE[::-1]),
    "4,096": Api(anthropic, ANTHROPIC, _anthropic, ("claude-haiku-4-5", "claude-opus-4-5")),
}
"""By the smallest prefixes that the two models cache."""


class Sent(NamedTuple):
    """One request: what the client sent, what went on, and what each costs."""

    body: bytes
    outcome: Outcome
    thread: str
    model: str
    direct: Json
    """The provider's usage object of the client's own request."""
    ours: Json
    """Of what went on."""
    usage: Usage
    """The latter, as we read it."""
    saved: Saved
    """What we say was saved."""


class _Side:
    """A provider's caches."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._caches = Caches(PromptCache(clock, count=count), PrefixCache(clock))

    def bill(self, body: bytes, model: str, output_tokens: int) -> tuple[Json, Json]:
        """Return the usage object and a whole answer with it. A request that the API refuses fails the test."""
        provider = self._api.provider
        request = self._api.prepared(json.loads(body), {"model": model})
        bill = provider.bill(self._caches, request)
        bill.begin()
        usage = bill.usage(output_tokens, 0)
        return usage, provider.whole(Turn("ok"), request, usage, "s")

    def problem(self, body: bytes, model: str) -> str:
        """Return why the provider refuses a request; empty when it does not."""
        request = self._api.prepared(json.loads(body), {"model": model})
        return self._api.provider.misshapen(request) or self._api.provider.problem(request)


@dataclass
class Player:
    """A client, its proxies, and the provider's books.

    Args:
        change: what stands in our place, to be compared with us; None for us.
    """

    api: Api
    folder: Path
    session: Session
    policy: dict[str, Any] = field(default_factory=dict)
    output: Callable[[str, int], Output] = output
    change: Callable[[bytes], bytes] | None = None
    _threads: dict[str, list[Item]] = field(default_factory=dict)
    _model: int = 0

    def play(self, steps: int) -> Iterator[Sent]:
        """Yield the session's requests. What is yielded last was valid for the provider, on both sides."""
        clock = Clock()
        direct, ours = _Side(self.api, clock), _Side(self.api, clock)
        self._begin()
        for number, step in enumerate(self.session.steps(steps)):
            clock.advance(self.session.apart_s + self._happen(number, step))
            history = self._next(number, step)
            model = self.api.models[self._model]
            alike, prompt = self.session.sub_prompt, self.session.prompt
            system = prompt if step.thread == MAIN or alike is None else alike
            asked = self.api.request(Asks(history, model, self.api.ttl, system))
            body = json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogatepass")
            at = number % len(self._engines)
            outcome = self._send(self._engines[at], body, model, "deadline" in step.before)
            told = 4 * self.session.words
            theirs, _ = direct.bill(body, model, told)
            billed, answer = ours.bill(outcome.body, model, told)
            usage = self.api.dialect.usage(answer, Usage(model=model))
            saved = self._saved(self._places[at], outcome, usage)
            yield Sent(body, outcome, step.thread, model, theirs, billed, usage, saved)
        assert not direct.problem(body, model)
        assert not ours.problem(outcome.body, model)

    def _begin(self) -> None:
        """Start the proxies, which know nothing but what is on the disk."""
        self._engines = [Engine(self.folder, **self.policy) for _ in range(self.session.processes)]
        self._places = [Places() for _ in self._engines]

    def _saved(self, places: Places, outcome: Outcome, usage: Usage) -> Saved:
        changes = outcome.changes()
        name = outcome.reading.conversation if outcome.reading else ""
        return ledger.attribute(changes, usage, places.see(name, changes, usage))

    def _send(self, engine: Engine, body: bytes, model: str, is_late: bool) -> Outcome:
        """Send as the proxy does, which takes the model from the path where the body does not name it."""
        if self.change:
            return Outcome(self.change(body), base=body)
        pipeline, dialect = engine.pipeline, self.api.dialect
        plan = pipeline.read(body, dialect, pipeline.find(body, dialect), model=model)
        if pipeline.must_decide(plan):
            fresh: dict[str, Any] = {}
            pipeline.decide(plan, fresh, lambda: is_late and len(fresh) > 0)
            pipeline.settle(plan, fresh)
        return pipeline.finish(plan)

    def _happen(self, number: int, step: Step) -> float:
        """Let happen what does before a step; return the seconds it takes."""
        history = self._threads.get(step.thread, [])
        for what in step.before:
            if what == "restart":
                self._begin()
            elif what == "reload":
                self.policy = {"lossy": False, "floor_tokens": 50}
                self._begin()
            elif what == "model":
                self._model = 1 - self._model
            elif what == "compact" and history:
                summary = "This session goes on from one that ran out of room. " + _words(number, 150)
                history[:] = [Said(True, summary)]
            elif what == "fork" and len(history) > 4:
                del history[-4:]
                _end_with_words(history, number)
                history.append(Said(True, f"No. Try it in another way: {number}."))
        return sum(float(what.split()[1]) for what in step.before if what.startswith("pause"))

    def _next(self, number: int, step: Step) -> list[Item]:
        history = self._threads.setdefault(step.thread, [])
        if not history:
            asks_alike = self.session.sub_prompt is not None
            about = "today" if asks_alike else step.thread or "today"
            history.append(Said(True, f"Find out why the orders of {about} fail."))
        if step.gives:
            outputs = tuple(
                self.output(kind.replace("_", " "), 10 * number + at) for at, kind in enumerate(step.gives)
            )
            history.append(Called(number, _words(number, self.session.words), outputs))
        else:
            _end_with_words(history, number)
            history.append(Said(True, f"And what about step {number}?"))
        return history


def _end_with_words(history: list[Item], number: int) -> None:
    """The model says something, where it was not the last to speak."""
    if not (isinstance(history[-1], Said) and not history[-1].is_user):
        history.append(Said(False, f"Found something at {number}. " + _words(number, 20)))


def _words(number: int, length: int) -> str:
    """So many words that are not the same twice."""
    return " ".join(f"step{number * 31 + n}" if n % 6 == 5 else "looking" for n in range(length))


def play(session: Session, api: Api, folder: Path, steps: int, **policy: Any) -> Iterator[Sent]:
    """Replay a session through us, over a state folder."""
    return Player(api, folder, session, policy).play(steps)
