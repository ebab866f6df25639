"""What the provider is told to answer: turns, faults, and how the bytes of an answer reach the client."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.provider.view import view

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call."""

    name: str
    input: Mapping[str, Any] | str = field(default_factory=dict)
    """The arguments; a text calls a free-form tool, where the dialect has them (OpenAI's custom tools)."""
    id: str = ""
    """Made by the provider when empty."""


@dataclass(frozen=True, slots=True)
class Stream:
    """How an answer's bytes reach the client.

    Positions are indexes into the answer's events as its dialect lists them (`sse.events` for Anthropic's); -1 is
    the last one. A JSON answer is one event.
    """

    split: int | tuple[int, ...] = 0
    """0 writes each event by itself, n writes every n bytes, offsets cut the whole stream just there."""
    wait_s: float = 0
    """Silence before the status line."""
    stalls: Mapping[int, float] = field(default_factory=dict)
    """Seconds of silence before an event; 0 is after the headers."""
    insert: Mapping[int, Sequence[Json]] = field(default_factory=dict)
    """Events put before an event: any JSON with a `type`, also one that no client knows."""
    leave_out: tuple[str, ...] = ()
    """Types of events that are not sent, such as message_stop."""
    pings: bool = True
    """Whether a ping follows the first content_block_start, as in the real stream."""
    error_at: int | None = None
    """An error event stands here, and the stream ends."""
    error: str = "overloaded_error"
    drop_at: int | None = None
    """The connection is cut before this event."""


UNDISTURBED = Stream()


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the model. Its blocks come in the order thinking, others, text, calls."""

    text: str = ""
    thinking: str = ""
    calls: tuple[Call, ...] = ()
    others: tuple[Json, ...] = ()
    """Blocks (OpenAI's items, Gemini's parts) of any other type, in the dialect's own form, sent whole."""
    stop_reason: str = ""
    """tool_use when there are calls, else end_turn, unless it is given."""
    output_tokens: int | None = None
    """Counted when it is not given."""
    stream: Stream = UNDISTURBED


@dataclass(frozen=True, slots=True)
class Fault:
    """An error instead of an answer."""

    status: int = 529
    message: str = ""
    """The real API's text for the status when empty."""
    retry_after_s: int | None = None
    wait_s: float = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent instead of the API's JSON: what a gateway in between would answer."""
    drop: bool = False
    """The connection is cut, before any header."""


Answer = Turn | Fault
Script = Sequence[Answer] | Callable[[Json, int], Answer]
"""Answers in order, or a function of the request and its number among the requests that use the script."""


def side_request(request: Json) -> bool:
    """Tell whether a request is beside the conversation: a title or a quota probe, which offers no tools."""
    return not view(request).tools


def codex_exec(command: str) -> Call:
    """Return the call by which Codex runs a shell command: JavaScript for its free-form tool `exec`."""
    return Call(
        "exec", f"const r = await tools.exec_command({{cmd: {json.dumps(command)}}}); text(r.output ?? r);"
    )


def calls_then(calls: Sequence[Call], final: Callable[[str], str]) -> Callable[[Json, int], Answer]:
    """Return a script that makes the calls one by one, then says `final(text of the last tool result)`.

    It reads where it is off the request, in any dialect, so retries and resumed conversations find their place.
    """

    def answer(request: Json, _number: int) -> Answer:
        seen = view(request)
        if len(seen.calls) < len(calls):
            return Turn(calls=(calls[len(seen.calls)],))
        return Turn(text=final(seen.results[-1].text if seen.results else ""))

    return answer


def blocks(request: Json, role: str, kind: str) -> list[Json]:
    """Return the blocks of a type in the messages of a role (Anthropic; `view` reads every dialect)."""
    return [
        block
        for message in request["messages"]
        if message["role"] == role and isinstance(message["content"], list)
        for block in message["content"]
        if block.get("type") == kind
    ]


def result_text(block: Json) -> str:
    """Return the text of a tool_result block, whatever form its content has."""
    content = block.get("content", "")
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def parse_script(data: Sequence[Json]) -> list[Answer]:
    """Read a script from JSON: a list of turns ({"text": ...}) and faults ({"fault": {"status": 529}}).

    Raises TypeError for a field that there is not.
    """
    return [_fault(entry["fault"]) if "fault" in entry else _turn(entry) for entry in data]


def _turn(entry: Json) -> Turn:
    fields = dict(entry)
    fields["calls"] = tuple(Call(**call) for call in entry.get("calls", ()))
    fields["others"] = tuple(entry.get("others", ()))
    fields["stream"] = _stream(entry.get("stream", {}))
    return Turn(**fields)


def _stream(entry: Json) -> Stream:
    fields = dict(entry)
    for name in ("stalls", "insert"):
        if name in fields:
            fields[name] = {int(position): value for position, value in fields[name].items()}
    for name in ("split", "leave_out"):
        if isinstance(fields.get(name), list):
            fields[name] = tuple(fields[name])
    return Stream(**fields)


def _fault(entry: Json) -> Fault:
    fields = dict(entry)
    if isinstance(fields.get("body"), str):
        fields["body"] = fields["body"].encode()
    return Fault(**fields)
