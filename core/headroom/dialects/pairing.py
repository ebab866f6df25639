"""Which call a result answers: by its id, or, in formats without ids, by the tool's name and the order."""

from typing import Final

from headroom.dialects.base import Call, Walk
from headroom.dialects.walk import add_call

_MOST_OPEN: Final = 64
"""So many calls without an id may wait for their results; of more, the oldest are never paired."""


def call(walk: Walk, made: Call) -> Call:
    """Take note of a tool call; return it under the id that its result is paired by."""
    if not made.id:
        made = made._replace(id=f"#{len(walk.calls)}")
        walk.open.append(len(walk.calls))
        del walk.open[:-_MOST_OPEN]
    add_call(walk, made)
    return made


def answered(walk: Walk, call_id: str, name: str) -> Call | None:
    """Return the call that a result answers; None where it is not there.

    Args:
        call_id: as the result says; empty where it has none. Then it answers the first open call of its tool.
        name: the tool's, as the result says; empty where it has none: then any tool's.
    """
    if call_id:
        return walk.index.get(call_id)
    for at, number in enumerate(walk.open):
        if name in ("", walk.calls[number].name):
            del walk.open[at]
            return walk.calls[number]
    return None
