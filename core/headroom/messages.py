"""Finds the tool results in a Python list of messages, and puts other texts in their places.

Read by shape, message by message, so the lists of Anthropic's Messages, OpenAI's Chat Completions and OpenAI's
Responses may be mixed; what has another shape is left alone. A message may be a dict or an SDK's object: fields
are read by key or by attribute. Nothing is changed in place: what a new text stands in is copied, down to it.
"""

import copy
import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from headroom.types import Block

_TEXT_PARTS: Final = ("text", "input_text", "output_text")
_CALL_OUTPUTS: Final = ("function_call_output", "custom_tool_call_output", "local_shell_call_output")
_CALLS: Final[Mapping[str, str]] = {
    # type of a Responses item -> its field with the call's input
    "function_call": "arguments",
    "custom_tool_call": "input",
    "local_shell_call": "action",
}
_REMINDER: Final = "<"
"""Texts that begin so are reminders of an agent's own, not the user's words."""

Path = tuple[str | int, ...]


class CannotChange(Exception):
    """An object that cannot be copied with another text in it."""


class Place(NamedTuple):
    """A tool result's text in a list of messages."""

    block: Block
    path: Path
    """Names and numbers that lead from the message to the text."""


class _Call(NamedTuple):
    id: str
    name: str
    input: str


@dataclass(slots=True)
class Found:
    """What a list of messages holds."""

    places: list[Place] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """All other text: what users and models say, system messages, the inputs of tool calls."""
    inputs: list[str] = field(default_factory=list)
    """The inputs of the tool calls, in order, as JSON text."""


def find(messages: Sequence[object], query: str | None = None, only_tool: str = "") -> Found:
    """Find the tool results of a conversation, each with what stood before it.

    Args:
        query: stands for the last user text before each of them.
        only_tool: the tool whose result it is where the call is not there.
    """
    walk = _Walk(query, only_tool)
    for number, message in enumerate(messages):
        walk.message(number, message)
    return walk.found


def replace(message: object, texts: Iterable[tuple[Path, str]]) -> object:
    """Return a copy of a message with other texts at the ends of some paths.

    Raises CannotChange when a path leads through an object that has no way to be copied so.
    """
    for path, text in texts:
        message = _with(message, path, text)
    return message


