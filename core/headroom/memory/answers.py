"""What a model says in an answer: the texts of its events, put together again, in each dialect. Pure.

Reasoning and tool calls are left out: only what the model tells the user. An event of another shape says nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

_Piece = tuple[object, str]
"""Of which text (by its number or numbers), and the next piece of it."""


def texts(dialect: str, events: Iterable[bytes]) -> list[str]:
    """Return the texts of an answer, in the order in which they begin.

    Args:
        dialect: the dialect's name.
        events: of a stream all of them, as JSON; of another answer, the whole of it.
    """
    pieces = _PIECES.get(dialect)
    found: dict[object, list[str]] = {}
    for data in events if pieces else ():
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError:
            continue
        if pieces and isinstance(event, dict):
            for name, piece in pieces(event):
                found.setdefault(name, []).append(piece)
    return ["".join(each) for each in found.values()]


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _key(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _text(name: object, value: object) -> Iterator[_Piece]:
    if isinstance(value, str) and value:
        yield name, value


def _parts(parts: object, kinds: tuple[str, ...] = (), at: object = "whole") -> Iterator[_Piece]:
    """Yield the texts of parts that are texts: those of the named types, or those that have no type but a text."""
    for number, part in enumerate(map(_dict, _list(parts))):
        if not part.get("thought") and (part.get("type") in kinds if kinds else "type" not in part):
            yield from _text((at, number), part.get("text"))


def _anthropic(event: Mapping[str, Any]) -> Iterator[_Piece]:
    delta = _dict(event.get("delta"))
    if event.get("type") == "content_block_delta" and delta.get("type") == "text_delta":
        yield from _text(_key(event.get("index")), delta.get("text"))
    elif event.get("type") == "message":
        yield from _parts(event.get("content"), ("text",))


def _openai_chat(event: Mapping[str, Any]) -> Iterator[_Piece]:
    for choice in map(_dict, _list(event.get("choices"))):
        name = _key(choice.get("index"))
        said = _dict(choice.get("delta")) or _dict(choice.get("message"))
        yield from _text(name, said.get("content"))
        yield from _parts(said.get("content"), ("text",), name)


def _openai_responses(event: Mapping[str, Any]) -> Iterator[_Piece]:
    kind = event.get("type")
    if kind == "response.output_text.delta":
        yield from _text((_key(event.get("output_index")), _key(event.get("content_index"))), event.get("delta"))
    elif kind is None and event.get("object") == "response":
        for number, item in enumerate(map(_dict, _list(event.get("output")))):
            yield from _parts(item.get("content"), ("output_text",), number)


def _gemini(event: Mapping[str, Any]) -> Iterator[_Piece]:
    # Of a stream, each event has the next parts of one text.
    for candidate in map(_dict, _list(event.get("candidates"))):
        for _, text in _parts(_dict(candidate.get("content")).get("parts")):
            yield _key(candidate.get("index")), text


def _bedrock_converse(event: Mapping[str, Any]) -> Iterator[_Piece]:
    yield from _text(_key(event.get("contentBlockIndex")), _dict(event.get("delta")).get("text"))
    yield from _parts(_dict(_dict(event.get("output")).get("message")).get("content"))


def _ollama(event: Mapping[str, Any]) -> Iterator[_Piece]:
    yield from _text("", _dict(event.get("message")).get("content"))


_PIECES: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[_Piece]]]] = {
    "anthropic": _anthropic,
    "openai_chat": _openai_chat,
    "openai_responses": _openai_responses,
    "gemini": _gemini,
    "bedrock_converse": _bedrock_converse,
    "ollama": _ollama,
}
