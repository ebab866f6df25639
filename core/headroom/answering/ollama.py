"""Calls of our own tool in Ollama's chat (/api/chat): as lines of JSON, or whole.

https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion

Calls come whole, mostly without ids. Ollama's OpenAI-compatible paths speak Chat Completions.
"""

from collections.abc import Mapping, Sequence

import orjson

from headroom import spans
from headroom.answering import chat_turns
from headroom.answering.base import TOOL, Asked, Recall
from headroom.answering.chat_turns import Turn, is_ours
from headroom.answering.openai_chat import DEFINITION
from headroom.answering.raw_json import (
    add_figures,
    appended,
    array_of,
    array_span,
    canonical,
    elements,
    literal,
    members,
    object_of,
    value_of,
)
from headroom.dialects.base import Head
from headroom.frames import Frame, Framing
from headroom.spans import Replacement

_FIGURES = (
    *("total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration"),
    *("eval_count", "eval_duration"),
)
_EMPTY = (b"", b'""', b"null", b"[]")


def offer(body: bytes, head: Head) -> list[Replacement]:
    """Return what adds our tool at the end of a request's tools."""
    if head.tools is None or TOOL in head.tool_names:
        return []
    return [Replacement(head.tools.stop - 1, head.tools.stop - 1, b"," + DEFINITION)]


def joiner(framing: Framing | None) -> "OllamaJoiner":
    """Return a joiner of streams with this framing, or of whole answers (None)."""
    return OllamaJoiner(framing)


