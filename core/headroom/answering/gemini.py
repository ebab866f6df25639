"""Calls of our own tool in Gemini's generateContent and streamGenerateContent.

https://ai.google.dev/api/generate-content

A request for several candidates, or for arguments of calls that come in pieces, is left alone.
"""

from collections.abc import Mapping, Sequence

import orjson

from headroom import spans
from headroom.answering import gemini_turns as turns
from headroom.answering.base import TOOL, Asked, Recall
from headroom.answering.gemini_turns import Part, Turn, read
from headroom.answering.raw_json import (
    NULL,
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
from headroom.answering.tool import DESCRIPTION, SCHEMA
from headroom.dialects.base import Head
from headroom.frames import Frame, Framing
from headroom.spans import Replacement

DEFINITION = orjson.dumps({"name": TOOL, "description": DESCRIPTION, "parameters": SCHEMA})
_CONFIG = ("generationConfig", "generation_config")
_TOOL_CONFIG = ("toolConfig", "tool_config")
_NOTHING = b'{"parts":[{"text":""}],"role":"model"}'


def offer(body: bytes, head: Head) -> list[Replacement]:
    """Return what adds our tool at the end of a request's first array of function declarations."""
    if head.tools is None or TOOL in head.tool_names or _wants_more(body):
        return []
    return [Replacement(head.tools.stop - 1, head.tools.stop - 1, b"," + DEFINITION)]


def joiner(framing: Framing | None) -> "GeminiJoiner":
    """Return a joiner of streams with this framing, or of whole answers (None)."""
    return GeminiJoiner(framing)


def reinsert(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what puts our calls and results of earlier rounds back into a client's history."""
    return turns.reinsert(body, recall)


class _Round:
    """One response, as far as it has come."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.finish = ""
        self.usage: object = None

    def ours(self) -> list[Part]:
        return [part for part in self.parts if part.is_ours]

    def shown(self) -> list[Part]:
        return [part for part in self.parts if not part.is_ours]

    def calls(self) -> list[Mapping[str, object]]:
        return [part.call for part in self.parts if part.is_ours and part.call is not None]

    def has_others(self) -> bool:
        return any(part.call is not None for part in self.shown())


class GeminiJoiner:
    """Makes one response of the responses of several rounds."""

    def __init__(self, framing: Framing | None) -> None:
        self._framing = framing
        self._round = _Round()
        self._is_first = True
        self._response_id = b""
        self._usage: object = None
        """Of the rounds before this one."""
        self._shown: list[Part] = []
        """What the client has seen of these rounds."""
        self._sent: list[bytes] = []
        self._context = ""
        self._tail: list[tuple[str, dict[str, bytes]] | bytes] = []
        """The round's end, withheld: frames, or chunks with their frames' names."""
        self._is_array = False
        self._has_begun = False
        """Whether the client has got an element of the array."""
        self._has_ended = False
        """Whether the round's array has."""
        self._body = b""
        self._answers: Sequence[str] = ()

    def feed(self, frame: Frame) -> bytes:
        """Take the next frame of a stream; return what the client gets now."""
        event = value_of(frame.data)
        if not isinstance(event, dict):
            return self._bare(frame)
        chunk = members(frame.data)
        parts = self._take(event, chunk)
        ours = self._round.ours()
        if self._is_first and not ours:
            self._has_begun = True
            return frame.raw
        self._make_one(chunk)
        if parts is None or not ours:
            if ours and self._round.finish and "candidates" not in event:
                self._tail.append((frame.name, chunk))
                return b""
            return self._encode(frame.name, chunk)
        shown = [part for part in parts if not part.is_ours]
        candidate = members(elements(chunk["candidates"])[0])
        if self._round.finish:
            self._tail.append((frame.name, _with_candidate(chunk, candidate | {"content": _NOTHING})))
            candidate.pop("finishReason", None)
        if not any(not part.is_empty for part in shown):
            return b""
        return self._encode(frame.name, _with_parts(chunk, candidate, shown))

    def whole(self, body: bytes) -> None:
        """Take a whole answer that is no stream. Raises ValueError when it cannot be read."""
        answer = orjson.loads(body)
        if not isinstance(answer, dict) or "error" in answer:
            raise ValueError("no response")
        self._body = body
        self._take(answer, members(body))

    def asked(self) -> list[Asked]:
        """Return our calls in the round that has ended."""
        if self._round.finish != "STOP":
            return []
        return [
            Asked(str(call.get("id") or ""), canonical(call.get("args") or {})) for call in self._round.calls()
        ]

    def has_others(self) -> bool:
        """Tell whether the client's own tools were called in the same round."""
        return self._round.has_others()

    def proceed(self, body: bytes, answers: Sequence[str]) -> bytes:
        """Return the request of the next round. Raises ValueError for a request without contents."""
        array = array_span(body, "contents")
        if array is None:
            raise ValueError("no contents")
        if self._is_first:
            self._context = turns.context_of(body)
        said = array_of(part.raw for part in self._round.parts if not part.is_empty)
        results = array_of(_results(self._round, answers))
        sent = [b'{"role":"model","parts":' + said + b"}", b'{"role":"user","parts":' + results + b"}"]
        self._sent += sent
        self._shown += self._round.shown()
        self._usage = add_figures(self._usage, self._round.usage)
        self._round, self._is_first, self._tail, self._body = _Round(), False, [], b""
        self._has_ended = False
        return spans.splice(body, [appended(body, array, sent)])

    def end(self, answers: Sequence[str] = ()) -> bytes:
        """Return what was withheld of the last round's end, or the whole joined answer."""
        self._answers = answers
        if self._framing is None:
            return self._joined()
        tail, self._tail = self._tail, []
        end = b"".join(each if isinstance(each, bytes) else self._encode(*each) for each in tail)
        # A later round that failed left the array open.
        is_open = self._is_array and not self._is_first and not self._has_ended
        return end + b"]" if is_open else end

    def kept(self) -> Mapping[str, str]:
        """Return what later requests of the conversation must have put back, by anchor."""
        is_beside = bool(self._round.ours() and self.has_others() and self._answers)
        if not (self._sent or is_beside):
            return {}
        turn = Turn(
            sent=[raw.decode() for raw in self._sent],
            covered="".join(part.said for part in self._shown),
            names=[turns.name_of(part) for part in self._shown if not part.said],
            beside=self._beside() if is_beside else (),
            results=[raw.decode() for raw in _results(self._round, self._answers)] if is_beside else (),
        )
        return {turns.anchor([*self._shown, *self._round.shown()], self._context): turn.record()}

    def _beside(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        calls = 0
        for part in self._round.parts:
            if part.is_ours:
                found.append((calls, part.raw.decode()))
            else:
                calls += part.call is not None
        return found

    def _take(self, event: Mapping[str, object], chunk: Mapping[str, bytes]) -> list[Part] | None:
        """Take what a chunk or a whole answer says; return its parts, None where they are not one candidate's."""
        if event.get("usageMetadata") is not None:
            self._round.usage = event["usageMetadata"]
        if self._is_first and not self._response_id:
            self._response_id = chunk.get("responseId", b"")
        candidates = event.get("candidates")
        if not isinstance(candidates, list) or len(candidates) != 1 or not isinstance(candidates[0], dict):
            return None
        candidate = candidates[0]
        finish, content = candidate.get("finishReason"), candidate.get("content")
        self._round.finish = finish if isinstance(finish, str) else self._round.finish
        if not isinstance(content, dict) or not isinstance(content.get("parts"), list):
            return []
        raw = members(members(elements(chunk["candidates"])[0])["content"])["parts"]
        parts = [read(part) for part in elements(raw)]
        self._round.parts += parts
        return parts

    def _bare(self, frame: Frame) -> bytes:
        """Pass on a frame without JSON: a comment, or a bracket of the array."""
        said = frame.raw.strip()
        self._is_array |= said == b"["
        if said == b"[" and not self._is_first:
            return b""
        self._has_ended |= said == b"]"
        if said == b"]" and self._round.ours():
            self._tail.append(frame.raw)
            return b""
        return frame.raw

    def _make_one(self, chunk: dict[str, bytes]) -> None:
        """Make a chunk of a later round one of the first round's response."""
        if self._is_first:
            return
        if self._response_id and "responseId" in chunk:
            chunk["responseId"] = self._response_id
        usage = value_of(chunk.get("usageMetadata"))
        if usage is not None:
            chunk["usageMetadata"] = orjson.dumps(add_figures(self._usage, usage))

    def _encode(self, name: str, chunk: Mapping[str, bytes]) -> bytes:
        if self._framing is None:
            raise ValueError("a frame of an answer that is no stream")
        frame = self._framing.encode(object_of(chunk), name)
        if self._is_array and not self._has_begun:
            frame = frame.lstrip(b", \r\n")
        self._has_begun = True
        return frame

    def _joined(self) -> bytes:
        """Return the whole answer of all rounds."""
        if not self._body or (self._is_first and not self._round.ours()):
            return self._body
        answer = members(self._body)
        self._make_one(answer)
        candidates = elements(answer["candidates"]) if "candidates" in answer else []
        if len(candidates) != 1:
            return object_of(answer)
        return object_of(_with_parts(answer, members(candidates[0]), [*self._shown, *self._round.shown()]))


def _wants_more(body: bytes) -> bool:
    """Tell whether a request wants several candidates, or the arguments of calls in pieces."""
    if b"andidate" in body:
        config = _member(body, _CONFIG)
        if _member(config, ("candidateCount", "candidate_count")) not in (b"", b"1", NULL):
            return True
    if b"unction" not in body:
        return False
    calling = _member(_member(body, _TOOL_CONFIG), ("functionCallingConfig", "function_calling_config"))
    return _member(calling, ("streamFunctionCallArguments", "stream_function_call_arguments")) == b"true"


def _member(data: bytes, names: Sequence[str]) -> bytes:
    """Return the raw value of a member of an object, under the first name that it has; empty for none."""
    if not data.lstrip().startswith(b"{"):
        return b""
    fields = members(data)
    return next((fields[name] for name in names if name in fields), b"")


def _with_candidate(chunk: dict[str, bytes], candidate: Mapping[str, bytes]) -> dict[str, bytes]:
    return chunk | {"candidates": array_of([object_of(candidate)])}


def _with_parts(chunk: dict[str, bytes], candidate: dict[str, bytes], parts: Sequence[Part]) -> dict[str, bytes]:
    """Return a chunk whose one candidate says these parts; an empty text where there are none."""
    content = members(candidate["content"]) if candidate.get("content", b"")[:1] == b"{" else members(_NOTHING)
    said = array_of(part.raw for part in parts) if parts else members(_NOTHING)["parts"]
    return _with_candidate(chunk, candidate | {"content": object_of(content | {"parts": said})})


def _results(said: _Round, answers: Sequence[str]) -> list[bytes]:
    """Return the parts that answer our calls."""
    found = []
    for call, text in zip(said.calls(), answers, strict=True):
        identity = call.get("id")
        known = b'"id":' + literal(identity) + b"," if isinstance(identity, str) and identity else b""
        named = known + b'"name":' + literal(TOOL)
        found.append(b'{"functionResponse":{' + named + b',"response":{"output":' + literal(text) + b"}}}")
    return found
