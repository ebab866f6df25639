"""The line that says it all: what was saved, as a bar and in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from headroom_cli.figures import money
from headroom_cli.page import BAD, DIM, GOOD, HEAD, WARN, Styled

if TYPE_CHECKING:
    from headroom.report import Account, Summary

_BAR_CELLS, _LEAST_CELLS = 40, 10


def headline(summary: "Summary", width: int) -> Sequence[Styled]:
    """Return a bar of what was paid and what was saved, and the same in words: money where its price is known.

    Args:
        width: of the terminal, in columns.
    """
    total, audited = summary.total, summary.audited
    is_audit = not total.requests and audited.with_usage > 0
    if is_audit:
        total = audited
    elif not total.requests and summary.simulated:
        return ((" nothing was sent: requests were only simulated", HEAD),)
    if not total.with_usage:
        return ((" the provider reported no usage, so what was saved is not known", WARN),)
    part, whole, percent, net = _difference(total)
    if part == whole:
        return (
            (" nothing to save: " if is_audit else " nothing saved: ", HEAD),
            ("everything went out as it came", ""),
        )
    saved, cost = ("would have saved", "would have cost") if is_audit else ("saved", "cost")
    if part < whole:
        told = f"  {saved} {percent:.1f} %, ≈ {net}"
        return (*_bar(part, whole, GOOD, width - len(told)), (told, f"{HEAD} {GOOD}"))
    told = f"  {cost} {-percent:.1f} % more, ≈ {net}"
    return (*_bar(whole, part, BAD, width - len(told)), (told, f"{HEAD} {BAD}"))


def _difference(account: "Account") -> tuple[int, int, float, str]:
    """Return what was billed, what it would have been without us, the share saved, and the difference in words."""
    if account.priced and account.would_have_paid > 0:
        (net,) = money(abs(account.net_saved))
        return account.paid, account.would_have_paid, account.net_saved_percent, net
    part, whole = account.billed_tokens, account.tokens_without_us
    return part, whole, account.saved_percent, f"{abs(whole - part):,} tokens"


def _bar(part: int, whole: int, style: str, room: int) -> Sequence[Styled]:
    most = max(_LEAST_CELLS, min(_BAR_CELLS, room - 1))
    cells = max(0, min(most, round(most * part / whole))) if whole > 0 else 0
    return ((" " + "░" * cells, DIM), ("█" * (most - cells), style))
