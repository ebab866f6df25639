"""What was counted of each structure, by machine and week: a table that grows only, so that any two can be merged.

A count is a G-counter (Shapiro and others, 2011, "A comprehensive study of Convergent and Commutative Replicated
Data Types"): each machine raises only its own, merging takes the larger, and the sum over machines is the count.
So merging is commutative, associative and idempotent. Old evidence loses weight when it is read: half in 14 days.

    what        counted of a structure
    c0..c3      lossy forms made at a level of the budget (LEVELS), b0.. their tokens before, s0.. after
    a0..a3      lookups of those forms that more room might have spared, g0.. the tokens that came back
    x0..x3      forms looked up at least once
    w0..w3      conversations in which a lookup asked for more room, each once
    h:FIELD     lossy forms that did not show a field, or only the beginnings of its values
    f:FIELD     those of them that were asked for it
    o:CLASS     rows asked for that were left out, by class (error, outlier, middle); k:CLASS that were there
    t, tr, to   of no structure: extra turns, and the tokens read from the cache and written for them
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

HALF_LIFE_DAYS: Final = 14
BUCKET_DAYS: Final = 7
"""Counts of so many days are kept as those of the first."""
KEPT_DAYS: Final = 210
"""What is older has lost more than 99 % of its weight, and is taken away."""
MOST_STRUCTURES: Final = 500
MOST_CELLS: Final = 60_000
"""Where there are more, the oldest are taken away."""
TRIPS: Final = ""
"""The structure under which extra turns are counted: none."""

_WHAT: Final = re.compile(r"[cabsgxw][0-3]|[hf]:[0-9a-f]{8}|[ok]:(?:error|outlier|middle)|t[ro]?")
_STRUCTURE: Final = re.compile(r"(?:[0-9a-f]{8})?")
_MACHINE: Final = re.compile(r"[0-9a-f]{16}")
_KIND: Final = re.compile(r"[a-z_]{1,40}")
_MOST: Final = 1 << 53
"""No count is larger."""


class Cell(NamedTuple):
    """What a count is of."""

    machine: str
    """A random id, made with the table."""
    day: int
    """Days since 1970, of the first day of a bucket."""
    structure: str
    what: str


Counts = Mapping[Cell, int]


class Count(NamedTuple):
    """One count."""

    cell: Cell
    n: int


def of(values: Sequence[object]) -> Count | None:
    """Return the count that a cell's values and a number say; None where our own code cannot have written them."""
    match values:
        case [str(machine), int(day), str(structure), str(what), int(n)] if bool not in (type(day), type(n)):
            are_names = _MACHINE.fullmatch(machine) and _STRUCTURE.fullmatch(structure) and _WHAT.fullmatch(what)
            if are_names and 0 <= day < _MOST and 0 <= n <= _MOST:
                return Count(Cell(machine, day, structure, what), n)
    return None


def is_kind(structure: object, kind: object) -> bool:
    """Whether our own code could have written that a row reads a structure."""
    if not isinstance(structure, str) or not isinstance(kind, str):
        return False
    return bool(_STRUCTURE.fullmatch(structure) and _KIND.fullmatch(kind))


class Tally(NamedTuple):
    """What is known of one structure."""

    ever: Mapping[str, int]
    """Counts by what was counted, over all machines and days."""
    now: Mapping[str, float]
    """The same, each day's weighed by its age."""
    weeks: int = 0
    """In how many weeks its usual forms were looked up."""


def merged(ours: Counts, theirs: Counts) -> dict[Cell, int]:
    """Return what two tables say together: the larger count of each cell."""
    return {cell: max(ours.get(cell, 0), theirs.get(cell, 0)) for cell in ours.keys() | theirs.keys()}


def bucket(day: int) -> int:
    """Return the day under which counts of a day are kept."""
    return day - day % BUCKET_DAYS


def weight(day: int, today: int) -> float:
    """Return what evidence of a day counts for: 1 today, and half of that every 14 days."""
    return float(0.5 ** (max(0, today - day) / HALF_LIFE_DAYS))


def tallies(counts: Counts, today: int) -> dict[str, Tally]:
    """Add up counts by structure; what is too old is left out."""
    ever: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    now: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    days: dict[str, set[int]] = defaultdict(set)
    for cell, n in sorted(counts.items()):  # sorted, as the sum of floats depends on their order
        if today - cell.day <= KEPT_DAYS:
            ever[cell.structure][cell.what] += n
            now[cell.structure][cell.what] += n * weight(cell.day, today)
            if cell.what == "a0" and n:
                days[cell.structure].add(cell.day)
    return {
        structure: Tally(dict(ever[structure]), dict(now[structure]), len(days[structure]))
        for structure in sorted(ever)
    }
