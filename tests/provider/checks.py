"""What the Messages API refuses with 400, in its wording.

Lenient where the API is with its betas on: unknown block types and `system` entries among the messages pass.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.provider.script import Json
from tests.provider.signing import verify

MAX_BREAKPOINTS = 4


class Place(NamedTuple):
    """A content block, and where the API says that it is."""

    path: str
    message: int
    role: str
    block: Json


def problem(request: Json, counting: bool = False) -> str:
    """Return the message of the 400 that the request gets; empty when it is good.

    Args:
        request: The parsed body, of the right shape.
        counting: Whether it is a count_tokens request, which needs no max_tokens.
    """
    if not counting and "max_tokens" not in request:
        return "max_tokens: Field required"
    return next((found for check in CHECKS for found in check(request)), "")


def places(request: Json) -> list[Place]:
    """List the content blocks of the messages; a string content is one text block."""
    return [
        place
        for number, message in enumerate(request["messages"])
        for place in _places(number, message["role"], message["content"])
    ]


def breakpoints(request: Json) -> list[tuple[str, Json, Json]]:
    """List (path, block, cache_control) in the order in which the API goes through them."""
    marked: list[tuple[str, Json]] = [(f"tools.{n}", tool) for n, tool in enumerate(request.get("tools") or ())]
    system = request.get("system")
    if isinstance(system, list):
        marked += [(f"system.{n}", block) for n, block in enumerate(system)]
    for place in places(request):
        marked += [(f"{place.path}.content.{n}", part) for n, part in enumerate(_parts(place.block))]
        marked.append((place.path, place.block))
    found = [(path, block, block["cache_control"]) for path, block in marked if block.get("cache_control")]
    if request.get("cache_control"):
        found.append(("", {}, request["cache_control"]))
    return found


def _places(number: int, role: str, content: str | list[Json]) -> list[Place]:
    if isinstance(content, str):
        block = {"type": "text", "text": content}
        return [Place(f"messages.{number}.content", number, role, block)] if content else []
    return [Place(f"messages.{number}.content.{at}", number, role, block) for at, block in enumerate(content)]


def _parts(block: Json) -> list[Json]:
    content = block.get("content")
    return content if block.get("type") == "tool_result" and isinstance(content, list) else []


def _fields(request: Json) -> Iterator[str]:
    if not request["messages"]:
        yield "messages: at least one message is required"
    limit = request.get("max_tokens", 1)
    if not isinstance(limit, int) or limit < 1:
        yield "max_tokens: Input should be greater than or equal to 1"


def _messages(request: Json) -> Iterator[str]:
    last = len(request["messages"]) - 1
    for number, message in enumerate(request["messages"]):
        if message["role"] not in {"user", "assistant", "system"}:
            yield f'messages: Unexpected role "{message["role"]}". Allowed roles are "user" or "assistant".'
        if not message["content"]:
            if message["role"] == "user":
                yield f"messages.{number}: user messages must have non-empty content"
            elif number < last:
                yield (
                    f"messages.{number}: all messages must have non-empty content "
                    "except for the optional final assistant message"
                )


def _texts(request: Json) -> Iterator[str]:
    for path, block, _ in breakpoints(request):
        if block.get("type") == "text" and not block.get("text"):
            yield f"{path}.text: cache_control cannot be set for empty text blocks"
        if block.get("type") in {"thinking", "redacted_thinking"}:
            yield f"{path}.{block['type']}.cache_control: Extra inputs are not permitted"
    system = request.get("system")
    if isinstance(system, list) and any(block.get("text") == "" for block in system):
        yield "system: text content blocks must be non-empty"
    for place in places(request):
        if any(
            part.get("type") == "text" and not part.get("text") for part in (place.block, *_parts(place.block))
        ):
            yield "messages: text content blocks must be non-empty"


def _breakpoints(request: Json) -> Iterator[str]:
    found = breakpoints(request)
    if len(found) > MAX_BREAKPOINTS:
        yield f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. Found {len(found)}."
    short = False
    for path, _, control in found:
        where = f"{path}." if path else ""
        ttl = control.get("ttl", "5m")
        if control.get("type") != "ephemeral":
            yield f"{where}cache_control.type: Input should be 'ephemeral'"
        if ttl not in {"5m", "1h"}:
            yield f"{where}cache_control.ephemeral.ttl: Input should be '5m' or '1h'"
        if ttl == "1h" and short:
            yield (
                f"{where}cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' "
                "cache_control block. Note that blocks are processed in the following order: "
                "`tools`, `system`, `messages`."
            )
        short = short or ttl == "5m"


def _signatures(request: Json) -> Iterator[str]:
    for place in places(request):
        if place.block.get("type") != "thinking":
            continue
        if not verify(place.block.get("thinking", ""), place.block.get("signature", "")):
            yield f"{place.path}: Invalid `signature` in `thinking` block"


def _pairs(request: Json) -> Iterator[str]:
    seen: set[str] = set()
    open_calls: dict[str, int] = {}
    for role, turn in _turns(request):
        if role == "assistant":
            for place in turn:
                if place.block.get("type") == "tool_use":
                    if place.block["id"] in seen:
                        yield f"{place.path}: `tool_use` ids must be unique"
                    seen.add(place.block["id"])
                    open_calls[place.block["id"]] = place.message
        else:
            yield from _results(turn, open_calls)
            yield from _unanswered(open_calls)
    yield from _unanswered(open_calls)


def _turns(request: Json) -> Iterator[tuple[str, list[Place]]]:
    """Messages of one role in a row are one turn, as for the API; `system` entries stand outside of them."""
    turns: list[tuple[str, list[Place]]] = []
    for place in places(request):
        if place.role == "system":
            continue
        if not turns or turns[-1][0] != place.role:
            turns.append((place.role, []))
        turns[-1][1].append(place)
    return iter(turns)


def _results(turn: list[Place], open_calls: dict[str, int]) -> Iterator[str]:
    answered: set[str] = set()
    for place in turn:
        if place.block.get("type") != "tool_result":
            continue
        name = place.block.get("tool_use_id", "")
        if name in answered:
            yield (
                f"{place.path}: each tool_use must have a single result. "
                f"Found multiple `tool_result` blocks with id: {name}"
            )
        if name not in open_calls and name not in answered:
            yield (
                f"{place.path}: unexpected `tool_use_id` found in `tool_result` blocks: {name}. "
                "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
            )
        answered.add(name)
        open_calls.pop(name, None)


def _unanswered(open_calls: dict[str, int]) -> Iterator[str]:
    if open_calls:
        yield (
            f"messages.{min(open_calls.values())}: `tool_use` ids were found without `tool_result` blocks "
            f"immediately after: {', '.join(open_calls)}. Each `tool_use` block must have a "
            "corresponding `tool_result` block in the next message."
        )


CHECKS: tuple[Callable[[Json], Iterator[str]], ...] = (
    _fields,
    _messages,
    _texts,
    _breakpoints,
    _signatures,
    _pairs,
)
"""In order; each may rely on what those before it let through."""