def reinsert(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what puts our calls and results of earlier rounds back into a client's history."""
    return chat_turns.reinsert(body, recall, has_ids=False)


class _Call:
    """A tool call."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        value = value_of(raw)
        self.fields: dict[str, object] = value if isinstance(value, dict) else {}
        self.is_ours = is_ours(value)

    @property
    def id(self) -> str:
        identity = self.fields.get("id")
        return identity if isinstance(identity, str) else ""

    @property
    def arguments(self) -> str:
        function = self.fields.get("function")
        return canonical(function.get("arguments") or {}) if isinstance(function, dict) else "{}"


class _Round:
    """One response, as far as it has come."""

    def __init__(self) -> None:
        self.calls: list[_Call] = []
        self.text: list[str] = []
        self.thoughts: list[str] = []
        self.is_done = False
        self.reason = ""
        self.figures: dict[str, object] = {}

    def ours(self) -> list[_Call]:
        return [call for call in self.calls if call.is_ours]

    def others(self) -> list[_Call]:
        return [call for call in self.calls if not call.is_ours]

    def said(self) -> str:
        return "".join(self.text)

    def take(self, event: Mapping[str, object], message: Mapping[str, bytes]) -> list[_Call]:
        """Take what a line says; return its calls."""
        for key, texts in (("content", self.text), ("thinking", self.thoughts)):
            said = value_of(message.get(key))
            if isinstance(said, str):
                texts.append(said)
        raw = message.get("tool_calls", b"")
        calls = [_Call(call) for call in elements(raw)] if raw.startswith(b"[") else []
        self.calls += calls
        if event.get("done") is True:
            self.is_done = True
            self.reason = str(event.get("done_reason") or "")
            self.figures = {key: event[key] for key in _FIGURES if key in event}
        return calls

    def message(self) -> bytes:
        """Return it as the message with which the next request says it again."""
        thoughts = "".join(self.thoughts)
        values = {"role": b'"assistant"', "content": literal(self.said())}
        if thoughts:
            values["thinking"] = literal(thoughts)
        return object_of(values | {"tool_calls": array_of(call.raw for call in self.calls)})


class OllamaJoiner:
    """Makes one answer of the answers of several rounds."""

    def __init__(self, framing: Framing | None) -> None:
        self._framing = framing
        self._round = _Round()
        self._is_first = True
        self._figures: object = None
        """Of the rounds before this one."""
        self._before: list[_Round] = []
        self._sent: list[bytes] = []
        self._context = ""
        self._tail: list[dict[str, bytes]] = []
        """The round's last line, withheld."""
        self._body = b""
        self._answers: Sequence[str] = ()

    def feed(self, frame: Frame) -> bytes:
        """Take the next frame of a stream; return what the client gets now."""
        event = value_of(frame.data)
        if not isinstance(event, dict) or not isinstance(event.get("message"), dict):
            return frame.raw
        line = members(frame.data)
        message = members(line["message"])
        calls = self._round.take(event, message)
        ours = self._round.ours()
        if not ours and (self._is_first or not self._round.is_done):
            return frame.raw
        self._add_figures(line)
        changed = self._show(message, calls)
        if ours and self._round.is_done:
            said = {key: value for key, value in message.items() if key in ("role", "content")}
            self._tail.append(line | {"message": object_of(said | {"content": b'""'})})
            line = {key: value for key, value in line.items() if key not in (*_FIGURES, "done_reason")}
            line["done"] = b"false"
            changed = True
        elif not changed and not self._round.is_done:
            return frame.raw
        if changed and not any(value not in _EMPTY for key, value in message.items() if key != "role"):
            return b""
        return self._encode(line | {"message": object_of(message)})

    def whole(self, body: bytes) -> None:
        """Take a whole answer that is no stream. Raises ValueError when it cannot be read."""
        answer = orjson.loads(body)
        if not isinstance(answer, dict) or not isinstance(answer.get("message"), dict):
            raise ValueError("no answer")
        self._body = body
        self._round.take(answer, members(members(body)["message"]))

    def asked(self) -> list[Asked]:
        """Return our calls in the round that has ended."""
        if not self._round.is_done or self._round.reason not in ("", "stop"):
            return []
        return [Asked(call.id, call.arguments) for call in self._round.ours()]

    def has_others(self) -> bool:
        """Tell whether the client's own tools were called in the same round."""
        return bool(self._round.others())

    def proceed(self, body: bytes, answers: Sequence[str]) -> bytes:
        """Return the request of the next round. Raises ValueError for a request without messages."""
        array = array_span(body, "messages")
        if array is None:
            raise ValueError("no messages")
        if self._is_first:
            self._context = chat_turns.context_of(body, has_ids=False)
        sent = [self._round.message(), *_results(self._round, answers)]
        self._sent += sent
        self._before.append(self._round)
        self._figures = add_figures(self._figures, self._round.figures)
        self._round, self._is_first, self._tail, self._body = _Round(), False, [], b""
        return spans.splice(body, [appended(body, array, sent)])

    def end(self, answers: Sequence[str] = ()) -> bytes:
        """Return what was withheld of the last round's end, or the whole joined answer."""
        self._answers = answers
        if self._framing is None:
            return self._joined()
        tail, self._tail = self._tail, []
        return b"".join(map(self._encode, tail))

    def kept(self) -> Mapping[str, str]:
        """Return what later requests of the conversation must have put back, by anchor."""
        others = self._round.others()
        is_beside = bool(self._round.ours() and others and self._answers)
        if not (self._sent or is_beside):
            return {}
        covered = "".join(each.said() for each in self._before)
        calls = enumerate(self._round.calls) if is_beside else ()
        turn = Turn(
            sent=[raw.decode() for raw in self._sent],
            covered=covered,
            calls=[(at, call.raw.decode()) for at, call in calls if call.is_ours],
            results=[raw.decode() for raw in _results(self._round, self._answers)] if is_beside else (),
        )
        own = [call.fields for call in others]
        said = covered + self._round.said()
        return {chat_turns.anchor(said, own, self._context, has_ids=False): turn.record()}

    def _show(self, message: dict[str, bytes], calls: Sequence[_Call]) -> bool:
        """Leave of a message what the client is to see; tell whether anything was changed."""
        if not calls:
            return False
        shown = []
        changed = False
        for number, call in enumerate(calls, len(self._round.calls) - len(calls)):
            hidden = sum(each.is_ours for each in self._round.calls[:number])
            changed |= call.is_ours or hidden > 0
            if not call.is_ours:
                shown.append(_renumbered(call.raw, hidden) if hidden else call.raw)
        if shown:
            message["tool_calls"] = array_of(shown)
        else:
            del message["tool_calls"]
        return changed

    def _add_figures(self, line: dict[str, bytes]) -> None:
        """Add the figures of the rounds before to a line's."""
        if isinstance(self._figures, dict):
            for key in _FIGURES:
                if key in line:
                    line[key] = orjson.dumps(add_figures(self._figures.get(key), value_of(line[key])))

    def _encode(self, line: Mapping[str, bytes]) -> bytes:
        if self._framing is None:
            raise ValueError("a frame of an answer that is no stream")
        return self._framing.encode(object_of(line))

    def _joined(self) -> bytes:
        """Return the whole answer of all rounds."""
        if not self._body or (self._is_first and not self._round.ours()):
            return self._body
        answer = members(self._body)
        self._add_figures(answer)
        message = members(answer["message"])
        self._show(message, self._round.calls)
        message["content"] = literal("".join(each.said() for each in (*self._before, self._round)))
        thoughts = "".join(text for each in (*self._before, self._round) for text in each.thoughts)
        if thoughts:
            message["thinking"] = literal(thoughts)
        return object_of(answer | {"message": object_of(message)})


def _renumbered(call: bytes, hidden: int) -> bytes:
    """Return a call with the number that it has among the client's."""
    fields = members(call) if call.startswith(b"{") else {}
    function = members(fields["function"]) if fields.get("function", b"").startswith(b"{") else {}
    index = value_of(function.get("index"))
    if not isinstance(index, int):
        return call
    return object_of(fields | {"function": object_of(function | {"index": b"%d" % (index - hidden)})})


def _results(said: _Round, answers: Sequence[str]) -> list[bytes]:
    """Return the messages that answer our calls."""
    found = []
    for call, text in zip(said.ours(), answers, strict=True):
        known = b'"tool_call_id":' + literal(call.id) + b"," if call.id else b""
        found.append(
            b'{"role":"tool",' + known + b'"tool_name":' + literal(TOOL) + b',"content":' + literal(text) + b"}"
        )
    return found
