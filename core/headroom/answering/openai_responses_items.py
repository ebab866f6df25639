"""Items of OpenAI's Responses: what they are, what they are known by, and how they go into the next request.

https://platform.openai.com/docs/api-reference/responses
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from headroom.answering.base import TOOL
from headroom.answering.raw_json import digest, literal, members, object_of, squeezed

_CALL = "_call"
_OUTPUT = "_output"
_RUN_BY_THE_PROVIDER = frozenset(
    ["web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call"]
)
_APPROVAL = "mcp_approval_request"
"""Ends a response as a call does: the client answers it."""
_ALSO_SAID = ("", "compaction", "item_reference")
_NOT_OF_THE_MODEL = frozenset(("user", "system", "developer"))


class Item(NamedTuple):
    """An item of an output or an input."""

    fields: Mapping[str, object]
    raw: bytes = b""

    @property
    def kind(self) -> str:
        """Its type; a message may come without."""
        return self.text_of("type") or ("message" if "role" in self.fields else "")

    @property
    def is_ours(self) -> bool:
        """Whether it is a call of our tool."""
        return self.kind == "function_call" and self.fields.get("name") == TOOL

    @property
    def is_answer(self) -> bool:
        """Whether it answers a call."""
        return self.kind.endswith(_OUTPUT)

    @property
    def is_of_the_model(self) -> bool:
        """Whether the model said it."""
        if self.kind == "message":
            return self.text_of("role") not in _NOT_OF_THE_MODEL
        return not self.is_answer and (self.kind == "reasoning" or self.is_call or self.kind in _ALSO_SAID)

    @property
    def is_call(self) -> bool:
        """Whether it is a call, by whomever it is to be answered."""
        return self.kind.endswith(_CALL) or self.kind == _APPROVAL

    @property
    def is_for_the_client(self) -> bool:
        """Whether the client has to answer it, if it is not ours and nothing in the output does."""
        return self.is_call and self.kind not in _RUN_BY_THE_PROVIDER

    @property
    def call_id(self) -> str:
        """What a call, and its answer, are known by."""
        return self.text_of("call_id") or self.text_of("approval_request_id") or self.text_of("id")

    @property
    def said(self) -> str:
        """Return a message's text."""
        content = self.fields.get("content")
        if self.kind != "message" or isinstance(content, str):
            return content if isinstance(content, str) and self.kind == "message" else ""
        parts = content if isinstance(content, list) else []
        texts = (part.get("text") for part in parts if isinstance(part, dict))
        return "".join(text for text in texts if isinstance(text, str))

    def text_of(self, key: str) -> str:
        """Return a field that is a text; empty for any other."""
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""

    def names(self) -> set[str]:
        """Return all that it may be known by when a client sends it again."""
        known = {f"{key}:{value}" for key in ("id", "call_id") if (value := self.text_of(key))}
        if sealed := self.text_of("encrypted_content"):
            known.add("sealed:" + digest(sealed))
        if self.said:
            known.add("said:" + digest(squeezed(self.said)))
        return known


def read(raw: bytes) -> Item:
    """Return an item by its JSON; one without fields for anything else."""
    try:
        fields = orjson.loads(raw)
    except orjson.JSONDecodeError:
        fields = None
    return Item(fields if isinstance(fields, dict) else {}, raw)


def for_the_client(items: Sequence[Item]) -> list[Item]:
    """Return the calls that the client has to answer: not ours, nor those whose answer stands in the output."""
    answered = {item.call_id for item in items if item.is_answer}
    return [item for item in items if item.is_for_the_client and not item.is_ours and item.call_id not in answered]


def sendable(items: Sequence[Item], is_stored: bool) -> list[bytes]:
    """Return items of an output as items of the next input, byte for byte where they can be.

    What is not stored is not found by its id again: reasoning without its encrypted content is left out then, and
    with it the ids by which the provider would ask for it.
    """
    lost = [item for item in items if item.kind == "reasoning" and not item.text_of("encrypted_content")]
    if is_stored or not lost:
        return [item.raw for item in items]
    kept = []
    for item in items:
        if item.kind != "reasoning" or item.text_of("encrypted_content"):
            fields = members(item.raw)
            fields.pop("id", None)
            kept.append(object_of(fields))
    return kept


def output(call: Item, text: str) -> bytes:
    """Return the item that answers a call of ours."""
    return (
        b'{"type":"function_call_output","call_id":' + literal(call.call_id) + b',"output":' + literal(text) + b"}"
    )
