"""Calls of our own tool in OpenAI's Chat Completions.

https://platform.openai.com/docs/api-reference/chat

A request that wants several choices (`n`) is left alone: our tool is not offered in it. A legacy `function_call`
is a call of the client's own.
"""

from collections.abc import Mapping, Sequence

import orjson

from headroom import spans
from headroom.answering import chat_turns
from headroom.answering.base import TOOL, Asked, Recall
from headroom.answering.chat_turns import Turn
from headroom.answering.openai_chat_round import Call, Round
from headroom.answering.raw_json import (
    NULL,
    add_figures,
    appended,
    array_of,
    array_span,
    elements,
    literal,
    members,
    object_of,
    value_of,
    value_span,
)
from headroom.answering.tool import DESCRIPTION, SCHEMA
from headroom.dialects.base import Head
from headroom.frames import Frame, Framing
from headroom.spans import Replacement

DEFINITION = orjson.dumps(
    {"type": "function", "function": {"name": TOOL, "description": DESCRIPTION, "parameters": SCHEMA}}
)
_OF_THE_COMPLETION = ("id", "created")
"""What all chunks of one completion have in common."""
_EMPTY = (NULL, b'""', b"[]", b"{}")
_AFTER_CALLS = ("tool_calls", "function_call")


def offer(body: bytes, head: Head) -> list[Replacement]:
    """Return what adds our tool at the end of a request's tools; nothing for several choices."""
    if head.tools is None or TOOL in head.tool_names:
        return []
    wanted = value_span(body, "n") if b'"n"' in body else None
    if wanted and value_of(body[wanted]) not in (None, 1):
        return []
    return [Replacement(head.tools.stop - 1, head.tools.stop - 1, b"," + DEFINITION)]


def joiner(framing: Framing | None) -> "ChatJoiner":
    """Return a joiner of streams with this framing, or of whole answers (None)."""
    return ChatJoiner(framing)


