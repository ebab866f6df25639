"""Prices for many requests at once.

Sums of tokens can be priced as one where the rates of all are the same: those of a model, between two days on
which any price changed, with prompts between two lengths at which any changes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from headroom import pricing
from headroom.pricing import Row

_EPOCH: Final = date(1970, 1, 1)
_DAY_S: Final = 86_400


class Rates:
    """The shipped rows and the user's, which win.

    Args:
        prices: the user's.
        begin: no request is before it, in seconds since 1970.
        end: nor behind it.
        shortest: no prompt has fewer tokens.
        longest: nor more.
    """

    def __init__(self, prices: Sequence[Row], begin: float, end: float, shortest: int, longest: int) -> None:
        self._prices = prices
        rows = (*pricing.shipped(), *prices)
        begins = {row.effective_from for row in rows if row.effective_from > _EPOCH}
        self._begins = sorted(int(datetime.combine(day, time(), UTC).timestamp()) for day in begins)
        lengths = {above for row in rows for above, _ in row.tiers}
        # What splits nothing would only take time, for each request.
        self._splits = [moment for moment in self._begins if begin < moment <= end]
        self._lengths = sorted(length for length in lengths if shortest <= length < longest)
        self._rows: dict[tuple[str, int], Row | None] = {}

    def period(self, moment: str) -> str:
        """Return SQL for a number that is the same for moments between which no price changed."""
        return _steps(moment, ">=", self._splits)

    def tier(self, tokens: str) -> str:
        """Return SQL for a number that is the same for lengths of prompts between which no price changes."""
        return _steps(tokens, ">", self._lengths)

    def row(self, model: str, moment: float) -> Row | None:
        """Return the row for a model in a second since 1970, by its day in UTC; None where no price is known."""
        key = (model, sum(moment >= begin for begin in self._begins))
        if key not in self._rows:
            day = _EPOCH + timedelta(days=int(moment // _DAY_S))
            self._rows[key] = pricing.find(model, self._prices, day)
        return self._rows[key]


def _steps(value: str, compared: str, bounds: Sequence[int]) -> str:
    cases = " ".join(f"WHEN {value} {compared} {bound} THEN {n}" for n, bound in reversed([*enumerate(bounds, 1)]))
    return f"CASE {cases} ELSE 0 END" if bounds else "0"
