"""What is counted and what follows from it, as rows: for `headroom learn --toin` and `headroom toin status`."""

from pathlib import Path
from typing import Final, NamedTuple

from headroom.toin import advice, counts
from headroom.toin.advice import FACTORS, LOSSLESS, Judged, Told
from headroom.toin.book import Book, today
from headroom.toin.counts import TRIPS, Tally

FOLDER: Final = "toin"
"""Of the state folder."""


class Row(NamedTuple):
    """One structure."""

    structure: str
    kind: str
    """The row that reads it: json_rows, logs."""
    forms: int
    """How many lossy forms were made of it."""
    tokens_before: int
    tokens_after: int
    looked_up: int
    """How many of the forms were looked up at least once."""
    lookups: int
    """Lookups that more room might have spared."""
    tokens_back: int
    """What those brought back."""
    fields_asked: dict[str, int]
    """How often fields were asked for that were not shown, by their hashes."""
    rows_asked: dict[str, int]
    """How many rows were asked for: "omitted error", "kept middle"."""
    last_day: int
    """When it was last counted, in days since 1970; the first day of that week."""
    level: int
    """Of the budget for conversations that begin now."""
    keep: tuple[str, ...]
    """Hashes of the fields that these show."""

    @property
    def advice(self) -> str:
        """The advice in words; empty for none."""
        said = []
        if self.level == LOSSLESS:
            said.append("leave nothing out")
        elif self.level:
            said.append(f"budget x {FACTORS[self.level]:g}")
        if self.keep:
            said.append(f"keep {len(self.keep)} field{'s' if len(self.keep) > 1 else ''}: {', '.join(self.keep)}")
        return "; ".join(said)


def folder(root: Path) -> Path:
    """Return where the counts lie in a state folder."""
    return root / FOLDER


def report(root: Path, day: int | None = None) -> list[Row]:
    """Return what is known of each structure, those that were looked up most often first.

    Args:
        root: the state folder.
        day: today, in days since 1970; None for what the clock says.

    Raises OSError when the counts cannot be read.
    """
    kept = Book(folder(root)).read()
    tallies = counts.tallies(kept.counts, today() if day is None else day)
    trip = advice.trip(tallies)
    days: dict[str, int] = {}
    for cell in kept.counts:
        days[cell.structure] = max(cell.day, days.get(cell.structure, 0))
    rows = [
        _row(structure, kept.kinds.get(structure, ""), tally, trip, days[structure])
        for structure, tally in tallies.items()
        if structure != TRIPS
    ]
    return sorted(rows, key=lambda row: (-row.looked_up, -row.forms, row.structure))


def _row(structure: str, kind: str, tally: Tally, trip: advice.Trip, last_day: int) -> Row:
    ever = tally.ever
    judged = Judged(tally, trip)
    told = Told(judged.level(), judged.keep()) if kind else Told()

    def total(what: str) -> int:
        return sum(ever.get(f"{what}{level}", 0) for level in range(LOSSLESS))

    rows_asked = {
        f"{said} {kind_of_row}": n
        for mark, said in (("o", "omitted"), ("k", "kept"))
        for kind_of_row in ("error", "outlier", "middle")
        if (n := ever.get(f"{mark}:{kind_of_row}", 0))
    }
    fields = {what[2:]: n for what, n in sorted(ever.items()) if what.startswith("f:")}
    return Row(
        *(structure, kind, total("c"), total("b"), total("s"), total("x"), total("a"), total("g")),
        *(fields, rows_asked, last_day, told.level, tuple(sorted(told.keep))),
    )