class _Walk:
    """The state of a walk through the messages: what a later result may depend on."""

    def __init__(self, query: str | None, only_tool: str) -> None:
        self.found = Found()
        self._fixed_query = query
        self._query = ""
        self._only_tool = only_tool
        self._calls: list[_Call] = []

    def message(self, number: int, message: object) -> None:
        kind, role = _text(message, "type"), _text(message, "role")
        if kind in _CALL_OUTPUTS:
            self._result(number, message, ("output",), self._call(message, "call_id", "id"), "")
        elif kind in _CALLS:
            self._add_call(_text(message, "call_id"), _text(message, "name") or kind[:-5], message, _CALLS[kind])
        elif role in ("tool", "function"):
            call = self._call(message, "tool_call_id") or _Call("", _text(message, "name"), "")
            self._result(number, message, ("content",), call, "")
        elif role:
            self._said(number, message, role)
        if role == "assistant":
            self._chat_calls(message)

    def _said(self, number: int, message: object, role: str) -> None:
        """Read a message's own texts, and the tool calls and results among its parts."""
        content = _get(message, "content")
        texts = [content] if isinstance(content, str) else []
        for at, part in enumerate(content if isinstance(content, (list, tuple)) else ()):
            kind = _text(part, "type")
            if kind == "tool_result":
                untouchable = "" if role == "user" else f"role {role!r}"
                call = self._call(part, "tool_use_id")
                self._result(number, message, ("content", at, "content"), call, untouchable, texts)
            elif kind == "tool_use":
                self._add_call(_text(part, "id"), _text(part, "name"), part, "input")
            elif kind in _TEXT_PARTS:
                texts.append(_text(part, "text"))
        self.found.texts += texts
        if role == "user":
            self._query = _words(texts) or self._query

    def _chat_calls(self, message: object) -> None:
        """Read the calls of a Chat Completions message, which stand beside its content."""
        calls = _get(message, "tool_calls")
        for call in calls if isinstance(calls, (list, tuple)) else ():
            for kind, name in (("function", "arguments"), ("custom", "input")):
                if said := _get(call, kind):
                    self._add_call(_text(call, "id"), _text(said, "name"), said, name)
        if legacy := _get(message, "function_call"):
            self._add_call("", _text(legacy, "name"), legacy, "arguments")

    def _add_call(self, id_: str, name: str, call: object, input_name: str) -> None:
        tool_input = _as_json(_get(call, input_name))
        self._calls.append(_Call(id_, name, tool_input))
        self.found.inputs.append(tool_input)
        self.found.texts.append(tool_input)

    def _call(self, result: object, *id_names: str) -> _Call | None:
        """Return the last call so far with a result's id; one by name for results that have none."""
        ids = [id_ for name in id_names if (id_ := _text(result, name))]
        if not ids:
            name = _text(result, "name")
            return next((call for call in reversed(self._calls) if name and call.name == name), None)
        return next((call for call in reversed(self._calls) if call.id in ids), None)

    def _result(
        self,
        number: int,
        message: object,
        path: Path,
        call: _Call | None,
        untouchable: str,
        before: Sequence[str] = (),
    ) -> None:
        """Add the texts of a tool result: a string, or the text parts of a list."""
        value = _at(message, path)
        parts = value if isinstance(value, (list, tuple)) else ()
        paths = [path] if isinstance(value, str) else []
        paths += [(*path, at, "text") for at, part in enumerate(parts) if _text(part, "type") in _TEXT_PARTS]
        query = self._fixed_query if self._fixed_query is not None else _words(before) or self._query
        for found in paths:
            text = _at(message, found)
            if not isinstance(text, str):
                continue
            block = Block(
                start=0,
                end=0,
                text=text,
                kind="tool_result",
                role="user",
                tool=(call.name if call else "") or self._only_tool,
                tool_input=call.input if call else "",
                query=query,
                message=number,
                untouchable=untouchable or _why_fixed(message, found),
                calls=len(self._calls),
            )
            self.found.places.append(Place(block, found))


def _words(texts: Sequence[str]) -> str:
    """Return the last text that is the user's own."""
    return next((text for text in reversed(texts) if text and not text.startswith(_REMINDER)), "")


def _get(thing: object, name: str) -> object:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _text(thing: object, name: str) -> str:
    value = _get(thing, name)
    return value if isinstance(value, str) else ""


def _at(thing: object, path: Path) -> object:
    for step in path:
        inside = isinstance(step, int) and isinstance(thing, (list, tuple))
        thing = thing[step] if inside else _get(thing, str(step))  # type: ignore[index]
    return thing


def _as_json(value: object) -> str:
    """Return a call's input as JSON text; it is text already in OpenAI's calls."""
    if isinstance(value, str):
        return value
    dump = getattr(value, "model_dump", None)
    try:
        return json.dumps(dump() if callable(dump) else value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return ""


def _why_fixed(message: object, path: Path) -> str:
    """Return why a message cannot be copied with another text in it; empty when it can."""
    try:
        _with(message, path, "")
    except CannotChange as why:
        return str(why)
    return ""


def _with(thing: Any, path: Path, text: str) -> object:
    if not path:
        return text
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = [*thing[:step], _with(thing[step], rest, text), *thing[step + 1 :]]
        return tuple(items) if isinstance(thing, tuple) else items
    inner = _with(_get(thing, step), rest, text)
    if isinstance(thing, dict):
        changed = copy.copy(thing)
        changed[step] = inner
        return changed
    try:
        if callable(getattr(thing, "model_copy", None)):
            return thing.model_copy(update={step: inner})
        if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            return dataclasses.replace(thing, **{step: inner})
    except (TypeError, ValueError):
        pass
    raise CannotChange(f"a {type(thing).__name__} cannot be copied with another text")