def reinsert(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what puts our calls and results of earlier rounds back into a client's history."""
    return chat_turns.reinsert(body, recall)


class ChatJoiner:
    """Makes one completion of the completions of several rounds."""

    def __init__(self, framing: Framing | None) -> None:
        self._framing = framing
        self._round = Round()
        self._is_first = True
        self._first: dict[str, bytes] = {}
        """What all chunks have in common, as the first round says it."""
        self._usage: object = None
        """Of the rounds before this one."""
        self._sent: list[bytes] = []
        """The messages that these rounds added."""
        self._before: list[Round] = []
        self._context = ""
        self._waiting: list[tuple[Frame, list[Call] | None]] = []
        """Frames held back until it is known whose call begins in them."""
        self._tail: list[tuple[str, dict[str, bytes]] | bytes] = []
        """The round's end, withheld: frames, or chunks with their frames' names."""
        self._body = b""
        self._called: list[Call] = []
        """What the elements of `tool_calls` in a whole answer are."""
        self._answers: Sequence[str] = ()

    def feed(self, frame: Frame) -> bytes:
        """Take the next frame of a stream; return what the client gets now."""
        self._waiting.append((frame, self._read(frame)))
        if self._round.is_undecided():
            return b""
        waiting, self._waiting = self._waiting, []
        return b"".join(self._pass_on(*each) for each in waiting)

    def whole(self, body: bytes) -> None:
        """Take a whole answer that is no stream. Raises ValueError when it cannot be read."""
        answer = orjson.loads(body)
        choices = answer.get("choices") if isinstance(answer, dict) else None
        if not isinstance(choices, list) or not _are_objects(choices):
            raise ValueError("no completion")
        self._body = body
        self._round.usage = answer.get("usage")
        choice = _only_choice(answer)
        self._called = self._round.take(choice, "message") if choice else []
        if self._is_first:
            self._note(members(body))

    def asked(self) -> list[Asked]:
        """Return our calls in the round that has ended."""
        return self._round.asked()

    def has_others(self) -> bool:
        """Tell whether the client's own tools were called in the same round."""
        return self._round.is_legacy or bool(self._round.others())

    def proceed(self, body: bytes, answers: Sequence[str]) -> bytes:
        """Return the request of the next round. Raises ValueError for a request without messages."""
        array = array_span(body, "messages")
        if array is None:
            raise ValueError("no messages")
        if self._is_first:
            self._context = chat_turns.context_of(body)
        sent = [self._round.message(), *_results(self._round, answers)]
        self._sent += sent
        self._before.append(self._round)
        self._usage = add_figures(self._usage, self._round.usage)
        self._round, self._is_first, self._tail, self._body = Round(), False, [], b""
        return spans.splice(body, [appended(body, array, sent)])

    def end(self, answers: Sequence[str] = ()) -> bytes:
        """Return what was withheld of the last round's end, or the whole joined answer."""
        self._answers = answers
        if self._framing is None:
            return self._joined()
        waiting, self._waiting = self._waiting, []
        out = [self._pass_on(*each) for each in waiting]
        out += [
            each if isinstance(each, bytes) else self._encode(each[0], self._with_finish(each[1]))
            for each in self._tail
        ]
        self._tail = []
        return b"".join(out)

    def kept(self) -> Mapping[str, str]:
        """Return what later requests of the conversation must have put back, by anchor."""
        others, ours = self._round.others(), self._round.ours()
        is_beside = bool(others and ours and self._answers)
        if not (self._sent or is_beside):
            return {}
        covered = "".join(each.said() for each in self._before)
        calls = enumerate(self._round.calls) if is_beside else ()
        turn = Turn(
            sent=[raw.decode() for raw in self._sent],
            covered=covered,
            calls=[(at, orjson.dumps(call.message_form()).decode()) for at, call in calls if call.is_ours],
            results=[raw.decode() for raw in _results(self._round, self._answers)] if is_beside else (),
        )
        own = [call.message_form() for call in others]
        return {chat_turns.anchor(covered + self._round.said(), own, self._context): turn.record()}

    def _read(self, frame: Frame) -> list[Call] | None:
        """Take what a frame says; return the calls its pieces belong to, None for no chunk of a completion."""
        event = value_of(frame.data)
        choices = event.get("choices") if isinstance(event, dict) else None
        if not isinstance(event, dict) or not isinstance(choices, list) or not _are_objects(choices):
            return None
        if self._is_first and not self._first:
            self._note(members(frame.data))
        if event.get("usage") is not None:
            self._round.usage = event["usage"]
        choice = _only_choice(event)
        return self._round.take(choice) if choice else []

    def _note(self, chunk: Mapping[str, bytes]) -> None:
        self._first = {key: chunk[key] for key in _OF_THE_COMPLETION if key in chunk}

    def _pass_on(self, frame: Frame, calls: list[Call] | None) -> bytes:
        """Return what the client gets of a frame now; what is withheld goes to the tail."""
        ours = self._round.ours()
        if calls is None:
            if ours and b"[DONE]" in frame.raw:
                self._tail.append(frame.raw)
                return b""
            return frame.raw
        if self._is_first and not ours:
            return frame.raw
        chunk = members(frame.data)
        self._make_one(chunk)
        choices = elements(chunk["choices"])
        if len(choices) != 1:
            return self._pass_on_bare(frame, chunk, choices)
        choice = members(choices[0])
        delta = members(choice["delta"]) if choice.get("delta", b"")[:1] == b"{" else {}
        was_changed = self._show(delta, calls)
        says_more = any(value not in _EMPTY for value in delta.values())
        is_end = choice.get("finish_reason", NULL) != NULL
        if ours and (is_end or (self._round.finish and not says_more)):
            now = dict(chunk)
            self._tail.append((frame.name, _with_choice(chunk, choice | {"delta": b"{}"})))
            now.pop("usage", None)
            choice = choice | {"finish_reason": NULL}
            is_end, chunk, was_changed = False, now, True
        elif self._is_first and not was_changed:
            return frame.raw
        if not says_more and not is_end and chunk.get("usage", NULL) == NULL:
            return b""
        return self._encode(frame.name, _with_choice(chunk, choice | {"delta": object_of(delta)}))

    def _pass_on_bare(self, frame: Frame, chunk: dict[str, bytes], choices: Sequence[bytes]) -> bytes:
        """Pass on a chunk without a choice, as the one with usage is, or with several."""
        if choices or not self._round.ours():
            is_opening = not choices and chunk.get("usage", NULL) == NULL
            return b"" if is_opening and not self._is_first else self._encode(frame.name, chunk)
        self._tail.append((frame.name, chunk))
        return b""

    def _make_one(self, chunk: dict[str, bytes]) -> None:
        """Make a chunk of a later round one of the first round's completion."""
        if self._is_first:
            return
        chunk |= {key: value for key, value in self._first.items() if key in chunk}
        usage = value_of(chunk.get("usage"))
        if usage is not None:
            chunk["usage"] = orjson.dumps(add_figures(self._usage, usage))

    def _show(self, delta: dict[str, bytes], calls: Sequence[Call]) -> bool:
        """Leave of a delta what the client is to see; tell whether anything was changed."""
        changed = not self._is_first and delta.pop("role", None) is not None
        if not calls:
            return changed
        ours = {call.index for call in self._round.ours()}
        shown = []
        for call, raw in zip(calls, elements(delta["tool_calls"]), strict=True):
            hidden = sum(index < call.index for index in ours)
            changed |= call.is_ours or hidden > 0
            if not call.is_ours:
                shown.append(_renumbered(raw, call.index - hidden) if hidden else raw)
        if shown:
            delta["tool_calls"] = array_of(shown)
        else:
            del delta["tool_calls"]
        return changed

    def _with_finish(self, chunk: dict[str, bytes]) -> dict[str, bytes]:
        """Return a chunk of the end in which a call that the client has not seen is no reason to end."""
        choices = elements(chunk["choices"])
        if not choices or self.has_others():
            return chunk
        return _with_choice(chunk, _stopped(members(choices[0])))

    def _encode(self, name: str, chunk: Mapping[str, bytes]) -> bytes:
        if self._framing is None:
            raise ValueError("a frame of an answer that is no stream")
        return self._framing.encode(object_of(chunk), name)

    def _joined(self) -> bytes:
        """Return the whole answer of all rounds."""
        if not self._body or (self._is_first and not self._round.ours()):
            return self._body
        answer = members(self._body)
        self._make_one(answer)
        choices = elements(answer["choices"])
        if len(choices) != 1:
            return object_of(answer)
        choice = members(choices[0])
        if not choice.get("message", b"").startswith(b"{"):
            return object_of(answer)
        message = members(choice["message"])
        if self._called:
            raws = zip(self._called, elements(message["tool_calls"]), strict=True)
            shown = [raw for call, raw in raws if not call.is_ours]
            message["tool_calls"] = array_of(shown)
            if not shown:
                del message["tool_calls"]
        if covered := "".join(each.said() for each in self._before):
            message["content"] = literal(covered + self._round.said())
        if not self.has_others():
            choice = _stopped(choice)
        return object_of(_with_choice(answer, choice | {"message": object_of(message)}))


def _only_choice(event: Mapping[str, object]) -> dict[str, object] | None:
    """Return the choice of a chunk or a completion that has one, and the first: None for any other."""
    choices = event["choices"]
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
        return None
    return choices[0] if choices[0].get("index", 0) == 0 else None


def _are_objects(values: Sequence[object]) -> bool:
    return all(isinstance(value, dict) for value in values)


def _with_choice(chunk: dict[str, bytes], choice: Mapping[str, bytes]) -> dict[str, bytes]:
    return chunk | {"choices": array_of([object_of(choice)])}


def _renumbered(entry: bytes, index: int) -> bytes:
    fields = members(entry) if entry.startswith(b"{") else {}
    return object_of(fields | {"index": b"%d" % index}) if "index" in fields else entry


def _stopped(choice: dict[str, bytes]) -> dict[str, bytes]:
    if value_of(choice.get("finish_reason")) in _AFTER_CALLS:
        return choice | {"finish_reason": b'"stop"'}
    return choice


def _results(said: Round, answers: Sequence[str]) -> list[bytes]:
    """Return the messages that answer our calls."""
    return [
        b'{"role":"tool","tool_call_id":' + literal(call.identity()) + b',"content":' + literal(text) + b"}"
        for call, text in zip(said.ours(), answers, strict=True)
    ]
