"""What the provider holds of conversations whose requests only add to it (`previous_response_id`).

A tool result is read by the call that it answers. Where a request leaves its history to the provider, that call
stands in an earlier response, which we have seen go by. Only for OpenAI's Responses.
"""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import orjson

from headroom.dialects import openai_responses
from headroom.dialects.base import Before, Call, Reading
from headroom.types import Change

_MOST: Final = 500
_MOST_CALLS: Final = 64
"""The latest ones: a result follows its call at once."""
_ITEM, _ENDS = b'"response.output_item.done"', (b'"response.completed"', b'"response.incomplete"')


class Said:
    """What one response says, as far as the next request may build on it."""

    def __init__(self) -> None:
        self.response = ""
        """Its id; empty until it has ended."""
        self.items: list[bytes] = []

    def see(self, event: bytes) -> None:
        """Take an event of the stream, or a whole answer. Never raises."""
        is_item = _ITEM in event
        if not is_item and not any(end in event for end in _ENDS) and b'"output"' not in event:
            return
        try:
            read = orjson.loads(event)
        except orjson.JSONDecodeError:
            return
        if not isinstance(read, dict):
            return
        if is_item:
            self.items.append(orjson.dumps(read.get("item")))
            return
        whole: Any = read.get("response", read)
        if isinstance(whole, dict) and isinstance(whole.get("id"), str) and whole.get("status") != "in_progress":
            self.response = whole["id"]
            if not self.items and isinstance(whole.get("output"), list):
                self.items = [orjson.dumps(item) for item in whole["output"]]


class Continuations:
    """The latest responses that may be gone on from, by their ids."""

    def __init__(self) -> None:
        self._before: OrderedDict[str, Before] = OrderedDict()

    def find(self, response: str) -> Before | None:
        """Return what came before a request that goes on from a response; None for one that is not known."""
        return self._before.get(response)

    def add(self, reading: Reading, body: bytes, said: Said, changes: Sequence[Change] = ()) -> None:
        """Remember a response, and what its request was about.

        Args:
            changes: what was done with the request's blocks, and with those of what it goes on from.
        """
        if not said.response:
            return
        walk = reading.walk
        calls = [_with_text(call, body) for call in walk.calls[-_MOST_CALLS:]]
        made = b'{"input":[' + b",".join(said.items) + b"]}"
        with suppress(ValueError):  # an item that is none: its results are read without their calls
            calls += [_with_text(call, made) for call in openai_responses.read(made).walk.calls]
        done = tuple(_past(change) for change in changes if change.retrieval or change.decision.text is not None)
        self._before[said.response] = Before(walk.query, walk.opening, tuple(calls[-_MOST_CALLS:]), done)
        while len(self._before) > _MOST:
            self._before.popitem(last=False)


def _past(change: Change) -> Change:
    """Return a change as a later request has it, in whose body it has no place: in the provider's part."""
    return replace(change, new=False, position=0.0) if change.new else change


def _with_text(call: Call, body: bytes) -> Call:
    if isinstance(call.input, str):
        return call
    return call._replace(input=body[call.input].decode(errors="replace"))
