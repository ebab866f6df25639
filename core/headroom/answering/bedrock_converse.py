"""Calls of our tool in Bedrock's Converse and ConverseStream. (InvokeModel has Anthropic's own format.)

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

from collections.abc import Mapping, Sequence

import orjson

from headroom.answering import history
from headroom.answering.base import TOOL, Recall
from headroom.answering.bedrock_converse_blocks import WIRE, ConverseBlock, call_item, read
from headroom.answering.history import Item
from headroom.answering.joining import RoundsJoiner, added_up, is_ours
from headroom.answering.raw_json import (
    add_figures,
    appended,
    array_of,
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
from headroom.spans import Replacement, splice

_DEFINITION = orjson.dumps(
    {"toolSpec": {"name": TOOL, "description": DESCRIPTION, "inputSchema": {"json": SCHEMA}}}
)
_BLOCK_EVENTS = ("contentBlockStart", "contentBlockDelta", "contentBlockStop")


def offer(body: bytes, head: Head) -> list[Replacement]:
    """Return what adds our tool behind the client's; nothing for a client that has none, or has it already."""
    if head.tools is None or TOOL in head.tool_names:
        return []
    return [appended(body, head.tools, [_DEFINITION])]


def joiner(framing: Framing | None) -> "ConverseJoiner":
    """Return a joiner of streams with this framing, or of whole answers (None)."""
    return ConverseJoiner(framing)


def reinsert(body: bytes, recall: Recall) -> list[Replacement]:
    """Return what puts our calls and results of earlier rounds back into a client's history."""
    return history.reinsert(body, recall, WIRE)


class ConverseJoiner(RoundsJoiner):
    """Makes one message of the messages of several rounds."""

    def __init__(self, framing: Framing | None) -> None:
        super().__init__(WIRE)
        self._framing = framing
        self._open: dict[int, ConverseBlock] = {}
        """Blocks of this round by the index that the provider gives them."""
        self._shown: dict[int, int | None] = {}
        """The index that the client sees; None for a call of ours."""
        self._next = 0
        self._ending: list[Frame] = []
        """What was withheld of the end: messageStop and metadata."""
        self._metrics: object = None
        self._whole = b""

    def feed(self, frame: Frame) -> bytes:
        """Take the next frame of a stream; return what the client gets now."""
        event = value_of(frame.data)
        if not isinstance(event, dict):
            return frame.raw
        if self._is_waiting:
            self._is_waiting, self._ending = False, []
        if frame.name in _BLOCK_EVENTS:
            return self._take_block(frame, event.get("contentBlockIndex"))
        if frame.name == "messageStart":
            self._open, self._shown = {}, {}
            return b"" if self._rounds else frame.raw
        if frame.name == "messageStop":
            reason = event.get("stopReason")
            self._round.stop_reason = reason if isinstance(reason, str) else ""
            self._round.is_complete = True
        elif frame.name == "metadata":
            self._round.take_usage(event.get("usage"))
            self._metrics = add_figures(self._metrics, event.get("metrics"))
        else:
            return frame.raw
        if self._round.ours():
            self._ending.append(frame)
            return b""
        return self._ended(frame) if self._rounds else frame.raw

    def whole(self, body: bytes) -> None:
        """Take a whole answer. Raises ValueError when it is none."""
        fields = members(body)
        message = members(members(fields.get("output", b"null")).get("message", b"null"))
        listed = elements(message.get("content", b"null"))
        self._round.blocks = [ConverseBlock(read(raw), raw, is_whole=True) for raw in listed]
        reason = value_of(fields.get("stopReason"))
        self._round.stop_reason = reason if isinstance(reason, str) else ""
        self._round.take_usage(value_of(fields.get("usage")))
        self._round.is_complete = True
        self._metrics = add_figures(self._metrics, value_of(fields.get("metrics")))
        self._whole = body

    def end(self, answers: Sequence[str] = ()) -> bytes:
        """Return the end of the joined message, or all of it."""
        self._answer(answers)
        if self._framing is None:
            return self._joined() if self._rounds or self._round.ours() else self._whole
        ending, self._ending = self._ending, []
        return b"".join(self._ended(frame) for frame in ending)

    def _take_block(self, frame: Frame, index: object) -> bytes:
        if not isinstance(index, int):
            return frame.raw
        fields = members(frame.data)
        if index not in self._open:
            block = _begun(fields.get("start", b""))
            self._round.blocks.append(block)
            self._open[index] = block
            self._shown[index] = None if is_ours(block) else self._next
            self._next += not is_ours(block)
        if frame.name == "contentBlockDelta":
            self._open[index].take(fields.get("delta", b""))
        shown = self._shown[index]
        if shown is None:
            return b""
        return frame.raw if shown == index else self._renumbered(frame, shown)

    def _renumbered(self, frame: Frame, index: int) -> bytes:
        span = value_span(frame.data, "contentBlockIndex")
        if span is None or self._framing is None:
            return frame.raw
        data = splice(frame.data, [Replacement(span.start, span.stop, b"%d" % index)])
        return self._framing.encode(data, frame.name)

    def _ended(self, frame: Frame) -> bytes:
        """Return messageStop or metadata as it stands at the end of the joined message."""
        if self._framing is None:
            return b""
        fields = members(frame.data)
        if frame.name == "messageStop":
            fields.update(self._stop(fields))
        else:
            fields.update(self._figures(fields))
        return self._framing.encode(object_of(fields), frame.name)

    def _stop(self, fields: Mapping[str, bytes]) -> dict[str, bytes]:
        reason = value_of(fields.get("stopReason"))
        return {} if self._reason(reason) == reason else {"stopReason": literal("end_turn")}

    def _figures(self, fields: Mapping[str, bytes]) -> dict[str, bytes]:
        total = {"usage": added_up(self._all()), "metrics": self._metrics}
        return {name: orjson.dumps(figures) for name, figures in total.items() if name in fields}

    def _joined(self) -> bytes:
        fields = members(self._whole)
        output = members(fields["output"])
        seen = [block.raw() for one in self._all() for block in one.blocks if not is_ours(block)]
        output["message"] = object_of({**members(output["message"]), "content": array_of(seen)})
        return object_of({**fields, "output": object_of(output), **self._stop(fields), **self._figures(fields)})


def _begun(start: bytes) -> ConverseBlock:
    """Return the block that a contentBlockStart begins, or a delta where there was none (`start` is empty)."""
    if not start:
        return ConverseBlock(Item("text"))
    use = members(start).get("toolUse", b"") if start.startswith(b"{") else b""
    if not use.startswith(b"{"):
        return ConverseBlock(Item("other"), is_known=False)
    return ConverseBlock(call_item(use), use)
