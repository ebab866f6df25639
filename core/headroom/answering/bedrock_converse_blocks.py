"""Content blocks of Bedrock's Converse, read from the events of a stream or from the whole.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
"""

from dataclasses import dataclass, field

from headroom.answering.anthropic_blocks import call_input
from headroom.answering.history import Item, Wire, text_item
from headroom.answering.raw_json import digest, literal, members, object_of, value_of


@dataclass(slots=True)
class ConverseBlock:
    """One content block, as far as it has come."""

    item: Item
    start: bytes = b""
    """What its contentBlockStart says of a call, or the whole block where `is_whole`."""
    is_whole: bool = False
    is_known: bool = True
    """Whether all that came of it was understood, so that it can be said again."""
    pieces: dict[str, list[str]] = field(default_factory=dict)

    def take(self, delta: bytes) -> None:
        """Take the delta of a contentBlockDelta."""
        said = _object(delta)
        inner = _object(said.get("reasoningContent", said.get("toolUse", b"")))
        found = {"text": said.get("text"), "input": inner.get("input")}
        if "reasoningContent" in said:
            found = {"reasoning": inner.get("text"), "signature": inner.get("signature")}
            found["redacted"] = inner.get("redactedContent")
        texts = {name: value_of(raw) for name, raw in found.items() if raw is not None}
        self.is_known &= bool(texts) and all(isinstance(text, str) for text in texts.values())
        for name, text in texts.items():
            self.pieces.setdefault(name, []).append(str(text))

    def arguments(self) -> str:
        """Return a call's input as the model wrote it."""
        if self.is_whole:
            return _object(_object(self.start).get("toolUse", b"")).get("input", b"{}").decode()
        return self._joined("input") or "{}"

    def raw(self) -> bytes:
        """Return the whole block as JSON, as a request says it again."""
        if self.is_whole:
            return self.start
        if self.start:
            use = {**members(self.start), "input": call_input(self._joined("input"))}
            return object_of({"toolUse": object_of(use)})
        if self.pieces.keys() & {"redacted", "reasoning", "signature"}:
            return object_of({"reasoningContent": object_of(self._reasoning())})
        return object_of({"text": literal(self._joined("text"))})

    def _reasoning(self) -> dict[str, bytes]:
        if "redacted" in self.pieces:
            return {"redactedContent": literal(self._joined("redacted"))}
        text = {"text": literal(self._joined("reasoning"))}
        if "signature" in self.pieces:
            text["signature"] = literal(self._joined("signature"))
        return {"reasoningText": object_of(text)}

    def _joined(self, name: str) -> str:
        return "".join(self.pieces.get(name, ()))


def read(raw: bytes) -> Item:
    """Read a content block. Raises ValueError for what is none."""
    block = members(raw)
    if "text" in block:
        text = value_of(block["text"])
        return text_item(text if isinstance(text, str) else "")
    if "toolUse" in block:
        return call_item(block["toolUse"])
    if "toolResult" in block:
        return Item("result", _text(_object(block["toolResult"]), "toolUseId"))
    if "reasoningContent" in block:
        reasoning = _object(block["reasoningContent"])
        signature = _text(_object(reasoning.get("reasoningText", b"")), "signature")
        return Item("thinking", digest(signature, _text(reasoning, "redactedContent")))
    if "cachePoint" in block:
        return Item("mark")
    return Item("other", digest(*block))


def call_item(use: bytes) -> Item:
    """Read a toolUse; one of a server's tools is no call for the client."""
    found = _object(use)
    return Item("other" if "type" in found else "call", _text(found, "toolUseId"), _text(found, "name"))


def _object(raw: bytes) -> dict[str, bytes]:
    return members(raw) if raw.startswith(b"{") else {}


def _text(found: dict[str, bytes], name: str) -> str:
    value = value_of(found.get(name))
    return value if isinstance(value, str) else ""


def _result(call: str, text: str) -> bytes:
    content = b'"content":[{"text":' + literal(text) + b"}]"
    return b'{"toolResult":{"toolUseId":' + literal(call) + b"," + content + b"}}"


WIRE = Wire(read, _result, (b'{"text":', b"}"))
