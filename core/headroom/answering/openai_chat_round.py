"""What one response of OpenAI's Chat Completions says, read from its chunks or from the whole.

Fields: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from headroom.answering.base import TOOL, Asked
from headroom.answering.raw_json import digest

_CUT = ("length", "content_filter")
"""Reasons for which a response ends in the middle of what it says."""
_THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details")
"""What servers name a model's thoughts, which some want back beside its calls (DeepSeek, OpenRouter)."""


@dataclass(slots=True)
class Call:
    """A tool call, as far as it has come."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""
    extra: dict[str, object] = field(default_factory=dict)
    """Members that the format does not name, with Gemini's thought signatures among them."""

    @property
    def is_ours(self) -> bool:
        """Whether it is a call of our tool."""
        return self.name == TOOL

    @property
    def is_undecided(self) -> bool:
        """Whether it may still become one of ours."""
        return TOOL.startswith(self.name) and not (self.is_ours or self.arguments or self.extra)

    def identity(self) -> str:
        """Return its id; one made of what it asks where the server gave none."""
        return self.id or "call_" + digest(str(self.index), self.name, self.arguments)[:24]

    def message_form(self) -> dict[str, object]:
        """Return it as an element of a message's `tool_calls`; arguments that are no JSON become {}."""
        try:
            orjson.loads(self.arguments)
            arguments = self.arguments
        except orjson.JSONDecodeError:
            arguments = "{}"
        function = {"name": self.name, "arguments": arguments}
        return {"id": self.identity(), "type": "function", "function": function, **self.extra}


@dataclass(slots=True)
class Round:
    """One response, as far as it has come."""

    calls: list[Call] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    thoughts: dict[str, object] = field(default_factory=dict)
    finish: str = ""
    usage: object = None
    is_legacy: bool = False
    """Whether it has a `function_call`, which is never ours."""

    def take(self, choice: Mapping[str, object], key: str = "delta") -> list[Call]:
        """Take what one chunk's choice says, or (with the key `message`) that of a whole response.

        Returns:
            for each element of its `tool_calls`, the call that it is a piece of.
        """
        delta = choice.get(key)
        calls = self._take_delta(delta) if isinstance(delta, dict) else []
        finish = choice.get("finish_reason")
        if isinstance(finish, str) and finish:
            self.finish = finish
        return calls

    def is_undecided(self) -> bool:
        """Tell whether a call has begun of which cannot be told yet whose it is."""
        return not self.finish and any(call.is_undecided for call in self.calls)

    def _call_of(self, entry: Mapping[str, object], number: int) -> Call:
        said = entry.get("index")
        index = said if isinstance(said, int) else self._index(entry, number)
        # Some servers give all calls the same index: a new id and a name begin a new one.
        call = next((call for call in reversed(self.calls) if call.index == index), None)
        identity = entry.get("id")
        begins = isinstance(identity, str) and identity and call is not None and call.id not in ("", identity)
        if call is None or (begins and _function(entry).get("name")):
            call = Call(index)
            self.calls.append(call)
        return call

    def ours(self) -> list[Call]:
        """Return our calls."""
        return [call for call in self.calls if call.is_ours]

    def others(self) -> list[Call]:
        """Return the calls of the client's own tools."""
        return [call for call in self.calls if not call.is_ours]

    def asked(self) -> list[Asked]:
        """Return our calls, unless the response was cut off."""
        if not self.finish or self.finish in _CUT:
            return []
        return [Asked(call.identity(), call.arguments) for call in self.ours()]

    def said(self) -> str:
        """Return its text."""
        return "".join(self.text)

    def message(self) -> bytes:
        """Return it as the message with which the next request says it again."""
        message = {
            "role": "assistant",
            "content": self.said() or None,
            **self.thoughts,
            "tool_calls": [call.message_form() for call in self.calls],
        }
        return orjson.dumps(message)

    def _index(self, entry: Mapping[str, object], number: int) -> int:
        if entry.get("id") or _function(entry).get("name") or not self.calls:
            return max(number, len(self.calls))
        return self.calls[-1].index

    def _take_delta(self, delta: Mapping[str, object]) -> list[Call]:
        content = delta.get("content")
        if isinstance(content, str):
            self.text.append(content)
        for key in _THOUGHTS:
            said, so_far = delta.get(key), self.thoughts.get(key)
            if isinstance(said, str) and said:
                self.thoughts[key] = so_far + said if isinstance(so_far, str) else said
            elif isinstance(said, list) and said:
                self.thoughts[key] = [*so_far, *said] if isinstance(so_far, list) else said
        self.is_legacy |= isinstance(delta.get("function_call"), dict)
        said = delta.get("tool_calls")
        calls = []
        for number, entry in enumerate(said if isinstance(said, list) else []):
            calls.append(self._call_of(entry if isinstance(entry, dict) else {}, number))
            if isinstance(entry, dict):
                _add(calls[-1], entry)
        return calls


def _function(entry: Mapping[str, object]) -> Mapping[str, object]:
    function = entry.get("function")
    return function if isinstance(function, dict) else {}


def _add(call: Call, entry: Mapping[str, object]) -> None:
    identity = entry.get("id")
    if isinstance(identity, str) and not call.id:
        call.id = identity
    function = _function(entry)
    name, arguments = function.get("name"), function.get("arguments")
    if isinstance(name, str) and not call.is_ours:
        call.name += name
    if isinstance(arguments, str):
        call.arguments += arguments
    elif arguments is not None:
        call.arguments = orjson.dumps(arguments).decode()
    for key, value in entry.items():
        if key not in ("index", "id", "type", "function") and value is not None:
            call.extra[key] = value
