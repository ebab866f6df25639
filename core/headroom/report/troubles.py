"""What went wrong, by whose doing: a provider that is not reached is no failure of headroom's."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

UNREACHED, LATE, OWN = "unreached", "late", "own"

_KINDS: Final = {"upstream": UNREACHED, "deadline": LATE}
"""By where an error arose, as the log has it; all others are our own."""
_SAID: Final = {
    UNREACHED: ("time the provider was not reached", "times the provider was not reached"),
    LATE: (
        "time outputs went as they were, since they took longer than compress.deadline_ms",
        "times outputs went as they were, since they took longer than compress.deadline_ms",
    ),
    OWN: (
        "error of headroom's own, where the original went through",
        "errors of headroom's own, where the originals went through",
    ),
}


class Trouble(NamedTuple):
    """One kind of what went wrong."""

    kind: str
    """unreached, late or own."""
    times: int
    said: str
    """Behind the number, in the right form: "errors of headroom's own, ..."."""
    examples: tuple[str, ...]
    """What the log says of it, the most frequent first; nothing where the kind says all."""


def troubles(errors: Mapping[str, int]) -> list[Trouble]:
    """Return the kinds of errors that there were.

    Args:
        errors: how often each came, by "WHERE: WHAT".
    """
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in _SAID}
    for error, times in errors.items():
        where, _, what = error.partition(": ")
        kind = _KINDS.get(where, OWN)
        by_kind[kind][what if kind == UNREACHED else error] += times
    return [
        Trouble(
            kind,
            found.total(),
            _SAID[kind][found.total() != 1],
            () if kind == LATE else tuple(what for what, _ in found.most_common()),
        )
        for kind, found in by_kind.items()
        if found
    ]
