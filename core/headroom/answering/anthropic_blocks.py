"""Content blocks of Anthropic's Messages, read from the events of a stream or from the whole.

Events: https://docs.claude.com/en/docs/build-with-claude/streaming
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from headroom.answering.history import Item, Wire, text_item
from headroom.answering.raw_json import array_of, digest, elements, literal, members, object_of, value_of

_APPENDED: Mapping[str, tuple[str, str]] = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
    "compaction_delta": ("content", "content"),
    "input_json_delta": ("partial_json", "input"),
}
"""By type of delta: the field that brings a piece of text, and the block's field that it is a piece of."""


@dataclass(slots=True)
class AnthropicBlock:
    """One content block, as far as it has come."""

    start: bytes
    """As its content_block_start has it, or the whole block."""
    item: Item
    is_known: bool = True
    """Whether all that came of it was understood, so that it can be said again."""
    pieces: dict[str, list[str]] = field(default_factory=dict)
    citations: list[bytes] = field(default_factory=list)

    def take(self, data: bytes) -> None:
        """Take an event of the type content_block_delta."""
        try:
            delta = members(members(data).get("delta", b""))
        except ValueError:
            delta = {}
        kind = str(value_of(delta.get("type")))
        source, target = _APPENDED.get(kind, ("", ""))
        piece = value_of(delta.get(source))
        if isinstance(piece, str):
            self.pieces.setdefault(target, []).append(piece)
        elif kind == "citations_delta" and "citation" in delta:
            self.citations.append(delta["citation"])
        else:
            self.is_known = False

    def arguments(self) -> str:
        """Return a call's input as the model wrote it."""
        return "".join(self.pieces.get("input", ())) or members(self.start).get("input", b"{}").decode()

    def raw(self) -> bytes:
        """Return the whole block as JSON, as a request says it again."""
        if not (self.pieces or self.citations):
            return self.start
        values = members(self.start)
        for name, pieces in self.pieces.items():
            text = "".join(pieces)
            if name == "input":
                values[name] = call_input(text, values.get(name, b"{}"))
            else:
                begun = value_of(values.get(name))
                values[name] = literal((begun if isinstance(begun, str) else "") + text)
        if self.citations:
            begun = values.get("citations", b"null")
            values["citations"] = array_of([*(elements(begun) if begun != b"null" else ()), *self.citations])
        return object_of(values)


def read(raw: bytes) -> Item:
    """Read a content block. Raises ValueError for what is none."""
    fields = members(raw)

    def text(name: str) -> str:
        value = value_of(fields.get(name))
        return value if isinstance(value, str) else ""

    kind = text("type")
    if kind == "text":
        return text_item(text("text"))
    if kind == "tool_use":
        return Item("call", text("id"), text("name"))
    if kind == "tool_result":
        return Item("result", text("tool_use_id"))
    if kind in ("thinking", "redacted_thinking"):
        return Item("thinking", digest(text("signature"), text("data")))
    return Item("other", digest(kind, text("id"), text("tool_use_id")))


def call_input(text: str, empty: bytes = b"{}") -> bytes:
    """Return a call's input, from the pieces that came of it; `empty` where there is nothing in them.

    One that is no JSON object is quoted, as Anthropic's documents advise.
    """
    if not text:
        return empty
    try:
        is_object = isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        is_object = False
    return text.encode(errors="replace") if is_object else b'{"INVALID_JSON":' + literal(text) + b"}"


def _result(call: str, text: str) -> bytes:
    return b'{"type":"tool_result","tool_use_id":' + literal(call) + b',"content":' + literal(text) + b"}"


WIRE = Wire(read, _result, (b'{"type":"text","text":', b"}"))
