"""What the demo's model says: which tool it asks for next, and the answer at the end.

Everything follows from the messages it was sent, so that it says the same however often it is asked.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from headroom import markers
from headroom_wrappers.demo import samples

Json = dict[str, Any]

_REQUEST = re.compile(r" ERROR (req-[0-9a-f]+) ")
_NOT_SHOWN = "not in what I was shown"

_SAYS = (
    "Let me look at the orders first.",
    "Some payments fail with an internal error. The log should say more.",
    "A currency is missing from a table. Where are minor units used?",
    "Do the tests see it?",
    "Two tests fail. What changed in that version?",
)
_CAUSE = """\
Orders in yen fail since 4.18.0: the table of currencies was moved to a file that has no row for JPY, and the
default that would have covered it is gone.
"""
_ADVICE = """\
I would add the currencies without decimals (CLP, ISK, JPY, KRW, VND, XAF) and the missing ones with three (OMR,
TND) to currencies.toml, and let an unknown one raise UnknownCurrency.
"""


class _Evidence(NamedTuple):
    """A fact for the answer, and where it is seen in a tool's output."""

    title: str
    pattern: re.Pattern[str]
    most: int


_EVIDENCE = (
    _Evidence("In the log", re.compile(r"ERROR req-.*"), 1),
    _Evidence("The traceback ends with", re.compile(r"^KeyError: .*", re.MULTILINE), 1),
    _Evidence("Failing tests", re.compile(r"^FAILED (tests/\S+)", re.MULTILINE), 5),
    _Evidence("Removed by the change", re.compile(r"^-(.*EXPONENTS\.get.*)", re.MULTILINE), 2),
    _Evidence("Added by the change", re.compile(r"^\+(.*EXPONENTS\[.*)", re.MULTILINE), 2),
)


def answer(messages: Sequence[Json]) -> list[Json]:
    """Return the content blocks of the next assistant message."""
    turn = sum(message["role"] == "assistant" for message in messages)
    calls = [block for message in messages for block in content(message["content"]) if block["type"] == "tool_use"]
    shown = [
        result_text(block)
        for message in messages
        for block in content(message["content"])
        if block["type"] == "tool_result"
    ]
    call_id = f"toolu_demo{turn:020d}"
    if not any(call["name"] == "read_file" for call in calls):
        look = _look_back(shown)
        if look:
            return [
                {"type": "text", "text": "Part of that was left out. I read what I need from the original."},
                {"type": "tool_use", "id": call_id, "name": "read_file", "input": look},
            ]
    asked = {call["input"].get("command") for call in calls}
    for says, command in zip(_SAYS, samples.COMMANDS, strict=True):
        if command not in asked:
            return [
                {"type": "text", "text": says},
                {"type": "tool_use", "id": call_id, "name": "bash", "input": {"command": command}},
            ]
    return [{"type": "text", "text": _conclusion("\n".join(shown))}]


def content(blocks: str | list[Json]) -> list[Json]:
    """Return content as a list of blocks; a string is one text block."""
    return [{"type": "text", "text": blocks}] if isinstance(blocks, str) else blocks


def result_text(result: Json) -> str:
    """Return the text of a tool_result block."""
    return "\n".join(block.get("text", "") for block in content(result.get("content", "")))


def _look_back(shown: Sequence[str]) -> Json | None:
    """Return the input of a read_file call for the first output that was shortened, if one was.

    Of a log it wants all lines of the first request that failed, of anything else the beginning.
    """
    for text in shown:
        paths = [omitted.original for omitted in markers.find(text) if Path(omitted.original).is_absolute()]
        if paths:
            request = _REQUEST.search(text)
            wanted: Json = {"containing": request[1]} if request else {"start_line": 1, "max_lines": 20}
            return {"path": paths[0], **wanted}
    return None


def _conclusion(shown: str) -> str:
    return f"{_CAUSE}\n{''.join(_evidence(shown))}\n{_ADVICE}"


def _evidence(shown: str) -> Iterator[str]:
    for title, pattern, most in _EVIDENCE:
        found = list(dict.fromkeys(match.strip() for match in pattern.findall(shown)))[:most]
        yield f"{title}: {'; '.join(found) or _NOT_SHOWN}\n"
