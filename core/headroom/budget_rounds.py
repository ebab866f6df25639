"""The rounds of a conversation: what the model said in one go, with its tool calls, and what it was answered.

A round's calls leave together, and their results with them. Parallel calls share the reasoning that stands before
them, and providers refuse a part of such a group (a reasoning item without the call that it led to, a call without
its signature). So a round is the least that can leave.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from headroom.dialects.base import Message, Part

MODEL: Final = "assistant"
_NUMBERED: Final = "#"
"""What the id of a call begins with, where the wire format has none (headroom.dialects.pairing)."""


class Round(NamedTuple):
    """One round, by the numbers of its messages and parts."""

    said: range
    """The messages of the model."""
    answered: range
    """The messages behind them, up to the model's next."""
    calls: tuple[tuple[int, int], ...]
    """The calls, as (message, part)."""
    results: tuple[tuple[int, int], ...]
    """The result of each call, in the order of the calls; empty where the round cannot leave as a whole."""


def rounds(messages: Sequence[Message]) -> list[Round]:
    """Return the rounds of a conversation, in order."""
    starts = [n for n, message in enumerate(messages) if message.role == MODEL and not _is_model(messages, n - 1)]
    ends = [*starts[1:], len(messages)] if starts else []
    return [_round(messages, start, end) for start, end in zip(starts, ends, strict=True)]


def leaving(messages: Sequence[Message], gone: Sequence[Round]) -> dict[int, set[int]]:
    """Return which parts leave with rounds: for each message, the numbers of its parts.

    With a call goes the reasoning that led to nothing else. A blank text beside a call is no text.
    """
    found: dict[int, set[int]] = {}
    for each in gone:
        for number, part in (*each.calls, *each.results):
            found.setdefault(number, set()).add(part)
        _add_reasoning(messages, each, found)
    return found


def digest(body: bytes, messages: Sequence[Message]) -> str:
    """Name a history: equal for two that hold the same texts, calls and results, whatever reasoning they keep."""
    named = hashlib.sha256()
    for message in messages:
        named.update(b"\1%s" % message.role.encode())
        for part in message.parts:
            if part.kind != "thinking":
                said = f"{part.kind}\0{part.id}\0{part.name}\0{part.text}"
                named.update(b"\2%s" % said.encode(errors="surrogatepass"))
            if part.kind == "result" and part.id.startswith(_NUMBERED):
                named.update(body[part.span])  # such an id says nothing of what came back
    return named.hexdigest()[:16]


def _round(messages: Sequence[Message], start: int, end: int) -> Round:
    stop = next((n for n in range(start, end) if messages[n].role != MODEL), end)
    said, answered = range(start, stop), range(stop, end)
    calls = tuple(_of_kind(messages, said, "call"))
    return Round(said, answered, calls, _paired(messages, calls, tuple(_of_kind(messages, answered, "result"))))


def _is_model(messages: Sequence[Message], number: int) -> bool:
    return number >= 0 and messages[number].role == MODEL


def _of_kind(messages: Sequence[Message], numbers: range, kind: str) -> Iterator[tuple[int, int]]:
    for number in numbers:
        for at, part in enumerate(messages[number].parts):
            if part.kind == kind:
                yield number, at


def _paired(
    messages: Sequence[Message], calls: Sequence[tuple[int, int]], results: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return each call's result; nothing unless each call has one and each result belongs to a call.

    Calls without an id (Gemini) are answered in their order.
    """
    if len(calls) != len(results):
        return ()
    by_id: dict[str, list[tuple[int, int]]] = {}
    for place in results:
        by_id.setdefault(_key(_part(messages, place)), []).append(place)
    found = []
    for place in calls:
        part = _part(messages, place)
        answers = by_id.get(_key(part))
        if not answers or (part.id and len(answers) > 1):
            return ()
        found.append(answers.pop(0))
    return tuple(found)


def _key(part: Part) -> str:
    return f"id {part.id}" if part.id else f"name {part.name}"


def _part(messages: Sequence[Message], place: tuple[int, int]) -> Part:
    return messages[place[0]].parts[place[1]]


def _add_reasoning(messages: Sequence[Message], each: Round, found: dict[int, set[int]]) -> None:
    """Add the reasoning that led to nothing that stays; it belongs to what stands between it and the next one."""
    leads_to_something = False
    after_reasoning = False
    for number in reversed(each.said):
        for at, part in reversed(list(enumerate(messages[number].parts))):
            if part.kind == "thinking":
                if not leads_to_something:
                    found.setdefault(number, set()).add(at)
                after_reasoning = True
                continue
            if after_reasoning:
                leads_to_something = after_reasoning = False
            if part.kind == "text" and not part.text.strip():
                found.setdefault(number, set()).add(at)
            leads_to_something |= at not in found.get(number, ())
